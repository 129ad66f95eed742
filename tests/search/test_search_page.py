"""The search as readers meet it, in Chromium: over every page, and on a page of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import served, visit

LLAMAFUSION = "LlamaFusion: Adapting Pretrained Language Models for Multimodal Generation"
PHONE = {"width": 360, "height": 800}
STRANGE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "']]>",
    "-",
    '"',
    "year:abc author: topic:",
    "a" * 2000,
    "lorem " * 2000,
)


def field(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search")


def titles(page: Page) -> Locator:
    return page.locator(".search .story h3 a")


def status(page: Page) -> Locator:
    return page.locator(".search [role=status]")


def asked(page: Page) -> dict[str, list[str]]:
    # As the page itself has it: what Playwright knows of it may be a moment old.
    return parse_qs(page.evaluate("location.search.slice(1)"), keep_blank_values=True)


def number(text: str) -> int:
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


@pytest.fixture(scope="module")
def papers(edition_site: Path) -> list[dict]:
    records = (edition_site / "data/papers.jsonl").read_text("utf-8").splitlines()
    return [json.loads(record) for record in records]


@pytest.fixture
def requested(chromium: Browser, edition: str) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what of the index it asks for. What fails on it is the test's business."""
    context = chromium.new_context()
    page = context.new_page()
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url) if _of_index(request.url) else None)
    yield page, urls
    context.close()


@contextmanager
def replacing(one: Locator) -> Iterator[Locator]:
    """Wait, after what is done herein, until this element has made way for others, which may look alike."""
    before = one.element_handle()
    yield one
    before.wait_for_element_state("hidden")


def _of_index(url: str) -> bool:
    path = urlsplit(url).path
    return path.startswith("/search/") and path != "/search/"


# --- over a page ------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [360, 1440])
def test_a_title_that_is_typed_finds_its_paper(chromium: Browser, edition: str, width: int):
    with visit(chromium, edition, viewport={"width": width, "height": 800}) as page:
        page.keyboard.press("/")
        expect(field(page)).to_be_focused()
        page.keyboard.type(LLAMAFUSION)
        expect(titles(page).first).to_have_text(LLAMAFUSION)
        expect(titles(page).first.locator("mark").first).to_have_text("LlamaFusion")
        titles(page).first.click()
        page.wait_for_url("**/papers/llamafusion*/")
        expect(page.locator("h1")).to_have_text(LLAMAFUSION)


def test_it_opens_by_button_tap_and_keys_and_leaves_the_focus_where_it_was(
    chromium: Browser, edition: str
):
    with visit(chromium, edition, "about/", viewport=PHONE, has_touch=True) as page:
        dialog = page.get_by_role("dialog", name="Search")
        button = page.get_by_role("banner").get_by_role("link", name="Search")
        page.evaluate(
            "document.querySelector('.search-button').addEventListener('click', () =>"
            " (window.focused = document.activeElement.name))"
        )
        button.tap()
        expect(dialog).to_be_visible()
        # While the tap is handled: later, telephones wouldn't show their keyboard.
        assert page.evaluate("window.focused") == "q"
        page.keyboard.type("corpus")
        expect(titles(page).first).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        main = page.get_by_role("main").get_by_role("link").first
        main.focus()
        for keys in ("/", "Control+k", "Meta+k"):
            page.keyboard.press(keys)
            expect(dialog).to_be_visible()
            expect(field(page)).to_be_focused()
            page.keyboard.press("Escape")
            expect(dialog).to_be_hidden()
            expect(main).to_be_focused()
        page.keyboard.press("/")
        expect(field(page)).to_have_value("corpus")
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_be_hidden()


def test_arrows_lead_through_the_papers_and_enter_to_one_or_to_all(chromium: Browser, edition: str):
    with visit(chromium, edition) as page:
        page.keyboard.press("/")
        page.keyboard.type("superconductivity")
        expect(titles(page).first).to_contain_text("S2SNet")
        expect(status(page)).to_contain_text(re.compile(r"\d papers?"))
        while not titles(page).first.evaluate("link => link === document.activeElement"):
            before = page.evaluate("document.activeElement.outerHTML")
            page.keyboard.press("ArrowDown")
            assert page.evaluate("document.activeElement.outerHTML") != before
        while not field(page).evaluate("field => field === document.activeElement"):
            page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/?q=superconductivity")
        expect(titles(page).first).to_contain_text("S2SNet")
        titles(page).first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/papers/s2snet*/")


