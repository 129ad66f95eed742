"""What axe-core finds wrong in every kind of page: nothing, at any width, in light and in dark.

axe-core tests against WCAG 2.2 A and AA, and its own best practices.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser import KINDS, visit

AXE = Axe()


def violations(page: Page) -> list[str]:
    """What is wrong, where: a line each."""
    # What axe would load beforehand, sheets and media, no rule asks for that is on: no page plays anything.
    assert page.locator("audio, video").count() == 0
    options = {"resultTypes": ["violations"], "preload": False}
    found = AXE.run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]} {node['any'][:1]}"
        for one in found
        for node in one["nodes"]
    ]


# Kinds that have colours of their own; the others' are those of one of these.
LOOKS = ("front", "paper", "topic", "week", "trends", "search", "reading list", "feeds")


@pytest.mark.parametrize(
    ("scheme", "width", "kinds"), [("light", 360, tuple(KINDS)), ("dark", 1440, LOOKS)]
)
def test_no_kind_of_page_keeps_anybody_out(
    chromium: Browser, edition: str, scheme: str, width: int, kinds: tuple[str, ...]
):
    window = {"width": width, "height": 900}
    with visit(chromium, edition, color_scheme=scheme, viewport=window) as page:
        for kind in kinds:
            page.goto(edition + KINDS[kind])
            assert violations(page) == [], kind


def test_nor_does_what_opens_on_a_page(chromium: Browser, edition: str):
    with visit(chromium, edition, KINDS["topic"], viewport={"width": 360, "height": 800}) as page:
        page.get_by_label("Abstracts").check()
        page.get_by_label("Sort by").select_option("title")
        page.locator(".stories h3").first.wait_for()
        assert violations(page) == []
        page.locator(".search-button").click()
        page.get_by_role("searchbox", name="Search").fill("corpus")
        page.locator("dialog .story").first.wait_for()
        assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nor_does_what_the_search_answers(chromium: Browser, edition: str, scheme: str):
    path = "search/?q=embedings+corpus&topic=data-and-corpora"
    window = {"width": 360, "height": 800}
    with visit(chromium, edition, path, color_scheme=scheme, viewport=window) as page:
        page.locator(".story").first.wait_for()
        page.get_by_text("How to ask").click()
        assert violations(page) == []


def test_nor_do_awkward_papers(chromium: Browser, awkward: str):
    with visit(chromium, awkward, viewport={"width": 360, "height": 800}) as page:
        for path in (
            "",
            "days/2024-02-28/",
            "weeks/2024-W09/",
            "papers/nmwdhj-lgwy-sgyr/",
            "papers/not-a-heading-title-script-alert-title-script-quotes/",
        ):
            page.goto(awkward + path)
            assert violations(page) == [], path
