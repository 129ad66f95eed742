"""What a browser remembers of its reader, and single keys, in real Chromium.

Two editions of one small publication, of which the second is put in the place of the first while
readers are away: it lists more, corrects a title, and has found out that two papers are one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser import served, visit
from tests.conftest import Run
from tests.test_browser import too_wide
from tests.test_content import write

EARLY, LATER = "2025-01-01T08:00:00Z", "2025-01-05T08:00:00Z"
MEMORY = "/.memory"
UNCACHED = {"cache-control": "no-cache"}
LONG = "W" * 120


def record(title: str, **more: object) -> str:
    return json.dumps({"title": title, "abstract": f"About {title}.", **more}) + "\n"


FIRST = {
    "topics/birds.md": "---\ntitle: Birds\nmatch: [bird*, house]\n---\nOf birds.\n",
    "listings/2025-01-01-a.jsonl": record("Bird songs", arxiv_id="2501.00001")
    + record("Constructor")
    + record("Moving house")
    + record("A misspelt titel"),
}
SECOND = {
    **FIRST,
    "listings/2025-01-02-b.jsonl": record("Bird nests")
    + record("Moving house", arxiv_id="2501.00001"),
    "listings/2025-01-03-c.jsonl": record("Late birds") + record(f"Unbreakable {LONG}"),
    "papers/a-misspelt-titel.yml": "title: A well-spelt title\n",
}


@dataclass(frozen=True)
class Site:
    """A site that can be replaced by a later edition of itself."""

    address: str
    folder: Path
    editions: tuple[Path, Path]

    def publish(self, index: int) -> None:
        link = self.folder.with_name("next")
        link.symlink_to(self.editions[index])
        os.replace(link, self.folder)


@pytest.fixture(scope="module")
def published(broadsheet_here: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    place = tmp_path_factory.mktemp("editions")
    editions = []
    for name, files in (("first", FIRST), ("second", SECOND)):
        write(place / name / "content", files)
        editions.append(place / name / "site")
        broadsheet_here("build", "--content", place / name / "content", "--site-dir", editions[-1])
    with served(place / "site") as address:
        yield Site(address, place / "site", tuple(editions))


@pytest.fixture
def site(published: Site) -> Site:
    published.publish(0)
    return published


@pytest.fixture
def reader(chromium: Browser, site: Site) -> Iterator[Page]:
    """Somebody who hasn't been here before, with a clock that tests can move."""
    with visit(chromium, site.address, "about/") as page:
        page.evaluate("localStorage.clear()")
        page.clock.install(time=EARLY)
        yield page


def publish(site: Site, page: Page) -> None:
    """Put the second edition in the place of the first. A browser that has just read that would show
    it again from its cache, if it may."""
    site.publish(1)
    page.route("**/*", lambda route: route.continue_(headers=UNCACHED | route.request.headers))


def memory(page: Page) -> dict:
    return json.loads(page.evaluate("key => localStorage.getItem(key)", MEMORY))


def entry(page: Page, title: str) -> Locator:
    return page.locator("main h3 > a", has_text=title)


def save(page: Page, title: str) -> Locator:
    """The button that saves an entry of a list."""
    return entry(page, title).locator("xpath=../following-sibling::p[em][1]").get_by_role("button")


