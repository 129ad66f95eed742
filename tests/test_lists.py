"""Lists in real Chromium: how much of each paper is shown, in which order, and which of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import served, visit
from tests.conftest import Run

PAPERS = 120  # three pages of a list
SENTENCE = "Nobody measured thing {} before, and so it is measured here at some length. "


@pytest.fixture(scope="module")
def long(broadsheet_here: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a publication with a topic of three pages."""
    folder = tmp_path_factory.mktemp("long")
    content = folder / "content"
    for name in ("listings", "topics", "papers"):
        (content / name).mkdir(parents=True)
    for slug, word in (("things", "thing"), ("even", "even")):
        (content / "topics" / f"{slug}.md").write_text(
            f"---\ntitle: {slug.capitalize()}\nmatch: [{word}]\n---\n", encoding="utf-8"
        )
    for day in range(1, 4):
        records = []
        for number in range((day - 1) * 40, day * 40):
            record = {
                "title": f"Thing {number:03}, {'even' if number % 2 == 0 else 'odd'}",
                "abstract": SENTENCE.format(number) * 8,
                "published": f"{2020 + number % 4}-05-01",
                "comments": number * 7 % 120 or None,
                "organization": {"handle": f"lab-{number % 3}", "name": f"Lab {number % 3}"},
            }
            if number == 5:
                record["summary"] = "Short enough."
            records.append(json.dumps(record))
        file = content / "listings" / f"2025-01-0{day}-things.jsonl"
        file.write_text("\n".join(records) + "\n", encoding="utf-8")
    broadsheet_here("build", "--content", content, "--site-dir", folder / "site")
    with served(folder / "site") as address:
        yield address


def titles(page: Page) -> list[str]:
    return page.locator(".stories h3:visible").all_inner_texts()


def numbers(page: Page) -> list[int]:
    return [int(re.search(r"\d+", title)[0]) for title in titles(page)]


TOPIC = "topics/things/"


def test_a_list_sorts_over_all_its_pages_and_keeps_that_in_the_address(
    chromium: Browser, long: str
):
    with visit(chromium, long, TOPIC) as page:
        assert len(titles(page)) == 50
        page.get_by_label("Sort by").select_option("discussed")
        expect(page.locator(".list [role=status]")).to_contain_text("120 of 120 papers")
        best = sorted(range(PAPERS), key=lambda number: -(number * 7 % 120))
        assert numbers(page)[:5] == best[:5]
        expect(page).to_have_url(f"{long}{TOPIC}?sort=discussed")
        page.get_by_label("Sort by").select_option("title")
        assert numbers(page) == list(range(50))
        page.get_by_role("button", name="Show 50 more").click()
        page.get_by_role("button", name="Show 20 more").click()
        assert numbers(page) == list(range(120))
        # What is sent to somebody else shows them the same, links and all.
        page.goto(f"{long}{TOPIC}?sort=title&year=2021&topic=even")
        expect(page.locator(".list [role=status]")).to_contain_text("0 of 120 papers")
        page.goto(f"{long}{TOPIC}?sort=title&year=2022&topic=even&organization=lab-1")
        expect(page.locator(".list [role=status]")).to_contain_text(" of 120 papers")
        wanted = [n for n in range(PAPERS) if n % 4 == 2 and n % 3 == 1]
        assert numbers(page) == wanted
        page.locator(".stories h3 a").last.click()
        page.wait_for_url("**/papers/thing-*/")
        assert page.locator("h1").inner_text() == f"Thing {wanted[-1]:03}, even"
        page.go_back()
        expect(page.get_by_label("Only this year")).to_have_value("2022")


def test_filters_tell_how_many_papers_they_leave(chromium: Browser, long: str):
    with visit(chromium, long, TOPIC) as page:
        page.get_by_label("Sort by").focus()
        year = page.get_by_label("Only this year")
        expect(year.locator("option")).to_have_count(5)
        expect(year.locator("option").nth(1)).to_have_text("2023 (30)")
        topic = page.get_by_label("Only this topic")
        assert topic.locator("option").all_inner_texts() == ["Any topic", "Even (60)"]
        topic.select_option("even")
        expect(page.locator(".list [role=status]")).to_contain_text("60 of 120 papers")
        page.get_by_role("button", name="Show all").click()
        expect(page).to_have_url(long + TOPIC)
        assert len(titles(page)) == 50
        expect(page.get_by_role("link", name="Older")).to_be_visible()


