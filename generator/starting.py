"""A publication from nothing: the files with which one begins.

They are in the folder ``starter``, as they will stand; words in braces are filled in. A publication
has no code: Broadsheet is a dependency of it, which is raised by changing a version. What that needs in turn
is locked, with hashes; a newer Broadsheet brings its own lock, which this program writes:

python -m generator.starting REQUIREMENTS
"""

from __future__ import annotations

import json
import re
import sys
from functools import partial
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from generator import output

_STARTER = Path(__file__).with_name("starter")
_FILLED = ("mkdocs.yml", "README.md")
_WORD = re.compile(r"\{(name|url|authority|year)\}")
_LEFT_BEHIND = ("__pycache__", ".DS_Store")  # by programs


def files(name: str, url: str, year: int, requirement: str) -> dict[str, bytes]:
    """Path below the publication's folder → what stands in it at first.

    ``name`` and ``url`` are the publication's, ``year`` is one in which the address was the publisher's,
    ``requirement`` is where Broadsheet comes from (PEP 508).
    """
    said = {"name": name, "url": url, "authority": urlsplit(url).hostname, "year": year}
    made = {}
    for path in sorted(_STARTER.rglob("*")):
        if path.is_dir() or not set(path.parts).isdisjoint(_LEFT_BEHIND):
            continue
        place = path.relative_to(_STARTER).as_posix()
        made[place] = path.read_bytes()
        if place in _FILLED:
            # What is JSON is YAML as well.
            write = partial(json.dumps, ensure_ascii=False) if place.endswith(".yml") else str
            filled = {word: write(value) for word, value in said.items()}
            text = made[place].decode()
            made[place] = _WORD.sub(lambda found, filled=filled: filled[found[1]], text).encode()
    made["requirements/broadsheet.txt"] = f"{requirement}\n".encode()
    return made


def origin() -> str:
    """Where this Broadsheet was installed from, as a requirement (PEP 508, PEP 610)."""
    here = metadata.distribution("broadsheet")
    said = here.read_text("direct_url.json")
    if said is None:
        return f"broadsheet=={here.version}"
    direct = json.loads(said)
    if "vcs_info" in direct:
        commit = direct["vcs_info"]["commit_id"]
        return f"broadsheet @ {direct['vcs_info']['vcs']}+{direct['url']}@{commit}"
    return f"broadsheet @ {direct['url']}"


if __name__ == "__main__":
    output.replace(Path(sys.argv[1]), (_STARTER / "requirements" / "run.txt").read_bytes())
