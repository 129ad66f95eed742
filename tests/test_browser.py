"""The built site in real Chromium: it looks and reads as it should, and asks no other host.

Needs Chromium (Debian's ``chromium-headless-shell``, or ``chromium``); see ``browser.executable``.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import KINDS, served, visit
from tests.conftest import Run, patience

WIDTHS = (320, 360, 768, 1440)


def fits(page: Page, width: int) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_in_arabic_or_hebrew_is_no_wider(chromium: Browser, edition: str):
    with visit(chromium, edition, KINDS["topic"], viewport={"width": 768, "height": 600}) as page:
        page.evaluate("document.body.dir = 'rtl'")
        assert fits(page, 768)


def too_wide(page: Page) -> list[int]:
    """The widths of a window in which the page has to be scrolled sideways."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if not fits(page, width):
            found.append(width)
    return found


def test_every_kind_of_page_fits_every_window(chromium: Browser, edition: str):
    with visit(chromium, edition) as page:
        for kind, path in KINDS.items():
            page.goto(edition + path)
            assert page.locator("h1").count() == 1, kind
            assert not too_wide(page), kind


def test_awkward_papers_fit_and_run_nothing(chromium: Browser, awkward: str, awkward_site: Path):
    with visit(chromium, awkward) as page:
        assert not too_wide(page)
        for path in sorted(awkward_site.glob("papers/*/")):
            page.goto(f"{awkward}papers/{path.name}/")
            assert not too_wide(page), path.name


def test_a_long_name_and_an_unbreakable_title_have_room(
    chromium: Browser, broadsheet_here: Run, tmp_path: Path
):
    name = "The Rotterdam Review of Applied Econometrics and of Agricultural Policy"
    folder = tmp_path / "review"
    broadsheet_here("new", folder, "--name", name, "--url", "https://review.example/")
    broadsheet_here("add", "Unbreakable_" * 9, "--listed", "2025-01-07", cwd=folder)
    broadsheet_here("build", cwd=folder)
    with served(folder / "site") as address, visit(chromium, address) as page:
        for path in ("", "topics/", "weeks/2025-W02/"):
            page.goto(address + path)
            assert not too_wide(page), path
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                masthead = page.locator(".masthead").bounding_box()
                plate = page.locator(".nameplate").bounding_box()
                assert plate["y"] >= masthead["y"] + 6, (path, width)
                assert plate["y"] + plate["height"] <= masthead["y"] + masthead["height"] - 6
                assert plate["height"] < 200, (path, width)  # and some of the page is seen below it


def test_what_a_stranger_wrote_is_shown_as_they_wrote_it(
    chromium: Browser, awkward: str, awkward_site: Path
):
    records = (awkward_site / "data/papers.jsonl").read_text("utf-8").splitlines()
    with visit(chromium, awkward) as page:
        for paper in map(json.loads, records):
            page.goto(f"{awkward}papers/{paper['slug']}/")
            assert page.locator("h1").inner_text() == paper["title"]
            assert page.title().startswith(paper["title"])
            shown = page.locator("main").inner_text()
            for text in (paper["abstract"], paper["summary"], paper["note"], *paper["authors"]):
                assert (text or "") in shown


def test_the_front_page_leads_to_everything(chromium: Browser, edition: str):
    with visit(chromium, edition) as page:
        assert "10 December 2025" in page.locator("h1").inner_text()
        for name in ("Trending", "Topics", "Organizations", "Archive", "Feeds", "About"):
            expect(
                page.get_by_role("navigation").get_by_role("link", name=name, exact=True).first
            ).to_be_visible()
        page.get_by_role("navigation").get_by_role("link", name="Topics", exact=True).first.click()
        page.wait_for_url("**/topics/")
        page.get_by_role("main").get_by_role("link", name="Text embeddings").click()
        page.wait_for_url(edition + "topics/text-embeddings/")
        page.get_by_role("main").get_by_role("link", name="NV-Embed").first.click()
        expect(page.get_by_role("link", name="arXiv", exact=True)).to_have_attribute(
            "href", "https://arxiv.org/abs/2405.17428"
        )


@pytest.mark.parametrize(
    ("path", "feeds"),
    [
        ("", ["feeds/all.xml"]),
        (KINDS["paper"], ["feeds/all.xml"]),
        (KINDS["topic"], ["feeds/text-embeddings.xml", "feeds/all.xml"]),
    ],
)
def test_pages_tell_feed_readers_of_their_feeds(
    chromium: Browser, edition: str, path: str, feeds: list[str]
):
    with visit(chromium, edition, path) as page:
        links = page.locator("head link[rel~=alternate][type='application/rss+xml']")
        assert links.evaluate_all("all => all.map(link => link.href)") == [
            edition + feed for feed in feeds
        ]
        assert all(links.evaluate_all("all => all.map(link => link.title)"))
        for feed in feeds:
            assert page.request.get(edition + feed).text().startswith("<?xml")


