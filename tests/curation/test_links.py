"""Which links lead nowhere, in everything that people write; and which are good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator import content, output
from generator.curation import links
from generator.model import Publication
from tests.test_content import write

PUBLICATION = Publication("News", "https://news.example/daily/", authority="a.example", year=2025)

FILES = {
    "content/listings/2025-10-29-a.jsonl": "".join(
        json.dumps({"title": title, "organization": {"handle": "lab", "name": "Lab"}}) + "\n"
        for title in ("Agents at Work", "Agents at Rest", "Agents & Co", "A Survey of Surveys")
    ),
    "content/topics/agents.md": "---\ntitle: Agents\nmatch: [agents]\n---\nText.\n",
    "content/topics/surveys.md": "---\ntitle: Surveys\nmatch: [survey*]\n---\nText.\n",
    "docs/about.md": "# About\n",
    "docs/guide/index.md": "# Guide\n",
    "docs/guide/first-steps.md": "# First steps\n",
    "docs/files/poster.pdf": "%PDF",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, FILES)


def found(
    folder: Path, *, publication: Publication | None = PUBLICATION, docs: str | None = "docs"
) -> list[str]:
    catalog, omissions = content.load(folder / "content")
    assert not omissions
    of_docs = folder / docs if docs else None

    def shown(name: str | Path) -> str:
        path = (folder / "content" / name).resolve()
        return path.relative_to(folder.resolve()).as_posix()

    return [
        str(one) for one in links.problems(catalog, folder / "content", publication, of_docs, shown)
    ]


def introduction(folder: Path, source: str, **about) -> list[str]:
    """What is found in the introduction of topics/agents.md, which begins on line 5."""
    file = "content/topics/agents.md"
    write(folder, {file: f"---\ntitle: Agents\nmatch: [agents]\n---\n{source}"})
    start = f"{file}:"
    told = found(folder, **about)
    assert all(line.startswith(start) and ": introduction: a link to " in line for line in told)
    return [line.removeprefix(start).replace(" introduction: a link to ", "") for line in told]


GOOD = [
    # relative, to a page's file
    "surveys.md",
    "agents.md",
    "index.md",
    "./surveys.md#introduction",
    "../papers/agents-at-work.md",
    "../topics/surveys.md",
    "../days/2025-10-29.md",
    "../months/2025-10.md",
    "../organizations/lab.md",
    "../index.md",
    "../feeds.md",
    "../trending.md",
    "../about.md",
    "../guide/index.md",
    "../guide/first-steps.md",
    # relative, to other files: as MkDocs finds them, and as browsers do
    "../feeds/agents.xml",
    "../data/papers.jsonl",
    "../files/poster.pdf",
    "../../files/poster.pdf",
    # relative, as browsers take it
    "../surveys/",
    "../../papers/agents-at-work/",
    "../../papers/agents-at-work",
    "../../papers/agents-at-work/index.html",
    "../..",
    "#here",
    "?q=agents",
    # from the root of the host
    "/daily/",
    "/daily",
    "/daily/papers/agents-at-work/",
    "/daily/papers/agents%2Dat-work/?a=b#c",
    "/daily/feeds/all.xml",
    "/daily/feeds/organizations/lab.xml",
    "/daily/feeds/broadsheet.opml",
    "/daily/guide/",
    "/weekly/papers/agents-at-play/",
    "/",
    # whole addresses
    "https://news.example/daily/",
    "https://news.example/daily/topics/surveys/",
    "http://news.example/daily/topics/surveys/",
    "HTTPS://News.Example/daily/topics/surveys/",
    "https://news.example/",
    "https://news.example/weekly/",
    "https://news.example:8000/daily/x/",
    "https://other.example/daily/topics/x/",
    "mailto:people@news.example",
    # what others put there
    "/daily/assets/images/logo.svg",
    "../assets/images/logo.svg",
    "/daily/schemas/overlay.json",
    "/daily/search/index.json",
    "/daily/sitemap.xml",
    "/daily/404.html",
]


@pytest.mark.parametrize("href", GOOD)
def test_a_link_that_leads_somewhere(href: str, folder: Path):
    assert introduction(folder, f"See [this]({href}).\n") == []


DEAD = {
    "survey.md": "surveys.md",
    "surveys.md/": "surveys.md",
    "papers/agents-at-work.md": "../papers/agents-at-work.md",
    "../papers/agents-at-wrk.md": "../papers/agents-at-work.md",
    "../paper/agents-at-work.md": "../papers/agents-at-work.md",
    "../agents-at-work.md": None,
    "surveys": "surveys.md",
    "surveys/": "surveys.md",
    "../papers/agents-at-work/": "../papers/agents-at-work.md",
    "../surveys.md": "surveys.md",
    "../feeds/agent.xml": "../feeds/agents.xml",
    "../files/postr.pdf": "../files/poster.pdf",
    "../guide/first-step.md": "../guide/first-steps.md",
    "../zebra.md": None,
    "/daily/index.md": "/daily/",
    "../../../../zebra/": None,
    "/daily/topics/survey/": "/daily/topics/surveys/",
    "/daily/topics/surveys.md": "/daily/topics/surveys/",
    "/daily/topic/surveys/": "/daily/topics/surveys/",
    "/daily/papers/agents-at-play/": None,
    "/daily/feeds/agents.rss": None,
    "/daily/zebra/": None,
    "/topics/surveys/": "/daily/topics/surveys/",
    "/papers/agents-at-work": "/daily/papers/agents-at-work/",
    "https://news.example/daily/topics/survey/": "https://news.example/daily/topics/surveys/",
    "http://news.example/daily/topics/survey/": "https://news.example/daily/topics/surveys/",
    "https://news.example/daily/zebra/": None,
    "https://news.example/topics/surveys/": "https://news.example/daily/topics/surveys/",
}


@pytest.mark.parametrize("href", DEAD)
def test_a_link_that_leads_nowhere(href: str, folder: Path):
    what_to_do = f'did you mean "{DEAD[href]}"?' if DEAD[href] else "see where it is now"
    told = introduction(folder, f"See\n\n[this]({href}).\n")
    if "agents-at-play" in href or href.endswith(".rss"):  # or the nearest of many alike
        told = [line.partition(";")[0] for line in told]
        assert told == [f'7:"{href}", which is not there']
    else:
        assert told == [f'7:"{href}", which is not there; {what_to_do}']
    if DEAD[href]:
        assert introduction(folder, f"See\n\n[this]({DEAD[href]}).\n") == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('[a](surveys.md) and\n[b]( x.md "title")', 6),
        ("[a][1] and [b][1]\n\n[1]: x.md", 7),
        ("- [a](x.md)\n- [b](x.md)", 5),
        ("| [a](x.md) |\n|---|\n| b |", 5),
        ("../x.md is not\n\n[meant](x.md)", 7),
        ("[a](x.md?a=b&c=d)", 5),
    ],
)
def test_a_link_is_found_as_markdown_finds_it(source: str, line: int, folder: Path):
    (told,) = introduction(folder, source)
    assert told.startswith(f'{line}:"x.md')


@pytest.mark.parametrize(
    "source", ["`[a](x.md)`", "    [a](x.md)", "```\n[a](x.md)\n```", r"\[a](x.md)"]
)
def test_what_only_looks_like_a_link_is_none(source: str, folder: Path):
    assert introduction(folder, source) == []


def test_a_long_address_is_given_whole(folder: Path):
    title = "Agents " + " and ".join(["so on"] * 6)
    write(folder, {"content/listings/2025-10-31-a.jsonl": json.dumps({"title": title}) + "\n"})
    address = f"https://news.example/daily/papers/{title.lower().replace(' ', '-')}/"
    (told,) = introduction(folder, f"<{address.replace('-so-', '-os-', 1)}>")
    assert told.endswith(f'did you mean "{address}"?')


def test_without_the_hand_written_pages_only_generated_folders_are_judged(folder: Path):
    source = "[a](../about.md) [b](../x.md) [c](../other/x.md) [d](x.md) [e](/daily/y/) [f](/daily/days/y/)"
    told = introduction(folder, source, docs=None)
    assert [line.split('"')[1] for line in told] == ["x.md", "/daily/days/y/"]


def test_without_an_address_only_relative_links_are_judged(folder: Path):
    source = "[a](x.md) [b](/daily/y/) [c](https://news.example/daily/y/) [d](../surveys/)"
    (told,) = introduction(folder, source, publication=None)
    assert told.startswith('5:"x.md"')


# --- papers -------------------------------------------------------------------------------


def test_addresses_in_what_people_say_of_papers(folder: Path):
    dead = "https://news.example/daily/papers/agents-at-wrk/"
    write(
        folder,
        {
            "content/papers/agents-at-rest.yml": f"note: See {dead}.\n\nsummary: >\n  Or\n  {dead}\n"
            f"links:\n  code: https://other.example/\n  talk: {dead}\n"
            "  good: https://news.example/daily/papers/agents-at-work/\n"
        },
    )
    better = f'did you mean "{dead.replace("wrk", "work")}"?'
    assert found(folder) == [
        f'content/papers/agents-at-rest.yml:{place}: a link to "{dead}", which is not there; {better}'
        for place in ("1: note", "3: summary", "8: links")
    ]


def test_what_a_listing_says_is_not_peoples_to_mend(folder: Path):
    said = {
        "title": "Agents at Night",
        "summary": "See https://news.example/daily/x/.",
        "links": {"code": "https://news.example/daily/y/"},
    }
    write(
        folder,
        {
            "content/listings/2025-10-30-a.jsonl": json.dumps(said) + "\n",
            "content/papers/agents-at-night.yml": "links:\n  talk: https://talks.example/\n",
        },
    )
    assert found(folder) == []


@pytest.mark.parametrize(
    "note",
    [
        "See https://news.example/daily/papers/agents-at-work/.",
        "See https://news.example/daily/papers/agents-at-work/, and so on",
        "See [this](x.md) and news.example/daily/x/.",
        "See https://news.example/.",
        "See https://other.example/?from=https://news.example/daily/x/",
    ],
)
def test_notes_that_are_good(note: str, folder: Path):
    write(folder, {"content/papers/agents-at-rest.yml": f"note: {json.dumps(note)}\n"})
    assert found(folder) == []


# --- hand-written pages -------------------------------------------------------------------


def test_hand_written_pages(folder: Path):
    write(
        folder,
        {
            "docs/about.md": "---\ntitle: About\n---\n\n[a](topics/survey.md) [b](topics/surveys.md)\n"
            "[c](guide/first-steps.md) [d](about/) [e](zebra.md)\n",
            "docs/guide/first-steps.md": "[a](index.md) [b](../about.md) [c](../topics/agents.md)\n"
            "[d](about.md)\n",
        },
    )
    assert found(folder) == [
        'docs/about.md:5: link: a link to "topics/survey.md", which is not there; did you mean '
        '"topics/surveys.md"?',
        'docs/about.md:6: link: a link to "about/", which is not there; did you mean "about.md"?',
        'docs/about.md:6: link: a link to "zebra.md", which is not there; see where it is now',
        'docs/guide/first-steps.md:2: link: a link to "about.md", which is not there; did you mean '
        '"../about.md"?',
    ]


def test_generated_pages_are_neither_read_nor_there(folder: Path):
    """A build left them, and the content has changed since."""
    page = f"---\n{output.MARK}\n---\n[a](zebra.md)\n"
    write(
        folder,
        {
            "docs/papers/agents-of-old.md": page,
            "docs/papers/agents-at-work.md": page,
            "docs/about.md": "[a](papers/agents-of-old.md) [b](papers/agents-at-work.md)\n",
        },
    )
    (told,) = found(folder)
    assert told.startswith(
        'docs/about.md:1: link: a link to "papers/agents-of-old.md", which is not'
    )


def test_a_page_that_lies_elsewhere_is_not_read(folder: Path):
    write(folder, {"secret.md": "[a](secret-token.md)\n"})
    (folder / "docs" / "leak.md").symlink_to(folder / "secret.md")
    assert found(folder) == []


def test_a_paper_that_turned_out_to_be_another_still_has_a_page(folder: Path):
    write(
        folder,
        {
            "content/papers/agents-at-work.yml": "title: Agents at Rest\n",
            "docs/about.md": "[a](papers/agents-at-rest.md) [b](papers/agents-at-work.md)\n",
        },
    )
    catalog, _ = content.load(folder / "content")
    assert len(catalog.papers) == 3
    assert found(folder) == []
