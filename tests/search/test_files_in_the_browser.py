"""What the search loads in the browser, when, how often; and what it tells if that goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from generator import content
from generator.search import engine
from generator.search.files import Index
from tests.browser import served
from tests.conftest import REPOSITORY
from tests.search import index_site

QUESTION = "language models"

ASK = """
async (questions) => {
  const { answer } = await import("./assets/javascripts/search/client.js")
  const given = questions.map((question) => answer(question, { size: 3 }))
  const told = await Promise.allSettled(given)
  return told.map(({ value, reason }) => value ?? reason.message)
}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Index]]:
    """The address of an index of the edition, below a path; and the index as Python reads it."""
    folder = tmp_path_factory.mktemp("searched")
    index = index_site.write(folder / "below", content.load(REPOSITORY / "content")[0])
    (folder / "404.html").touch()
    with served(folder) as address:
        yield f"{address}below/", index


@pytest.fixture
def page(chromium: Browser, site: tuple[str, Index]) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site[0])
    yield page
    context.close()


@pytest.fixture
def requests(page: Page, site: tuple[str, Index]) -> list[str]:
    """The paths that are asked for from now on."""
    paths: list[str] = []
    page.context.on("request", lambda request: paths.append(request.url.removeprefix(site[0])))
    return paths


def routed(page: Page, files: str, answer: Callable[[Route], None], **options) -> None:
    """Answer what is asked for of these files so, on a page that comes after that is settled: what one
    that is there already asks for may pass a new route by."""
    page.context.route(f"**/{files}", answer, **options)
    page.reload()


def answers(page: Page, *questions: str) -> list[dict | str]:
    return page.evaluate(ASK, list(questions))


def right(answer: dict | str, index: Index, question: str = QUESTION) -> bool:
    ours = engine.answer(index, question, size=3)
    return isinstance(answer, dict) and (
        (answer["question"], answer["total"], [hit["number"] for hit in answer["hits"]])
        == (question, ours.total, [hit.number for hit in ours.hits])
    )


def test_nothing_is_loaded_before_it_is_asked_for(page: Page, requests: list[str]):
    page.evaluate("import('./assets/javascripts/search/client.js')")
    page.wait_for_load_state("networkidle")
    assert requests == ["assets/javascripts/search/client.js"]


def test_no_file_is_asked_for_twice(page: Page, requests: list[str], site: tuple[str, Index]):
    page.evaluate(
        "import('./assets/javascripts/search/client.js').then(({ warm }) => { warm(); return warm() })"
    )
    asked = [QUESTION, QUESTION, "lnguage modls", '"language models"', "language models", "agents"]
    given = answers(page, *asked) + answers(page, *asked)
    assert all(
        right(one, site[1], question) for one, question in zip(given, asked * 2, strict=True)
    )
    page.wait_for_load_state("networkidle")
    assert len(requests) == len(set(requests))
    folders = {path.rpartition("/")[0] for path in requests}
    assert {"search", "search/terms", "search/words", "search/endings", "search/cards"} <= folders


def test_what_could_not_be_made_ready_is_tried_again(
    page: Page, requests: list[str], site: tuple[str, Index]
):
    routed(page, "search/index.json", fails, times=1)
    page.evaluate("import('./assets/javascripts/search/client.js').then(({ warm }) => warm())")
    assert right(answers(page, QUESTION)[0], site[1])
    assert requests.count("search/index.json") == 2


def test_bare_words_take_no_more_than_their_terms_and_cards(page: Page, requests: list[str]):
    answers(page, QUESTION)
    tables = [path.split("/")[1] for path in requests if path.startswith("search/")]
    assert set(tables) == {"index.json", "terms", "cards"}
    assert tables.count("cards") <= engine.PAGE


def test_each_question_gets_its_own_answer(page: Page, site: tuple[str, Index]):
    asked = ["language", "agents zzzqqy", "year:2025", "vision", "", "language", "learning"]
    given = answers(page, *asked)
    assert all(right(one, site[1], question) for one, question in zip(given, asked, strict=True))


def fails(route: Route) -> None:
    route.abort()


