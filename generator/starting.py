"""A publication from nothing: the files with which one begins.

They are in the folder ``starter``, as they will stand; words in braces are filled in. A publication
has no code: Broadsheet is a dependency of it, which is raised by changing a version.
"""

from __future__ import annotations

import json
import re
from functools import partial
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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
    pinned = (f"{one.name}=={one.version}\n" for one in needed())
    made["requirements/run.txt"] = "".join([*pinned, f"{requirement}\n"]).encode()
    return made


def needed() -> list[metadata.Distribution]:
    """The distributions that Broadsheet needs, by name, in the versions with which this one works."""
    found: dict[str, metadata.Distribution] = {}
    waiting = ["broadsheet"]
    while waiting:
        for line in metadata.distribution(waiting.pop()).requires or ():
            requirement = Requirement(line)
            name = canonicalize_name(requirement.name)
            is_for_here = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if is_for_here and name not in found:
                found[name] = metadata.distribution(name)
                waiting.append(name)
    return [found[name] for name in sorted(found)]


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