def test_only_the_latest_answer_is_shown(chromium: Browser, edition: str):
    with visit(chromium, edition) as page:
        page.keyboard.press("/")
        for question in ("corpus", "embeddings", "zzzzqqq", "superconductivity"):
            field(page).fill(question)
        expect(titles(page).first).to_contain_text("S2SNet")
        page.wait_for_timeout(300)
        expect(titles(page).first).to_contain_text("S2SNet")
        field(page).fill("")
        expect(titles(page)).to_have_count(0)
        expect(status(page)).to_have_text("")


def test_an_identifier_leads_straight_to_its_paper(chromium: Browser, edition: str):
    with visit(chromium, edition) as page:
        for path in ("", "search/"):
            page.goto(edition + path)
            page.keyboard.press("/")
            page.keyboard.type("arXiv:2405.17428")
            expect(titles(page).first).to_contain_text("NV-Embed")
            page.keyboard.press("Enter")
            page.wait_for_url("**/papers/nv-embed*/")
        page.goto(edition + "search/?q=2405.17428")
        page.wait_for_url("**/papers/nv-embed*/")


def test_facts_keep_their_order_beside_names_from_right_to_left(chromium: Browser, awkward: str):
    with visit(chromium, awkward, "search/?q=نموذج لغوي") as page:
        facts = page.locator(".search .story em").first
        expect(facts).to_contain_text("ليلى مثال · 20 Feb 2024")
        # As places on the line: of the name, of the day of the month, and of the month.
        places = facts.evaluate(
            """facts => ["مثال", "20", "Feb"].map(said => {
              const walker = document.createTreeWalker(facts, NodeFilter.SHOW_TEXT)
              while (!walker.nextNode().data.includes(said));
              const range = document.createRange()
              range.setStart(walker.currentNode, walker.currentNode.data.indexOf(said))
              range.setEnd(walker.currentNode, range.startOffset + said.length)
              return range.getBoundingClientRect().x
            })"""
        )
        assert places == sorted(places)


# --- what is loaded, and what can't be -------------------------------------------------------------


def test_nothing_of_the_index_is_loaded_before_the_reader_turns_to_it(requested, edition: str):
    page, urls = requested
    for path in ("", "search/"):
        page.goto(edition + path)
        page.locator(".search-button").hover()
        page.wait_for_load_state("networkidle")
        assert urls == []
    assert page.evaluate("document.activeElement.localName") == "body"
    field(page).focus()
    page.keyboard.type("superconductivity")  # at once, whatever is still on its way
    expect(titles(page).first).to_contain_text("S2SNet")
    assert urls
    assert not [url for url in urls if "columns" in url]


@pytest.mark.parametrize("path", ["", "search/?q=language"])
def test_no_script_waits_for_another_to_name_it(chromium: Browser, edition: str, path: str):
    context = chromium.new_context()
    page = context.new_page()
    loaded: set[str] = set()
    page.on("request", lambda request: loaded.add(request.url))
    page.goto(edition + path)
    if not path:
        page.keyboard.press("/")
        page.keyboard.type("language")
    expect(titles(page).first).to_be_visible()
    naming = page.locator("script[src], link[rel=modulepreload]")
    named = naming.evaluate_all("all => all.map((one) => one.src || one.href)")
    context.close()
    scripts = {url for url in loaded if url.endswith(".js") and (path or "/search/" in url)}
    assert scripts == {url for url in named if path or "/search/" in url}


@pytest.mark.parametrize("path", ["", "search/"])
def test_what_could_not_be_loaded_is_said_and_tried_again(requested, edition: str, path: str):
    page, _ = requested
    page.route(lambda url: _of_index(url), lambda route: route.abort())
    page.goto(edition + path)
    page.keyboard.press("/")
    page.keyboard.type("superconductivity")
    expect(status(page)).to_contain_text("A part of the index could not be loaded")
    with replacing(page.get_by_role("button", name="Try again")) as again:
        again.click()
    expect(status(page)).to_contain_text("A part of the index could not be loaded")
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(titles(page).first).to_contain_text("S2SNet")
    expect(field(page)).to_be_focused()


