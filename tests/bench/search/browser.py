"""What a first answer costs a reader in Chromium, on a line of 10 Mbit/s with 50 ms before each answer.

Ours is asked in the real pages of this publication: in the dialog that opens over a page, and at
``/search/?q=``; that includes the 20 ms that it waits for a further key. lunr and Pagefind are asked in
empty pages that load nothing else, and their answers aren't shown: what is counted is what they
need at least.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from tests.bench import corpus
from tests.bench.search.lines import Line, line

# Milliseconds until the first paper is painted, seen from inside the page: from the question, which is in
# the field at once, or from where the search is opened with it.
_ASKED = """([question, where, isOpened]) => new Promise((resolve, reject) => {
  const start = performance.now()
  if (isOpened) document.querySelector(".search-button").click()
  const place = document.querySelector(where)
  const field = place.querySelector("input[type=search]")
  const before = place.querySelector("ol li")
  setTimeout(reject, 30000, new Error("no answer to " + question))
  new MutationObserver((_, observer) => {
    const first = place.querySelector("ol li")
    if (!first || first === before) return
    observer.disconnect()
    requestAnimationFrame(() => resolve(performance.now() - start))
  }).observe(place, {childList: true, subtree: true})
  field.value = question
  field.dispatchEvent(new InputEvent("input", {bubbles: true}))
})"""
_SHOWN = """() => new Promise((resolve, reject) => {
  setTimeout(reject, 30000, new Error("no answer"))
  const seen = () => {
    if (document.querySelector("article.search ol li")) resolve(performance.now())
    else requestAnimationFrame(seen)
  }
  seen()
})"""
_PEER = {
    "lunr": """async question => {
      const start = performance.now()
      if (!window.ask) {
        const worker = new Worker("worker.js")
        const told = message => new Promise(resolve => {
          worker.onmessage = event => resolve(event.data)
          worker.postMessage(message)
        })
        const index = await (await fetch("search_index.json")).json()
        await told({type: 0, data: {...index, options: {suggest: false}}})
        window.ask = question => told({type: 2, data: question})
      }
      await window.ask(question)
      return performance.now() - start
    }""",
    "Pagefind": """async question => {
      const start = performance.now()
      window.pagefind ??= await import("/pagefind/pagefind.js")
      const {results} = await window.pagefind.search(question)
      await Promise.all(results.slice(0, 8).map(result => result.data()))
      return performance.now() - start
    }""",
}
_CLIENT = "assets/javascripts/"


_DIALOG = "dialog.search"
_OTHER = "training data for agents"  # what is asked between
_SETTLED = 0.2  # seconds, in which what follows the first paper comes as well


@dataclass(frozen=True)
class Reading:
    """Of a question each, asked by a reader who never was here."""

    cold: tuple[float, ...]  # ms to the first paper
    next: tuple[float, ...]  # ms to that of another question
    warm: tuple[float, ...]  # ms, the first question asked once more
    size: tuple[float, ...]  # KB of the index, up to the first answer
    files: tuple[int, ...]  # of the index, for that
    code: tuple[float, ...]  # KB of scripts that came when the reader turned to search
    early: tuple[int, ...]  # bytes of the index before that


def site(folder: Path) -> Path:
    """This edition, built."""
    subprocess.run(
        [sys.executable, "-m", "generator", "build", "--site-dir", str(folder)],
        cwd=corpus.REPOSITORY,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return folder


def dialog(chromium: Browser, index: Path, site: Path, asked: Sequence[str]) -> Reading:
    """The reader opens the search over the front page and asks at once."""

    def ask(page: Page, here: Line, question: str):
        page.goto(here.address, wait_until="networkidle")
        early = here.bytes(_is_index)
        code = here.bytes(_is_code)
        cold = page.evaluate(_ASKED, [question, _DIALOG, True])
        time.sleep(_SETTLED)
        size, files = here.bytes(_is_index), here.files(_is_index)
        scripts = here.bytes(_is_code) - code
        other = page.evaluate(_ASKED, [_OTHER, _DIALOG, False])
        time.sleep(_SETTLED)
        warm = page.evaluate(_ASKED, [question, _DIALOG, False])
        return cold, other, warm, size / 1e3, files, scripts / 1e3, early

    return Reading(*_each(chromium, (index, site), asked, ask))


def page(chromium: Browser, index: Path, site: Path, asked: Sequence[str]) -> tuple[float, ...]:
    """The reader follows a link to ``/search/?q=…``: the milliseconds of the whole page."""

    def ask(page: Page, here: Line, question: str):
        page.goto(f"{here.address}search/?q={quote(question)}", wait_until="commit")
        return (page.evaluate(_SHOWN),)

    (took,) = _each(chromium, (index, site), asked, ask)
    return took


def peer(chromium: Browser, system: str, folder: Path, asked: Sequence[str]) -> Reading:
    """lunr or Pagefind in an empty page."""

    def ask(page: Page, here: Line, question: str):
        page.goto(here.address, wait_until="networkidle")
        cold = page.evaluate(_PEER[system], question)
        code = here.bytes(_is_peers_code)
        size, files = here.bytes(_is_peers_index), here.files(_is_peers_index)
        other = page.evaluate(_PEER[system], _OTHER)
        warm = page.evaluate(_PEER[system], question)
        return cold, other, warm, size / 1e3, files, code / 1e3, 0

    return Reading(*_each(chromium, (folder,), asked, ask))


def _is_index(path: str) -> bool:
    return path.startswith("search/") and path not in ("search/", "search/index.html")


def _is_code(path: str) -> bool:
    return path.startswith(_CLIENT)


def _is_peers_code(path: str) -> bool:
    return path.endswith(".js")


def _is_peers_index(path: str) -> bool:
    return bool(path) and not _is_peers_code(path)


def _each(chromium: Browser, folders: Sequence[Path], asked: Sequence[str], ask) -> Iterator[tuple]:
    """What each question of a reader of their own gave: of each measure a tuple."""
    rows = []
    for question in asked:
        with line(*folders) as here:
            context = chromium.new_context()
            rows.append(ask(context.new_page(), here, question))
            context.close()
    return zip(*rows, strict=True)
