"""``make bench``: what large publications cost to build, and whether feeds, pulls or builds lose anything.

python -m tests.bench [killed [TIMES]] [feeds] [year] [pull]   (default: builds, and all of these)
python -m tests.bench builds [PAPERS …] [SYSTEMS …]
      (default: 1000 10000 100000 hugo material searchless broadsheet slow pelican zensical)
python -m tests.bench lighthouse                       (what a browser thinks of the pages)
python -m tests.bench search [PAPERS …] [SYSTEMS …] [LINES …] [KINDS …]
                           (default: 1000 10000 ours BM25 lunr Pagefind A B C D E F G made)
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.bench import audits, killed, subscribers

ALL = ("builds", "killed", "feeds", "year", "pull")


def main(asked: Sequence[str]) -> None:
    words = asked or ALL
    # These two take all other words as theirs. They are imported here, since they need requirements/bench.txt.
    if words[0] == "search":
        from tests.bench.search import report

        report.main(words[1:])
        return
    if words[0] == "builds":
        from tests.bench.builds import report

        report.main(asked[1:])
        words = () if asked else ALL
    if "killed" in words:
        killed.builds(*(int(word) for word in words if word.isdigit()))
    if "feeds" in words:
        subscribers.cost()
    if "year" in words:
        subscribers.year()
    if "pull" in words:
        killed.pulls()
    if "lighthouse" in words:
        audits.audits()


if __name__ == "__main__":
    main(sys.argv[1:])
