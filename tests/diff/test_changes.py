"""What changes is told exactly, read back only as it was written, and shown so that it does nothing."""

from __future__ import annotations

import copy
import datetime
import json
import re
import shutil
import unicodedata
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import get_args, get_origin

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from generator import debuts, feeds, pages, text
from generator.diff import as_json
from generator.diff import changes as kinds
from generator.diff.as_json import from_json, to_json
from generator.diff.as_markdown import inert, markdown
from generator.diff.changes import LONG, TITLE, Changes, FeedChanged, Many, many
from generator.diff.comparison import between
from generator.errors import BroadsheetError
from generator.merge import First
from generator.model import Catalog, Ledger, Paper
from tests.golden import PUBLICATION
from tests.test_content import write
from tests.test_feeds import ATOM
from tests.test_ledger import CHANGES, day, freeze, load, record, start

GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])


# --- what is told -------------------------------------------------------------------------


def remove_the_topic(folder: Path) -> None:
    (folder / "topics/fish.md").unlink()


def add_a_topic(folder: Path) -> None:
    write(folder, {"topics/birds.md": "---\ntitle: Birds\nmatch: [birds]\n---\n"})


def remove_the_oldest(folder: Path) -> None:
    for number in range(12):
        (folder / f"listings/{day(number)}-daily.jsonl").unlink()


def list_again_and_more(folder: Path) -> None:
    """The next day: new papers, and old ones with new numbers and new words."""
    (folder / "listings/2025-04-08-daily.jsonl").write_text(
        "".join(record(n) for n in range(2_000, 2_120))
        + record(700, comments=7)
        + record(701, abstract="On fish, and more.")
        + record(5, upvotes=3)
    )


def merge_two(folder: Path) -> None:
    write(
        folder,
        {
            "listings/2025-04-08-a.jsonl": record(3, arxiv_id="2501.00003")
            + record(391, arxiv_id="2501.00003"),
        },
    )


def nothing(folder: Path) -> None:
    pass


