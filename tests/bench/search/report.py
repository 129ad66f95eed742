"""The tables that ``make bench-search`` prints: what is wanted, what is measured, and what others get."""

from __future__ import annotations

import contextlib
import os
import pickle
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from generator.model import Paper
from tests.bench.search import browser, corpora, costs, hostile, measures, ours, peers, questions
from tests.bench.search.measures import Question, Ranker
from tests.browser import FLAGS, executable

_LINES = frozenset("ABCDEFG")
SYSTEMS = ("ours", "BM25", "lunr", "Pagefind")
# Of whom takes long over a question, so many are asked, spread evenly; how many is printed in brackets.
_SAMPLE = {"lunr": 24, "Pagefind": 36}
_SAMPLE_OF_LONG = {"lunr": 12, "Pagefind": 24}  # of questions as long as half an abstract
_LONG = 400  # characters
_READERS = {"lunr": 2}  # of each kind, in the browser
_WORDS, _TITLES = 8, 4  # questions in the browser
# Papers, above which it would take hours or gigabytes.
_MOST = {"lunr": 10_000, "Pagefind": 10_000}
_MOST_RELATED = 20_000
_LARGE = 100_000  # papers from which on other targets hold

Values = Mapping[str, str]  # system → what is printed
Measure = Callable[[Ranker, Sequence[Question]], float]


def main(asked: Sequence[str]) -> None:
    """Measure these lines (A to G) at these sizes, of these systems, among papers of these kinds: all are
    words of the command line."""
    start = time.perf_counter()
    sizes = [int(word) for word in asked if word.isdigit()] or [1_000, 10_000]
    systems = [system for system in SYSTEMS if system in asked] or list(SYSTEMS)
    kinds = [kind for kind in corpora.KINDS if kind in asked] or corpora.KINDS[:1]
    wanted = _LINES.intersection(asked) or _LINES
    real, source = corpora.real()
    with TemporaryDirectory(prefix="broadsheet-bench-") as folder, _chromium() as chromium:
        bench = _Bench(Path(folder), chromium, systems)
        print("(n): of a system that takes long over a question only so many were asked.")
        for kind in kinds if wanted - {"C", "G"} else ():
            for size in sizes:
                _corpus(bench, corpora.padded(real, source, size, kind), wanted)
        if "C" in wanted:
            _abbreviations(bench, real, source)
        if len(kinds) > 1:
            _calibration(real)
        if "ours" in systems and "G" in wanted:
            hostile.report(chromium, bench.fresh())
    print(f"\nThis took {(time.perf_counter() - start) / 60:.1f} minutes.")


def _corpus(bench: _Bench, corpus: corpora.Corpus, wanted: Set[str]) -> None:
    print(f"\n{corpora.described(corpus)}\n", flush=True)
    table = _Table(bench.systems)
    folders = _costs(bench, corpus, table) if wanted & {"A", "E", "F"} else {}
    if wanted & {"A", "B"}:
        _ranking(bench, corpus, folders, wanted, table)
    if "D" in wanted and "ours" in bench.systems and len(corpus.papers) <= _MOST_RELATED:
        _relations(corpus, table)
    if "E" in wanted and bench.chromium is not None:
        _browser(bench, corpus, folders, table)
    print(f"   (load of the machine, of {os.cpu_count()} processors: {os.getloadavg()[0]:.1f})")


class _Bench:
    """Where indexes are written, the browser, and who is asked."""

    def __init__(self, folder: Path, chromium: Browser | None, systems: Sequence[str]) -> None:
        self.chromium, self.systems = chromium, systems
        self._folder = folder
        self._made = 0
        self._site: Path | None = None

    def fresh(self) -> Path:
        self._made += 1
        return self._folder / str(self._made)

    def site(self) -> Path:
        """This edition, built once."""
        self._site = self._site or browser.site(self.fresh())
        return self._site

    def asked(self, papers: int) -> list[str]:
        """The systems that are asked about so many papers."""
        return [
            system
            for system in self.systems
            if papers <= _MOST.get(system, papers)
            and (self.chromium is not None or system in ("ours", "BM25"))
        ]

    @contextlib.contextmanager
    def ranker(
        self, system: str, papers: Sequence[Paper], folder: Path | None = None, **options
    ) -> Iterator[Ranker]:
        """Whom to ask about the papers; if there is no folder with their index yet, it is made."""
        if system == "BM25":
            yield peers.bm25(papers)
        elif system == "ours":
            yield ours.ranker(folder or ours.written(papers, self.fresh(), **options))
        else:
            write, start = (
                (peers.write_lunr, peers.lunr)
                if system == "lunr"
                else (peers.write_pagefind, peers.pagefind)
            )
            if folder is None:
                folder = self.fresh()
                write(papers, folder)
            with start(folder, self.chromium) as ranker:
                yield ranker