def test_a_search_that_could_not_be_loaded_leads_to_its_page(requested, edition: str):
    page, _ = requested
    # Before the page: of one that is there already, requests may pass a new route by.
    page.route("**/search/dialog.js", lambda route: route.abort())
    page.goto(edition)
    page.keyboard.press("/")
    page.keyboard.type("superconductivity")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/search/?q=superconductivity")
    expect(titles(page).first).to_contain_text("S2SNet")


# --- the page ------------------------------------------------------------------------------------------


def test_the_address_says_what_is_asked_and_the_way_back_leads_through_it(
    chromium: Browser, edition: str
):
    with visit(chromium, edition, "search/?q=superconductivity") as page:
        expect(titles(page).first).to_contain_text("S2SNet")
        field(page).fill("CamemBERT")
        page.get_by_role("main").get_by_role("button", name="Search").click()
        expect(titles(page).first).to_contain_text("CamemBERT")
        assert asked(page) == {"q": ["CamemBERT"]}
        assert page.title().startswith("CamemBERT")
        page.go_back()
        expect(field(page)).to_have_value("superconductivity")
        expect(titles(page).first).to_contain_text("S2SNet")
        page.go_forward()
        expect(titles(page).first).to_contain_text("CamemBERT")
        titles(page).first.click()
        page.wait_for_url("**/papers/camembert*/")
        page.go_back()
        expect(titles(page).first).to_contain_text("CamemBERT")


def test_papers_are_sorted_filtered_and_counted(
    chromium: Browser, edition: str, papers: list[dict]
):
    with visit(chromium, edition, "search/?q=language+models") as page:
        expect(titles(page)).to_have_count(10)
        found = number(status(page).inner_text())
        page.get_by_text("Filter").click()
        year = page.get_by_label("Only this year")
        option = year.locator("option[value='2024']")
        expect(option).to_have_text(re.compile(r"2024 \(\d+\)"))
        count = number(option.inner_text().partition("(")[2])
        assert 0 < count < found
        year.select_option("2024")
        expect(status(page)).to_contain_text(f"{count} papers")
        assert asked(page) == {"q": ["language models"], "year": ["2024"]}
        with replacing(titles(page).first):
            page.get_by_label("Sort by").select_option("date")
        dates = {paper["title"]: paper["published"] or paper["listed"] for paper in papers}
        expect(titles(page)).to_have_count(min(10, count))
        page.wait_for_url("**/search/?*sort=date*")
        shown = [dates[title] for title in titles(page).all_inner_texts()]
        assert shown == sorted(shown, reverse=True)
        assert all(date.startswith("2024") for date in shown)
        page.reload()
        expect(year).to_have_value("2024")
        expect(status(page)).to_contain_text(f"{count} papers")
        page.get_by_role("button", name="Show all").click()
        expect(status(page)).to_contain_text(f"{found} papers")
        assert asked(page) == {"q": ["language models"], "sort": ["date"]}


def test_every_word_is_offered_with_how_many_papers_hold_them(chromium: Browser, edition: str):
    with visit(chromium, edition, "search/?q=multilingual+corpus") as page:
        box = page.get_by_label(re.compile("With every word"))
        expect(box).to_be_visible()
        holds = number(page.locator(".every").inner_text())
        assert 0 < holds < number(status(page).inner_text())
        expect(status(page)).to_contain_text(f"{holds} with every word")
        box.check()
        expect(status(page)).to_have_text(re.compile(f"^{holds} papers? Show all$"))
        expect(titles(page)).to_have_count(holds)
        assert asked(page)["every"] == ["1"]


def test_without_a_question_everything_can_be_looked_through(
    chromium: Browser, edition: str, papers: list[dict]
):
    with visit(chromium, edition, "search/") as page:
        expect(titles(page)).to_have_count(0)
        page.get_by_label("Sort by").select_option("discussion")
        expect(status(page)).to_have_text(f"{len(papers)} papers")
        most = max(paper["comments"] or 0 for paper in papers)
        expect(page.locator(".story em").first).to_contain_text(f"{most} comments")
        page.goto(edition + "search/?q=")
        expect(titles(page)).to_have_count(10)
        page.get_by_role("button", name="Show 10 more").click()
        expect(titles(page)).to_have_count(20)
        expect(titles(page).nth(10)).to_be_focused()
        assert len(set(titles(page).all_inner_texts())) == 20
        titles(page).nth(15).click()
        page.wait_for_url("**/papers/**")
        page.go_back()
        expect(titles(page)).to_have_count(20)