@pytest.fixture(scope="module")
def states(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[bool, tuple[Path, Catalog, dict, set[str]]]:
    """The same content without and with a ledger: the folder, its catalog, its feeds and its pages."""
    folders = {False: start(tmp_path_factory.mktemp("without") / "content")}
    folders[True] = tmp_path_factory.mktemp("with") / "content"
    shutil.copytree(folders[False], folders[True])
    freeze(folders[True])
    catalogs = {has: load(folder) for has, folder in folders.items()}
    return {
        has: (folders[has], catalog, _rendered(catalog), _pages(catalog))
        for has, catalog in catalogs.items()
    }


@pytest.mark.parametrize("has_ledger", [False, True], ids=["no ledger", "ledger"])
@pytest.mark.parametrize(
    "change",
    [
        nothing,
        *CHANGES,
        remove_the_topic,
        add_a_topic,
        remove_the_oldest,
        list_again_and_more,
        merge_two,
    ],
)
def test_what_is_told_of_feeds_and_pages_is_what_they_are(
    states, tmp_path: Path, change, has_ledger: bool
):
    """Against the feeds as they are written."""
    there, before, old, old_pages = states[has_ledger]
    folder = Path(shutil.copytree(there, tmp_path / "content"))
    change(folder)
    after = load(folder)
    told = between(before, after, PUBLICATION, PUBLICATION)
    new = _rendered(after)
    assert {feed.name for feed in told.feeds_added.items} == new.keys() - old.keys()
    assert {feed.name for feed in told.feeds_vanished.items} == old.keys() - new.keys()
    changed = {feed.name: feed for feed in told.feeds_changed.items}
    for name in old.keys() & new.keys():
        feed = changed.get(name, FeedChanged(name, name))
        assert _seen(feed) == _expected(old[name], new[name]), name
    assert set(told.pages_vanished.items) == {
        f"{path.removesuffix('.md')}/" for path in old_pages - _pages(after)
    }
    assert told.are_none() == (change is nothing)
    assert from_json(to_json(told)) == told
    for block in GFM.parse(markdown(told, PUBLICATION)):
        assert block.type not in ("html_block", "fence", "code_block")


def _pages(catalog: Catalog) -> set[str]:
    return {page.path for page in pages.pages(catalog, PUBLICATION)}


def _rendered(catalog: Catalog) -> dict[str, tuple[dict, list[tuple[bytes, dict]]]]:
    """Feed → the entries of its current document, and its archives: bytes, and entries. Of the three
    formats, which tell the same, the one that is read here."""
    made = feeds.render(catalog, PUBLICATION).items()
    files = {path: make() for path, make in made if path.endswith(".atom.xml")}
    found = {}
    for path, data in files.items():
        # That of weeks follows from papers, and isn't compared.
        if match := re.fullmatch(r"feeds/((?!archive/|weeks).+)\.atom\.xml", path):
            archives, number = [], 1
            while archive := files.get(f"feeds/archive/{match[1]}-{number:04}.atom.xml"):
                archives.append((archive, _entries(archive)))
                number += 1
            found[match[1]] = (_entries(data), archives)
    return found


def _entries(data: bytes) -> dict[str, bytes]:
    """Slug → what is said, but for the topics."""
    found = {}
    for entry in etree.fromstring(data).iter(f"{ATOM}entry"):
        for category in entry.findall(f"{ATOM}category"):
            entry.remove(category)
        found[entry.findtext(f"{ATOM}id").rpartition("/")[2]] = etree.tostring(
            entry, with_tail=False
        )
    return found


def _expected(old, new) -> dict[str, object]:
    (had, old_archives), (has, new_archives) = old, new
    had_ever = had.keys() | {slug for _, archive in old_archives for slug in archive}
    archived = {slug for _, archive in new_archives for slug in archive}
    return {
        "new": has.keys() - had_ever,
        "updated": {slug for slug in has.keys() & had.keys() if has[slug] != had[slug]},
        "returned": (has.keys() & had_ever) - had.keys(),
        "vanished": had_ever - has.keys() - archived,
        "unseen": len(archived - had_ever),
        "archives_changed": {
            number
            for number, (data, _) in enumerate(old_archives, 1)
            if len(new_archives) < number or new_archives[number - 1][0] != data
        },
        "archives_added": max(0, len(new_archives) - len(old_archives)),
    }


def _seen(feed: FeedChanged) -> dict[str, object]:
    return {
        **{
            name: {one.slug for one in getattr(feed, name).items}
            for name in ("new", "updated", "returned", "vanished")
        },
        "unseen": feed.unseen,
        "archives_changed": set(feed.archives_changed.items),
        "archives_added": feed.archives_added,
    }


def test_what_is_listed_again_with_other_numbers_is_no_news(states, tmp_path: Path):
    folder = Path(shutil.copytree(states[True][0], tmp_path / "content"))
    list_again_and_more(folder)
    told = between(states[True][1], load(folder), PUBLICATION, PUBLICATION)
    assert told.papers_added.total == 120
    assert {one.slug for one in told.papers_relisted.items} == {"paper-700", "paper-5"}
    (changed,) = told.papers_changed.items
    assert (changed.slug, [value.field for value in changed.values.items]) == (
        "paper-701",
        ["abstract"],
    )
    assert told.subscribers.new == 120
    said = markdown(told, PUBLICATION)
    assert said.startswith(
        "**120 papers added, 1 corrected, 2 listed again; 1 listing added; 2 feeds get 120 new entries, "
        "2 show 1 entry as updated; no page moves.**\n"
    )
    assert "Added on 8 Apr 2025, from `listings/2025-04-08-daily.jsonl`:\n" in said
    assert "- and 90 more" in said


def test_papers_that_move_with_a_topics_rules_are_told_under_the_topic(tmp_path: Path):
    """Also with those of topics that are made from it; what an overlay moves, under the paper."""
    before = write(
        tmp_path / "before",
        {
            "listings/2025-01-01-a.jsonl": record(1) + record(2) + record(3) + record(4),
            "topics/fish.md": "---\ntitle: Fish\nmatch: [fish]\n---\n",
            "topics/animals.md": "---\ntitle: Animals\nunion: [fish]\n---\n",
            "topics/rest.md": "---\ntitle: Rest\n---\n",
        },
    )
    after = Path(shutil.copytree(before, tmp_path / "after"))
    write(
        after,
        {
            "topics/fish.md": (
                "---\ntitle: Fish\nmatch: [fish, birds]\nquery: year:2025 eels\nexclude: [sand]\n---\n"
            ),
            "papers/paper-1.yml": "topics: [rest]\n",
        },
    )
    told = between(load(before), load(after), PUBLICATION, PUBLICATION)
    assert {one.slug for one in told.papers_reassigned.items} == {"paper-1", "paper-2", "paper-4"}
    topics = {one.slug: one for one in told.topics_changed.items}
    assert topics.keys() == {"fish", "animals", "rest"}
    assert topics["fish"].match.added.items == ("birds",)
    assert topics["fish"].exclude.added.items == ("sand",)
    assert [(one.field, one.new) for one in topics["fish"].values.items] == [
        ("query", "year:2025 eels")
    ]
    assert {one.slug for one in topics["animals"].entering.items} == {"paper-2", "paper-4"}
    assert {one.slug for one in topics["animals"].leaving.items} == {"paper-1"}
    (tmp_path / "after/topics/fish.md").write_bytes((before / "topics/fish.md").read_bytes())
    told = between(load(before), load(after), PUBLICATION, PUBLICATION)
    assert not told.topics_changed
    (paper,) = told.papers_changed.items
    assert paper.topics.added.items == ("rest",)
    assert paper.topics.removed.items == ("animals", "fish")


def test_long_texts_are_shown_where_they_differ():
    words = [f"word{number}" for number in range(400)]
    old, new = " ".join(words), " ".join([*words[:200], "CHANGED", *words[201:]])
    value = _compared(old, new)
    assert "word200" in value.old
    assert "CHANGED" in value.new
    for said in (value.old, value.new):
        assert said.startswith("…word19")
        assert said.endswith("…")
        assert len(said) <= LONG + 2
    assert _compared("a" * 5_000, "b" * 5_000).new == "b" * (LONG - 1) + "…"
    assert _compared(old, old + " more").new.endswith("word399 more")
    assert _compared("short", "shorter").old == "short"
    value = _compared("语" * 3_000, "语" * 2_000 + "言" + "语" * 999)
    assert "言" in value.new
    assert value.old != value.new


def _compared(*abstracts: str) -> kinds.Value:
    papers = [Paper("a", "A", datetime.date(2025, 1, 1), abstract=said) for said in abstracts]
    catalogs = [
        Catalog((paper,), debuts=debuts.debuts([First(paper, by_hand=False)], Ledger()))
        for paper in papers
    ]
    (paper,) = between(*catalogs, PUBLICATION, PUBLICATION).papers_changed.items
    (value,) = paper.values.items
    return value


def test_what_names_entries_or_pages_is_warned_of():
    told = between(
        Catalog(),
        Catalog(),
        PUBLICATION,
        replace(PUBLICATION, authority="else.example", year=2025, url="https://else.example/"),
    )
    said = markdown(told, PUBLICATION)
    assert "> [!WARNING]" in said
    assert "The authority changes from awkward.example to else.example" in said
    assert "The year changes from 2024 to 2025" in said
    assert "The site moves from https:\u2060//awkward.example/papers/ to" in said


# --- JSON ---------------------------------------------------------------------------------

VISIBLE = st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"])
HOSTILE = st.lists(
    st.sampled_from(
        """
        @me @org/team #1 \\#1 GH-12 gh-3 me/it#4 me/it@0123456 0123456789abcdef deadbeef1 http://e.example
        https://e.example/x?a=b&c www.e.example WWW.E.EXAMPLE me@e.example mailto:me@e.example :smile: :+1:
        ![x](http://e.example/x.png) [x](http://e.example) <img/src=x> <b> </b> <!-- --> &amp; &#64;me *a* **
        __a__ `a` `` ``` ~~a~~ ~ | || --- === - [x] [ ] 1. 1) > # \\ $x$ $$ $`x`$ ^ [^1] a|b \u202e \u200b
        \u2066 \u05d0\u05d1 \u0628 \U000e0041 a\u200db \u3164 e\ufe0f\ufe0f 👩\u200d🔬 \u2060 ! !!! :::
        CVE-2020-1 (
        """.split()
    )
    | VISIBLE
    | st.just(" "),
    min_size=1,
    max_size=9,
).map(lambda parts: text.plain("".join(parts)) or "x")
SLUG = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True)
OF = {
    kinds.Text: HOSTILE,
    kinds.Slug: SLUG,
    kinds.FeedName: SLUG | st.builds("{}/{}".format, SLUG, SLUG),
    kinds.Commit: st.just("") | st.text("0123456789abcdef", min_size=40, max_size=40),
    kinds.Day: st.dates(datetime.date(1971, 1, 1), datetime.date(2099, 1, 1)),
    kinds.Number: st.integers(0, 10**9),
    kinds.Flag: st.booleans(),
}


