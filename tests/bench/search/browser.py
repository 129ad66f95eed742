"""What a first answer costs a reader in Chromium, on a line of 10 Mbit/s with 50 ms before each answer.

Ours is asked in the real pages of this publication: in the dialog that opens over a page, as
soon as its field has the focus, and at ``/search/?q=``. lunr and Pagefind are asked in empty pages that load
nothing else, and their answers aren't shown: what is counted is what they need at least.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from tests.bench import corpus
from tests.bench.search.lines import Line, line

# Milliseconds from a question to the first paper that is painted, seen from inside the page.
_TYPED = """([question, where]) => new Promise(resolve => {
  const field = document.querySelector(where + " input[type=search]")
  const before = document.querySelector(where + " ol li")
  const start = performance.now()
  const seen = () => {
    const first = document.querySelector(where + " ol li")
    if (first && first !== before) requestAnimationFrame(() => resolve(performance.now() - start))
    else requestAnimationFrame(seen)
  }
  field.value = question
  field.dispatchEvent(new InputEvent("input", {bubbles: true}))
  seen()
})"""
_SHOWN = """() => new Promise(resolve => {
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


@dataclass(frozen=True)
class Reading:
    """Medians and worst of a question each, asked by a reader who never was here."""

    cold: tuple[float, float]  # ms to the first paper
    warm: tuple[float, float]  # ms, the same question asked once more
    size: tuple[float, float]  # KB, of the index
    code: float  # KB of scripts that came when the reader turned to search
    early: int  # bytes of the index before that

    def __str__(self) -> str:
        return (
            f"{self.cold[0]:>6.0f} /{self.cold[1]:>6.0f} ms{self.warm[0]:>6.0f} /{self.warm[1]:>5.0f} ms"
            f"{self.size[0]:>8.0f} /{self.size[1]:>6.0f} KB{self.code:>8.0f} KB{self.early:>8,} B"
        )


HEADING = f"{'':<26}{'cold, median / worst':>20}{'warm':>17}{'of the index':>19}{'scripts':>12}{'before':>10}"


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
    """The reader opens the search over the front page with "/", and types."""

    def ask(page: Page, here: Line, question: str):
        page.goto(here.address, wait_until="networkidle")
        early = here.bytes(_is_index)
        code = here.bytes(_is_code)
        page.keyboard.press("/")
        page.wait_for_selector("dialog.search[open]")
        cold = page.evaluate(_TYPED, [question, "dialog.search"])
        size, scripts = here.bytes(_is_index), here.bytes(_is_code) - code
        page.evaluate(_TYPED, ["something else", "dialog.search"])
        return cold, page.evaluate(_TYPED, [question, "dialog.search"]), size, scripts, early

    return _reading(chromium, (index, site), asked, ask)


def page(chromium: Browser, index: Path, site: Path, asked: Sequence[str]) -> Reading:
    """The reader follows a link to ``/search/?q=…``; the milliseconds are those of the whole page."""

    def ask(page: Page, here: Line, question: str):
        page.goto(f"{here.address}search/?q={quote(question)}", wait_until="commit")
        cold = page.evaluate(_SHOWN)
        page.wait_for_load_state("networkidle")
        size, scripts = here.bytes(_is_index), here.bytes(_is_code)
        page.evaluate(_TYPED, ["something else", "article.search"])
        return cold, page.evaluate(_TYPED, [question, "article.search"]), size, scripts, 0

    return _reading(chromium, (index, site), asked, ask)


def peer(chromium: Browser, system: str, folder: Path, asked: Sequence[str]) -> Reading:
    """lunr or Pagefind in an empty page."""

    def ask(page: Page, here: Line, question: str):
        page.goto(here.address, wait_until="networkidle")
        cold = page.evaluate(_PEER[system], question)
        code = here.bytes(lambda path: path.endswith(".js"))
        size = here.bytes(lambda path: bool(path) and not path.endswith(".js"))
        return cold, page.evaluate(_PEER[system], question), size, code, 0

    return _reading(chromium, (folder,), asked, ask)


def _is_index(path: str) -> bool:
    return path.startswith("search/") and path not in ("search/", "search/index.html")


def _is_code(path: str) -> bool:
    return path.startswith(_CLIENT)


def _reading(chromium: Browser, folders: Sequence[Path], asked: Sequence[str], ask) -> Reading:
    rows = []
    for question in asked:
        with line(*folders) as here:
            context = chromium.new_context()
            rows.append(ask(context.new_page(), here, question))
            context.close()
        time.sleep(0.1)
    cold, warm, size, code, early = zip(*rows, strict=True)
    return Reading(
        _middle_and_worst(cold),
        _middle_and_worst(warm),
        _middle_and_worst([of / 1e3 for of in size]),
        statistics.median(code) / 1e3,
        max(early),
    )


def _middle_and_worst(values: Sequence[float]) -> tuple[float, float]:
    return statistics.median(values), max(values)