def counted(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("link", name="Reading list")


def pressed(button: Locator, is_so: bool = True) -> None:
    expect(button).to_have_attribute("aria-pressed", str(is_so).lower())


# --- what is remembered -----------------------------------------------------------------------


def test_a_paper_that_was_in_view_for_some_seconds_is_read(site: Site, reader: Page):
    reader.clock.pause_at("2025-01-01T09:00:00Z")
    reader.goto(site.address + "papers/constructor/")
    button = reader.get_by_role("button", name="Mark as read")
    pressed(button, False)
    reader.clock.run_for(1000)
    pressed(button, False)
    reader.clock.run_for(3000)
    pressed(button)
    reader.goto(site.address + "days/2025-01-01/")
    heading = reader.get_by_role("heading", level=3)
    expect(heading.filter(has_text="Constructor")).to_have_text("Constructor (read)")
    expect(heading.filter(has_text="Bird songs")).to_have_text("Bird songs")
    quiet = entry(reader, "Constructor").evaluate("link => getComputedStyle(link).color")
    assert quiet != entry(reader, "Bird songs").evaluate("link => getComputedStyle(link).color")

    reader.go_back()
    pressed(button)
    button.click()
    pressed(button, False)
    reader.clock.run_for(10_000)
    pressed(button, False)
    reader.goto(site.address)
    expect(heading.filter(has_text="Constructor")).to_have_text("Constructor")


def test_papers_are_saved_where_one_meets_them_and_listed_newest_first(site: Site, reader: Page):
    reader.goto(site.address)
    expect(counted(reader)).to_have_text("Reading list")
    button = save(reader, "Bird songs")
    expect(button).to_have_accessible_name("Save to reading list")
    expect(button).to_have_accessible_description("Bird songs")
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    button.click()
    pressed(button)
    expect(counted(reader)).to_have_text("Reading list 1")
    reader.goto(site.address + "papers/constructor/")
    reader.clock.run_for(10)
    reader.get_by_role("button", name="Save to reading list").click()
    counted(reader).click()
    rows = reader.locator("#saved li")
    expect(rows.locator("> a")).to_have_text(["Constructor", "Bird songs"])
    expect(rows.nth(1).locator("em")).to_contain_text("Birds")
    rows.nth(0).get_by_role("button", name="Remove: Constructor").click()
    expect(rows.locator("> a")).to_have_text(["Bird songs"])
    expect(rows.get_by_role("button")).to_be_focused()
    expect(status(reader)).to_have_text("Removed: Constructor")
    reader.get_by_role("button", name="Undo").click()
    expect(rows.locator("> a")).to_have_text(["Constructor", "Bird songs"])
    for _ in range(2):
        rows.get_by_role("button").first.click()
    expect(reader.get_by_role("heading", name="Saved")).to_be_focused()
    expect(counted(reader)).to_have_text("Reading list")


def test_followed_topics_are_marked_and_the_front_page_gathers_them(site: Site, reader: Page):
    reader.goto(site.address + "topics/birds/")
    reader.get_by_role("button", name="Follow", exact=True).click()
    reader.goto(site.address)
    box = reader.locator("section", has=reader.get_by_role("heading", name="From your topics"))
    expect(box.get_by_role("link")).to_have_text(["Bird songs", "Moving house"])
    expect(reader.locator("main em", has_text="Birds").first).to_contain_text("Birds (followed)")
    reader.goto(site.address + "reading-list/")
    row = reader.locator("#topics li")
    expect(row.get_by_role("link", name="Birds")).to_have_attribute(
        "href", site.address + "topics/birds/"
    )
    feed = row.get_by_role("link", name="RSS").get_attribute("href")
    assert reader.request.get(feed).ok
    row.get_by_role("button", name="Unfollow: Birds").click()
    reader.goto(site.address)
    expect(box).to_have_count(0)


def test_a_later_visit_tells_what_is_new(site: Site, reader: Page):
    new, since = reader.locator("main .new"), reader.locator("main .since")
    reader.goto(site.address)
    reader.goto(site.address + "days/2025-01-01/")
    expect(save(reader, "Bird songs")).to_be_visible()
    assert new.count() == since.count() == 0, "on the first visit"

    publish(site, reader)
    reader.clock.set_system_time(LATER)
    reader.goto(site.address)
    expect(since).to_have_text(
        "3 papers in 2 editions since your last visit, on 1 January: 3 January, 2 January"
    )
    assert since.get_by_role("link").last.get_attribute("href").endswith("/days/2025-01-02/")
    assert new.count() == 0, "all of an edition is new"
    reader.goto(site.address + "topics/birds/")
    expect(new).to_have_text(["New", "New"])
    expect(reader.locator("main h3")).to_have_count(3)
    reader.clock.set_system_time("2025-01-05T08:29:00Z")
    reader.goto(site.address)
    expect(since).to_be_visible()
    reader.clock.set_system_time("2025-01-05T09:00:00Z")
    reader.goto(site.address)
    expect(save(reader, "Late birds")).to_be_visible()
    assert new.count() == since.count() == 0, "all of it was seen by the last visit"


def test_corrected_titles_and_moved_papers_keep_their_marks(site: Site, reader: Page):
    reader.goto(site.address)
    for title in ("A misspelt titel", "Moving house"):
        save(reader, title).click()
    publish(site, reader)
    reader.goto(site.address + "papers/a-misspelt-titel/")
    pressed(reader.get_by_role("button", name="Save to reading list"))
    reader.goto(site.address + "papers/moving-house/")
    expect(reader.get_by_role("main")).to_contain_text("turned out to be another")
    reader.goto(site.address + "papers/bird-songs/")
    pressed(reader.get_by_role("button", name="Save to reading list"))
    assert {slug: one["title"] for slug, one in memory(reader)["papers"].items()} == {
        "a-misspelt-titel": "A well-spelt title",
        "bird-songs": reader.locator("h1").inner_text(),
    }


def test_other_tabs_follow(site: Site, reader: Page):
    reader.goto(site.address)
    other = reader.context.new_page()
    other.goto(site.address + "papers/bird-songs/")
    other.get_by_role("button", name="Save to reading list").click()
    pressed(save(reader, "Bird songs"))
    save(reader, "Constructor").click()
    expect(counted(other)).to_have_text("Reading list 2")
    assert set(memory(other)["papers"]) >= {"bird-songs", "constructor"}


# --- when it can't be kept ------------------------------------------------------------------------


FORBIDDEN = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError") } })
"""
FULL = """{
  const setItem = Storage.prototype.setItem
  Storage.prototype.setItem = function (key, value) {
    if (this === window.localStorage) throw new DOMException("", "QuotaExceededError")
    setItem.call(this, key, value)
  }
}"""


@pytest.mark.parametrize(("storage", "lasts"), [(FORBIDDEN, False), (FULL, True)])
def test_without_storage_all_works_for_the_visit_and_that_is_said_once(
    chromium: Browser, site: Site, storage: str, lasts: bool
):
    with visit(chromium, site.address, "about/") as page:
        page.context.add_init_script(storage)
        page.goto(site.address)
        status = page.get_by_role("status").filter(has_text="remember")
        expect(save(page, "Bird songs")).to_be_visible()
        assert status.count() == 0, "nothing is said before it matters"
        save(page, "Bird songs").click()
        pressed(save(page, "Bird songs"))
        expect(status).to_contain_text("for this visit")
        page.get_by_role("button", name="Dismiss").click()
        save(page, "Constructor").click()
        expect(counted(page)).to_have_text("Reading list 2")
        assert status.count() == 0
        page.goto(site.address + "reading-list/")
        expect(page.get_by_role("main")).to_contain_text("doesn’t let the site remember")
        assert page.locator("#saved li").count() == (2 if lasts else 0)


def test_a_last_visit_of_which_half_is_damaged_is_none(site: Site, reader: Page):
    visit = {"at": f"{EARLY[:-1]}.000Z", "since": "2024-01-01", "left": "yesterday"}
    text = json.dumps({"version": 1, "papers": {}, "topics": {}, "visit": visit})
    reader.evaluate("([key, text]) => localStorage.setItem(key, text)", [MEMORY, text])
    reader.goto(site.address)
    expect(save(reader, "Bird songs")).to_be_visible()
    assert reader.locator("main .since").count() == 0


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{", []),
        ("null", []),
        ('{"version": 1, "papers": [], "topics": 7}', []),
        (
            '{"version": 1, "papers": {"constructor": {"title": "Constructor",'
            ' "saved": "2025-01-01T00:00:00.000Z"}, "bird-songs": {"saved": 12}}, "topics": {}}',
            ["Constructor"],
        ),
    ],
)
def test_what_makes_no_sense_is_set_aside(site: Site, reader: Page, text: str, kept: list[str]):
    reader.evaluate("([key, text]) => localStorage.setItem(key, text)", [MEMORY, text])
    reader.goto(site.address)
    expect(reader.get_by_role("status").filter(has_text="It is kept")).to_be_visible()
    save(reader, "Bird songs").click()
    reader.goto(site.address + "reading-list/")
    expect(reader.locator("#saved li > a")).to_have_text(["Bird songs", *kept])
    aside = reader.get_by_role("listitem").filter(has_text=f"{len(text)} character")
    with reader.expect_download() as download:
        aside.get_by_role("button", name="Download").click()
    assert Path(download.value.path()).read_text() == text
    aside.get_by_role("button", name="Delete").click()
    expect(reader.get_by_role("heading", name="Set aside")).to_have_count(0)


def test_what_a_later_version_has_written_is_left_alone(site: Site, reader: Page):
    text = '{"version": 2, "papers": {}, "topics": {}}'
    reader.evaluate("([key, text]) => localStorage.setItem(key, text)", [MEMORY, text])
    reader.goto(site.address)
    save(reader, "Bird songs").click()
    reader.goto(site.address)
    pressed(save(reader, "Bird songs"))
    assert reader.evaluate("key => localStorage.getItem(key)", MEMORY) == text


# --- taking it elsewhere ----------------------------------------------------------------------------


def downloaded(page: Page, name: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return Path(download.value.path()).read_text("utf-8")


def bring(page: Page, content: str) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": "memory.json", "mimeType": "application/json", "buffer": content.encode()}
    )


def status(page: Page) -> Locator:
    return page.locator(".notice").get_by_role("status")


AT = "2025-01-01T00:00:00.000Z"
OTHERS = {
    "version": 1,
    "papers": {
        "bird-songs": {"title": '<b>Songs</b> & \u0000\u2028 "quotes"', "saved": AT},
        "constructor": {"title": "Constructor", "read": AT},
    },
    "topics": {"birds": {"title": "Birds & beasts", "followed": AT}},
}


def test_the_list_goes_to_other_programs(site: Site, reader: Page):
    reader.goto(site.address + "reading-list/")
    expect(reader.get_by_role("button", name="BibTeX")).to_be_disabled()
    bring(reader, json.dumps(OTHERS))
    expect(status(reader)).to_have_text("The file held 2 papers and 1 followed topic.")
    title = '<b>Songs</b> & "quotes"'
    assert reader.locator("#saved li > a").inner_text() == title
    text = downloaded(reader, "Plain text").splitlines()
    assert text == [title, f"{site.address}papers/bird-songs/"]
    opml = etree.fromstring(downloaded(reader, "OPML, with topics").encode())
    assert opml.get("version") == "2.0"
    assert [dict(one.attrib) for one in opml.iterfind("body/outline/outline")] == [
        {
            "type": "rss",
            "text": "Birds & beasts",
            "title": "Birds & beasts",
            "xmlUrl": f"{site.address}feeds/birds.xml",
            "htmlUrl": f"{site.address}topics/birds/",
        },
        {
            "type": "link",
            "text": title,
            "url": f"{site.address}papers/bird-songs/",
            "created": "Wed, 01 Jan 2025 00:00:00 GMT",
        },
    ]


CITED = """<!doctype html><article class="paper"><h1>T</h1><pre><code>other</code></pre>
<script type="application/ld+json">{"@type": "ScholarlyArticle", "url": "https://a.example/"}</script>
<h2 id="cite">Cite</h2><p>A &amp; B.</p><pre><code class="language-bibtex">@misc{%s,
  title = {A &amp; B}
}
</code></pre></article>"""


def test_citations_come_from_the_papers_pages_and_those_that_have_none_are_named(
    chromium: Browser, site: Site
):
    def answer(route: Route) -> None:
        slug = route.request.url.rstrip("/").rpartition("/")[2]
        if slug == "gone":
            route.fulfill(status=404, body="")
        elif slug == "a-misspelt-titel":
            route.fulfill(content_type="text/html", body="<article class=paper>")
        elif slug == "moving-house":
            body = '<main><article><a href="../bird-songs/">Bird songs</a></article></main>'
            route.fulfill(content_type="text/html", body=body)
        else:
            route.fulfill(content_type="text/html", body=CITED % slug)

    slugs = ("bird-songs", "gone", "constructor", "a-misspelt-titel", "moving-house")
    papers = {slug: {"title": slug.upper(), "saved": AT} for slug in slugs}
    context = chromium.new_context()  # in which a page that is missing is no error
    page = context.new_page()
    page.route("**/papers/*/", answer)
    page.goto(site.address + "reading-list/")
    bring(page, json.dumps({**OTHERS, "papers": papers}))
    expect(page.locator("#saved li")).to_have_count(5)
    assert downloaded(page, "BibTeX").splitlines() == [
        *("@misc{bird-songs,", "  title = {A & B}", "}"),
        "",
        *("@misc{constructor,", "  title = {A & B}", "}"),
    ]
    expect(status(page)).to_have_text(
        "3 papers exported. These pages gave no citation: “GONE”, “A-MISSPELT-TITEL”."
    )
    expect(page.get_by_role("button", name="BibTeX")).to_be_enabled()
    context.close()


def test_everything_can_be_taken_to_another_browser_and_cleared(site: Site, reader: Page):
    reader.goto(site.address)
    save(reader, "Constructor").click()
    reader.goto(site.address + "reading-list/")
    mine = downloaded(reader, "Everything, as JSON")
    assert json.loads(mine) == memory(reader)

    bring(reader, json.dumps(OTHERS))
    expect(reader.locator("#saved li > a")).to_have_count(2)
    merged = memory(reader)["papers"]
    assert merged["constructor"]["read"] == AT
    assert merged["constructor"]["saved"]
    reader.get_by_role("button", name="Undo").click()
    assert memory(reader) == json.loads(mine)

    reader.get_by_label("in place of what is here").check()
    bring(reader, json.dumps(OTHERS))
    expect(reader.locator("#saved li > a")).to_have_text([re.compile("Songs")])
    assert "saved" not in memory(reader)["papers"]["constructor"]

    reader.get_by_role("button", name="Clear everything …").click()
    dialog = reader.get_by_role("dialog", name="Clear everything?")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    reader.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(reader.get_by_role("button", name="Clear everything …")).to_be_focused()
    assert memory(reader)["papers"]
    reader.keyboard.press("Enter")
    dialog.get_by_role("button", name="Clear everything").click()
    assert memory(reader) == {"version": 1, "papers": {}, "topics": {}}
    reader.get_by_role("button", name="Undo").click()
    assert set(memory(reader)["papers"]) == {"bird-songs", "constructor"}


ONE = {"title": "T", "saved": AT}


NO_MEMORY = {
    b"": "it is not JSON",
    b"\xff\xfe\x00": "it is not JSON",
    b"[" * 200_000: "it is not JSON",
    b"[]": "it holds something else",
    b'"text"': "it holds something else",
    b'{"version": 1}': "it holds something else",
    b'{"version": "1", "papers": {}, "topics": {}}': "it is of another version",
    b" " * 4_000_001: "it is too long",
    b" " * 16_000_001: "it is too long",
}


def test_a_file_that_is_no_memory_changes_nothing(site: Site, reader: Page, tmp_path: Path):
    reader.goto(site.address + "reading-list/")
    before = memory(reader)
    for number, (content, told) in enumerate(NO_MEMORY.items()):
        file = tmp_path / f"{number}.json"
        file.write_bytes(content)
        reader.locator("input[type=file]").set_input_files(file)
        expect(status(reader)).to_have_text(
            f"Nothing is changed. “{number}.json” can’t be used: {told}."
        )
    assert memory(reader) == before


def test_of_a_hostile_file_only_what_makes_sense_is_taken(site: Site, reader: Page):
    wrong = {
        "../../x": ONE,
        "javascript:alert(1)": ONE,
        "Upper": ONE,
        "a" * 101: ONE,
        "": ONE,
        "no-object": "text",
        "nothing": None,
        "list": [ONE],
        "no-time": {"title": "T", "saved": "yesterday"},
        "no-day": {"title": "T", "saved": "2025-99-99T00:00:00.000Z"},
        "number": {"title": "T", "saved": 1},
    }
    right = {
        "constructor": {"title": "<img src=x onerror=alert(1)>", "saved": AT, "facts": {"a": 1}},
        "long": {"title": "W" * 5000, "saved": AT, "more": "x", "read": 7},
        "untitled": {"title": ["x"], "saved": AT, "__proto__": {"polluted": 1}},
        "no-xml": {"title": "a\uffffb\ufffe", "saved": AT},
    }
    papers = {"__proto__": {"saved": AT, "polluted": 1}, **wrong, **right}
    text = json.dumps({"version": 1, "papers": papers, "topics": wrong})
    reader.goto(site.address + "reading-list/")
    bring(reader, text)
    expect(status(reader)).to_contain_text("Left out, since they made no sense: 23 more.")
    assert memory(reader)["papers"] == {
        "constructor": {"title": "<img src=x onerror=alert(1)>", "saved": AT},
        "long": {"title": "W" * 1000, "saved": AT},
        "untitled": {"title": "untitled", "saved": AT},
        "no-xml": {"title": "a b", "saved": AT},
    }
    etree.fromstring(downloaded(reader, "OPML").encode())
    assert reader.evaluate("({}).polluted") is None
    assert reader.locator("main img").count() == 0
    assert not too_wide(reader)


# --- keys ---------------------------------------------------------------------------------------------


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent")


def test_keys_lead_from_paper_to_paper(site: Site, reader: Page):
    reader.emulate_media(reduced_motion="reduce")
    reader.set_viewport_size({"width": 400, "height": 300})
    reader.goto(site.address + "days/2025-01-01/")
    titles = reader.locator("main h3 > a").all_inner_texts()
    walked = []
    for key in "jjjjjkk":
        reader.keyboard.press(key)
        walked.append(focused(reader))
    assert walked == [*titles, titles[-1], titles[-2], titles[-3]]
    expect(entry(reader, titles[-3])).to_be_in_viewport()
    reader.keyboard.press("s")
    pressed(save(reader, titles[-3]))
    reader.keyboard.press("m")
    assert memory(reader)["papers"].popitem()[1].keys() >= {"read", "saved"}
    reader.keyboard.press("m")
    expect(reader.locator("a.read")).to_have_count(0)
    reader.keyboard.press("o")
    reader.wait_for_url("**/papers/**")
    expect(reader.locator("h1")).to_have_text(titles[-3])
    reader.keyboard.press("s")
    pressed(reader.get_by_role("button", name="Save to reading list"), False)


def test_keys_do_nothing_while_somebody_types_or_with_modifiers(site: Site, reader: Page):
    reader.goto(site.address)
    for combination in ("Control+j", "Alt+s", "Meta+m"):
        reader.keyboard.press(combination)
    assert reader.evaluate("document.activeElement.localName") == "body"
    reader.keyboard.press("/")
    field = reader.get_by_role("searchbox", name="Search")
    expect(field).to_be_focused()
    reader.keyboard.type("jks?")
    expect(field).to_have_value("jks?")
    expect(reader.get_by_role("dialog", name="Keys")).to_have_count(0)
    assert not memory(reader)["papers"]


def test_keys_turn_to_the_editions_before_and_after(site: Site, reader: Page):
    links = '<link rel="prev" href="../days/2025-01-01/"><link rel="next" href="../topics/"></head>'

    def with_links(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("</head>", links))

    reader.route("**/trending/", with_links)
    for key, end in (("[", "days/2025-01-01/"), ("ArrowRight", "topics/")):
        reader.goto(site.address + "trending/")
        reader.keyboard.press(key)
        reader.wait_for_url(site.address + end)


def test_help_lists_the_keys_of_the_page_and_turns_them_off(site: Site, reader: Page):
    reader.goto(site.address)
    reader.keyboard.press("j")
    at = focused(reader)
    reader.keyboard.press("?")
    dialog = reader.get_by_role("dialog", name="Keys on this page")
    listed = dialog.locator("kbd").all_inner_texts()
    assert set("jkosm/?") <= set(listed)
    reader.keyboard.press("j")
    reader.keyboard.press("s")
    reader.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert focused(reader) == at
    assert not memory(reader)["papers"]

    reader.keyboard.press("?")
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name="Close").click()
    reader.goto(site.address)
    for key in "jsm/?fpn":
        reader.keyboard.press(key)
    assert reader.evaluate("document.activeElement.localName") == "body"
    expect(reader.get_by_role("dialog")).to_have_count(0)
    reader.get_by_role("button", name="Keyboard").click()
    dialog.get_by_role("checkbox").check()
    reader.keyboard.press("Escape")
    expect(reader.get_by_role("button", name="Keyboard")).to_be_focused()
    reader.goto(site.address)
    reader.keyboard.press("j")
    assert focused(reader) == at


def test_a_telephone_is_told_of_no_keys(chromium: Browser, site: Site):
    with visit(chromium, site.address, has_touch=True, is_mobile=True) as page:
        expect(save(page, "Bird songs")).to_be_visible()
        expect(page.locator(".keys-door")).to_be_hidden()


# --- what stays as it is ----------------------------------------------------------------------------------


def test_without_javascript_nothing_is_offered_and_the_page_explains_itself(
    chromium: Browser, site: Site
):
    with visit(chromium, site.address, "reading-list/", java_script_enabled=False) as page:
        expect(page.get_by_role("main")).to_contain_text("needs JavaScript")
        page.goto(site.address)
        assert page.get_by_role("button").count() == 0
        assert page.get_by_role("link", name="Reading list").count() == 0


def test_what_is_the_readers_own_fits_and_isnt_printed(site: Site, reader: Page):
    publish(site, reader)
    reader.goto(site.address + "reading-list/")
    slug = next(path.name for path in (site.editions[1] / "papers").glob("unbreakable*"))
    bring(
        reader,
        json.dumps({**OTHERS, "papers": {slug: {**ONE, "title": LONG, "facts": LONG, "read": AT}}}),
    )
    assert not too_wide(reader)
    for path in ("", f"papers/{slug}/", "topics/birds/"):
        reader.goto(site.address + path)
        assert not too_wide(reader), path
        reader.emulate_media(media="print")
        assert reader.locator("button:visible, .reading-door:visible").count() == 0
        reader.emulate_media(media="screen")


def test_search_engines_leave_the_page_alone(published: Site):
    html = (published.editions[0] / "reading-list/index.html").read_text("utf-8")
    assert '<meta name="robots" content="noindex">' in html