def values(kind) -> st.SearchStrategy:
    """Any value of a kind that ``changes`` knows."""
    if kind in OF:
        return OF[kind]
    if get_origin(kind) is Many:
        (of,) = get_args(kind)
        return st.builds(
            lambda items, more: Many(tuple(items), len(items) + more),
            st.lists(values(of), max_size=2),
            st.sampled_from([0, 0, 37]),
        )
    if is_dataclass(kind):
        return st.builds(kind, **{name: values(of) for name, of in as_json._kinds(kind).items()})
    (known,) = (one for one in get_args(kind) if one is not type(None))
    return st.none() | values(known)


ANY_CHANGES = values(Changes)


def test_what_is_too_much_is_cut_and_still_counted():
    paper = kinds.PaperAdded("a", "t" * TITLE, datetime.date(2025, 1, 1), many(["x"]), "f")
    told = Changes(papers_added=many([paper] * 12_000))
    said = to_json(told)
    assert len(said.encode()) <= as_json.LARGEST
    again = from_json(said)
    assert again.papers_added.total == 12_000
    assert 1_000 <= len(again.papers_added.items) < 12_000
    assert markdown(again, PUBLICATION).startswith("**12,000 papers added; ")
    assert to_json(again) == said


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["items", "total", "slug", "base"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON | st.text())
def test_no_json_does_anything_but_be_refused(given_):
    said = given_ if isinstance(given_, str) else json.dumps(given_)
    with pytest.raises(BroadsheetError, match="not what"):
        from_json(said)


