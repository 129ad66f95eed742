"""The tables that ``make bench-search`` prints."""

from __future__ import annotations

import contextlib
import pickle
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from generator.model import Paper
from tests.bench.search import browser, corpora, costs, measures, peers, questions
from tests.bench.search.measures import Question, Ranker
from tests.browser import FLAGS, executable

SYSTEMS = ("ours", "BM25", "lunr", "Pagefind")
# Of whom takes long over a question, so many of the questions are asked, spread evenly.
_SAMPLE = {"lunr": 50, "Pagefind": 100}
_MOST = {
    "lunr": 10_000,
    "Pagefind": 10_000,
}  # papers; what takes hours or gigabytes isn't waited for
_READERS = 10  # who ask in the browser, a question each
_WANTED = {
    "A1": "A  title → abstract, no titles in the index, R@10",
    "A2": "A  title → paper, first",
    "A3": "A  … one typing error, first",
    "A4": "A  … one typing error, R@10",
    "A5": "A  … two words missing, first",
    "A6": "A  … two words missing, R@10",
    "B": "B  first half → second half, R@10",
}


def main(asked: Sequence[str]) -> None:
    """Measure at these sizes, of these systems; both are words of the command line."""
    sizes = [int(word) for word in asked if word.isdigit()] or [1_000, 10_000]
    systems = [system for system in SYSTEMS if system in asked] or list(SYSTEMS)
    real, source = corpora.real()
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as folder, _chromium() as chromium:
        bench = _Bench(Path(folder), chromium, systems)
        _calibration(bench, real)
        for size in sizes:
            for kind in corpora.KINDS if size > len(real) else corpora.KINDS[:1]:
                corpus = corpora.padded(real, source, size, kind)
                print(f"\n{corpora.described(corpus)}\n", flush=True)
                _ranking(bench, corpus)
                _relations(bench, corpus)
                if kind == corpora.KINDS[0]:
                    _costs(bench, corpus)
                _browser(bench, corpus)
        _abbreviations(bench, real, source)
        if "ours" in systems:
            from tests.bench.search import hostile

            hostile.report(chromium, bench.fresh())


class _Bench:
    """Where indexes are written, the browser, and who is asked."""

    def __init__(self, folder: Path, chromium: Browser | None, systems: Sequence[str]) -> None:
        self.folder, self.chromium = folder, chromium
        self.systems = systems
        self._made = 0
        self._kept: dict[object, Path] = {}

    def fresh(self) -> Path:
        self._made += 1
        return self.folder / str(self._made)

    def kept(self, system: str, what: object, write: Callable[[Path], object]) -> Path:
        """A folder that is written once."""
        key = system, id(what)
        if key not in self._kept:
            self._kept[key] = self.fresh()
            write(self._kept[key])
        return self._kept[key]

    def site(self) -> Path:
        """This edition, built once."""
        return self.kept("site", None, browser.site)

    def asks(self, system: str, papers: int) -> bool:
        return (
            system in self.systems
            and papers <= _MOST.get(system, papers)
            and (self.chromium is not None or system in ("ours", "BM25"))
        )

    @contextlib.contextmanager
    def ranker(self, system: str, papers: Sequence[Paper], **options) -> Iterator[Ranker]:
        if system == "BM25":
            yield peers.bm25(papers)
        elif system == "ours":
            from tests.bench.search import ours

            yield ours.ranker(papers, self.fresh(), **options)
        else:
            start = peers.lunr if system == "lunr" else peers.pagefind
            with start(papers, self.fresh(), self.chromium) as ranker:
                yield ranker


@contextlib.contextmanager
def _chromium() -> Iterator[Browser | None]:
    path = executable()
    if not path:
        print("No Chromium here, so lunr and Pagefind aren't asked.")
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class _Table:
    """Rows of one measure each, with a column for each system."""

    def __init__(self, systems: Sequence[str]) -> None:
        self._systems = systems
        print(f"{'':<52}{'asked':>7}{''.join(f'{system:>14}' for system in systems)}", flush=True)

    def row(self, name: str, asked: int, values: dict[str, str]) -> None:
        told = "".join(f"{values.get(system, '–'):>14}" for system in self._systems)
        print(f"{name:<52}{asked:>7,}{told}", flush=True)