def test_papers_that_were_found_can_be_saved_and_stepped_through(chromium: Browser, edition: str):
    with visit(chromium, edition, "search/?q=corpus") as page:
        titles(page).first.wait_for()
        page.keyboard.press("j")
        expect(titles(page).first).to_be_focused()
        page.keyboard.press("s")
        saved = titles(page).first.inner_text()
        page.goto(edition + "reading-list/")
        expect(page.get_by_role("main").get_by_role("link", name=saved)).to_be_visible()


def test_a_question_can_become_a_topic_and_how_to_ask_is_told(chromium: Browser, edition: str):
    with visit(chromium, edition, "about/") as page:
        page.keyboard.press("/")
        page.get_by_role("link", name="How to ask").click()
        page.wait_for_url("**/search/#how-to-ask")
        expect(page.get_by_role("table")).to_contain_text("author:")
        expect(page.get_by_role("link", name="Make this a topic")).to_have_count(0)
        field(page).fill('"masked language"')
        link = page.get_by_role("link", name="Make this a topic")
        expect(link).to_have_attribute("href", re.compile("^https://github.example/.*masked"))


def test_who_comes_back_to_what_was_typed_finds_the_same(chromium: Browser, edition: str):
    with visit(chromium, edition) as page:
        page.keyboard.press("/")
        page.keyboard.type("la")
        expect(status(page)).to_have_text("Go on typing …")
        page.keyboard.type("ngu")
        expect(status(page)).to_contain_text("papers")
        counted = status(page).text_content()
        page.get_by_role("link", name=re.compile("^All ")).click()
        expect(page).to_have_title(re.compile("^langu"))
        expect(status(page)).to_have_text(counted)
        field(page).fill("discrimina")
        expect(page).to_have_title(re.compile("^discrimina"))
        expect(status(page)).not_to_have_text(counted)
        typed = status(page).text_content()
        assert number(typed)
        titles(page).first.click()
        expect(page.locator("article.search")).to_have_count(0)
        page.go_back()
        expect(status(page)).to_have_text(typed)
        field(page).press("Enter")
        expect(status(page)).to_have_text("No paper is found.")
        field(page).fill("🙂")
        expect(status(page)).to_contain_text("There is no word to look for: all ")


def test_a_slip_is_mended_when_the_reader_says_so(chromium: Browser, edition: str):
    with visit(chromium, edition, "search/?q=superconductivty+prediction") as page:
        expect(page.locator(".remark").first).to_contain_text("Did you mean")
        page.get_by_role("link", name="superconductivity prediction").click()
        expect(field(page)).to_have_value("superconductivity prediction")
        expect(titles(page).first).to_contain_text("S2SNet")
        assert asked(page)["q"] == ["superconductivity prediction"]


# --- whoever comes, whatever is asked ------------------------------------------------------------------


def test_strange_questions_run_nothing_and_are_answered(chromium: Browser, awkward: str):
    with visit(chromium, awkward, "search/", viewport=PHONE) as page:
        for question in STRANGE:
            field(page).fill(question)
            page.keyboard.press("Enter")
            expect(status(page)).to_contain_text("paper")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.goto(awkward + "search/?q=%3Cscript%3Ealert(1)%3C/script%3E&year=%22%3E%3Cb%3E&sort=x")
        expect(status(page)).to_contain_text("paper")
        page.goto(awkward + "search/?q=heading+quotes")
        expect(status(page)).to_contain_text("paper")
        assert page.locator(".story :is(script, img, b)").count() == 0
        expect(page.get_by_role("main")).to_contain_text("<script>alert")


