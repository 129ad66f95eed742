"""What is said of topics' rules that find nothing, or nearly everything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator import content
from generator.curation import rules
from tests.test_content import write

PAPERS = [
    "Sentence embeddings from decoders",
    "Sentence embeddings for search",
    "Quantization of large models",
    "Text generation with diffusion",
    "Textbooks are all you need",
    "A survey of retrieval",
    "Behaviour of agents",
    "Proved bounds on agents",
    "Transcription of speech",
    "Cross-lingual transfer",
    "Pruning for the impatient",
    "Scaling laws for agents",
]


def found(
    folder: Path, topics: dict[str, str], papers: list[str] = PAPERS, **more: str
) -> list[str]:
    lines = "".join(json.dumps({"title": title}) + "\n" for title in papers)
    files = {"listings/2025-10-29-a.jsonl": lines, **more}
    write(folder, {**files, **{f"topics/{name}.md": source for name, source in topics.items()}})
    catalog, omissions = content.load(folder)
    assert not omissions
    return [str(one) for one in rules.problems(catalog, folder, str)]


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if twelve papers were as many as a large publication has."""
    monkeypatch.setattr(rules, "TELLING", len(PAPERS))


def topic(match: str = "", **more: str) -> str:
    """A topic's file: phrases of match, a line each, and more fields."""
    lines = ["title: T", "", "match:", *(f"  - {phrase}" for phrase in match.split(", "))]
    lines += [f"{name}: [{value}]" for name, value in more.items()]
    return "---\n" + "\n".join(lines) + "\n---\nText.\n"


def test_rules_that_find_some_papers_are_good(tmp_path: Path):
    good = topic("sentence embedding*, quantization, C++ agent*, scaling law*", exclude="speech")
    assert found(tmp_path, {"a": good.replace("C++ ", "")}) == []


@pytest.mark.parametrize(
    ("source", "line", "field"),
    [
        (topic("zebra*, horse"), 4, "match"),
        (topic("agents", exclude="agents"), 4, "match"),
        ("---\ntitle: T\nunion: [b]\n---\n", 3, "union"),
        ("---\ntitle: T\n---\n", 2, "match"),
    ],
)
def test_a_topic_without_a_paper_is_told_of_once(source, line, field, tmp_path: Path):
    remarks = found(tmp_path, {"a": source, "b": topic("zebra*")})
    assert remarks == [
        f"topics/{name}.md:{at}: {of}: no paper belongs to this topic; write phrases that papers hold"
        for name, at, of in (("a", line, field), ("b", 4, "match"))
    ]


def test_a_topic_to_which_people_give_papers_needs_no_rules(tmp_path: Path):
    given = {"papers/a-survey-of-retrieval.yml": "topics: [a]\n"}
    assert found(tmp_path, {"a": "---\ntitle: T\n---\n"}, **given) == []


def test_nothing_is_said_of_rules_where_there_are_no_papers(tmp_path: Path):
    assert found(tmp_path, {"a": topic("zebra")}, []) == []


def test_a_phrase_in_over_half_of_all_papers_is_too_wide(tmp_path: Path):
    papers = [f"{title} for models" for title in PAPERS[:7]] + PAPERS[7:]
    (remark,) = found(tmp_path, {"a": topic("scaling law*, Model*")}, papers)
    # The topic is too large as well, which follows.
    assert remark == (
        'topics/a.md:6: match: "Model*" stands in 7 of 12 papers; write a narrower phrase'
    )


def test_a_topic_of_over_half_of_all_papers_is_too_wide(tmp_path: Path):
    phrases = "sentence, quantization, text, textbooks, survey, agents"
    (remark,) = found(tmp_path, {"a": topic(phrases)})
    assert remark == "topics/a.md:4: match: the topic holds 9 of 12 papers; write narrower rules"


@pytest.mark.parametrize(
    ("papers", "phrase"),
    [
        (PAPERS[:9], "a*, s*, q*, t*, b*, p*"),  # of a few papers anything is half
        ([*PAPERS[:6], *(f"{title} of models" for title in PAPERS[6:])], "model*"),  # just half
    ],
)
def test_half_is_not_too_much(papers, phrase, tmp_path: Path):
    source = topic(phrase)
    papers = [title.replace("large models", "size") for title in papers]
    assert not any(
        "holds" in one or "narrower" in one for one in found(tmp_path, {"a": source}, papers)
    )


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("sentence embeding*", 'no paper holds "embeding*"; did you mean "embedding*"?'),
        ("sentence embbeddings", 'no paper holds "embbeddings"; did you mean "embeddings"?'),
        ("quantisation", 'no paper holds "quantisation"; did you mean "quantization"?'),
        ("Retreival", 'no paper holds "retreival"; did you mean "retrieval"?'),
        ("behavior of agents", 'no paper holds "behavior"; did you mean "behaviour"?'),
        (
            "sent*ce embeddings",
            '"sent*ce" is two words here, as a star stands for more letters at the end of a word alone; '
            'write "sent*", or each of the words that are meant',
        ),
    ],
)
@pytest.mark.parametrize("field", ["match", "exclude"])
def test_a_misspelt_phrase_is_told_of_on_its_line(field, phrase, said, tmp_path: Path):
    source = f"---\ntitle: T\nmatch: [agents]\n{field}:\n  - speech\n  - {phrase}\n---\n"
    if field == "match":
        source = source.replace("match: [agents]\n", "")
    assert found(tmp_path, {"a": source}) == [
        f"topics/a.md:{5 + (field == 'exclude')}: {field}: {said}"
    ]


