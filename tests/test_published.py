"""What is about to be published against what is: every way to lose a reader's trust, and no other."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from generator import content, feeds, freezing, published
from generator.errors import Remark
from generator.model import Publication
from generator.output import append
from generator.published import Regression, regressions
from generator.published_feed import Unreadable, read
from tests import golden
from tests.test_content import write
from tests.test_ledger import backfill, day, load, mend_the_rules, record, remove_papers, start
from tests.test_ledger import site as rendered
from tests.test_published_feed import ALL, URL, P, site, some


def opml(*names: str, url: str = URL) -> dict[str, bytes]:
    outlines = "".join(f'<outline xmlUrl="{url}feeds/{name}.xml"/>' for name in names)
    body = f'<opml version="2.0"><body><outline text="x">{outlines}</outline></body></opml>'
    return {"feeds/broadsheet.opml": body.encode()}


def compared(old: dict[str, bytes], new: dict[str, bytes], url: str = URL) -> list:
    made = {path: lambda data=data: data for path, data in new.items()}
    return regressions(made, old.get, url, "WHERE")


def line(old: dict[str, bytes], new: dict[str, bytes]) -> str:
    """The one thing that is found, which is a regression."""
    (found,) = compared(old, new)
    assert isinstance(found, Regression)
    return str(found)


OLD = site(ALL[:100], ALL[100:160])

# --- what is no regression ----------------------------------------------------------------


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(site(ALL[:100], ALL[100:160]), id="the same"),
        pytest.param(site(ALL[:100], ALL[100:163]), id="more papers"),
        pytest.param(
            site(ALL[:100], ALL[100:160], [*some(60, 160)]), id="an archive more, the window moved"
        ),
        pytest.param(
            site(ALL[:100], [p._replace(title="Else", said="More") for p in ALL[100:160]]),
            id="titles and texts edited",
        ),
        pytest.param(OLD | site(ALL[:3], name="new"), id="another feed"),
        pytest.param(
            site(ALL[:100], [P("backfilled", -500), *ALL[100:160]]), id="an old paper put in"
        ),
    ],
)
def test_what_nobody_has_to_mind(new):
    assert compared(OLD, new) == []


def test_a_site_may_move():
    for old, new in [
        (URL, "https://elsewhere.example/a/"),
        (URL, f"{URL}papers/"),
        (f"{URL}papers/", URL),
    ]:
        parts = (ALL[:100], ALL[100:160])
        published_at = site(*parts, url=old) | opml("all", url=old)
        assert compared(published_at, site(*parts, url=new), new) == []


def test_feeds_of_an_older_version_are_compared_as_far_as_they_go():
    old = site(ALL[:60], formats=["xml"])
    assert compared(old, site(ALL[:61])) == []
    assert '"On the number 7"' in line(old, site([*ALL[:7], *ALL[8:60]]))


@pytest.mark.parametrize("per_day", [1, 10])
def test_a_newer_version_may_do_otherwise_what_nobody_sees(per_day: int):
    """An old site of RSS alone: no archives, midnights, entries of a day the other way round."""
    days = [p._replace(day=n // per_day) for n, p in enumerate(some(300))]
    midnights = [p._replace(day=p.day - 0.5, said="Else") for p in days]
    old = [p for n in range(0, 300, per_day) for p in midnights[n : n + per_day][::-1]]
    kept = 300 - max(50, 31 * per_day)
    new = site(days[:100], days[100:200], days[200:]) if kept >= 200 else site(days)
    assert compared(site(old, formats=["xml"]) | opml("all"), new) == []
    assert compared(site(old[-80:], formats=["xml"]), new) == []


def test_an_upgrade_that_gives_all_entries_other_times_concerns_archives_alone():
    earlier = [p._replace(day=p.day - 0.5) for p in ALL]
    assert compared(site(earlier[:100]), site(ALL[:100])) == []
    said = line(site(earlier[:100], earlier[100:160]), OLD)
    assert (
        'and would give "On the number 0" (tag:papers.example,2025:paper/p0) another time' in said
    )
    assert "(2 more files" in said


def test_where_nothing_is_published_there_is_nothing_to_compare():
    assert not published.is_there({}.get)
    assert compared({}, OLD) == []
    for path in ("feeds/all.xml", "feeds/all.json", "feeds/broadsheet.opml"):
        assert published.is_there({path: b"<"}.get)


def test_where_the_size_wins_the_window_is_shorter():
    long = [p._replace(day=0, said="x" * 5_000) for p in ALL[:200]]
    old, new = site(long), site(long[:100], long[100:])
    assert "shrink" not in "".join(map(str, compared(old, new)))
    short = [p._replace(said="x") for p in long]
    assert "shrink" in line(site(short), site(short[:100], short[100:]))


def test_what_this_program_publishes_is_no_regression_of_itself():
    catalog, _ = content.load(golden.CONTENT)
    made = feeds.render(catalog, golden.PUBLICATION)
    old = {path: make() for path, make in made.items()}
    assert regressions(made, old.get, golden.PUBLICATION.url, "WHERE") == []
    assert read(old.get, "all").entries


# --- what is ------------------------------------------------------------------------------


def test_an_id_vanished():
    for lacking in (3, 120):
        new = [p for p in ALL[:160] if p.day != lacking]
        old = {path: data for path, data in OLD.items() if "archive" not in path or lacking < 100}
        found = [str(one) for one in compared(old, site(new[: 100 - (lacking < 100)], new[100:]))]
        assert (
            f'"On the number {lacking}" ({ALL[lacking].id}) would vanish from feeds/all; '
            in found[0]
        )
        assert found[0].startswith("feeds/all.xml: ")
        assert "broadsheet freeze --published" in found[0]


def test_a_paper_that_vanishes_from_many_feeds_is_one_line():
    old, new = {}, {}
    for name in ("all", "t1", "t2", "organizations/x", "organizations/y"):
        old |= site(ALL[:5], name=name)
        new |= site(ALL[1:5], name=name)
    assert "would vanish from feeds/all, feeds/t1, feeds/t2 and 2 more; " in line(old, new)


@pytest.mark.parametrize(
    "after",
    [
        P("renamed", 2, "ON  the Number 2"),
        P("renamed", 2, "Else", '<a href="https://arxiv.org/abs/2501.00001">arXiv</a>'),
    ],
)
@pytest.mark.parametrize("extension", ["json", "atom.xml", "xml"])
def test_an_id_changed_for_the_same_paper(after, extension):
    before = P("p2", 2, "On the number 2", "<a href='http://arxiv.org/abs/2501.00001'>arXiv</a>")
    old = site([*ALL[:2], before, *ALL[3:5]], formats=[extension])
    new = site([*ALL[:2], after, *ALL[3:5]], formats=[extension, "xml"])
    assert f"({before.id}) would get the id {after.id}, and be shown as new" in line(old, new)


def test_an_id_of_another_scheme_is_known_by_the_link():
    after = ALL[2]._replace(tag="urn:", title="Else")
    said = line(site(ALL[:5]), site([*ALL[:2], after, *ALL[3:5]]))
    assert f"would get the id {after.id}, and be shown as new" in said


def test_authority_and_year_changed_is_one_line():
    def tagged(papers):
        return [p._replace(tag="tag:else.example,2026:") for p in papers]

    new = site(tagged(ALL[:100]), tagged(ALL[100:160]))
    new |= site(tagged(ALL[:5]), name="t")
    said = line(OLD | site(ALL[:5], name="t"), new)
    assert said.startswith("mkdocs.yml: 160 entry ids would begin with tag:else.example,2026: ")
    assert "authority" in said


def test_a_feed_is_gone():
    said = line(OLD | opml("all", "t", "organizations/x") | site(ALL[:2], name="t"), OLD)
    assert said.startswith("feeds/t.xml: this feed would be gone")


@pytest.mark.parametrize("again", [3, 103])
def test_a_paper_is_listed_twice(again):
    said = line(OLD, site(ALL[:100], [*ALL[100:160], ALL[again]]))
    assert (
        f'"On the number {again}" ({ALL[again].id}) would be listed 2 times in feeds/all; ' in said
    )


def test_a_feed_shrank_by_more_than_its_window_explains():
    # The newest 50, whatever their age.
    said = line(site(ALL[:60]), site(ALL[:20], ALL[20:61]))
    assert f'"On the number 19" ({ALL[19].id}) and 8 more papers of the newest 50' in said
    # All of the last 30 days, however many.
    crowd = [p._replace(day=9) for p in ALL[:200]]
    assert "and 99 more papers" in line(site(crowd), site(crowd[:100], crowd[100:]))
    # What is in an archive already stays there.
    assert compared(site(ALL[:20], ALL[20:61]), site(ALL[:20], ALL[20:62])) == []


def test_a_paper_of_an_archive_is_back():
    found = [str(one) for one in compared(OLD, site(ALL[:160]))]
    assert "and 99 more papers of its archives" in found[0]
    assert "would be in this feed again" in found[0]
    assert "would be gone" in found[1]


@pytest.mark.parametrize(
    ("archive", "said"),
    [
        ([*ALL[:4], *ALL[5:100]], 'would be without "On the number 4"'),
        ([*ALL[:4], P("z", 4, "Z"), *ALL[4:100]], 'would have "Z"'),
        ([ALL[1], ALL[0], *ALL[2:100]], 'would have "On the number 0" '),
        ([ALL[0], ALL[1]._replace(title="Else"), *ALL[2:100]], "say something else of "),
        ([ALL[0], ALL[1]._replace(said="Else"), *ALL[2:100]], "say something else of "),
    ],
)
def test_a_frozen_archive_changed(archive, said):
    found = [str(one) for one in compared(OLD, site(archive, ALL[100:160]))]
    assert found[-1].startswith("feeds/archive/all-0001.json: this archive is frozen, and ")
    assert said in found[-1]
    assert "(2 more files" in found[-1]


@pytest.mark.parametrize("extension", ["json", "atom.xml", "xml"])
def test_every_format_of_an_archive_is_frozen(extension):
    path = f"feeds/archive/all-0001.{extension}"
    edited = OLD[path].replace(b"number 7<", b"Else<").replace(b'number 7"', b'Else"')
    for new, said in [
        ({path: edited}, 'would say something else of "On the number 7"'),
        ({path: OLD[path] + b"\n"}, "would change in nothing but the words around its entries"),
    ]:
        assert line(OLD, OLD | new).startswith(f"{path}: this archive is frozen, and {said}")
    assert "would be gone" in line(OLD, {other: OLD[other] for other in OLD if other != path})


# --- what to do about it ------------------------------------------------------------------

WHERE = "https://papers.example/"
FREEZE = f'run "broadsheet freeze --published {WHERE}" and commit content/ledger/'
RECORD = record(9_001, arxiv_id="2503.00001", organization={"name": "Lab"})


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    folder = start(tmp_path_factory.mktemp("published") / "content")
    more = {"listings/2025-03-28-more.jsonl": RECORD}
    more["topics/more.md"] = '---\ntitle: More\nmatch: ["paper 9001"]\n---\n'
    write(folder, more)
    return folder, rendered(folder)


@pytest.fixture
def before(
    published_once: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> tuple[Path, dict[str, bytes]]:
    """A content folder without ledger, and the feeds that were published of it."""
    folder, files = published_once
    return Path(shutil.copytree(folder, tmp_path / "content")), files


def lines_of(
    folder: Path, old: dict[str, bytes], publication: Publication = golden.PUBLICATION
) -> list[str]:
    made = feeds.render(load(folder), publication)
    return [str(one) for one in regressions(made, old.get, publication.url, WHERE)]


def freeze(folder: Path, old: dict[str, bytes]) -> None:
    """What the command does."""
    catalog = load(folder)
    lines = freezing.of_published(catalog, golden.PUBLICATION, old.get)
    append(folder / freezing.path(catalog), "".join(lines).encode())


def remove_the_newest(folder: Path) -> None:
    (folder / "listings/2025-03-28-more.jsonl").unlink()


def drop_a_topic(folder: Path) -> None:
    (folder / "topics/fish.md").unlink()


def change_a_rule(folder: Path) -> None:
    write(folder, {"topics/more.md": "---\ntitle: More\nmatch: [nothing]\n---\n"})


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (
            backfill,
            [
                "of its archives would be in this feed again, and be shown as new; undo",
                "this archive is frozen, and would be without",
            ],
        ),
        (mend_the_rules, ["more papers would vanish from feeds/fish; put back the rule in "]),
        (
            remove_the_newest,
            [
                '"Paper 9001" (tag:awkward.example,2024:paper/paper-9001) would vanish from feeds/all, '
                "feeds/fish, feeds/more; put back the listing or "
            ],
        ),
        (drop_a_topic, ["feeds/fish.xml: this feed would be gone"]),
        (
            change_a_rule,
            ["would vanish from feeds/more; put back the rule in content/topics/, or "],
        ),
    ],
)
def test_to_freeze_helps_where_it_is_advised(before, change: Callable, parts: list[str]):
    folder, old = before
    change(folder)
    lines = lines_of(folder, old)
    assert all(FREEZE in one for one in lines)
    assert all(any(part in one for one in lines) for part in parts)
    freeze(folder, old)
    assert lines_of(folder, old) == []


def test_what_archives_said_of_a_removed_paper_is_not_kept(before):
    folder, old = before
    remove_papers(folder)
    lines = lines_of(folder, old)
    last = ", and, if they would change even so, publish once without this check"
    archived = {one.split('"')[1]: one.endswith(last) for one in lines if " vanish " in one}
    assert archived == {"Paper 20": True, "Paper 300": True, "Paper 700": False}
    assert any(one.endswith("; see the line about that paper") for one in lines)
    assert any("another time" in one and FREEZE in one for one in lines)
    freeze(folder, old)
    (left,) = lines_of(folder, old)
    assert 'would say something else of "Paper 20"' in left
    assert left.endswith("or, if it is meant, publish once without this check")


def test_other_words_in_an_archive_are_not_mended_by_the_ledger(before):
    folder, old = before
    file = folder / f"listings/{day(3)}-daily.jsonl"
    was = file.read_text()
    file.write_text(was.replace("On birds.", "On birds, and bees.", 1))
    for _ in range(2):
        (said,) = lines_of(folder, old)
        assert 'would say something else of "Paper 30"' in said
        assert "freeze" not in said
        assert "content/ledger/" in said
        freeze(folder, old)
    (ledger,) = (folder / "ledger").rglob("*.jsonl")
    ledger.write_text(ledger.read_text().replace("On birds, and bees.", "On birds."))
    assert lines_of(folder, old) == []


def test_to_freeze_is_not_advised_for_what_was_renamed(before):
    folder, old = before
    draft = write(
        folder,
        {"listings/2024-06-06-x.jsonl": record(1, title="A Draft", arxiv_id="2503.00001")},
    )
    said = next(one for one in lines_of(folder, old) if "would get the id" in one)
    assert "paper/a-draft, and be shown as new, in feeds/all, feeds/fish, feeds/more; take" in said
    assert "freeze" not in said
    (draft / "listings/2024-06-06-x.jsonl").unlink()
    assert lines_of(folder, old) == []


def test_an_archive_that_the_ledger_names_too_early_may_be_taken_out(before):
    folder, old = before
    freeze(folder, old)
    (ledger,) = (folder / "ledger").rglob("*.jsonl")
    right = ledger.read_text()
    slugs = [id_.rpartition("/")[2] for id_ in read(old.get, "all").current][:100]
    ledger.write_text(right + json.dumps({"archive": "all", "papers": slugs}) + "\n")
    (said,) = lines_of(folder, old)
    assert "would shrink by more than its window explains" in said
    assert 'take the line {"archive": "all", …} that names it out of content/ledger/' in said
    ledger.write_text(right)
    assert lines_of(folder, old) == []


def test_the_authority_and_year_that_were_are_named(before):
    folder, old = before
    other = replace(golden.PUBLICATION, authority="else.example", year=2025)
    (said,) = lines_of(folder, old, other)
    assert said.endswith('put "authority: awkward.example" and "year: 2024" back')
    assert lines_of(folder, old) == []


def test_of_what_happens_to_very_many_papers_a_few_are_named():
    (*few, rest) = map(str, compared(site(some(100)), site(some(50, 50))))
    assert len(few) == published.MOST_LINES
    assert "30 more papers would vanish from feeds/all; " in rest


def test_a_long_title_is_cut_as_one_sees():
    long = [P("p", title="Long " * 100)]
    assert 'Long Long…" (tag:' in line(site(long + ALL[:1]), site(ALL[:1]))


# --- what is published is a stranger's ----------------------------------------------------

BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
BOMB = f'<!DOCTYPE rss [{BOMB}]><rss a="&e11;"><channel><title>&e11;</title></channel></rss>'
SPY = '<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/hostname">]><rss><channel>&e;</channel></rss>'
BROKEN = [
    b"",
    b"<rss><channel>",
    b"<html/>",
    b"<rss/>",
    BOMB.encode(),
    SPY.encode(),
    b"<rss><channel><item><title>No id</title></item></channel></rss>",
    b'\xff\xfe<rss version="2.0"/>',
]
BROKEN_JSON = [
    b"",
    b"[]",
    b"null",
    b"{",
    b"[" * 100_000,
    b'{"version": "https://jsonfeed.org/version/1.1"}',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": 7}',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [7]}',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 7}]}',
    b'{"version": "2", "items": []}',
    b"\xff",
]


@pytest.mark.parametrize("data", BROKEN)
def test_a_feed_that_cannot_be_read_is_a_line(data):
    (found,) = compared({"feeds/all.xml": data}, OLD)
    assert isinstance(found, Unreadable)
    assert str(found).startswith("feeds/all.xml: this is no feed that can be read (")
    assert "\n" not in str(found)


@pytest.mark.parametrize("data", BROKEN_JSON)
def test_another_format_helps_out(data):
    (found,) = compared(OLD | {"feeds/all.json": data}, OLD)
    assert isinstance(found, Remark)
    (found,) = compared({"feeds/all.json": data}, OLD)
    assert isinstance(found, Unreadable)


def test_an_archive_that_cannot_be_read_may_be_replaced():
    found = compared(OLD | {"feeds/archive/all-0001.json": b"{"}, OLD)
    assert [type(one) for one in found] == [Remark]
    found = compared(OLD | {"feeds/archive/all-0001.xml": b"<"}, OLD)
    assert [type(one) for one in found] == [Remark]


def test_an_archive_that_is_not_there_is_remarked():
    old = {path: data for path, data in OLD.items() if "archive" not in path}
    (found,) = compared(old, OLD)
    assert isinstance(found, Remark)
    assert str(found).startswith("feeds/archive/all-0001.xml: ")


def test_a_list_of_feeds_that_cannot_be_read_is_remarked():
    (found,) = compared(OLD | {"feeds/broadsheet.opml": b"<opml"}, OLD)
    assert isinstance(found, Remark)


@pytest.mark.parametrize("url", ["https://[", "x", "", "https://a/\ud800/"])
def test_an_address_that_is_none_does_no_harm(url):
    assert isinstance(compared(site(ALL[:3], url=url, formats=["json"]), OLD), list)