def test_without_javascript_everything_can_be_read(chromium: Browser, edition: str):
    with visit(chromium, edition, java_script_enabled=False) as page:
        for path in KINDS.values():
            page.goto(edition + path)
            expect(page.locator("h1")).to_be_visible()
            expect(page.get_by_role("link", name="Topics", exact=True).first).to_be_visible()
            assert len(page.locator("main").inner_text()) > 100


def test_a_missing_page_helps_on_at_any_depth(chromium: Browser, edition: str):
    context = chromium.new_context()
    page = context.new_page()
    response = page.goto(edition + "papers/never/was/here/")
    assert response.status == 404
    expect(page.locator("h1")).to_be_visible()
    page.get_by_role("main").get_by_role("searchbox").fill("corpus")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=corpus")
    context.close()


def test_the_keyboard_alone_leads_from_the_front_page_to_a_paper(chromium: Browser, edition: str):
    with visit(chromium, edition) as page:
        page.keyboard.press("Tab")
        skip = page.evaluate("document.activeElement.getAttribute('href')")
        assert skip.startswith("#"), "the first stop skips to the content"
        page.keyboard.press("Enter")
        for _ in range(12):
            page.keyboard.press("Tab")
            if "/papers/" in (page.evaluate("document.activeElement.href") or ""):
                break
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "one sees where one is"
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/papers/" in url)


def test_the_colour_scheme_follows_the_system_and_then_the_reader(chromium: Browser, edition: str):
    def background(page: Page) -> int:
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in colour[4:-1].split(",")[:3])

    with visit(chromium, edition, color_scheme="dark") as page:
        assert background(page) < 200
    with visit(chromium, edition, color_scheme="light") as page:
        assert background(page) > 600
        for _ in range(2):
            page.locator(".palette").click()
        assert background(page) < 200
        page.goto(edition + "about/")
        assert background(page) < 200, "and is remembered"


def test_a_publishers_colours_hold_in_light_and_dark(chromium: Browser, edition: str):
    def accent(page: Page) -> str:
        page.evaluate(
            """() => {
                const sheet = [...document.styleSheets].at(-1)
                const rule = "body { --accent: light-dark(rgb(0, 100, 0), rgb(0, 200, 0)) }"
                sheet.insertRule(rule, sheet.cssRules.length)
                document.querySelector("h1, h2").style.color = "var(--accent)"
            }"""
        )
        return page.evaluate("getComputedStyle(document.querySelector('h1, h2')).color")

    with visit(chromium, edition, "about/", color_scheme="dark") as page:
        assert accent(page) == "rgb(0, 200, 0)"
    with visit(chromium, edition, "about/", color_scheme="light") as page:
        assert accent(page) == "rgb(0, 100, 0)"
        for _ in range(2):
            page.locator(".palette").click()
        assert accent(page) == "rgb(0, 200, 0)", "where dark was chosen"


def test_print_is_black_on_white_and_leaves_the_furniture_away(chromium: Browser, edition: str):
    with visit(chromium, edition, KINDS["paper"], color_scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        expect(page.get_by_role("navigation").first).to_be_hidden()
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
        assert (
            page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
        )


def test_a_chart_fits_a_phone_and_opens_its_numbers(chromium: Browser, edition: str):
    phone = {"width": 360, "height": 800}
    with visit(chromium, edition, "trends/", viewport=phone, java_script_enabled=False) as page:
        charts = page.locator("svg[role=img]")
        for width, height in charts.evaluate_all(
            "all => all.map(svg => [svg.clientWidth, svg.clientHeight])"
        ):
            assert 140 <= width <= 328
            assert height >= 40
        for left, right, label in charts.locator("text").evaluate_all(
            """all => all.map(label => {
              const { left, right } = label.getBoundingClientRect()
              const around = label.ownerSVGElement.getBoundingClientRect()
              return [left - around.left, around.right - right, label.textContent]
            })"""
        ):
            assert left >= -1, label
            assert right >= -1, label
        for summary in page.locator("summary").all():
            summary.focus()
            page.keyboard.press("Enter")
        assert page.get_by_role("table").count() == 3
        assert fits(page, 360)
        region = page.get_by_role("region").nth(1)
        region.focus()
        page.keyboard.press("ArrowRight")
        with patience():  # it scrolls smoothly
            while not region.evaluate("region => region.scrollLeft"):
                page.wait_for_timeout(20)