@pytest.mark.parametrize(
    "phrase",
    [
        "zebra",
        "probed",  # "proved"
        "textbook",  # the plural
        "transcriptom*",  # another word that begins alike
        "cross-linguals",
        "embeddings of sentences",  # all words are known
        "text-1",
    ],
)
@pytest.mark.usefixtures("_large")
def test_an_idle_phrase_is_named_without_a_guess(phrase, tmp_path: Path):
    (remark,) = found(tmp_path, {"a": topic(f"agents, {phrase}")})
    assert remark == (
        f'topics/a.md:6: match: 1 of 2 phrases stands in no paper: "{phrase}"; see whether papers '
        "put it otherwise"
    )


# --- queries ------------------------------------------------------------------------------


def _asking(query: str, **more: str) -> str:
    lines = ["title: T", f"query: {json.dumps(query)}"]
    return (
        "---\n" + "\n".join([*lines, *(f"{name}: {of}" for name, of in more.items())]) + "\n---\n"
    )


@pytest.mark.parametrize("query", ["agents", '"sentence embedding*" -search', "quantizations"])
def test_a_query_that_finds_some_papers_is_good(query, tmp_path: Path):
    assert found(tmp_path, {"a": _asking(query)}) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("zebra", "the query holds no paper; write fewer words, or see how papers put it"),
        (
            "year:1999 agents",
            "the query holds no paper; write fewer words, or see how papers put it",
        ),
        ("quantzation", 'no paper holds "quantzation"; did you mean "quantization"?'),
        ("agents textboks*", 'no paper holds "textboks*"; did you mean "textbooks*"?'),
        ('"large quantzation"', 'no paper holds "quantzation"; did you mean "quantization"?'),
        ("a* year:2025", None),
        ("year:2025", "the query holds 12 of 12 papers; write a narrower query"),
        ("-agents year:2025", "the query holds 9 of 12 papers; write a narrower query"),
    ],
)
def test_a_query_that_finds_nothing_or_nearly_everything(query, said, tmp_path: Path):
    expected = [f"topics/a.md:3: query: {said}"] if said else []
    assert found(tmp_path, {"a": _asking(query)}) == expected


def test_a_query_beside_phrases_may_wait_for_its_first_paper(tmp_path: Path):
    assert found(tmp_path, {"a": _asking("zebra", match="[agents]")}) == []


def test_what_a_query_finds_may_all_be_excluded(tmp_path: Path):
    (remark,) = found(tmp_path, {"a": _asking("agents", exclude="[agents]")})
    assert remark.startswith("topics/a.md:3: query: no paper belongs to this topic; ")


@pytest.mark.usefixtures("_large")
def test_two_spellings_of_one_word_are_both_meant(tmp_path: Path):
    (remark,) = found(tmp_path, {"a": topic("quantization, quantisation")})
    assert '1 of 2 phrases stands in no paper: "quantisation"' in remark


def test_in_a_small_publication_a_phrase_may_wait_for_its_first_paper(tmp_path: Path):
    assert not found(tmp_path, {"a": topic("agents, zebra")})


@pytest.mark.usefixtures("_large")
def test_idle_phrases_are_told_of_together(tmp_path: Path):
    idle = "one zebra, two zebras, three zebras, four zebras, five zebras, six zebras"
    (remark,) = found(tmp_path, {"a": topic(f"agents, {idle}", exclude="horse")})
    assert remark == (
        'topics/a.md:6: match: 7 of 8 phrases stand in no paper: "one zebra", "two zebras", '
        '"three zebras", "four zebras", "five zebras", …; see whether papers put it otherwise'
    )


@pytest.mark.usefixtures("_large")
def test_a_phrase_is_found_however_it_is_written(tmp_path: Path):
    """Numbers, quotes and empty items: lines are those of the phrases as they stand in the file."""
    source = "---\ntitle: T\nmatch:\n  - agents\n  -\n  - 2025\n  - ' two\n\n    lines '\n---\n"
    (remark,) = found(tmp_path, {"a": source.replace("  -\n", "  - ''\n")})
    assert remark.startswith(
        'topics/a.md:6: match: 2 of 3 phrases stand in no paper: "2025", "two lines";'
    )
