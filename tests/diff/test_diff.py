"""``broadsheet diff`` in real repositories: what a pull request would be told."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import main
from tests.conftest import REPOSITORY, Run
from tests.test_content import write

CONFIGURATION = """\
site_name: Fish Papers
site_url: https://fish.example/
theme: {name: material, language: en}
plugins:
  - broadsheet:
      authority: fish.example
      year: 2025
"""
FILES = {
    "mkdocs.yml": CONFIGURATION,
    "docs/about.md": "# About\n",
    "README.md": "# Fish Papers\n",
    "content/listings/2025-10-29-a.jsonl": "".join(
        json.dumps(record) + "\n"
        for record in (
            {"title": "Salmon and Trout", "abstract": "On fish.", "arxiv_id": "2510.00001"},
            {"title": "Of Carps", "abstract": "On fish that are carps.", "arxiv_id": "2510.00002"},
        )
    ),
    "content/listings/2025-10-30-b.jsonl": json.dumps(
        {"title": "Herring", "abstract": "On fish and their birds.", "arxiv_id": "2510.00003"}
    )
    + "\n",
    "content/papers/herring.yml": "note: Good.\n",
    "content/papers/a-book-of-eels.yml": "title: A Book of Eels\nlisted: 2025-10-28\n",
    "content/topics/fish.md": "---\ntitle: Fish\nmatch: [fish]\n---\nFish live in water.\n",
}


def git(folder: Path, *arguments: str) -> str:
    settings = (
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@b.example",
        "-c",
        "protocol.file.allow=always",
    )
    ran = subprocess.run(
        ["git", *settings, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
    )
    return ran.stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="session")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("diff") / "fish", FILES)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


@pytest.fixture(scope="session")
def frozen(committed: Path, broadsheet: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a ledger."""
    folder = tmp_path_factory.mktemp("frozen") / "fish"
    shutil.copytree(committed, folder)
    broadsheet("freeze", cwd=folder)
    commit(folder)
    return folder


@pytest.fixture
def here(committed: Path, tmp_path: Path) -> Path:
    """A publication in a repository of its own, as it was committed."""
    return Path(shutil.copytree(committed, tmp_path / "fish", symlinks=True))


@pytest.fixture
def diff(here: Path) -> Callable[..., str]:
    """What the command prints; in this process, as starting one takes longer than all the rest."""

    def run(
        *arguments: str | Path, cwd: Path = here, code: int = 0, env: dict | None = None
    ) -> str:
        with contextlib.chdir(cwd):
            ran = CliRunner().invoke(
                main, ["diff", *map(str, arguments)], env={"GITHUB_ACTIONS": "", **(env or {})}
            )
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exc_info
        assert ran.exit_code == code, ran.output
        return ran.stderr if code else ran.stdout_bytes.decode("utf-8")

    return run


def added(text: str, **fields: str) -> str:
    return json.dumps({"title": text, "abstract": "On fish.", **fields}) + "\n"


# --- what is told -------------------------------------------------------------------------


def test_a_listing_that_is_added(diff, here: Path):
    write(
        here,
        {
            "content/listings/2025-10-31-c.jsonl": added("Sharks")
            + added("Rays", organization="Sea Lab")
            + added("Herring", arxiv_id="2510.00003", comments=3).replace(
                "fish.", "fish and their birds."
            )
        },
    )
    base = git(here, "rev-parse", "--short=12", "HEAD")
    assert diff() == (
        f"""\
**2 papers added, 1 listed again; 1 listing added; 1 organization added; 2 feeds get 2 new entries; \
no page moves.**

### Papers

Added on 31 Oct 2025, from `listings/2025-10-31-c.jsonl`:

- **Sharks**, in `fish`
- **Rays**, in `fish`

Listed again, with nothing new but numbers: Herring

### Feeds

| Feed | New entries |
| --- | --- |
| `all` | 2: Sharks; Rays |
| `fish` | 2: Sharks; Rays |

### Listings and organizations

Listings added:

- `2025-10-31-c.jsonl`, 3 papers

New days: 31 Oct 2025

New organizations: Sea Lab

Compared with `{base}`.
"""
    )


