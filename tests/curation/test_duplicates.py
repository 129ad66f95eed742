"""Which papers are likely one; and, as important, which are not."""

from __future__ import annotations

import datetime
import json
import random
from pathlib import Path

import pytest

from generator import content
from generator.curation import duplicates
from generator.model import Catalog, Debut, Origin, Paper
from tests.conftest import patience
from tests.test_content import write

DAY = datetime.date(2025, 10, 29)


def listing(*records: dict | str) -> str:
    """A listing of papers, a line each: a title, or more."""
    given = ({"title": one} if isinstance(one, str) else one for one in records)
    return "".join(json.dumps(record) + "\n" for record in given)


def found(folder: Path) -> list[str]:
    catalog, _ = content.load(folder)
    return [str(one) for one in duplicates.problems(catalog, str)]


def catalog_of(*titles: str, **more: object) -> Catalog:
    papers = [
        Paper(f"p{n}", title, DAY, origins={"title": Origin("listings/a.jsonl", n + 1)}, **more)
        for n, title in enumerate(titles)
    ]
    noon = datetime.datetime(2025, 10, 29, 12, tzinfo=datetime.UTC)
    debuts = [
        Debut(paper.slug, noon + datetime.timedelta(seconds=n), paper)
        for n, paper in enumerate(papers)
    ]
    return Catalog(papers=tuple(papers), debuts=tuple(debuts))


def are_near(one: str, other: str) -> bool:
    return bool(list(duplicates.problems(catalog_of(one, other), str)))


ELECTRA = "ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # spaces and hyphens
        (ELECTRA, "ELECTRA: Pretraining Text Encoders as Discriminators Rather than Generators"),
        ("Co-Training", "Cotraining"),
        ("Retrieval for GPT-4", "Retrieval for GPT4"),
        # a word more, or less
        ("A Study of Text Embeddings", "Study of Text Embeddings"),
        ("Learning Universal Sentence Encoders", "Learning the Universal Sentence Encoders"),
        ("Deep Residual Learning for Image Recognition", "Residual Learning for Image Recognition"),
        (ELECTRA, ELECTRA.partition(": ")[2]),
        ("Is Attention Really All That You Need?", "Is Attention All That You Need?"),
        # a word misspelt, or its plural
        (ELECTRA, ELECTRA.replace("Discriminators", "Discrimintors")),
        (ELECTRA, ELECTRA.replace("Encoders", "Encodres")),
        ("Scaling Laws Revisited", "Scaling Law Revisited"),
        ("Optimisation of Large Models", "Optimization of Large Models"),
        ("A Review of Approaches to Parsing", "A Review of Approach to Parsing"),
        ("LLMs as Judges of Essays", "LLM as Judges of Essays"),
        # a subtitle
        (
            "Foundation Models for Natural Language Processing",
            "Foundation Models for Natural Language Processing: Models Integrating Media",
        ),
        ("How Language Models Count to Ten", "Abacus at Work: How Language Models Count to Ten"),
        ("Language Models Know What They Know", "Language Models Know What They Know – Mostly"),
        (
            "Do Language Models Know Grammar?",
            "Do Language Models Know Grammar? Evidence from Dutch",
        ),
        # accents, case, possessives
        ("Schrödinger’s Model and Its Embedings", "Schrodinger Model and its embeddings"),
    ],
)
def test_titles_that_are_nearly_the_same(one: str, other: str):
    assert are_near(one, other)
    assert are_near(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # numbers and versions
        ("Llama 2: Open Foundation and Chat Models", "Llama 3: Open Foundation and Chat Models"),
        ("Llama 2: Open Foundation Models", "Llama: Open Foundation Models"),
        ("A Long Report on the Qwen 2.5 Models", "A Long Report on the Qwen 25 Models"),
        ("A Long Report on the Qwen2 Models", "A Long Report on the Qwen2.5 Models"),
        ("Fast Block Diffusion Language Models", "Fast Block Diffusion Language Models v2"),
        ("GPT-4o and the Meaning of Words", "GPT-4 and the Meaning of Words"),
        ("Lectures on Machine Learning, Part I", "Lectures on Machine Learning, Part II"),
        ("Lectures on Machine Learning", "Lectures on Machine Learning: Part II"),
        ("Lectures on Machine Learning XVIII", "Lectures on Machine Learning XXIII"),
        ("Lectures on Machine Learning A", "Lectures on Machine Learning B"),
        ("The First Workshop on Machine Translation", "The Workshop on Machine Translation"),
        ("Findings of the 2023 BabyLM Challenge", "Findings of the 2024 BabyLM Challenge"),
        # another word
        ("A Survey of Embeddings", "A Survey of Summarization"),
        ("A Survey of Text Embeddings", "A Survey of Test Embeddings"),
        ("A Survey of Supervised Learning Methods", "A Survey of Unsupervised Learning Methods"),
        ("Pretraining Text Encoders from Scratch", "Pretraining Text Decoders from Scratch"),
        ("Language Models Are Few-Shot Learners", "Language Models Are Zero-Shot Learners"),
        ("Attention Is All You Need", "Patience Is All You Need"),
        ("Attention Is All You Need", "Attention Is Not All You Need"),
        ("Language Models Can Count", "Language Models Cannot Count"),
        ("Models That Read and Count Words Well", "Models That Read and Never Count Words Well"),
        # two words, or words elsewhere
        ("Language Models for Vision and Speech", "Vision Models for Language and Speech"),
        ("Pretraining Text Encoders", "Fast and Small Pretraining of Text Encoders"),
        # too little of a title to go by
        ("Language Models", "Language Model"),
        ("Language Models", "Masked Language Models"),
        ("Masked Language Models", "Multilingual Masked Language Models"),
        ("Attention", "Attention: All You Need"),
        ("Text Embeddings", "Text Embeddings: A View from the Shop Floor"),
        ("Language Models: Their Past", "Language Models: Their Future"),
        ("大语言模型", "大语言模型：方法与应用"),
        ("中文大语言模型研究方法", "中文语言模型研究方法"),
        # what is written about a paper, or a kind of paper
        (
            "Large Language Models for Code Review",
            "Large Language Models for Code Review: A Survey",
        ),
        ("Text Encoders as Discriminators", "Comment on: Text Encoders as Discriminators"),
        # no words at all
        ("???", "!!!"),
    ],
)
def test_titles_of_different_papers(one: str, other: str):
    assert not are_near(one, other)
    assert not are_near(other, one)


