"""The page of all feeds, what other pages say of theirs, and a feed that is opened in a browser."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html
from playwright.sync_api import Browser, Page, expect

from generator import pages
from generator.model import Catalog, Paper, Topic
from tests import golden, test_feeds
from tests.browser import served, stop_clock, visit
from tests.test_browser import fits

SITE = "https://broadsheet.example/"
TOPIC = f"{SITE}feeds/text-embeddings.xml"
PHONE = {"width": 390, "height": 844}

STYLES = Path(pages.__file__).parent / "theme/assets/stylesheets"


@pytest.fixture(scope="module")
def edition(edition_site: Path) -> Iterator[str]:
    with served(edition_site) as address:
        yield address


@pytest.fixture(scope="module")
def page_of_feeds(edition_site: Path) -> html.HtmlElement:
    return html.parse(edition_site / "feeds" / "index.html").getroot()


def rows(page: html.HtmlElement) -> dict[str, html.HtmlElement]:
    """The lines of the page, by the address that each gives to be copied."""
    return {row.findtext("code"): row for row in page.xpath("//article//li[em and code]")}


# --- what it says -----------------------------------------------------------------------------


def test_every_feed_is_there_with_its_three_addresses(
    page_of_feeds: html.HtmlElement, edition_site: Path
):
    folder = edition_site / "feeds"
    made = {str(path.relative_to(folder)) for path in folder.rglob("*.xml")}
    made = {path for path in made if not re.match("archive/|.*[.]atom[.]xml$", path)}
    listed = rows(page_of_feeds)
    assert set(listed) == {f"{SITE}feeds/{path}" for path in made}
    for address, row in listed.items():
        name = address.removeprefix(f"{SITE}feeds/").removesuffix(".xml")
        ways = {link.text: link.get("href") for link in row.findall("em/a")}
        assert ways == {"RSS": f"{name}.xml", "Atom": f"{name}.atom.xml", "JSON": f"{name}.json"}
        assert all((folder / way).is_file() for way in ways.values())


def of_two_topics() -> Catalog:
    """One that has a paper of the newest listing, and one that has none."""
    newest = datetime.date(2025, 12, 12)
    papers = (
        Paper(slug="new", title="New", listed=newest, topics=("busy",)),
        Paper(slug="old", title="Old", listed=datetime.date(2025, 12, 10), topics=("quiet",)),
    )
    return Catalog(papers, (Topic("busy", "Busy"), Topic("quiet", "Quiet")))


def test_a_line_says_how_much_a_feed_holds_and_how_fresh_it_is(page_of_feeds: html.HtmlElement):
    row = rows(page_of_feeds)[TOPIC]
    assert row.findtext("a") == "Text embeddings"
    assert re.match(r"\d+ papers · ", row.find("em").text_content()), "the newest listing's"
    page = dict(pages.render(of_two_topics(), golden.PUBLICATION))["feeds.md"].decode()
    assert "[Busy](topics/busy.md) *1 paper · " in page
    assert "[Quiet](topics/quiet.md) *1 paper, newest 10 Dec 2025 · " in page
    assert "unless a date says otherwise" in page


def test_the_page_tells_silence_from_a_standstill(page_of_feeds: html.HtmlElement):
    text = page_of_feeds.find(".//article").text_content()
    assert "Newest listing: Wednesday, 10 December 2025" in text
    assert not re.search(r"\bago\b|yesterday", text)


def test_the_feed_of_everything_comes_before_all_explanations(page_of_feeds: html.HtmlElement):
    first, weeks, third = page_of_feeds.xpath("//article//li[em and code]")[:3]
    assert first.findtext("code") == f"{SITE}feeds/all.xml"
    assert weeks.findtext("code") == f"{SITE}feeds/weeks.xml"
    assert not weeks.xpath("preceding::h2")
    assert third.xpath("preceding::h2[1]/text()") == ["The feeds"]
    assert third.xpath("preceding::h3/text()") == ["Topics"]


def test_an_edition_without_papers_and_topics_has_a_page_of_its_two_feeds():
    page = dict(pages.render(Catalog(), golden.PUBLICATION))["feeds.md"].decode()
    assert "Nothing is listed yet" in page
    assert "*no papers yet · " in page
    assert "lists all 2 feeds." in page
    assert "## The feeds" not in page


def test_readers_are_named_and_limits_told(page_of_feeds: html.HtmlElement):
    text = " ".join(page_of_feeds.find(".//article").text_content().split())
    assert "Feedly, Inoreader, NewsBlur, The Old Reader, Feedbin (each wants" in text
    assert "50 papers at least, and all of the last 30 days as long as they fit into 2 MB" in text


def test_it_can_all_be_had_at_once_and_by_mail(page_of_feeds: html.HtmlElement, edition_site: Path):
    (opml,) = page_of_feeds.xpath("//article//a[contains(@href, 'opml')]/@href")
    assert (edition_site / "feeds" / opml).is_file()
    hosts = " ".join(page_of_feeds.xpath("//article//a[starts-with(@href, 'https:')]/@href"))
    for way in ("blogtrottr.com", "feedrabbit.com", "thunderbird.net", "rss2email"):
        assert way in hosts


def test_readers_are_asked_for_the_feed_of_everything(page_of_feeds: html.HtmlElement):
    links = page_of_feeds.xpath("//article//ol/following-sibling::ul[1]//a/@href")
    assert len(links) == 5
    for link in links:
        assert link.startswith("https://")
        assert link.endswith(quote(f"{SITE}feeds/all.xml", safe=""))


def test_the_page_is_plain_markdown():
    page = golden.made()["site_src/feeds.md"].decode()
    assert not re.search(r"<[a-zA-Z/!]|\{:", page.split("---\n", 2)[2])


@pytest.mark.parametrize(
    ("path", "feed"),
    [
        ("topics/text-embeddings", "../../feeds/text-embeddings.xml"),
        ("organizations/nvidia", None),  # too few papers for a feed
    ],
)
def test_lists_lead_to_their_feed_and_say_how_fresh_they_are(
    edition_site: Path, path: str, feed: str | None
):
    page = html.parse(edition_site / path / "index.html").getroot()
    facts = page.find(".//article//p/em")
    followed = re.fullmatch(
        r"\d+ papers?, newest first( · last one 10 Dec 2025 · Subscribe · RSS)?",
        facts.text_content(),
    )
    assert bool(followed[1]) == bool(feed)
    assert [link.get("href") for link in facts.findall("a")] == (
        ["../../feeds/", feed] if feed else []
    )


def test_a_quiet_topic_names_the_newest_listing_too():
    made = dict(pages.render(of_two_topics(), golden.PUBLICATION))
    assert " · last one 12 Dec 2025 · [Subscribe]" in made["topics/busy.md"].decode()
    quiet = " · last one 10 Dec 2025, newest listing 12 Dec 2025 · [Subscribe]"
    assert quiet in made["topics/quiet.md"].decode()


def test_only_this_page_has_the_script_and_all_three_formats(edition_site: Path):
    def alternates(page: html.HtmlElement) -> list[str]:
        return page.xpath("//link[contains(@rel, 'alternate')]/@type")

    for path in ("", "topics/", "topics/text-embeddings/", "about/", "feeds/"):
        file = edition_site / path / "index.html"
        page = html.parse(file).getroot()
        is_feeds = path == "feeds/"
        assert ("feeds.js" in file.read_text("utf-8")) == is_feeds, path
        assert any("json" in kind for kind in alternates(page)) == is_feeds, path


# --- what it does -----------------------------------------------------------------------------


def button(page: Page, address: str = TOPIC):
    return (
        page.locator("li").filter(has=page.get_by_text(address, exact=True)).get_by_role("button")
    )


def test_a_button_copies_the_address_and_says_so(chromium: Browser, edition: str):
    allowed = ["clipboard-read", "clipboard-write"]
    with visit(chromium, edition, permissions=allowed) as page:
        stop_clock(page)
        page.goto(edition + "feeds/")
        copy = button(page)
        expect(copy).to_have_accessible_name("Copy address")
        expect(copy).to_have_accessible_description("Text embeddings")
        copy.click()
        expect(copy).to_have_text("Copied")
        expect(page.get_by_role("status").last).to_contain_text(TOPIC)
        assert page.evaluate("navigator.clipboard.readText()") == TOPIC
        page.clock.run_for(10_000)
        expect(copy).to_have_text("Copy address")


def test_every_feed_has_a_button_which_the_keyboard_reaches(chromium: Browser, edition: str):
    allowed = ["clipboard-read", "clipboard-write"]
    with visit(chromium, edition, permissions=allowed) as page:
        stop_clock(page)
        page.goto(edition + "feeds/")
        buttons = page.locator("article").get_by_role("button", name="Copy address")
        assert buttons.count() == page.locator("li > em + code").count() > 10
        page.locator("li", has_text=TOPIC).get_by_role("link").last.focus()
        page.keyboard.press("Tab")
        expect(button(page)).to_be_focused()
        page.keyboard.press("Enter")
        expect(button(page)).to_have_text("Copied")
        expect(button(page)).to_be_focused()
        assert page.evaluate("navigator.clipboard.readText()") == TOPIC


@pytest.mark.parametrize(("is_possible", "label"), [("true", "Copied"), ("false", "Selected")])
def test_without_the_clipboard_the_address_is_selected(
    chromium: Browser, edition: str, is_possible: str, label: str
):
    with visit(chromium, edition) as page:
        page.add_init_script(
            "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
            f"document.execCommand = () => {is_possible}"
        )
        stop_clock(page)
        page.goto(edition + "feeds/")
        button(page).click()
        expect(button(page)).to_have_text(label)
        assert page.evaluate("String(getSelection())") == TOPIC
        # … and those who see are told as well as those who hear.
        status = page.get_by_role("status").last
        expect(status).to_be_in_viewport(ratio=1)
        expect(status).to_contain_text({"Copied": TOPIC, "Selected": "it is selected"}[label])


def test_the_reader_may_choose_where_feeds_open_and_it_is_remembered(
    chromium: Browser, edition: str
):
    with visit(chromium, edition, "feeds/") as page:
        page.get_by_label("Buttons below").select_option("Open in NewsBlur")
        for _ in range(2):
            links = page.get_by_role("link", name="Open in NewsBlur")
            assert links.count() == page.locator("li > em + code").count()
            row = page.locator("li").filter(has=page.get_by_text(TOPIC, exact=True))
            expect(row.get_by_role("link", name="Open in NewsBlur")).to_have_attribute(
                "href", "https://www.newsblur.com/?url=" + quote(TOPIC, safe="")
            )
            page.reload()
        page.get_by_label("Buttons below").select_option("Copy the address")
        expect(button(page)).to_be_visible()


def test_who_comes_from_a_topic_finds_its_feed_first(chromium: Browser, edition: str):
    with visit(chromium, edition, "topics/text-embeddings/", viewport=PHONE) as page:
        page.get_by_role("link", name="Subscribe").click()
        page.wait_for_url("**/feeds/")
        addresses = page.locator("li > em + code")
        expect(addresses.nth(0)).to_have_text(TOPIC)
        expect(addresses.nth(0)).to_be_in_viewport()
        expect(addresses.nth(1)).to_have_text(f"{SITE}feeds/all.xml")
        readers = page.locator("ol + p + ul").get_by_role("link")
        assert "all.xml" in readers.first.get_attribute("href")
        page.goto(edition)
        page.get_by_role("navigation").get_by_role("link", name="Feeds").first.click()
        page.wait_for_url("**/feeds/")
        expect(page.locator("li > em + code").first).to_have_text(f"{SITE}feeds/all.xml")


def test_the_first_feed_is_on_the_first_screen_of_a_phone(chromium: Browser, edition: str):
    with visit(chromium, edition, "feeds/", viewport=PHONE) as page:
        expect(button(page, f"{SITE}feeds/all.xml")).to_be_in_viewport(ratio=1)


def test_titles_stand_where_those_of_other_pages_stand(chromium: Browser, edition: str):
    with visit(chromium, edition, viewport={"width": 1280, "height": 900}) as page:
        left = set()
        for path in ("feeds/", "about/", "contributing/"):
            page.goto(edition + path)
            left.add(page.locator("h1").bounding_box()["x"])
        assert len(left) == 1


def test_headings_are_no_smaller_than_what_they_head(chromium: Browser, edition: str):
    with visit(chromium, edition, "feeds/") as page:
        sizes = page.locator("article").evaluate(
            """article => ["p:not(:has(em))", "h3", "h2"].map(
                name => parseFloat(getComputedStyle(article.querySelector(name)).fontSize)
            )"""
        )
        assert sizes == sorted(set(sizes))


def test_what_is_to_be_clicked_is_not_printed(chromium: Browser, edition: str):
    with visit(chromium, edition, "feeds/") as page:
        page.emulate_media(media="print")
        expect(page.get_by_text(TOPIC, exact=True)).to_be_visible()
        hidden = page.locator("article :is(.action, select, ol + p, ol + p + ul, [role=status])")
        assert hidden.count() > 10
        assert not any(one.is_visible() for one in hidden.all())


def test_fingers_hit_the_buttons_of_a_phone(chromium: Browser, edition: str):
    with visit(chromium, edition, "feeds/", viewport=PHONE, has_touch=True) as page:
        touched = page.locator("article :is(.action, select, ol + p + ul a)")
        heights = touched.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
        assert len(heights) > 10
        assert min(heights) >= 44
        page.get_by_label("Buttons below").select_option("Open in The Old Reader")
        assert fits(page, PHONE["width"])


def test_without_javascript_the_addresses_can_be_read_and_selected(chromium: Browser, edition: str):
    with visit(chromium, edition, "feeds/", java_script_enabled=False) as page:
        expect(page.get_by_text(TOPIC, exact=True)).to_be_visible()
        expect(page.locator("article").get_by_role("button")).to_have_count(0)
        expect(page.get_by_role("link", name="Feedly")).to_be_visible()


# --- a feed in a browser --------------------------------------------------------------------------


def shown(page: Page, element: str) -> list[bool]:
    """Of the elements of this name, whatever their namespace, which are displayed."""
    return page.evaluate(
        """name => [...document.getElementsByTagNameNS("*", name)].map(
            element => getComputedStyle(element).display !== "none" && element.checkVisibility()
        )""",
        element,
    )


def below_the_box(page: Page) -> str:
    """The address that stands next below the box that says what this is: the highest on the page."""
    return page.evaluate(
        """() => {
            const top = element => element.getBoundingClientRect().top
            const first = [...document.querySelectorAll("title, docs, subtitle, link, description")]
                .filter(element => element.checkVisibility())
                .sort((one, other) => top(one) - top(other))[0]
            return first.getAttribute("href") ?? first.textContent
        }"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "titles", "hidden"),
    [
        ("feeds/text-embeddings.xml", "item > title", ["guid", "generator", "language"]),
        ("feeds/text-embeddings.atom.xml", "entry > title", ["id", "generator", "content"]),
    ],
)
def test_a_feed_itself_is_no_wall_of_xml(
    chromium: Browser, edition: str, scheme: str, path: str, titles: str, hidden: list[str]
):
    context = chromium.new_context(color_scheme=scheme, viewport=PHONE)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(edition + path)
    papers = page.locator(titles).count()
    assert papers > 10
    assert all(shown(page, "title"))
    for name in hidden:
        assert shown(page, name), name
        assert not any(shown(page, name)), name
    said = shown(page, "description")
    assert said[:1] in ([], [True]), "the channel's is for people"
    assert not any(said[1:]), "those of entries are HTML in XML"
    about = 1 if "atom" in path else 0  # the page that tells what feeds are; in RSS it is in docs
    assert sum(shown(page, "link")) == papers + 1 + about, "each paper's address, and the page's"
    opening = page.evaluate("getComputedStyle(document.documentElement, '::before').content")
    assert "This is a feed" in opening
    assert opening.endswith('the address below."')
    assert below_the_box(page) == f"{SITE}feeds/"
    weight = page.evaluate(f"getComputedStyle(document.querySelector('{titles}')).fontWeight")
    assert weight == "700"
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper == {"light": "rgb(253, 251, 247)", "dark": "rgb(23, 20, 17)"}[scheme]
    assert fits(page, PHONE["width"])
    assert all(address.startswith(edition) for address in asked), asked
    context.close()


@pytest.mark.parametrize("extension", ["xml", "atom.xml"])
def test_an_archive_says_that_there_is_nothing_to_follow(
    chromium: Browser, tmp_path: Path, extension: str
):
    files = test_feeds.made(test_feeds.catalog_of(test_feeds.numbered(400, 4)))
    path = f"feeds/archive/all-0002.{extension}"
    archive = tmp_path / path
    archive.parent.mkdir(parents=True)
    archive.write_bytes(files[path])
    shutil.copytree(STYLES, tmp_path / "assets/stylesheets")
    with served(tmp_path) as address:
        page = chromium.new_page(viewport=PHONE)
        page.goto(address + path)
        opening = page.evaluate("getComputedStyle(document.documentElement, '::before').content")
        assert "older papers" in opening
        assert "copy its address" not in opening
        assert not any(shown(page, "archive"))
        assert below_the_box(page) == f"{golden.PUBLICATION.url}feeds/"
        about = 1 if "atom" in extension else 0
        assert sum(shown(page, "link")) == 100 + about, "each paper's address, and no page's"
        assert fits(page, PHONE["width"])
        page.close()