@contextlib.contextmanager
def _chromium() -> Iterator[Browser | None]:
    path = executable()
    if not path:
        print("No Chromium here, so lunr and Pagefind aren't asked, and E isn't measured.")
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class _Table:
    """Rows of one measure each: how many questions, what is wanted, and a column for each system."""

    def __init__(self, systems: Sequence[str]) -> None:
        self._systems = systems
        told = "".join(f"{system:>18}" for system in systems)
        print(f"{'':<53}{'asked':>6}{'target':>10}{told}", flush=True)

    def row(self, name: str, asked: int | None, target: str, values: Values) -> None:
        told = "".join(f"{values.get(system, '–'):>18}" for system in self._systems)
        number = "" if asked is None else f"{asked:,}"
        print(f"{name:<53}{number:>6}{target:>10}{told}", flush=True)


class _Once:
    """A ranker that is asked each question once, however often it is measured."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._answers: dict[str, Sequence[str]] = {}
        self.seconds = 0.0  # that all answers took

    def __call__(self, question: str, size: int) -> Sequence[str]:
        if question not in self._answers:
            start = time.perf_counter()
            self._answers[question] = self._ranker(question, max(size, 10))
            self.seconds += time.perf_counter() - start
        return self._answers[question][:size]

    def mean(self) -> str:
        """Milliseconds a question."""
        return f"{self.seconds / max(1, len(self._answers)) * 1000:.0f}"


def _some(asked: Sequence, most: int | None) -> Sequence:
    """At most so many of them, spread evenly."""
    if most is None or len(asked) <= most:
        return asked
    return [asked[place * len(asked) // most] for place in range(most)]


def _told(value: str, of: int, asked: int) -> str:
    return f"{value} ({of})" if of < asked else value


def _value(system: str, ranker: Ranker, asked: Sequence[Question], measure: Measure) -> str:
    is_long = statistics.median(len(one.text) for one in asked) >= _LONG
    most = (_SAMPLE_OF_LONG if is_long else _SAMPLE).get(system)
    of = _some(asked, most)
    return _told(f"{measure(ranker, of):.3f}", len(of), len(asked))


# --- A, B ---------------------------------------------------------------------------------


def _ranking(
    bench: _Bench,
    corpus: corpora.Corpus,
    folders: Mapping[str, Path],
    wanted: Set[str],
    table: _Table,
) -> None:
    real = corpus.papers[: corpus.real]
    titles, mistyped = questions.titles(real), questions.mistyped(real)
    shortened = questions.shortened(real)
    abstract = "≥ .96" if len(corpus.papers) >= _LARGE else "≥ .97"
    if "A" in wanted:
        _ranked(
            bench,
            list(questions.untitled(corpus.papers)),
            {},
            [
                (
                    "A  title → abstract, no titles in the index, R@10",
                    abstract,
                    titles,
                    measures.recall,
                )
            ],
            table,
        )
        _ranked(
            bench,
            corpus.papers,
            folders,
            [
                ("A  title → paper, first", "≥ .995", titles, measures.first),
                ("A  … with one typing error, first", "≥ .95", mistyped, measures.first),
                ("A  … with one typing error, R@10", "", mistyped, measures.recall),
                ("A  … with two words missing, first", "≥ .98", shortened, measures.first),
                ("A  … with two words missing, R@10", "", shortened, measures.recall),
            ],
            table,
        )
    if "B" in wanted:
        halves = questions.first_halves(real)
        _ranked(
            bench,
            list(questions.second_halves(corpus.papers)),
            {},
            [("B  first half → second half, R@10", "≥ .85", halves, measures.recall)],
            table,
        )


def _ranked(
    bench: _Bench,
    papers: Sequence[Paper],
    folders: Mapping[str, Path],
    rows: Sequence[tuple[str, str, Sequence[Question], Measure]],
    table: _Table,
) -> None:
    values: list[dict[str, str]] = [{} for _ in rows]
    took: dict[str, str] = {}
    for system in bench.asked(len(papers)):
        with bench.ranker(system, papers, folders.get(system)) as ranker:
            once = _Once(ranker)
            for row, (_, _, asked, measure) in zip(values, rows, strict=True):
                row[system] = _value(system, once, asked, measure)
            took[system] = once.mean()
    for row, (name, target, asked, _) in zip(values, rows, strict=True):
        table.row(name, len(asked), target, row)
    table.row("   ms a question", None, "", took)


def _calibration(real: Sequence[Paper]) -> None:
    """How hard the padding is: half the real papers are asked for, among as many of each kind."""
    shuffled = random.Random(corpora.SEED).sample(list(real), len(real))
    asked, others = shuffled[: len(real) // 2], shuffled[len(real) // 2 :]
    among = {"real papers": others}
    for kind in corpora.KINDS:
        of_others = corpora.padded(others, "", 2 * len(others), kind)
        among[kind] = list(of_others.papers[len(others) :])
    print(f"\nHow hard the padding is: BM25, {len(asked):,} real papers and as many others\n")
    print(f"{'':<20}{'title → abstract':>20}{'half → half':>16}   (the first answer is right)")
    for name, padding in among.items():
        papers = [*asked, *padding]
        first = measures.first(
            peers.bm25(list(questions.untitled(papers))), questions.titles(asked)
        )
        second = measures.first(
            peers.bm25(list(questions.second_halves(papers))), questions.first_halves(asked)
        )
        print(f"{name:<20}{first:>20.3f}{second:>16.3f}", flush=True)


# --- C ------------------------------------------------------------------------------------


def _abbreviations(bench: _Bench, real: Sequence[Paper], source: str) -> None:
    written = questions.abbreviated(real)
    print(
        f"\n{len(real):,} {source}, of half of which abbreviations are learned; of made papers "
        "nobody could say what their short forms mean.\n"
    )
    table = _Table(bench.systems)
    values = {}
    for system in bench.asked(len(real)):
        with bench.ranker(system, written.papers) as ranker:
            values[system] = _value(system, ranker, written.questions, measures.precision)
    table.row("C  long form → only the abbreviation, MAP", len(written.questions), "≥ .45", values)
    if "ours" not in bench.systems:
        return
    with bench.ranker("ours", written.papers, abbreviated=False) as ranker:
        without = _value("ours", ranker, written.questions, measures.precision)
    table.row("C  … without the dictionary", len(written.questions), "", {"ours": without})
    untitled, titles = list(questions.untitled(real)), questions.titles(real)
    found = []
    for abbreviated in (False, True):
        with bench.ranker("ours", untitled, abbreviated=abbreviated) as ranker:
            found.append(measures.recall(ranker, titles))
    table.row(
        "C  what the dictionary does to A, in points of R@10",
        len(titles),
        "≥ -1",
        {"ours": f"{100 * (found[1] - found[0]):+.1f}"},
    )


# --- D ------------------------------------------------------------------------------------


def _relations(corpus: corpora.Corpus, table: _Table) -> None:
    halves, pairs = questions.split(corpus.papers)
    asked = pairs[: corpus.real]
    found = measures.other_half(ours.neighbours(halves), asked)
    table.row("D  related: the other half among ten", len(asked), "≥ .75", {"ours": f"{found:.3f}"})
    start = time.perf_counter()
    near = ours.neighbours(corpus.papers)
    took = time.perf_counter() - start
    slugs = [paper.slug for paper in corpus.papers]
    for name, some in (("all", slugs), ("the real ones", slugs[: corpus.real])):
        nobodys = measures.nobodys(near, some)
        told = f"{nobodys:.1%}"
        table.row(f"D  nobody's neighbours, of {name}", len(some), "≤ 2 %", {"ours": told})
        if len(some) == corpus.real:
            break
    table.row("   seconds", None, "", {"ours": f"{took:.0f}"})


# --- F ------------------------------------------------------------------------------------


def _costs(bench: _Bench, corpus: corpora.Corpus, table: _Table) -> dict[str, Path]:
    """Index the papers, each system in a process of its own; gives the folders of the indexes."""
    pickled = bench.fresh()
    lean = [
        replace(paper, origins={}, said={}, mathematics={}, links={}) for paper in corpus.papers
    ]
    with open(pickled, "wb") as file:
        pickle.dump(lean, file)
    folders, found = {}, {}
    for system in bench.asked(len(corpus.papers)):
        folder = bench.fresh()
        if system == "lunr":  # indexes in the reader's browser
            peers.write_lunr(lean, folder)
        else:
            found[system] = costs.of(system.lower(), pickled, folder)
        folders[system] = folder
    is_large = len(lean) >= _LARGE
    for name, target, told in (
        ("seconds", "≤ 90" if is_large else "≤ 10", lambda cost: f"{cost.seconds:.1f}"),
        ("seconds of processors", "", lambda cost: f"{cost.processor:.1f}"),
        ("peak MB", "≤ 2,000" if is_large else "", lambda cost: f"{cost.memory:,.0f}"),
        ("MB on disk", "", lambda cost: f"{cost.size:.1f}" if cost.files else "–"),
        ("files", "", lambda cost: f"{cost.files:,}" if cost.files else "–"),
    ):
        values = {system: told(cost) for system, cost in found.items()}
        table.row(f"F  indexing, {name}", None, target, values)
    return folders


# --- E ------------------------------------------------------------------------------------


def _browser(
    bench: _Bench, corpus: corpora.Corpus, folders: Mapping[str, Path], table: _Table
) -> None:
    """Of titles, and of what people rather type: two to four of their longer words."""
    chance = random.Random(corpora.SEED)
    real = corpus.papers[: corpus.real]
    some = chance.sample(real, min(len(real), _WORDS + _TITLES))
    asked = {
        "2–4 words": [_typed(paper.title, chance) for paper in some[:_WORDS]],
        "titles": [paper.title for paper in some[_WORDS:]],
    }
    size = "≤ 400" if len(corpus.papers) >= _LARGE else "≤ 150"
    scripts: dict[str, str] = {}
    early: list[int] = []
    for kind, texts in asked.items():
        readings: dict[str, browser.Reading] = {}
        for system in bench.asked(len(corpus.papers)):
            of = _some(texts, _READERS.get(system))
            if system == "ours":
                readings[system] = browser.dialog(bench.chromium, folders[system], bench.site(), of)
            elif system != "BM25":
                readings[system] = browser.peer(bench.chromium, system, folders[system], of)
        for name, target, told in (
            ("first result cold, ms, median / worst", "≤ 1000", lambda one: one.cold),
            ("another question, ms", "", lambda one: one.next),
            ("the same again (warm), ms", "≤ 100", lambda one: one.warm),
            ("index for the first result, KB", size, lambda one: one.size),
            ("files of it", "", lambda one: one.files),
        ):
            values = {
                system: _told(_middle_and_worst(told(reading)), len(reading.cold), len(texts))
                for system, reading in readings.items()
            }
            table.row(f"E  {kind}: {name}", len(texts), target, values)
        scripts |= {system: f"{max(reading.code):.0f}" for system, reading in readings.items()}
        if "ours" in readings:
            early += readings["ours"].early
    table.row("E  scripts, KB", None, "", scripts)
    if "ours" in folders:
        told = {"ours": f"{max(early):,}"}
        table.row("E  index before the first focus, bytes", len(early), "0", told)
        both = [text for texts in asked.values() for text in texts][::2]
        took = browser.page(bench.chromium, folders["ours"], bench.site(), both)
        told = {"ours": _middle_and_worst(took)}
        table.row("E  /search/?q=…: the whole page, ms", len(both), "", told)


def _middle_and_worst(values: Sequence[float]) -> str:
    return f"{statistics.median(values):,.0f} / {max(values):,.0f}"


def _typed(title: str, chance: random.Random) -> str:
    words = [word.strip(":,.") for word in title.split() if len(word) > 4] or title.split()
    return " ".join(words[: chance.choice((2, 3, 4))])
