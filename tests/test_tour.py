"""A morning with the edition, at three widths, in light and in dark: everything is there and works."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import KINDS, visit

FIRST = "29 October 2025"


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_a_morning_with_the_edition(chromium: Browser, edition: str, width: int, scheme: str):
    window = {"width": width, "height": 900}
    with visit(chromium, edition, viewport=window, color_scheme=scheme) as page:
        # The front page: the day, its leads, sections by topic, the week, and how to follow.
        expect(page.locator("h1")).to_have_text("Wednesday, 10 December 2025")
        assert page.locator(".leads .story:visible").count() == 3
        assert page.locator(".columns section:visible").count() > 5
        for name in ("Most discussed this week", "Earlier editions", "Follow"):
            expect(page.get_by_role("heading", name=name)).to_be_visible()

        # One key away, the edition before; as a list, to be sorted and thinned out.
        page.keyboard.press("[")
        expect(page.locator("h1")).to_contain_text(FIRST)
        page.get_by_label("Sort by").select_option("discussed")
        expect(page.locator(".stories h3").first).to_contain_text("Should We Still Pretrain")
        page.get_by_label("Only this topic").select_option("efficiency-and-compression")
        expect(page.locator(".list [role=status]")).to_contain_text("of 63 papers")
        page.get_by_label("Headlines").check(force=True)
        expect(page.locator(".story p:not(:has(em))").first).to_be_hidden()
        expect(page).to_have_url(re.compile("topic=efficiency-and-compression"))
        assert fits(page)

        # To the first paper by keys, and in.
        page.locator("h1").click()
        page.keyboard.press("j")
        page.keyboard.press("o")
        page.wait_for_url("**/papers/*/")
        title = page.locator("h1").inner_text()
        page.get_by_role("button", name="Save to reading list").click()
        expect(page.get_by_role("heading", name="Summary")).to_be_visible()
        expect(page.get_by_role("heading", name="Related papers")).to_be_visible()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save RIS").click()
        assert saved.value.suggested_filename.endswith(".ris")
        expect(page.get_by_role("link", name="Correct this page")).to_be_visible()
        assert fits(page)

        page.goto(edition + "reading-list/")
        expect(page.get_by_role("main").get_by_role("link", name=title)).to_be_visible()
        assert fits(page)

        # Pictures, and the week.
        for path in (KINDS["topic"], KINDS["trends"]):
            page.goto(edition + path)
            box = page.locator("figure svg").first.bounding_box()
            assert box["width"] > 200
            assert box["x"] + box["width"] <= width
        page.goto(edition + KINDS["week"])
        expect(page.locator("h1")).to_have_text("Week 44, 2025")
        assert fits(page)