@settings(max_examples=80)
@given(st.data(), JSON)
def test_a_change_at_any_place_is_refused_or_read_as_changes(data: st.DataObject, other):
    """A hostile file that is nearly as it should be."""
    root = json.loads(_EXAMPLE)
    at = root
    while isinstance(at, (dict, list)) and at:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], (dict, list)) or not at[key] or data.draw(st.booleans()):
            break
        at = at[key]
    match data.draw(st.sampled_from(["replace", "remove", "add"])):
        case "replace":
            at[key] = other
        case "remove":
            del at[key]
        case "add" if isinstance(at, dict):
            at["more"] = other
        case "add":
            at.append(other)
    try:
        told = from_json(json.dumps(root))
    except BroadsheetError:
        return
    assert isinstance(told, Changes)
    markdown(told, PUBLICATION)


def _an_example() -> str:
    named = many([kinds.Named("a-slug", "A Title")])
    value = many([kinds.Value("title", None, "New")])
    members = kinds.Members(many(["one"]), many(["two"]))
    told = Changes(
        papers_added=many(
            [kinds.PaperAdded("a", "A", datetime.date(2025, 1, 1), many(["x"]), "papers/a.yml")]
        ),
        papers_changed=many([kinds.PaperChanged("a", "a", "A", value, members)]),
        topics_changed=many(
            [kinds.TopicChanged("t", "T", value, members, members, members, members, named, named)]
        ),
        feeds_changed=many([FeedChanged("all", "All", named, named, archives_changed=many([1]))]),
        days_added=many([datetime.date(2025, 1, 1)]),
    )
    return to_json(told)


_EXAMPLE = _an_example()

