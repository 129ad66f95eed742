"""The page of all feeds, what other pages say of theirs, and a feed that is opened in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html
from playwright.sync_api import Browser, Page, expect

from tests import golden, test_browser
from tests.test_browser import fits, served, visit

SITE = "https://broadsheet.example/"
TOPIC = f"{SITE}feeds/text-embeddings.xml"
PHONE = {"width": 390, "height": 844}

chromium = test_browser.chromium


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


def test_a_line_says_how_much_a_feed_holds_and_how_fresh_it_is(page_of_feeds: html.HtmlElement):
    row = rows(page_of_feeds)[TOPIC]
    assert row.findtext("a") == "Text embeddings"
    assert re.match(r"\d+ papers, newest 10 Dec 2025 · ", row.find("em").text_content())


def test_the_page_tells_silence_from_a_standstill(page_of_feeds: html.HtmlElement):
    text = page_of_feeds.find(".//article").text_content()
    assert "The newest listing is of Wednesday, 10 December 2025" in text
    assert not re.search(r"\bago\b|yesterday", text)


def test_it_can_all_be_had_at_once_and_by_mail(page_of_feeds: html.HtmlElement, edition_site: Path):
    (opml,) = page_of_feeds.xpath("//article//a[contains(@href, 'opml')]/@href")
    assert (edition_site / "feeds" / opml).is_file()
    hosts = " ".join(page_of_feeds.xpath("//article//a[starts-with(@href, 'https:')]/@href"))
    for way in ("blogtrottr.com", "feedrabbit.com", "thunderbird.net", "rss2email"):
        assert way in hosts


def test_readers_are_asked_for_the_feed_of_everything(page_of_feeds: html.HtmlElement):
    links = page_of_feeds.xpath("(//article//ul)[1]//a/@href")
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
        ("organizations/nvidia", None),  # two papers, so without a feed
    ],
)
def test_lists_lead_to_their_feed_and_say_how_fresh_they_are(
    edition_site: Path, path: str, feed: str | None
):
    page = html.parse(edition_site / path / "index.html").getroot()
    facts = page.find(".//article/p/em")
    assert ("newest here 10 Dec 2025, newest listing 10 Dec 2025" in facts.text_content()) == bool(
        feed
    )
    assert [link.get("href") for link in facts.findall("a")] == (
        [feed, "../../feeds/"] if feed else []
    )


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
    with visit(chromium, edition, "feeds/", permissions=allowed) as page:
        copy = button(page)
        expect(copy).to_have_accessible_name("Copy address")
        expect(copy).to_have_accessible_description("Text embeddings")
        copy.click()
        expect(copy).to_have_text("Copied")
        expect(page.get_by_role("status").last).to_contain_text(TOPIC)
        assert page.evaluate("navigator.clipboard.readText()") == TOPIC
        expect(copy).to_have_text("Copy address", timeout=10_000)


def test_every_feed_has_a_button_which_the_keyboard_reaches(chromium: Browser, edition: str):
    allowed = ["clipboard-read", "clipboard-write"]
    with visit(chromium, edition, "feeds/", permissions=allowed) as page:
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
        page.goto(edition + "feeds/")
        button(page).click()
        expect(button(page)).to_have_text(label)
        assert page.evaluate("String(getSelection())") == TOPIC


def test_the_reader_may_choose_where_feeds_open_and_it_is_remembered(
    chromium: Browser, edition: str
):
    with visit(chromium, edition, "feeds/") as page:
        page.get_by_label("The button beside each feed").select_option("opens it in NewsBlur")
        for _ in range(2):
            links = page.get_by_role("link", name="Open in NewsBlur")
            assert links.count() == page.locator("li > em + code").count()
            row = page.locator("li").filter(has=page.get_by_text(TOPIC, exact=True))
            expect(row.get_by_role("link", name="Open in NewsBlur")).to_have_attribute(
                "href", "https://www.newsblur.com/?url=" + quote(TOPIC, safe="")
            )
            page.reload()
        page.get_by_label("The button beside each feed").select_option("copies its address")
        expect(button(page)).to_be_visible()


def test_fingers_hit_the_buttons_of_a_telephone(chromium: Browser, edition: str):
    with visit(chromium, edition, "feeds/", viewport=PHONE, has_touch=True) as page:
        touched = page.locator("article :is(.action, select, ul:first-of-type a)")
        heights = touched.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
        assert len(heights) > 10
        assert min(heights) >= 44
        page.get_by_label("The button beside each feed").select_option("opens it in The Old Reader")
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
    assert "feeds/" in opening
    weight = page.evaluate(f"getComputedStyle(document.querySelector('{titles}')).fontWeight")
    assert weight == "700"
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper == {"light": "rgb(253, 251, 247)", "dark": "rgb(23, 20, 17)"}[scheme]
    assert fits(page, PHONE["width"])
    assert all(address.startswith(edition) for address in asked), asked
    context.close()