NEAR = "A Study of Text Embeddings", "Study of Text Embeddings"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"arxiv_id": "2401.00001"}, {"arxiv_id": "2401.00002"}, False),
        ({"doi": "10.1000/1"}, {"doi": "10.1000/2"}, False),
        ({"arxiv_id": "2401.00001"}, {"doi": "10.1000/1"}, True),
        ({"arxiv_id": "2401.00001"}, {}, True),
        ({"authors": ["Ann Lee", "Bo Chan"]}, {"authors": ["Cy Young"]}, False),
        ({"authors": ["Ann Lee", "Bo Chan"]}, {"authors": ["Chan, B."]}, True),
        ({"authors": ["Ann Lee"]}, {}, True),
    ],
)
def test_ids_and_authors_can_show_that_papers_are_two(one, other, expected, tmp_path: Path):
    records = {"title": NEAR[0], **one}, {"title": NEAR[1], **other}
    write(tmp_path, {"listings/2025-10-29-a.jsonl": listing(*records)})
    assert bool(found(tmp_path)) is expected


# Files, where the remark stands, what it says of the other, what to do, and what that is as a change.
PLACES = {
    "two listings": (
        {
            "listings/2025-10-29-a.jsonl": listing("Something Else", NEAR[0]),
            "listings/2025-10-30-a.jsonl": listing(NEAR[1]),
        },
        "listings/2025-10-30-a.jsonl:1: title: ",
        f'"{NEAR[0]}" (listings/2025-10-29-a.jsonl:2, /papers/a-study-of-text-embeddings/)',
        f'write title: "{NEAR[1]}" in papers/a-study-of-text-embeddings.yml',
        {"papers/a-study-of-text-embeddings.yml": f'title: "{NEAR[1]}"\n'},
    ),
    "the newer has an id": (
        {
            "listings/2025-10-29-a.jsonl": listing(NEAR[0]),
            "listings/2025-10-30-a.jsonl": listing(
                {"title": NEAR[1], "arxiv_id": "2401.00001", "doi": "10.1000/1"}
            ),
        },
        "listings/2025-10-30-a.jsonl:1: title: ",
        "listings/2025-10-29-a.jsonl:1",
        "write arxiv_id: 2401.00001 in papers/a-study-of-text-embeddings.yml",
        {"papers/a-study-of-text-embeddings.yml": "arxiv_id: 2401.00001\n"},
    ),
    "the older has an id": (
        {
            "listings/2025-10-29-a.jsonl": listing({"title": NEAR[0], "doi": "10.1000/1"}),
            "listings/2025-10-30-a.jsonl": listing(NEAR[1]),
        },
        "listings/2025-10-30-a.jsonl:1: title: ",
        "listings/2025-10-29-a.jsonl:1",
        f'write title: "{NEAR[1]}" in papers/a-study-of-text-embeddings.yml',
        {"papers/a-study-of-text-embeddings.yml": f'title: "{NEAR[1]}"\n'},
    ),
    "added by hand, and listed before": (
        {
            "listings/2025-10-29-a.jsonl": listing(NEAR[0]),
            "papers/mine.yml": f"listed: 2025-11-01\ntitle: {NEAR[1]}\n",
        },
        "papers/mine.yml:2: title: ",
        "(listings/2025-10-29-a.jsonl:1, /papers/a-study-of-text-embeddings/)",
        "rename papers/mine.yml to papers/a-study-of-text-embeddings.yml",
        {
            "papers/mine.yml": None,
            "papers/a-study-of-text-embeddings.yml": f"listed: 2025-11-01\ntitle: {NEAR[1]}\n",
        },
    ),
    "added by hand, and listed after": (
        {
            "listings/2025-10-29-a.jsonl": listing({"title": NEAR[0], "arxiv_id": "2401.00001"}),
            "papers/mine.yml": f"note: Good.\ntitle: {NEAR[1]}\nlisted: 2025-10-01\n",
        },
        "papers/mine.yml:2: title: ",
        "(listings/2025-10-29-a.jsonl:1, /papers/a-study-of-text-embeddings/)",
        "write arxiv_id: 2401.00001 in papers/mine.yml",
        {
            "papers/mine.yml": f"title: {NEAR[1]}\nlisted: 2025-10-01\narxiv_id: 2401.00001\n",
        },
    ),
    "added by hand, and corrected": (
        {
            "listings/2025-10-29-a.jsonl": listing(NEAR[0]),
            "papers/a-study-of-text-embeddings.yml": "note: Good.\n",
            "papers/mine.yml": f"note: Bad.\ntitle: {NEAR[1]}\nlisted: 2025-11-01\n",
        },
        "papers/mine.yml:2: title: ",
        "(papers/a-study-of-text-embeddings.yml:1, /papers/a-study-of-text-embeddings/)",
        "move what papers/mine.yml says to papers/a-study-of-text-embeddings.yml",
        {
            "papers/mine.yml": None,
            "papers/a-study-of-text-embeddings.yml": "note: Good, and bad.\n",
        },
    ),
    "the older is corrected": (
        {
            "listings/2025-10-29-a.jsonl": listing(NEAR[0]),
            "listings/2025-10-30-a.jsonl": listing("Something Else", NEAR[1]),
            "papers/a-study-of-text-embeddings.yml": "note: Good.\n",
        },
        "papers/a-study-of-text-embeddings.yml:1: title: ",
        f'"{NEAR[1]}" (listings/2025-10-30-a.jsonl:2, /papers/study-of-text-embeddings/)',
        f'write title: "{NEAR[1]}" in papers/a-study-of-text-embeddings.yml',
        {"papers/a-study-of-text-embeddings.yml": f"note: Good.\ntitle: {NEAR[1]}\n"},
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_remark_says_where_the_other_is_and_what_makes_the_two_one(name: str, tmp_path: Path):
    files, place, other, remedy, change = PLACES[name]
    write(tmp_path, files)
    before, _ = content.load(tmp_path)
    (remark,) = found(tmp_path)
    assert remark.startswith(f"{place}nearly that of ")
    assert other in remark
    assert f"; if they are one paper, {remedy}, else give both their arxiv_id or doi" in remark
    for file, said in change.items():
        if said is None:
            (tmp_path / file).unlink()
        else:
            write(tmp_path, {file: said})
    after, _ = content.load(tmp_path)
    assert len(after.papers) == len(before.papers) - 1
    assert found(tmp_path) == []


def test_both_ids_end_the_remark(tmp_path: Path):
    write(tmp_path, {"listings/2025-10-29-a.jsonl": listing(*NEAR)})
    assert len(found(tmp_path)) == 1
    for number, name in enumerate(("a-study-of-text-embeddings", "study-of-text-embeddings")):
        write(tmp_path, {f"papers/{name}.yml": f"arxiv_id: 2401.0000{number}\n"})
    assert found(tmp_path) == []


def test_each_paper_is_told_of_once():
    catalog = catalog_of(
        NEAR[0], *NEAR[1:], "The Study of Text Embedding", "Study of Text Embeding"
    )
    remarks = [(one.file, one.line) for one in duplicates.problems(catalog, str)]
    assert len(remarks) == len(set(remarks))
    assert {line for _, line in remarks} <= {2, 3, 4}


def _titles(kind: str, number: int) -> list[str]:
    some = random.Random(1)
    letters = ["".join(some.choices("abcdefgh", k=6)) for _ in range(3 * number)]
    return {
        "a beginning": [
            f"A Long Survey of Methods for Text {' '.join(letters[3 * n : 3 * n + 3])}"
            for n in range(number)
        ],
        "all but a word": [f"A Long Survey of Methods for {letters[n]}" for n in range(number)],
        "all but a letter": [f"A Long Survey of embedd{letters[n][:3]}" for n in range(number)],
        "all": ["A Long Survey of Methods for Text"] * number,
        "colons": [("very long title: " * 60)[:990] + letters[n] for n in range(number)],
    }[kind]


@pytest.mark.parametrize(
    "kind", ["a beginning", "all but a word", "all but a letter", "all", "colons"]
)
def test_titles_that_share_much_are_no_burden(kind: str):
    """To compare each with each would take minutes."""
    catalog = catalog_of(*_titles(kind, 4_000))
    with patience():
        list(duplicates.problems(catalog, str))