REFUSED = {
    "a field too many": lambda said: said | {"more": 1},
    "a field too few": lambda said: {name: said[name] for name in list(said)[1:]},
    "a number as text": lambda said: said | {"base": 7},
    "text as a number": lambda said: said | {"subscribers": said["subscribers"] | {"new": "7"}},
    "true as a number": lambda said: said | {"subscribers": said["subscribers"] | {"new": True}},
    "a fraction": lambda said: said | {"subscribers": said["subscribers"] | {"new": 1.5}},
    "less than nothing": lambda said: said | {"subscribers": said["subscribers"] | {"new": -1}},
    "a number as a flag": lambda said: said | {"has_ledger": 1},
    "a commit that is none": lambda said: said | {"base": "`</b>"},
    "more than there are": lambda said: (
        said | {"days_added": {"items": ["2025-01-01"], "total": 0}}
    ),
    "no list": lambda said: said | {"days_added": {"items": {}, "total": 0}},
    "no day": lambda said: said | {"days_added": {"items": ["yesterday"], "total": 1}},
    "a long text": lambda said: said | {"folder": "x" * 1_001},
    "an empty text": lambda said: said | {"folder": " \u202e "},
    "a slug that leaves": lambda said: (
        said | {"topics_removed": {"items": [{"slug": "../x", "title": "X"}], "total": 1}}
    ),
    "a feed that leaves": lambda said: (
        said
        | {"feeds_ended": {"items": [{"name": "a/../b", "label": "X", "entries": 1}], "total": 1}}
    ),
    "a list": lambda said: [said],
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_exactly_right_is_refused(what: str):
    from_json(_EXAMPLE)
    with pytest.raises(BroadsheetError, match="make it again"):
        from_json(json.dumps(REFUSED[what](copy.deepcopy(json.loads(_EXAMPLE)))))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[" * 100_000,
        '{"a":' * 100_000,
        "1" * 10_000,
        "NaN",
        _EXAMPLE.replace('"total": 1', '"total": Infinity', 1),
        _EXAMPLE.replace('"base": ""', '"base": "", "base": ""'),
        _EXAMPLE + " " * as_json.LARGEST,
        "\ud800",
        "null",
        "{}",
        "[1]",
    ],
)
def test_what_is_no_such_json_is_refused(said: str):
    with pytest.raises(BroadsheetError, match="make it again"):
        from_json(said)


def test_texts_that_are_read_are_plain():
    said = _EXAMPLE.replace('"A Title"', json.dumps("A\u202e\n\x1b[1m \ud800Title"))
    assert from_json(said).feeds_changed.items[0].new.items[0].title == "A [1m \ufffdTitle"


# --- Markdown -----------------------------------------------------------------------------


def walk(tokens):
    for token in tokens:
        yield token
        yield from walk(token.children or ())


# What GitHub looks for in what is shown, but for what is shown as code.
REFERENCES = {
    "a user": r"@[a-z0-9]",
    "an issue": r"#\d|\bgh-\d",
    "a commit": r"[0-9a-f]{7}",
    "an address": r"://|\bwww\.|mailto:[^\u2060]*@\w",
    "an emoji": r":[\w+-]+:",
}


def check_inert(source: str) -> None:
    for template in (
        "{}",
        "- {}",
        "**{}**, x",
        "x {} y",
        "> - {}\n",
        "| a | b |\n| --- | --- |\n| {} | x |",
    ):
        tokens = list(walk(GFM.parse(template.format(inert(source)))))
        for token in tokens:
            assert token.type in {
                *("inline", "text", "text_special", "softbreak"),
                *("paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close"),
                *("list_item_open", "list_item_close", "strong_open", "strong_close"),
                *("blockquote_open", "blockquote_close", "html_inline"),
                *(
                    f"{part}_{end}"
                    for part in ("table", "thead", "tbody", "tr", "th", "td")
                    for end in ("open", "close")
                ),
            }, (source, token)
            if token.type == "html_inline":
                assert token.content in ("<span>", "</span>")
        for shown in texts(tokens):
            for what, pattern in REFERENCES.items():
                assert not re.search(pattern, shown, re.IGNORECASE), (what, source, shown)


def texts(tokens) -> list[str]:
    """What is shown, but for code: a text for each run between whatever else there is."""
    found = [""]
    for token in tokens:
        if token.type in ("text", "text_special"):
            found[-1] += token.content
        else:
            found.append("")
    return found


