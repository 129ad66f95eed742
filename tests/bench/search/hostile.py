"""Titles and questions that mean harm: what runs, and how long an answer takes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser

from generator.search import engine, files
from tests.bench import corpus
from tests.browser import served, visit

MARKUP = (
    "<script>alert(1)</script> in attention",
    "<img src=x onerror=alert(2)> in attention",
    '"><svg onload=alert(3)> in attention',
    "</title><iframe srcdoc='<script>alert(4)</script>'></iframe> in attention",
    "javascript:alert(5) in attention",
    "{{ 7 * 7 }} ${alert(6)} in attention",
    "&lt;img src=x onerror=alert(7)&gt; in attention",
    "]]></script><script>alert(8)</script> in attention",
    "attention __proto__ constructor toString hasOwnProperty",
)
LONG = (
    "attention " * 1_000,
    "a" * 10_000,
    '"' * 10_000,
    "(" * 5_000 + ")" * 5_000,
    '-"' * 5_000,
    "author:" * 1_400 + "x",
    "a* " * 3_300,
    "注意" * 5_000,
    "a-" * 5_000,
    "1.1." * 2_500,
    " ".join(f"wrod{number}" for number in range(1_100)),
    "year:2023.." * 900,
    "\u0301" * 10_000,
)
_ANSWERED = """() => {
  const told = document.querySelector("article.search [role=status]").textContent
  return told && told !== "Searching…"
}"""


def report(chromium: Browser | None, folder: Path) -> None:
    """Print how long endless questions take; raise AssertionError if anything of a title's runs."""
    site = _site(folder)
    index = files.open_index(site)
    slowest = max(_seconds(index, question) for question in (*LONG, *MARKUP))
    print(
        f"G  {len(LONG)} questions of 10,000 characters: the slowest {slowest * 1000:.0f} ms here",
        end="",
    )
    if chromium is None:
        print()
        return
    in_browser = []
    with served(site) as address:
        for title in MARKUP:
            with visit(chromium, address, f"search/?q={quote(title)}") as page:
                page.wait_for_selector("article.search ol li")
                assert (
                    page.locator("article.search ol li :is(script, img, svg, iframe)").count() == 0
                )
        with visit(chromium, address, "search/?q=attention") as page:
            page.wait_for_selector("article.search ol li")
            assert page.locator("article.search ol li").count() == len(MARKUP)
            for question in LONG:
                page.evaluate(
                    "document.querySelector('article.search [role=status]').textContent = ''"
                )
                start = time.perf_counter()
                page.locator("article.search input[type=search]").fill(question)
                page.wait_for_function(_ANSWERED)
                in_browser.append(time.perf_counter() - start)
    print(f", {max(in_browser) * 1000:.0f} ms in the page; of {len(MARKUP)} titles nothing runs")


def _seconds(index: files.Index, question: str) -> float:
    start = time.perf_counter()
    engine.answer(index, question)
    return time.perf_counter() - start


def _site(folder: Path) -> Path:
    listings = folder / "content" / "listings"
    listings.mkdir(parents=True)
    rows = [
        {"title": title, "abstract": f"{title}. Of attention.", "authors": [f"{title} Jr."]}
        for title in MARKUP
    ]
    lines = "\n".join(map(json.dumps, rows))
    (listings / "2025-01-01.jsonl").write_text(lines + "\n", "utf-8")
    site = folder / "site"
    command = ["build", "--content", str(folder / "content"), "--site-dir", str(site)]
    subprocess.run(
        [sys.executable, "-m", "generator", *command],
        cwd=corpus.REPOSITORY,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return site
