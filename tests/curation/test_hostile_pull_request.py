"""A pull request that means harm: nothing runs, nothing is written outside, refusals are clear and cheap."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from generator import content
from tests.conftest import REPOSITORY, Run, patience
from tests.test_content import write

# Each does something at once, if it is taken for what it looks like.
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><iframe src=javascript:alert(1)>',
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<https://evil.example/>",
    "`a` **b** # c",
    "{{ 7*7 }}{% include '/etc/passwd' %}",
    "$(touch CANARY) `touch CANARY` ; touch CANARY",
    "]]></title><script>alert(1)</script>",
    "-->\n<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "::error file=x::forged\n::set-output name=x::y",
    "\u202egnp.exe\u2066\u200b\u2028",
    "=cmd|' /C calc'!A0",
)
PAYLOAD = " ".join(PAYLOADS).replace("\n", " ")
CONFIGURATION = """\
site_name: X
site_url: https://x.example/
docs_dir: site_src
theme: {name: material, custom_dir: THEME, font: false, favicon: assets/favicon.svg}
plugins:
- broadsheet: {authority: x.example, year: 2025}
repo_url: https://github.example/x/y
edit_uri: edit/main/site_src/
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A publication in a repository, with nothing in it yet."""
    folder = tmp_path / "clone"
    theme = str(REPOSITORY / "generator" / "theme")
    write(folder, {"mkdocs.yml": CONFIGURATION.replace("THEME", theme), ".git/HEAD": ""})
    write(folder, {"site_src/about.md": "# About\n"})
    return folder


def hostile() -> dict[str, str]:
    """Content that is right in form, with payloads wherever a text may stand."""
    record = {
        "title": f"One {PAYLOAD}",
        "abstract": PAYLOAD,
        "summary": PAYLOAD,
        "authors": [PAYLOAD[:250], "Ann"],
        "organization": {"handle": PAYLOAD[:250], "name": PAYLOAD[250:500]},
    }
    text = f"Words. {PAYLOAD} {'word ' * 60}."
    capture = f"Oct 30\n\nTwo {PAYLOADS[0]}\n\n{text}\n\n• 7 authors\n·\nOct 29, 2025\n"
    day = [
        {
            "paper": {"id": "2510.00001", "title": f"Three {PAYLOAD}", "summary": PAYLOAD},
            "title": f"Three {PAYLOAD}",
            "organization": {"name": PAYLOAD[:250], "fullname": PAYLOAD[:250]},
        }
    ]
    quoted = json.dumps(PAYLOAD[:290])
    return {
        "listings/2025-10-29-a.jsonl": json.dumps(record) + "\n",
        "listings/2025-10-29-a.yml": f"query: {quoted}\n",
        "listings/2025-10-30-b.txt": capture,
        "listings/2025-10-31-c.json": json.dumps(day),
        "papers/mine.yml": f"title: {json.dumps('Four ' + PAYLOAD)}\nlisted: 2025-10-30\n"
        f"note: {json.dumps(PAYLOAD)}\nsummary: {json.dumps(PAYLOAD)}\nauthors: [{quoted}]\n"
        f"organization: {quoted}\ntopics: [x]\n"
        'links: {code: "https://x.example/?a=\'><script>alert(1)</script>"}\n'.replace(
            "'><script>alert(1)</script>", "%3Cscript%3E&b=(1)*_*"
        ),
        "topics/x.md": f"---\ntitle: {json.dumps(PAYLOAD)}\nmatch: [one, two, three]\n---\nText.\n",
    }


class Active(HTMLParser):
    """Finds in a page what would run, load, or lead somewhere it shouldn't."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found = page, []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in ("iframe", "object", "embed", "base", "svg", "math", "audio", "video", "img"):
            self.found.append(f"<{tag}>")
        data = ("application/json", "application/ld+json")
        if tag == "script" and "src" not in given and given.get("type") not in data:
            self.found.append("an inline script")
        for name, value in given.items():
            scheme = urlsplit(value.strip()).scheme if name in ("href", "src", "action") else ""
            if name.startswith("on") or name == "style" or name == "srcdoc":
                self.found.append(f"{tag} {name}")
            if scheme not in ("", "http", "https", "mailto"):
                self.found.append(f"{tag} {name}={value}")
            if name == "src" and urlsplit(value).netloc:
                self.found.append(f"{tag} loads {value}")


