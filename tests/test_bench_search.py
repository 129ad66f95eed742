"""The measures of ``make bench-search``: what finds everything gets 1, what knows nothing hardly anything."""

import datetime
import random
import urllib.error
import urllib.request
import zlib

import pytest

from generator.model import Paper
from tests.bench.search import lines, measures, questions

SUBJECTS = "graph attention memory speech vision reward token prompt cache kernel".split()


def _papers():
    words = [a + b for a in SUBJECTS for b in ("", "ing", "er", "less", "wise")]
    chance = random.Random(1)
    for number in range(60):
        sentences = (" ".join(chance.sample(words, 8)).capitalize() + "." for _ in range(6))
        abstract = " ".join(sentences)
        if number % 3 == 0:
            abstract += " We use large language models (LLMs)."
        if number % 4 == 0:
            abstract += " These are LLMs."
        title = " ".join(chance.sample(words, 5)).title()
        yield Paper(f"paper-{number}", title, datetime.date(2025, 1, 1), abstract=abstract)


PAPERS = list(_papers())
WRITTEN = questions.abbreviated(PAPERS)
ASKED = {
    "titles": questions.titles(PAPERS),
    "mistyped": questions.mistyped(PAPERS),
    "shortened": questions.shortened(PAPERS),
    "first halves": questions.first_halves(PAPERS),
    "abbreviated": list(WRITTEN.questions),
}
NOBODYS = [f"none-{number}" for number in range(5000)]
MEASURES = (measures.recall, measures.first, measures.precision)


def _all_knowing(asked):
    """Ranks what isn't counted first, then what is right, then nothing else."""
    right = {question.text: question for question in asked}

    def ranked(text, size):
        question = right[text]
        ignored = sorted(question.ignored) if size > len(PAPERS) else []
        return (ignored + sorted(question.right))[:size]

    return ranked


def _knowing_nothing(text, size):
    place = zlib.crc32(text.encode()) % len(NOBODYS)
    return [*NOBODYS[place : place + size - 1], "paper-1"]


def test_what_finds_everything_gets_1():
    for name, asked in ASKED.items():
        assert asked, name
        for measure in MEASURES:
            few = name == "abbreviated" and measure is measures.recall  # more are right than ten
            assert few or measure(_all_knowing(asked), asked) == 1, (name, measure.__name__)


def test_what_knows_nothing_gets_hardly_anything():
    for name, asked in ASKED.items():
        for measure in MEASURES:
            assert measure(_knowing_nothing, asked) < 0.05, (name, measure.__name__)


def test_precision_counts_ranks_and_what_is_not_found():
    question = measures.Question("x", frozenset("ab"), frozenset("i"))
    assert measures.precision(lambda *_: "xaib", [question]) == (1 / 2 + 2 / 3) / 2
    assert measures.precision(lambda *_: "a", [question]) == 1 / 2
    assert measures.recall(lambda *_: "ax", [question]) == 1 / 2


def test_questions_differ_from_titles_as_they_should():
    for kind, missing in (("mistyped", 1), ("shortened", 2)):
        asked = {slug: question.text for question in ASKED[kind] for slug in question.right}
        for paper in PAPERS:
            words = asked[paper.slug].split()
            lost = len(set(paper.title.split()) - set(words))
            assert lost == missing, (paper.title, asked[paper.slug])


def test_halves_together_are_the_abstract():
    for paper in PAPERS:
        assert " ".join(questions.halves(paper.abstract)) == paper.abstract
    papers, pairs = questions.split(PAPERS)
    assert len(papers) == 2 * len(PAPERS) == 2 * len(pairs)


def test_long_forms_are_asked_of_papers_that_have_only_the_short_form():
    by_slug = {paper.slug: paper for paper in WRITTEN.papers}
    (question,) = WRITTEN.questions
    assert question.text == "large language model"
    for slug in question.right:
        assert "LLM" in by_slug[slug].abstract
        assert "large language" not in by_slug[slug].abstract.lower()
    for slug in question.ignored:
        assert "large language" in by_slug[slug].abstract.lower()


def test_neighbours():
    pairs = [("a", "b"), ("c", "d")]
    near = {"a": ["x", "b"], "c": ["x", "a"], "x": ["c"]}
    assert measures.other_half(near, pairs) == 1 / 2
    assert measures.nobodys(near, ["a", "b", "c", "d"]) == 1 / 4
    assert measures.other_half({}, pairs) == 0
    assert measures.nobodys({}, ["a"]) == 1


def test_a_line_counts_what_it_sends(tmp_path):
    for folder in "one", "two":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.bin").write_bytes(folder.encode())
    (tmp_path / "two" / "index.html").write_text("<p>" + "word " * 1000)
    with lines.line(tmp_path / "one", tmp_path / "two") as here:
        with urllib.request.urlopen(f"{here.address}a.bin?v=1234") as answer:
            assert answer.read() == b"one"  # the first folder's, whatever its version
        urllib.request.urlopen(here.address).close()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{here.address}b.bin")
    assert [path for path, _ in here.sent] == ["a.bin", "", "b.bin"]
    assert here.files(lambda path: path.endswith(".bin")) == 2
    assert here.bytes(lambda path: path == "") < 1000  # compressed
