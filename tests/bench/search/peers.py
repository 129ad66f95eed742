"""What others find in the same papers: plain BM25, lunr as Material uses it, and Pagefind.

Each has the papers' titles, and for text their abstracts and who they are by. lunr is run by
Material's own worker, with this publication's former settings, and Pagefind by its own script, both in
Chromium; neither is asked otherwise than its search box would ask it.
"""

from __future__ import annotations

import gzip
import html
import importlib.resources
import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import Stemmer
from playwright.sync_api import Browser

from generator.model import Paper
from tests.bench.search.measures import Ranker
from tests.bench.search.questions import names
from tests.browser import served

SEPARATOR = r"""[\s\-.,:;!?()\[\]{}"“”‘’/=<>…]+"""
_MATERIAL = importlib.resources.files("material") / "templates/assets/javascripts/workers"
_LUNR = """async () => {
  const worker = new Worker("worker.js")
  const told = message => new Promise(resolve => {
    worker.onmessage = event => resolve(event.data)
    worker.postMessage(message)
  })
  const start = performance.now()
  const index = await (await fetch("search_index.json")).json()
  await told({type: 0, data: {...index, options: {suggest: false}}})
  window.ask = async (query, size) => {
    const {data} = await told({type: 2, data: query})
    return data.items.slice(0, size).map(([item]) => item.location)
  }
  return performance.now() - start
}"""
_PAGEFIND = """async () => {
  const pagefind = await import("/pagefind/pagefind.js")
  await pagefind.init()
  window.ask = async (query, size) => {
    const {results} = await pagefind.search(query)
    return results.slice(0, size).map(result => result.id)
  }
}"""


def body(paper: Paper) -> str:
    return " ".join(filter(None, (paper.abstract, names(paper))))


# --- plain BM25 -----------------------------------------------------------------------------


def bm25(papers: Sequence[Paper]) -> Ranker:
    """BM25 (Lucene's, k1 1.5, b 0.75) over stemmed English words, title and text as one."""
    import bm25s  # which is here for benchmarks, and not for tests

    stemmer = Stemmer.Stemmer("english")

    def tokens(texts: list[str], **options):
        return bm25s.tokenize(
            texts, stopwords="en", stemmer=stemmer, show_progress=False, **options
        )

    index = bm25s.BM25()
    index.index(tokens([f"{paper.title} {body(paper)}" for paper in papers]), show_progress=False)
    slugs = [paper.slug for paper in papers]

    def ranked(question: str, size: int) -> list[str]:
        asked = tokens([question], return_ids=False)
        if not asked[0]:
            return []
        numbers, scores = index.retrieve(asked, k=min(size, len(slugs)), show_progress=False)
        pairs = zip(numbers[0], scores[0], strict=True)
        return [slugs[number] for number, score in pairs if score > 0]

    return ranked


# --- lunr -----------------------------------------------------------------------------------


def write_lunr(papers: Sequence[Paper], folder: Path) -> None:
    """A search index as Material's plugin writes it, a worker and an empty page."""
    fields = {"title": {"boost": 1000.0}, "text": {"boost": 1.0}, "tags": {"boost": 1000000.0}}
    index = {
        "config": {
            "lang": ["en"],
            "separator": SEPARATOR,
            "pipeline": ["stopWordFilter"],
            "fields": fields,
        },
        "docs": [
            {
                "location": paper.slug,
                "title": html.escape(paper.title, quote=False),
                "text": f"<p>{html.escape(body(paper), quote=False)}</p>",
            }
            for paper in papers
        ],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "search_index.json").write_text(
        json.dumps(index, separators=(",", ":"), ensure_ascii=False), "utf-8"
    )
    (script,) = (file for file in _MATERIAL.iterdir() if file.name.endswith(".min.js"))
    (folder / "worker.js").write_bytes(script.read_bytes())
    (folder / "index.html").write_text("<!doctype html><title>lunr</title>", "utf-8")


@contextmanager
def lunr(folder: Path, chromium: Browser) -> Iterator[Ranker]:
    """Whom to ask, of an index that was written to this folder."""
    with served(folder) as address:
        page = chromium.new_page()
        page.goto(address)
        page.evaluate(_LUNR)
        yield _asking(page)
        page.close()


# --- Pagefind -------------------------------------------------------------------------------


def write_pages(papers: Sequence[Paper], folder: Path) -> None:
    """A page for each paper, for Pagefind to index, and an empty one."""
    folder.mkdir(parents=True, exist_ok=True)
    for paper in papers:
        (folder / f"{paper.slug}.html").write_text(
            f'<!doctype html><html lang="en"><title>x</title><body data-pagefind-body>'
            f"<h1>{html.escape(paper.title)}</h1><p>{html.escape(body(paper))}</p>",
            "utf-8",
        )
    (folder / "index.html").write_text("<!doctype html><title>Pagefind</title>", "utf-8")


def write_pagefind(papers: Sequence[Paper], folder: Path) -> None:
    write_pages(papers, folder)
    subprocess.run(pagefind_command(folder), check=True)


def pagefind_command(folder: Path) -> list[str]:
    from pagefind_bin import get_executable

    return [str(get_executable()), "--site", str(folder), "--silent"]


@contextmanager
def pagefind(folder: Path, chromium: Browser) -> Iterator[Ranker]:
    """Whom to ask, of an index that was written to this folder."""
    slugs = {}
    for path in folder.glob("pagefind/fragment/*.pf_fragment"):
        fragment = json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        slugs[path.stem] = fragment["url"].strip("/").removesuffix(".html")
    with served(folder) as address:
        page = chromium.new_page()
        page.goto(address)
        page.evaluate(_PAGEFIND)
        ask = _asking(page)
        yield lambda question, size: [slugs[found] for found in ask(question, size)]
        page.close()


def _asking(page) -> Ranker:
    return lambda question, size: page.evaluate(
        "([text, size]) => ask(text, size)", [question, size]
    )