@settings(max_examples=100)
@given(HOSTILE)
@example("- [x] task")
@example("a @b c@d.example http://x.example/ #12 me/x#3 1234567 GH-3 www.x.example :tada:")
@example("2405.21060 and 0123456789012345678901234567890123456789")
@example("\\")
@example("\\|")
@example("`")
@example("**")
@example("\u05d0 \u2068")
def test_a_strangers_text_is_text(source: str):
    check_inert(source)


@settings(max_examples=100)
@given(HOSTILE)
def test_a_strangers_text_is_shown_as_it_is(source: str):
    """But for what can't be seen, which is shown by its number."""
    (paragraph,) = (token for token in GFM.parse(inert(source)) if token.type == "inline")
    shown = "".join(
        token.content for token in paragraph.children if token.type in ("text", "text_special")
    )
    ours = re.sub("[\u2060\u2068\u2069]", "", shown)
    back = re.sub("‹U\\+([0-9A-F]{4,6})›", lambda match: chr(int(match[1], 16)), ours)
    assert back == re.sub("‹U\\+([0-9A-F]{4,6})›", lambda match: chr(int(match[1], 16)), source)
    for character in source:
        if unicodedata.category(character) == "Cf" and character not in "\u200c\u200d":
            assert unicodedata.bidirectional(character) == "AN" or character not in ours


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a\u200bb", "a‹U+200B›b"),
        ("pay\u200dpal", "pay‹U+200D›pal"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("می\u200cخواهم", "\u2068می\u200cخواهم\u2069"),
        ("1\ufe0f\u20e3 ❤\ufe0f", "1\ufe0f\u20e3 ❤\ufe0f"),
        ("x\ufe01\ufe02", "x‹U+FE01›‹U+FE02›"),
        ("שלום", "\u2068שלום\u2069"),
        ("\U000e0061", "‹U+E0061›"),
        ("plain — text, 日本語", "plain — text, 日本語"),
    ],
)
def test_what_cant_be_seen_is_shown(source: str, shown: str):
    assert inert(source) == shown


@settings(max_examples=20)
@given(ANY_CHANGES, st.integers(1_000, 20_000))
def test_what_is_written_is_read_back_and_the_page_is_valid_short_and_links_to_nobody_else(
    told: Changes, limit: int
):
    """Both of the same examples, which take longer to make than to look at."""
    assert from_json(to_json(told)) == told
    said = markdown(told, PUBLICATION, limit=limit)
    assert len(said.encode("utf-16-le")) // 2 <= limit
    assert said.startswith(("**", "> [!NOTE]"))
    links = []
    for token in walk(GFM.parse(said)):
        assert token.type not in ("image", "html_block", "fence", "code_block", "hr"), token
        if token.type == "link_open":
            links.append(token.attrs["href"])
        if token.type == "html_inline":
            assert token.content in ("<span>", "</span>")
        if token.type == "heading_open":
            assert token.tag == "h3"
    for shown in texts(walk(GFM.parse(said))):
        for what, pattern in REFERENCES.items():
            assert not re.search(pattern, shown, re.IGNORECASE), (what, shown)
    for link in links:
        assert re.fullmatch(
            rf"{re.escape(PUBLICATION.url)}(papers|topics)/[a-z0-9]+(-[a-z0-9]+)*/", link
        )


def test_nothing_is_said_as_nothing():
    assert markdown(Changes(), PUBLICATION) == "**Nothing changes for readers or subscribers.**\n"


def test_what_is_left_out_is_counted():
    named = many(
        kinds.PaperRemoved(f"p{n}", f"Paper {n}", datetime.date(2025, 1, 1)) for n in range(67)
    )
    said = markdown(Changes(papers_removed=named), PUBLICATION)
    assert (
        "- [Paper 29](https://awkward.example/papers/papers/p29/), 1 Jan 2025\n- and 37 more\n"
        in said
    )
    short = markdown(Changes(papers_removed=named), PUBLICATION, limit=1_000)
    assert len(short) <= 1_000
    assert "- and 59 more" in short