def is_not_there(route: Route) -> None:
    route.fulfill(status=404, body="Not here")


def is_cut(route: Route) -> None:
    route.fulfill(status=200, body=b"\x02\x00\x04rel")


def is_something_else(route: Route) -> None:
    route.fulfill(status=200, body="<!doctype html><title>Log in</title>")


def is_of_more_papers(route: Route) -> None:
    root = route.fetch().json()
    route.fulfill(json={**root, "papers": 10, "settled": 0})


@pytest.mark.parametrize(
    ("files", "wrong", "message"),
    [
        ("terms/*", fails, "search/terms/recent-.*.bin can't be loaded"),
        ("terms/*", is_not_there, "search/terms/recent-.*.bin can't be loaded"),
        ("terms/*", is_cut, "search/terms/recent-.*.bin is damaged"),
        ("cards/*", fails, "search/cards/.*.json can't be loaded"),
        ("cards/*", is_something_else, "search/cards/.*.json is damaged"),
        ("index.json", fails, "Failed to fetch"),
        ("index.json", is_not_there, "search/index.json: HTTP 404"),
        ("index.json", is_something_else, "search/index.json is damaged"),
        ("index.json", is_of_more_papers, "search/index.json is damaged"),
    ],
)
def test_what_goes_wrong_is_told_and_may_be_tried_again(
    page: Page,
    requests: list[str],
    site: tuple[str, Index],
    files: str,
    wrong: Callable[[Route], None],
    message: str,
):
    routed(page, f"search/{files}", wrong, times=1)
    (told,) = answers(page, QUESTION)
    assert isinstance(told, str)
    assert re.search(message, told)
    (again,) = answers(page, QUESTION)
    assert right(again, site[1])
    # Files that don't fit together are all fetched anew, files that failed alone.
    twice = {path for path in requests if requests.count(path) > 1}
    assert ("search/index.json" in twice) == ("damaged" in message or files == "index.json")
    if "damaged" not in message:
        assert len(twice) == 1


ASK_AGAIN = """
async (question) => {
  const { answer } = await import("./assets/javascripts/search/client.js")
  const told = await answer(question, { size: 3 }).catch((error) => error.message)
  const again = answer(question, { size: 3 })
  await fetch("fail-the-others")
  return [told, await again.catch((error) => error.message)]
}
"""


def test_who_asks_again_while_more_fails_is_not_told_once_more(page: Page, site: tuple[str, Index]):
    held: list[Route] = []

    def fails_first(route: Route) -> None:
        if len(held) == 2:
            route.continue_()
            return
        held.append(route)
        if len(held) == 2:
            held[0].abort()

    def fail_others(route: Route) -> None:
        held[1].abort()
        route.fulfill(body="")

    routed(page, "search/terms/*", fails_first)
    page.context.route("**/fail-the-others", fail_others)
    told, again = page.evaluate(ASK_AGAIN, QUESTION)
    assert "can't be loaded" in told
    assert right(again, site[1])


def test_all_that_wait_are_told_and_none_that_does_not(page: Page, site: tuple[str, Index]):
    routed(page, "search/terms/*", fails)
    told = answers(page, QUESTION, "", QUESTION)
    assert [type(one) for one in told] == [str, dict, str]


NO_WORKERS = "() => { window.Worker = undefined }"


def test_without_workers_the_page_answers(page: Page, requests: list[str], site: tuple[str, Index]):
    page.evaluate(NO_WORKERS)
    assert right(answers(page, QUESTION)[0], site[1])
    assert "assets/javascripts/search/worker.js" not in requests


def test_where_the_workers_script_cannot_be_loaded_the_page_answers(
    page: Page, site: tuple[str, Index]
):
    routed(page, "worker.js", is_not_there)
    assert right(answers(page, QUESTION)[0], site[1])


def test_scripts_that_cannot_be_loaded_are_tried_again(page: Page, site: tuple[str, Index]):
    routed(page, "engine.js", fails)
    assert isinstance(answers(page, QUESTION)[0], str)
    page.context.unroute("**/engine.js")
    assert right(answers(page, QUESTION)[0], site[1])
