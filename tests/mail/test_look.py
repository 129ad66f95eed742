"""A digest as mail programs show it that are browsers inside: on a phone and a desk, light and dark."""

from __future__ import annotations

import email
from email.policy import default

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from generator import content
from tests import golden

PAPER = {"light": "rgb(253, 251, 247)", "dark": "rgb(23, 20, 17)"}
# What is about whole pages: a message stands in the page of the program that shows it.
OF_PAGES = {"landmark-one-main", "region"}


@pytest.mark.parametrize(
    ("width", "scheme"), [(360, "light"), (360, "dark"), (1024, "light"), (1024, "dark")]
)
def test_it_fits_is_legible_and_asks_for_nothing(chromium: Browser, width: int, scheme: str):
    data = golden.digests(content.load(golden.CONTENT)[0])["mail/2024-W09.eml"]
    html = email.message_from_bytes(data, policy=default).get_body(("html",)).get_content()
    with chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    ) as context:
        page = context.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.set_content(html)
        assert asked == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        columns = page.locator("table table").first.bounding_box()
        assert columns["width"] == min(width, 600)
        for part in ("body", "table table td"):
            style = page.locator(part).first.evaluate(
                "one => getComputedStyle(one).backgroundColor"
            )
            assert style == PAPER[scheme]
        found = {one["id"] for one in Axe().run(page).response["violations"]}
        assert found <= OF_PAGES
        right = page.get_by_text("نموذج لغوي صغير").bounding_box()
        assert right["x"] + right["width"] > columns["x"] + columns["width"] - 30