def remove(here: Path, *names: str) -> None:
    for name in names:
        (here / name).unlink()


def replaced(here: Path, name: str, old: str, new: str) -> None:
    said = (here / name).read_text("utf-8")
    assert old in said
    (here / name).write_text(said.replace(old, new), "utf-8")


# A change, and what is said of it.
TOLD = {
    "nothing": (lambda here: None, ["**Nothing changes for readers or subscribers.**\n\nCompared"]),
    "nothing that counts": (
        lambda here: write(here, {"content/papers/herring.yml": "# As it was.\nnote: Good.\n"}),
        ["**Nothing changes"],
    ),
    "a paper is corrected": (
        lambda here: write(
            here, {"content/papers/of-carps.yml": "title: On Carps\nlinks: {code: 'https://carp.example/'}\n"}
        ),
        [
            "**1 paper corrected; 2 feeds show 1 entry as updated; no page moves.**",
            "- [On Carps](https://fish.example/papers/of-carps/)\n  - title: Of Carps → On Carps\n",
            "  - link `code`: *none* → https:\u2060//carp.example/\n",
        ],
    ),
    "a paper gets other topics": (
        lambda here: write(here, {"content/papers/of-carps.yml": "topics: []\n"}),
        [
            "**1 paper corrected; 1 feed loses 1 entry; no page moves.**",
            "- [Of Carps](https://fish.example/papers/of-carps/)\n  - topics: − `fish`\n",
            "> - 1 entry would vanish from `fish`: Of Carps\n",
        ],
    ),
    "a paper is added by hand": (
        lambda here: write(
            here, {"content/papers/tuna.yml": "title: Tuna\nlisted: 2025-10-30\ntopics: [fish]\n"}
        ),
        [
            "**1 paper added; 2 feeds get 1 new entry; no page moves.**",
            "- **Tuna**, in `fish`; on 30 Oct 2025, from `papers/tuna.yml`",
        ],
    ),
    "a topic is added": (
        lambda here: write(
            here, {"content/topics/birds.md": "---\ntitle: Birds\nmatch: [birds]\n---\nBirds fly.\n"}
        ),
        [
            "**1 paper in other topics; 1 topic added; 1 feed is new; no page moves.**",
            "- **Birds** (`birds`), 1 paper: Herring",
            "- `birds` (Birds), 1 entry",
        ],
    ),
    "a topic is changed": (
        lambda here: write(
            here,
            {
                "content/topics/fish.md": "---\ntitle: All fish\nmatch: [fish, eels]\nexclude: [birds]\n---\n"
                "Fish live in rivers.\n"
            },
        ),
        [
            "1 topic changed",
            "- [All fish](https://fish.example/topics/fish/)\n  - title: Fish → All fish\n",
            "  - introduction: Fish live in water. → Fish live in rivers.\n",
            "  - match: + “eels”\n  - exclude: + “birds”\n",
            "  - papers that enter, 1: A Book of Eels\n  - papers that leave, 1: Herring\n",
            "> - 1 entry would vanish from `fish`: Herring\n",
            "> - There is no ledger.",
        ],
    ),
    "a topic is removed": (
        lambda here: remove(here, "content/topics/fish.md"),
        [
            "1 topic removed; 1 feed vanishes; 1 page gone",
            "> - Those who follow this feed get nothing but errors: `fish`\n",
            "> - 1 page would be gone, and links to there dead: `/topics/fish/`",
            "Removed:\n\n- [Fish](https://fish.example/topics/fish/)",
        ],
    ),
    "an overlay is renamed": (
        lambda here: (here / "content/papers/a-book-of-eels.yml").rename(
            here / "content/papers/eels.yml"
        ),
        [
            "**1 paper renamed; 1 feed gets 1 new entry, 1 loses 1 entry; 1 page gone.**",
            "[A Book of Eels](https://fish.example/papers/a-book-of-eels/): `a-book-of-eels` → `eels`",
            "> - 1 page would be gone, and links to there dead: `/papers/a-book-of-eels/`",
        ],
    ),
    "a paper is removed": (
        lambda here: (here / "content/listings/2025-10-29-a.jsonl").write_text(
            FILES["content/listings/2025-10-29-a.jsonl"].partition("\n")[0]
        ),
        [
            "**1 paper removed; 2 feeds lose 1 entry; 1 page gone.**",
            "- [Of Carps](https://fish.example/papers/of-carps/), 29 Oct 2025",
            "> - 1 entry would vanish from `all`, `fish`: Of Carps\n",
        ],
    ),
    "two papers are one": (
        lambda here: write(here, {"content/papers/salmon-and-trout.yml": "arxiv_id: 2510.00002\n"}),
        [
            "1 merged into others",
            "1 page moved",
            "- [Of Carps](https://fish.example/papers/of-carps/) is the same paper as "
            "[Of Carps](https://fish.example/papers/salmon-and-trout/)",
            "- `/papers/of-carps/` → `/papers/salmon-and-trout/`",
        ],
    ),
    "the authority changes": (
        lambda here: replaced(here, "mkdocs.yml", "authority: fish.example", "authority: carp.example"),
        [
            "**1 setting of the publication changed; no page moves.**",
            "> - The authority changes from fish.example to carp.example, and so the ids of all entries",
            "- authority: fish.example → carp.example",
            "This also changes 1 file outside of `content/`, to be reviewed as code: `mkdocs.yml`",
        ],
    ),
    "the site moves": (
        lambda here: replaced(here, "mkdocs.yml", "https://fish.example/", "https://else.example/x"),
        [
            "> - The site moves from https:\u2060//fish.example/ to https:\u2060//else.example/x/",
        ],
    ),
    "a listing's sidecar": (
        lambda here: write(here, {"content/listings/2025-10-29-a.yml": "source: https://fish.example/\n"}),
        [
            "**1 listing changed; no page moves.**",
            "- `2025-10-29-a.jsonl`\n  - source: *none* → https:\u2060//fish.example/",
        ],
    ),
    "code": (
        lambda here: (
            write(here, {"a b/`x`.py": "", "content/listings/README.md": "", "docs/new.md": "# New\n"}),
            remove(here, "README.md"),
        ),
        [
            "**Nothing changes",
            "This also changes 3 files outside of `content/`, to be reviewed as code: `README.md`, "
            "``a b/`x`.py``, `docs/new.md`",
        ],
    ),
    "the ledger": (
        lambda here: write(here, {"content/ledger/2025/2025-10-30.jsonl": ""}),
        ["> - The ledger changes, where nobody but `broadsheet freeze` writes: `content/ledger/2025/2025-10"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TOLD)
def test_a_change_is_told(diff, here: Path, what: str):
    change, expected = TOLD[what]
    change(here)
    said = diff("HEAD")
    for one in expected:
        assert one in said
    if not any("> - " in one for one in expected):
        assert "WARNING" not in said


# The same with a ledger, and what is said then.
KEPT = {
    "a topic is removed": ["1 feed ends", "get nothing new any more: `fish`", "`/topics/fish/`"],
    "a paper is removed": [
        "**1 paper removed; 2 feeds show 1 entry as updated; 1 page left empty.**",
        "Say only, from now on, that the paper is no longer listed:\n\n- `/papers/of-carps/`\n",
    ],
    "two papers are one": ["1 page moved", "| `all` | 2: Of Carps; Of Carps |"],
    "an overlay is renamed": [
        "**1 paper renamed; 1 feed gets 1 new entry, 1 shows 1 entry as updated; 1 page left empty.**",
    ],
    "a topic is changed": ["1 topic changed", "papers that leave, 1: Herring"],
}


@pytest.mark.parametrize("what", KEPT)
def test_with_a_ledger_nobody_loses_an_entry(diff, frozen: Path, tmp_path: Path, what: str):
    there = Path(shutil.copytree(frozen, tmp_path / "frozen"))
    TOLD[what][0](there)
    said = diff("HEAD", cwd=there)
    for one in KEPT[what]:
        assert one in said
    assert "vanish" not in said
    assert "no ledger" not in said


def test_a_strangers_texts_do_nothing(diff, here: Path):
    write(
        here,
        {
            "content/listings/2025-10-31-c.jsonl": added(
                "@me closes #1 ![x](https://evil.example/x.png) <img src=x> | **b** www.evil.example `c`"
            ),
            "content/papers/herring.yml": (
                "note: '[x](https://evil.example/) <!-- :tada: GH-1 \u202e 01234567'\n"
            ),
        },
    )
    said = diff()
    assert (
        "- **@\u2060me closes \\#\u20601 !\\[x\\](https:\u2060//evil.example/x.png) &lt;img src=x&gt; &#124; "
        "\\*\\*b\\*\\* www\u2060.evil.example \\`c\\`**, in `fish`" in said
    )
    assert (
        "- note: Good. → \\[x\\](https:\u2060//evil.example/) &lt;!-- :\u2060tada: GH-\u20601 012345\u206067"
        in said
    )


# --- what is compared ---------------------------------------------------------------------


def test_without_a_ref_it_is_where_the_branch_left_the_default_branch(
    diff, here: Path, tmp_path: Path
):
    def add(name: str) -> None:
        write(here, {f"content/papers/{name}.yml": f"title: {name}\nlisted: 2025-10-30\n"})

    base = git(here, "rev-parse", "HEAD")
    git(here, "checkout", "--quiet", "-b", "work")
    add("mine")
    commit(here)
    add("mine-as-well")
    git(here, "checkout", "--quiet", "main")
    add("theirs")
    git(here, "add", "content/papers/theirs.yml")
    git(here, "commit", "--quiet", "--message", "x")
    git(here, "checkout", "--quiet", "work")
    said = diff()
    assert f"Compared with `{base[:12]}`." in said
    assert "**2 papers added;" in said
    # The default branch of where it comes from counts more than one of this clone.
    git(here, "stash", "--quiet", "--include-untracked")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--branch", "work", str(here), str(clone))
    git(clone, "branch", "main")
    git(clone, "remote", "set-head", "origin", "main")
    said = diff(cwd=clone)
    assert f"Compared with `{base[:12]}`." in said
    assert "**1 paper added;" in said


@pytest.mark.parametrize(
    "ref", ["main", "HEAD", "v1", "HEAD~0", "{hash}", "{short}", "refs/heads/main"]
)
def test_a_ref_may_be_whatever_git_takes(diff, here: Path, ref: str):
    base = git(here, "rev-parse", "HEAD")
    git(here, "tag", "--annotate", "--message", "x", "v1")
    said = diff(ref.format(hash=base, short=base[:8]))
    assert said.endswith(f"Compared with `{base[:12]}`.\n")


@pytest.mark.parametrize(
    "ref",
    ["nowhere", "--all", "--output=x", "HEAD:README.md", "", " ", "a\nb", "HEAD..HEAD", "0" * 40],
)
def test_a_ref_that_is_none_is_a_wrong_command_line(diff, here: Path, ref: str):  # fmt: skip
    before = sorted(here.iterdir())
    assert "no commit" in diff("--", ref, code=2)
    assert sorted(here.iterdir()) == before


def test_an_option_is_no_ref(diff):
    assert "No such option" in diff("--all", code=2)


def test_a_shallow_clone_says_what_to_fetch(diff, here: Path, tmp_path: Path):
    old = git(here, "rev-parse", "HEAD")
    git(here, "checkout", "--quiet", "-b", "work")
    commit(here)
    git(here, "checkout", "--quiet", "main")
    shallow = ("--depth=1", "--no-single-branch", "--branch", "work")
    git(tmp_path, "clone", "--quiet", *shallow, here.as_uri(), "clone")
    clone = tmp_path / "clone"
    assert "(this is a shallow clone); fetch it" in diff("HEAD~1", cwd=clone, code=2)
    assert "--unshallow" in diff(cwd=clone, code=2)
    git(clone, "fetch", "--quiet", "--unshallow")
    assert f"`{old[:12]}`" in diff(cwd=clone)


def test_outside_of_git_it_is_a_wrong_command_line(diff, tmp_path: Path):
    write(tmp_path / "plain", FILES)
    assert "is in no git repository" in diff(cwd=tmp_path / "plain", code=2)
    git(tmp_path / "plain", "init", "--quiet")
    assert 'no commit "HEAD"' in diff(cwd=tmp_path / "plain", code=2)


def test_without_git_it_is_a_wrong_command_line(diff):
    assert "git can't be run" in diff(env={"PATH": "/nowhere"}, code=2)


def test_the_publication_may_be_anywhere_in_the_repository(diff, tmp_path: Path):
    there = write(tmp_path / "all/of/it", FILES)
    git(tmp_path / "all", "init", "--quiet", "--initial-branch=main")
    commit(there)
    write(there, {"content/papers/herring.yml": "note: Bad.\n", "../else.txt": ""})
    for cwd in (there, there / "content/papers"):
        said = diff(cwd=cwd)
        assert "- note: Good. → Bad." in said
        assert "outside of `of/it/content/`, to be reviewed as code: `of/else.txt`" in said
    assert diff("--config-file", "of/it/mkdocs.yml", cwd=tmp_path / "all") == said


def test_another_content_folder_is_compared_with_itself(diff, here: Path, tmp_path: Path):
    write(here, {"more/listings/2025-10-29-a.jsonl": added("Whales")})
    commit(here)
    write(here, {"more/listings/2025-10-29-a.jsonl": added("Whales") + added("Seals")})
    said = diff("HEAD", "--content", "more")
    assert "**1 paper added;" in said
    assert "- **Seals**" in said
    shutil.copytree(here / "content", tmp_path / "elsewhere")
    assert "is outside of" in diff("--content", tmp_path / "elsewhere", code=2)


def test_a_content_folder_that_was_elsewhere_is_found(diff, here: Path):
    (here / "content").rename(here / "words")
    replaced(here, "mkdocs.yml", "year: 2025", "year: 2025\n      content: words")
    said = diff()
    assert said.startswith("**Nothing changes")
    assert (
        "This also changes 1 file outside of `words/`, to be reviewed as code: `mkdocs.yml`" in said
    )


def test_attributes_leave_nothing_out(diff, here: Path):
    write(here, {".gitattributes": "/content/** export-ignore\n*.yml export-subst filter=x\n"})
    commit(here)
    assert diff("HEAD").startswith("**Nothing changes")


def test_links_are_followed_within_the_repository_alone(diff, here: Path, tmp_path: Path):
    (here / "content/topics").rename(here / "content/.shared")
    write(here, {"content/.shared/one.yml": "note: Linked.\n"})
    (here / "content/.shared/one.yml").rename(here / "content/.one.yml")
    (here / "content/topics").symlink_to(".shared")
    (here / "content/papers/of-carps.yml").symlink_to("../.one.yml")
    commit(here)
    assert diff("HEAD").startswith("**Nothing changes")
    (tmp_path / "outside.yml").write_text("note: Secret.\n")
    (here / "content/papers/salmon-and-trout.yml").symlink_to(tmp_path / "outside.yml")
    commit(here)
    remove(here, "content/papers/salmon-and-trout.yml")
    said = diff("HEAD")
    assert "can't be read. So this compares with nothing" in said
    assert "content/papers/salmon-and-trout.yml: a link to nothing in the repository" in said


def test_no_code_of_the_old_configuration_runs(diff, here: Path, tmp_path: Path):
    mark = tmp_path / "ran"
    write(
        here,
        {
            "hook.py": f"open({str(mark)!r}, 'w')\n",
            "base.yml": "site_url: https://fish.example/\ntheme: {name: material, language: de}\n",
            "mkdocs.yml": CONFIGURATION.replace(
                "site_url: https://fish.example/", "INHERIT: base.yml"
            )
            .replace("theme: {name: material, language: en}\n", "")
            .replace("plugins:", "plugins:\n  - nowhere")
            + "hooks: [hook.py]\nmarkdown_extensions:\n  - toc:\n      slugify: !!python/name:nowhere.x\n"
            "extra: !!python/object/apply:os.system ['touch " + str(mark) + "']\n",
        },
    )
    commit(here)
    write(here, {"mkdocs.yml": CONFIGURATION})
    remove(here, "hook.py", "base.yml")
    said = diff("HEAD")
    assert not mark.exists()
    assert "### The publication\n\n- language: de → en\n" in said
    assert "NOTE" not in said


def test_what_a_configuration_inherits_is_joined_as_mkdocs_does(diff, here: Path):
    """A mapping with what the one above says, in any depth; a list instead of it."""
    write(
        here,
        {
            "base.yml": "theme: {name: material, language: de}\nplugins:\n  broadsheet:\n"
            "    authority: fish.example\n    year: 2025\n",
            "mkdocs.yml": "INHERIT: base.yml\nsite_name: Fish Papers\nsite_url: https://fish.example/\n"
            "theme: {palette: []}\nplugins:\n  broadsheet: {content: content}\n",
        },
    )
    commit(here)
    assert diff("HEAD").startswith("**Nothing changes")


# --- what is wrong ------------------------------------------------------------------------


def test_errors_in_the_new_content_are_listed(diff, here: Path):
    write(here, {"content/papers/herring.yml": "noote: x\ntopics: [birds]\n"})
    said = diff(code=1)
    assert said.startswith("content/papers/herring.yml:1: noote: no such field; did you mean")
    assert "2 errors" in said


BROKEN = {
    "content": (
        {"content/papers/herring.yml": "noote: <b>\n"},
        "content/papers/herring.yml:1: noote: no such field; did you mean \"note\"?",
    ),
    "configuration": (
        {"mkdocs.yml": CONFIGURATION.replace("fish.example\n", "No Domain\n")},
        "mkdocs.yml: authority: no domain in lower case",
    ),
    "a year that is none": (
        {"mkdocs.yml": CONFIGURATION.replace("year: 2025", "year: [2025]")},
        "mkdocs.yml: ",
    ),
    "YAML": ({"mkdocs.yml": "a: [\n"}, "mkdocs.yml: not valid YAML"),
    "a configuration that is a list": ({"mkdocs.yml": "- a\n"}, "mkdocs.yml: holds no settings"),
    "a configuration that inherits from itself": ({"mkdocs.yml": "INHERIT: mkdocs.yml\n"}, "mkdocs.yml: "),
    "a name that holds itself": ({"mkdocs.yml": CONFIGURATION + "site_name: &a [*a]\n"}, "mkdocs.yml: "),
    "values that hold themselves, joined": (
        {"mkdocs.yml": "INHERIT: base.yml\nextra: &a {a: *a}\n", "base.yml": "extra: &a {a: *a}\n"},
        "mkdocs.yml: a value that holds itself",
    ),
    "content elsewhere": (
        {"mkdocs.yml": CONFIGURATION + "      content: /etc\n"},
        "mkdocs.yml: content: outside of the repository",
    ),
    "content further up": (
        {"mkdocs.yml": CONFIGURATION + "      content: ../..\n"},
        "mkdocs.yml: content: outside of the repository",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_repairs_a_broken_publication_is_compared_with_nothing(diff, here: Path, what: str):
    files, error = BROKEN[what]
    write(here, files)
    base = commit(here)
    write(here, FILES)
    said = diff("HEAD", env={"GITHUB_ACTIONS": "true"})
    assert said.startswith(
        f"> [!NOTE]\n> `{base[:12]}` can't be read. So this compares with nothing, and everything counts "
        "as added:\n>\n> - "
    )
    assert error in said.replace("\u2060", "").replace("\\_", "_")
    assert "**4 papers added; 1 topic added;" in said
    assert "/broadsheet-" not in said, "no temporary folder is named"


def test_before_there_was_a_publication_there_was_nothing(diff, here: Path):
    remove(here, "mkdocs.yml")
    commit(here)
    write(here, {"mkdocs.yml": CONFIGURATION})
    said = diff("HEAD")
    assert "> - mkdocs.yml: there is no such file in that commit" in said


def test_a_submodule_cant_be_compared(diff, here: Path, committed: Path):
    shutil.rmtree(here / "content")
    git(here, "submodule", "--quiet", "add", str(committed), "sub")
    replaced(here, "mkdocs.yml", "year: 2025", "year: 2025\n      content: sub/content")
    commit(here)
    assert "> - sub/content: there is nothing of that name in that commit" in diff("HEAD")


# --- as JSON, and from it -----------------------------------------------------------------


def test_what_was_printed_as_json_is_shown_the_same(diff, here: Path, tmp_path: Path):
    write(here, {"content/papers/herring.yml": "note: Bad.\ntitle: Hering — 鯡\n", "x.py": ""})
    as_json, said = diff("--json"), diff()
    (tmp_path / "changes.json").write_text(as_json, "utf-8")
    assert json.loads(as_json)["papers_changed"]["total"] == 1
    assert diff("--of", tmp_path / "changes.json") == said
    assert diff("--of", tmp_path / "changes.json", "--json") == as_json
    git(here, "stash", "--quiet", "--include-untracked")
    assert diff("--of", tmp_path / "changes.json") == said, "nothing is compared"


def test_it_is_written_in_utf_8_wherever_it_runs(here: Path, tmp_path: Path):
    write(here, {"content/papers/herring.yml": "title: Hering — 鯡\n"})
    made = []
    for more in ({"LC_ALL": "C", "PYTHONUTF8": "0"}, {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"}):
        ran = subprocess.run(
            [sys.executable, "-m", "generator", "diff", "--json"],
            cwd=here,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), **more},
            capture_output=True,
            check=True,
        )
        made.append(ran.stdout)
    assert made[0] == made[1]
    assert "Hering — 鯡" in made[0].decode("utf-8")
    (tmp_path / "changes.json").write_bytes(made[0])
    with (tmp_path / "changes.json").open("rb") as file:
        ran = subprocess.run(
            [sys.executable, "-m", "generator", "diff", "--of", "-"],
            cwd=here,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "LC_ALL": "C", "PYTHONUTF8": "0"},
            stdin=file,
            capture_output=True,
            check=True,
        )
    assert "Hering — 鯡" in ran.stdout.decode("utf-8")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"\xff", b"[" * 3_000_000, b"null", b'{"papers_added": 1}']
)
def test_a_hostile_file_is_refused_in_a_line(diff, tmp_path: Path, data: bytes):
    (tmp_path / "changes.json").write_bytes(data)
    said = diff("--of", tmp_path / "changes.json", code=1)
    assert said.startswith(f"{tmp_path.as_posix()}/changes.json: not ")
    assert said.count("\n") == 1
    assert len(said) < 1_000


def test_of_compares_nothing(diff, tmp_path: Path):
    (tmp_path / "changes.json").write_text("{}")
    assert "leave out REF" in diff("main", "--of", tmp_path / "changes.json", code=2)
    assert "does not exist" in diff("--of", tmp_path / "nowhere.json", code=2)