def test_summaries_open_to_the_whole_and_abstracts_come_when_they_are_asked_for(
    chromium: Browser, long: str
):
    whole = (SENTENCE.format(80) * 8).strip()
    with visit(chromium, long, TOPIC) as page:
        first = page.locator(".story").first
        text = first.locator("p").first
        assert text.evaluate("p => p.clientHeight < 3 * parseFloat(getComputedStyle(p).lineHeight)")
        more = first.get_by_role("button", name="More of Thing 080, even")
        more.press("Enter")
        expect(text).to_have_text(whole)
        assert text.evaluate("p => p.scrollHeight <= p.clientHeight + 1")
        first.get_by_role("button", name="Less of Thing 080, even").click()
        expect(text).not_to_have_text(whole)

        page.get_by_label("Headlines").check()
        expect(page).to_have_url(f"{long}{TOPIC}?view=headlines")
        expect(text).to_be_hidden()
        assert len(titles(page)) == 50
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.get_by_label("Abstracts").check()
        expect(text).to_have_text(whole)
        assert 0 < len(asked) < 30, "only what is near the window is loaded"
        # The next page shows as much, without being told again.
        page.goto(f"{long}{TOPIC}2/")
        expect(page.get_by_label("Abstracts")).to_be_checked()


def test_what_cannot_be_loaded_is_said_and_can_be_tried_again(chromium: Browser, long: str):
    context = chromium.new_context()
    page = context.new_page()
    page.route("**/things/3/", lambda route: route.abort())
    page.goto(long + TOPIC)
    page.get_by_label("Sort by").select_option("title")
    status = page.locator(".list [role=status]")
    expect(status).to_contain_text("could not be loaded")
    assert len(titles(page)) == 50, "and what was there still is"
    page.unroute("**/things/3/")
    page.get_by_role("button", name="Try again").click()
    expect(status).to_contain_text("120 of 120 papers")
    context.close()


def test_an_address_of_anybodys_making_breaks_nothing(chromium: Browser, long: str):
    with visit(chromium, long, f"{TOPIC}?sort=constructor&view=__proto__&year=%3Cb%3E") as page:
        expect(page.locator(".list [role=status]")).to_contain_text("0 of 120 papers")
        expect(page.get_by_label("Only this year")).to_have_value("<b>")
        page.get_by_role("button", name="Show all").click()
        assert len(titles(page)) == 50


@pytest.mark.parametrize(
    "path", ["days/2025-01-02/", "months/2025-01/", "organizations/lab-1/", "trending/"]
)
def test_every_list_has_its_controls(chromium: Browser, long: str, path: str):
    with visit(chromium, long, path, viewport={"width": 360, "height": 800}) as page:
        expect(page.get_by_label("Headlines")).to_be_attached()
        page.get_by_label("Sort by").select_option("published")
        expect(page.locator(".list [role=status]")).to_contain_text(" papers")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert [n % 4 for n in numbers(page)[:8]] == [3] * 8


def test_editions_and_pages_lead_to_their_neighbours_in_the_head(chromium: Browser, long: str):
    def ways(path: str) -> dict[str, str]:
        page.goto(long + path)
        links = page.locator("head link[rel=prev], head link[rel=next]")
        return dict(
            links.evaluate_all("all => all.map(link => [link.rel, new URL(link.href).pathname])")
        )

    with visit(chromium, long) as page:
        assert ways("") == {"prev": "/days/2025-01-02/"}
        assert ways("days/2025-01-02/") == {
            "prev": "/days/2025-01-01/",
            "next": "/days/2025-01-03/",
        }
        assert ways(TOPIC) == {"next": "/topics/things/2/"}
        assert ways(TOPIC + "2/") == {"prev": "/topics/things/", "next": "/topics/things/3/"}