def test_below_a_path_everything_is_below_it(chromium: Browser, edition_site: Path, tmp_path: Path):
    (tmp_path / "daily").symlink_to(edition_site)
    (tmp_path / "404.html").write_text("none")
    with served(tmp_path) as host, visit(chromium, host, "daily/about/") as page:
        page.keyboard.press("/")
        page.keyboard.type("superconductivity")
        expect(titles(page).first).to_have_attribute("href", re.compile("/daily/papers/s2snet"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/daily/search/?q=superconductivity")
        titles(page).first.click()
        page.wait_for_url("**/daily/papers/s2snet*/")


def test_without_javascript_the_page_says_so_and_knows_other_ways(chromium: Browser, edition: str):
    with visit(chromium, edition, "search/", java_script_enabled=False) as page:
        main = page.get_by_role("main")
        expect(main).to_contain_text("needs JavaScript")
        assert page.locator(":is(input, select, button):visible").count() == 0
        expect(main.get_by_role("link", name="topics")).to_be_visible()


def test_what_is_found_can_be_printed(chromium: Browser, edition: str):
    with visit(chromium, edition, "search/?q=corpus") as page:
        titles(page).first.wait_for()
        page.emulate_media(media="print")
        expect(titles(page).first).to_be_visible()
        assert page.locator(":is(input, select, button, summary):visible").count() == 0


# --- marks and excerpts ----------------------------------------------------------------------------------

MARKED = [
    ("pretraining", "Pre-training is pretrained; trains", "[Pre-training] is [pretrained]; trains"),
    ("gpt4o", "On GPT-4o’s ears", "On [GPT-4o]’s ears"),
    ("the role of cats", "The role of the cat", "The [role] of the [cat]"),
    ("of the", "The cat of", "[The] cat [of]"),
    ('"large language"', "large language, larger language", "[large language], larger language"),
    ('"large lang*"', "large languages", "[large languages]"),
    ("lang*", "Languages sling", "[Languages] sling"),
    ("-cat author:lee dog", "Cat, Dog and Lee", "Cat, [Dog] and [Lee]"),
    ("cafe", "Le Café’s", "Le [Café]’s"),
    ("模型", "语言模型的模", "语言[模型]的模"),
    ("c++", "In C++ and C", "In [C++] and C"),
    ("<b>", "a <b> b", "a <[b]> [b]"),
    ("", "a cat", "a cat"),
]


def test_the_words_that_were_sought_are_marked(chromium: Browser, edition: str):
    with visit(chromium, edition) as page:
        for question, text, shown in MARKED:
            pieces = page.evaluate(
                """async ([question, text]) => {
                  const { marked, seeking } = await import("/assets/javascripts/search/excerpt.js")
                  return marked(text, seeking(question))
                }""",
                [question, text],
            )
            assert "".join(piece for piece, _ in pieces) == text
            made = "".join(f"[{piece}]" if is_match else piece for piece, is_match in pieces)
            assert made == shown, question


EXCERPTS = [
    # the best piece, of whichever text
    (
        "dog",
        {"summary": "A cat. " * 60, "abstract": "A bird. " * 60 + "A dog sings."},
        "… A dog sings.",
    ),
    # nothing to be seen: the beginning
    ("fish", {"summary": "A cat sat on a mat. " * 20}, "A cat sat on a mat."),
    ("fish", {"summary": None, "abstract": "Short."}, "Short."),
    ("fish", {"summary": None, "abstract": None}, ""),
    # no spaces to break lines at
    ("模型", {"summary": "语" * 300 + "模型" + "言" * 300}, "模型"),
    ("x", {"summary": "𝒳" * 500}, "𝒳"),
]


def test_the_piece_that_shows_most_is_shown(chromium: Browser, edition: str):
    with visit(chromium, edition) as page:
        for question, card, shown in EXCERPTS:
            pieces = page.evaluate(
                """async ([question, card]) => {
                  const { excerpt, seeking } = await import("/assets/javascripts/search/excerpt.js")
                  return excerpt(card, seeking(question), 100)
                }""",
                [question, card],
            )
            text = "".join(piece for piece, _ in pieces)
            assert shown in text
            assert len(text) <= 2 * 104
            whole = [card["summary"] or "", card.get("abstract") or ""]
            assert any(text.strip("… ") in one for one in whole)
            text.encode("utf-8")  # there is no half of a character