Measure = Callable[[Ranker, Sequence[Question]], float]


class _Once:
    """A ranker that is asked each question once, however often it is measured."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self.answers: dict[str, Sequence[str]] = {}
        self.seconds = 0.0  # that all answers took

    def __call__(self, question: str, size: int) -> Sequence[str]:
        if question not in self.answers:
            start = time.perf_counter()
            self.answers[question] = self._ranker(question, max(size, 10))
            self.seconds += time.perf_counter() - start
        return self.answers[question][:size]


def _value(system: str, ranker: Ranker, asked: Sequence[Question], measure: Measure) -> str:
    """The measure; of a system that is slow, over fewer questions, of which it says how many."""
    of = asked[:: max(1, len(asked) // _SAMPLE.get(system, len(asked)))]
    return f"{measure(ranker, of):.3f}" + (f" ({len(of)})" if len(of) < len(asked) else "")


def _ranking(bench: _Bench, corpus: corpora.Corpus) -> None:
    real = corpus.papers[: corpus.real]
    indexes = [
        (
            list(questions.untitled(corpus.papers)),
            [("A1", questions.titles(real), measures.recall)],
        ),
        (
            corpus.papers,
            [
                ("A2", questions.titles(real), measures.first),
                ("A3", questions.mistyped(real), measures.first),
                ("A4", questions.mistyped(real), measures.recall),
                ("A5", questions.shortened(real), measures.first),
                ("A6", questions.shortened(real), measures.recall),
            ],
        ),
        (
            list(questions.second_halves(corpus.papers)),
            [("B", questions.first_halves(real), measures.recall)],
        ),
    ]
    table = _Table(bench.systems)
    for papers, rows in indexes:
        values: dict[str, dict[str, str]] = {name: {} for name, _, _ in rows}
        took: dict[str, str] = {}
        for system in bench.systems:
            if not bench.asks(system, len(papers)):
                continue
            with bench.ranker(system, papers) as ranker:
                once = _Once(ranker)
                for name, asked, measure in rows:
                    values[name][system] = _value(system, once, asked, measure)
            took[system] = f"{once.seconds / max(1, len(once.answers)) * 1000:.0f}"
        for name, asked, _ in rows:
            table.row(_WANTED[name], len(asked), values[name])
        table.row("   ms a question", len(rows[0][1]), took)


def _calibration(bench: _Bench, real: Sequence[Paper]) -> None:
    """How hard the padding is: half the real papers are asked for, among as many of each kind."""
    shuffled = random.Random(corpora.SEED).sample(list(real), len(real))
    asked, others = shuffled[: len(real) // 2], shuffled[len(real) // 2 :]
    among = {"real papers": others}
    for kind in corpora.KINDS:
        of_others = corpora.padded(others, "", 2 * len(others), kind)
        among[kind] = list(of_others.papers[len(others) :])
    print(f"How hard the padding is: BM25, {len(asked):,} real papers and as many others\n")
    print(f"{'':<20}{'title → abstract':>20}{'half → half':>16}   (the first answer is right)")
    for name, padding in among.items():
        papers = [*asked, *padding]
        first = measures.first(
            peers.bm25(list(questions.untitled(papers))), questions.titles(asked)
        )
        second = measures.first(
            peers.bm25(list(questions.second_halves(papers))), questions.first_halves(asked)
        )
        print(f"{name:<20}{first:>20.3f}{second:>16.3f}", flush=True)


def _abbreviations(bench: _Bench, real: Sequence[Paper], source: str) -> None:
    written = questions.abbreviated(real)
    print(
        f"\n{len(real):,} {source}; of other papers nobody has judged what their short forms mean.\n"
    )
    table = _Table(bench.systems)
    values, without = {}, {}
    for system in bench.systems:
        if bench.asks(system, len(real)):
            with bench.ranker(system, written.papers) as ranker:
                values[system] = _value(system, ranker, written.questions, measures.precision)
    if "ours" in bench.systems:
        with bench.ranker("ours", written.papers, abbreviated=False) as ranker:
            without["ours"] = _value("ours", ranker, written.questions, measures.precision)
    table.row("C  long form → only the abbreviation, MAP", len(written.questions), values)
    table.row("C  … without the dictionary", len(written.questions), without)
    if "ours" in bench.systems:
        untitled = list(questions.untitled(real))
        both = {}
        for abbreviated in (True, False):
            with bench.ranker("ours", untitled, abbreviated=abbreviated) as ranker:
                both[abbreviated] = measures.recall(ranker, questions.titles(real))
        print(f"   A with the dictionary {both[True]:.3f}, without {both[False]:.3f}")


def _relations(bench: _Bench, corpus: corpora.Corpus) -> None:
    if "ours" not in bench.systems:
        return
    from tests.bench.search import ours

    halves, pairs = questions.split(corpus.papers)
    asked = pairs[: corpus.real]
    start = time.perf_counter()
    found = measures.other_half(ours.neighbours(halves), asked)
    seconds = time.perf_counter() - start
    nobodys = measures.nobodys(
        ours.neighbours(corpus.papers), [paper.slug for paper in corpus.papers]
    )
    print(
        f"D  related: the other half among ten {found:.3f} (of {len(asked):,}; {seconds:.0f} s for "
        f"{len(halves):,}), papers that are nobody's neighbour {nobodys:.1%}",
        flush=True,
    )


def _costs(bench: _Bench, corpus: corpora.Corpus) -> None:
    pickled = bench.fresh()
    with open(pickled, "wb") as file:
        pickle.dump(
            [
                replace(paper, origins={}, said={}, mathematics={}, links={})
                for paper in corpus.papers
            ],
            file,
        )
    for system in bench.systems:
        if system == "lunr" or not bench.asks(system, len(corpus.papers)):
            continue
        cost = costs.of(system.lower(), pickled, bench.fresh())
        print(
            f"F  indexing, {system:<10}{cost.seconds:>8.1f} s{cost.memory:>8,.0f} MB memory"
            f"{cost.size:>8.1f} MB in {cost.files:,} files",
            flush=True,
        )


def _browser(bench: _Bench, corpus: corpora.Corpus) -> None:
    """E, of titles and of what people rather type: two to four of their longer words."""
    if bench.chromium is None:
        return
    chance = random.Random(corpora.SEED)
    some = chance.sample(corpus.papers[: corpus.real], _READERS)
    titles = [paper.title for paper in some]
    shorter = [_typed(title, chance) for title in titles]
    print(f"\nE  {browser.HEADING}")
    for name, asked in (("words", shorter), ("titles", titles)):
        if "ours" in bench.systems:
            from tests.bench.search import ours

            site = bench.site()
            index = bench.kept("ours", corpus, lambda at: ours.written(corpus.papers, at))
            for where in (browser.dialog, browser.page):
                reading = where(bench.chromium, index, site, asked)
                print(f"   {f'ours, {where.__name__}, {name}':<26}{reading}", flush=True)
        for system, write in (("lunr", peers.write_lunr), ("Pagefind", _with_pagefind)):
            if bench.asks(system, len(corpus.papers)):
                folder = bench.kept(system, corpus, lambda at, w=write: w(corpus.papers, at))
                reading = browser.peer(bench.chromium, system, folder, asked)
                print(f"   {f'{system}, {name}':<26}{reading}", flush=True)


def _typed(title: str, chance: random.Random) -> str:
    words = [word.strip(":,.") for word in title.split() if len(word) > 4] or title.split()
    return " ".join(words[: chance.choice((2, 3, 4))])


def _with_pagefind(papers: Sequence[Paper], folder: Path) -> None:
    peers.write_pages(papers, folder)
    subprocess.run(peers.pagefind_command(folder), check=True)