def test_nothing_that_a_stranger_writes_runs_or_loads(broadsheet: Run, clone: Path):
    write(clone / "content", hostile())
    before = {path for path in clone.parent.rglob("*") if "site" not in path.parts}
    ran = broadsheet("build", cwd=clone)
    assert not any(line.startswith("::") for line in (ran.stdout + ran.stderr).splitlines())
    pages = sorted((clone / "site").rglob("*.html"))
    assert sum(page.parent.parent.name == "papers" for page in pages) == 4
    for page in pages:
        parser = Active(page.name)
        parser.feed(page.read_text("utf-8"))
        assert not parser.found, page
    broadsheet("check", "site", cwd=clone)  # the feeds, at the strictest
    after = {path for path in clone.parent.rglob("*") if "site" not in path.parts}
    written = {path for path in after - before if not {"site_src", ".cache"} & {*path.parts}}
    assert written == set()
    assert not [path for path in clone.parent.rglob("*") if "CANARY" in path.name]
    # And what else a workflow runs over it.
    broadsheet("check", cwd=clone)


REFUSED = {
    "a link that runs": {"papers/one.yml": "links: {code: 'javascript:alert(1)'}\n"},
    "a link that is a page": {"papers/one.yml": "links: {code: 'data:text/html,<script>'}\n"},
    "a link without scheme": {"papers/one.yml": "links: {code: '//evil.example/'}\n"},
    "a link with a user": {"papers/one.yml": "links: {code: 'https://x.example@evil.example/'}\n"},
    "a link with a line in it": {
        "papers/one.yml": 'links: {code: "https://x.example/\\r\\nX: y"}\n'
    },
    "a way out of a folder": {"papers/one.yml": "topics: [../../../etc/passwd]\n"},
    "a name that is a device": {"papers/con.yml": "title: X\nlisted: 2025-10-30\n"},
    "a name with a line in it": {"papers/x\n::error::y.yml": "note: x\n"},
    "a name with dots": {"papers/x...yml": "note: x\n"},
    "a bomb of aliases": {
        "papers/one.yml": "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n"
            for a, b in zip("abcdefg", "bcdefgh", strict=True)
        )
    },
    "a tag that makes an object": {"papers/one.yml": "note: !!python/object/apply:os.system [x]\n"},
    "a merge key": {"papers/one.yml": "<<: {note: x}\n"},
    "a tower of brackets": {"papers/one.yml": "note: " + "[" * 100_000 + "\n"},
    "a number without end": {"papers/one.yml": f"author_count: {'9' * 100_000}\n"},
    "a script in an introduction": {"topics/x.md": "---\ntitle: X\n---\n<script>x</script>\n"},
    "a link in an introduction that runs": {
        "topics/x.md": "---\ntitle: X\n---\n[x](&#106;avascript:alert(1))\n"
    },
    "a wall of brackets in Markdown": {"topics/x.md": f"---\ntitle: X\n---\n{'[' * 9_000}x\n"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_harmful_in_form_is_refused(broadsheet: Run, clone: Path, name: str):
    write(clone / "content", {"listings/2025-10-29-a.jsonl": '{"title": "One"}\n', **REFUSED[name]})
    ran = broadsheet("check", cwd=clone, code=1, env={"GITHUB_ACTIONS": "true"})
    assert "content/" in ran.stderr
    for line in ran.stdout.splitlines():
        assert line.startswith("::error file=content/"), line
        assert "forged" not in line.partition("::error")[0]


LARGE = 50 * 10**6  # bytes, which is more than a file of most kinds may have
READ = 9 * 10**6  # and less, so that it is read to the end
MEMORY = 3 * 10**9  # bytes of addresses, which are more than what is used
SECONDS = 200  # many times what it takes: who needs so long hangs


def large(unit: str, part: int, beginning: str = "", end: str = "", size: int = LARGE) -> bytes:
    return (beginning + unit * (size // part // len(unit.encode())) + end).encode()


HUGE = {
    "an overlay": ("papers/one.yml", lambda part: large("note: x\n", part)),
    "a topic": ("topics/x.md", lambda part: large("text ", part, "---\ntitle: X\n---\n")),
    "a sidecar": ("listings/2025-10-29-a.yml", lambda part: large("- x\n", part)),
    "small records": ("listings/2025-10-30-b.jsonl", lambda part: large('{"title":"x"}\n', part)),
    "records that are none": ("listings/2025-10-30-b.jsonl", lambda part: large("x\n", part)),
    "one line": (
        "listings/2025-10-30-b.jsonl",
        lambda part: large("x", part, '{"title": "', '"}\n'),
    ),
    "brackets": ("listings/2025-10-30-b.json", lambda part: large("[", part)),
    "small lists": ("listings/2025-10-30-b.json", lambda part: large("[],", part, "[", "[]]")),
    "blocks of text": (
        "listings/2025-10-30-b.txt",
        lambda part: large("a b\n\n", part, "Oct 30\n\n"),
    ),
    "dollars": (
        "listings/2025-10-30-b.txt",
        lambda part: large("$\\{`~", part, "Oct 30\n\nTitle\n\n"),
    ),
    "blocks that are read": (
        "listings/2025-10-30-b.txt",
        lambda part: large("a b\n\n", part, "Oct 30\n\n", "", READ // 9),
    ),
    "dollars that are read": (
        "listings/2025-10-30-b.txt",
        lambda part: large("$\\{`~", part, "Oct 30\n\nTitle\n\n", "", READ),
    ),
    "rows": ("listings/2025-10-30-b.csv", lambda part: large("a\n", part, "title\n")),
    "entries": ("listings/2025-10-30-b.bib", lambda part: large("@a{,}\n", part)),
    "elements": (
        "listings/2025-10-30-b.xml",
        lambda part: large(
            "<entry/>\n", part, '<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>"
        ),
    ),
    "a ledger": ("ledger/2025/2025-10-30.jsonl", lambda part: large('{"a":1}\n', part)),
}


# As large as above, in a process of little memory: a file of many records, of one, and of none.
IN_FULL = ("small records", "one line", "brackets")


@pytest.mark.proof
@pytest.mark.parametrize("name", IN_FULL)
def test_fifty_megabytes_cost_no_more_than_they_should(clone: Path, name: str):
    file, make = HUGE[name]
    write(clone / "content", {"listings/2025-10-29-a.jsonl": '{"title": "One"}\n', file: make(1)})
    ran = subprocess.run(
        [sys.executable, "-m", "generator", "check"],
        cwd=clone,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "GITHUB_ACTIONS": ""},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert f"content/{file}" in ran.stderr
    assert len(ran.stderr) < 400_000, "and nobody has to read as much"


@pytest.mark.parametrize("name", [name for name in HUGE if name not in IN_FULL])
def test_what_is_large_is_refused_in_few_words(
    broadsheet: Run, clone: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    """A tenth of that, where a tenth is allowed."""
    sizes = {kind: size // 10 for kind, size in content._SIZES.items()}
    monkeypatch.setattr(content, "_SIZES", sizes)
    for limit in ("_SIZE_OF_CAPTURE", "_RECORDS"):
        monkeypatch.setattr(content, limit, getattr(content, limit) // 10)
    file, make = HUGE[name]
    write(clone / "content", {"listings/2025-10-29-a.jsonl": '{"title": "One"}\n', file: make(10)})
    with patience():
        ran = broadsheet("check", cwd=clone, code=1)
    assert f"content/{file}" in ran.stderr
    assert len(ran.stderr) < 400_000, "and nobody has to read as much"
