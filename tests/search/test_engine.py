"""Questions to an index, and what a paper-by-paper look at the same catalog says."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from generator import content, text
from generator.model import Catalog, Organization, Paper, Topic
from generator.search import engine, index, occurrences, tier_tables, tiers
from generator.search.files import Index
from generator.search.holding import Reading, holder
from generator.search.query import parse
from tests.conftest import REPOSITORY

DAY = datetime.date(2025, 1, 1)


def paper(slug: str, title: str, abstract: str = "", days: int = 0, **more) -> Paper:
    return Paper(slug, title, DAY + datetime.timedelta(days), abstract=abstract or None, **more)


def indexed(*papers: Paper, topics: Iterable[Topic] = ()) -> Index:
    files = dict(index.render(Catalog(papers, topics=tuple(topics))))
    return Index(lambda path: files[index.FOLDER + path])


def found(index: Index, question: str, **options) -> list[str]:
    return [hit.card["slug"] for hit in engine.answer(index, question, **options).hits]


@pytest.fixture(scope="module")
def edition_catalog() -> Catalog:
    return content.load(REPOSITORY / "content")[0]


@pytest.fixture(scope="module")
def edition_index(edition_catalog: Catalog) -> Index:
    files = dict(index.render(edition_catalog))
    return Index(lambda path: files[index.FOLDER + path])


# --- one meaning --------------------------------------------------------------------------


YEARS = ["2024", "2023..2025", "..2024", "2025..", "0000", "..0000", "0000.."]


def questions(catalog: Catalog, number: int) -> Iterable[str]:
    """Questions of every kind, made from what the papers say."""
    choose = random.Random(6)
    papers = [one for one in catalog.papers if one.summary or one.abstract]
    for _ in range(number):
        one = choose.choice(papers)
        words = text.words(one.title) + text.words(one.summary or one.abstract or "")
        at = choose.randrange(len(words))
        parts: dict[str, Callable[[], str]] = {
            "word": lambda words=words: choose.choice(words),
            "form": lambda words=words: (
                choose.choice(words) + choose.choice(["s", "ed", "ing", ""])
            ),
            "phrase": lambda words=words, at=at: (
                f'"{" ".join(words[at : at + choose.randint(1, 4)])}"'
            ),
            "beginning": lambda words=words, at=at: f'"{words[at - 1]} {words[at][:3]}*"',
            "star": lambda words=words: choose.choice(words)[: choose.randint(2, 5)] + "*",
            "compound": lambda words=words, at=at: "-".join(words[at : at + 2]),
            "without": lambda words=words: "-" + choose.choice(words),
            "not so": lambda words=words, at=at: f'-"{" ".join(words[at : at + 2])}"',
            "author": lambda one=one: f'author:"{choose.choice(one.authors or ("Nobody",))}"',
            "org": lambda one=one: f"org:{one.organization.slug if one.organization else 'none'}",
            "topic": lambda one=one: (
                f"{choose.choice(['', '-'])}topic:{choose.choice(one.topics or ('x',))}"
            ),
            "year": lambda: f"year:{choose.choice(YEARS)}",
            "function": lambda: choose.choice(["the", "of the", '"of the"', "the-model", '"the"']),
        }
        yield " ".join(parts[choose.choice(list(parts))]() for _ in range(choose.randint(1, 3)))


def test_every_word_is_held_as_topics_hold_it(edition_catalog: Catalog, edition_index: Index):
    titles = {topic.slug: topic.title for topic in edition_catalog.topics}
    readings = [Reading(one, titles) for one in edition_catalog.papers]
    slugs = [one.slug for one in edition_catalog.papers]
    held = 0
    for question in questions(edition_catalog, 500):
        holds = holder(parse(question))
        expected = {slug for slug, reading in zip(slugs, readings, strict=True) if holds(reading)}
        answer = engine.answer(edition_index, question, every=True, size=1_000)
        assert {hit.card["slug"] for hit in answer.hits} == expected, question
        assert answer.holds == len(expected)
        held += bool(expected)
    assert held > 150  # or nothing would be compared


def test_what_holds_every_word_is_among_what_is_found(
    edition_catalog: Catalog, edition_index: Index
):
    for question in questions(edition_catalog, 100):
        every = set(found(edition_index, question, every=True, size=1_000))
        assert every <= set(found(edition_index, question, size=1_000)), question


# --- order --------------------------------------------------------------------------------


def test_a_title_finds_its_paper_first(edition_catalog: Catalog, edition_index: Index):
    for one in edition_catalog.papers:
        assert found(edition_index, one.title)[0] == one.slug
        assert found(edition_index, one.title.upper())[0] == one.slug


def test_rare_words_count_more_than_common_ones():
    papers = [paper(f"p{n}", "Models", "we model language") for n in range(20)]
    rare = paper("rare", "Something else", "of pangolins in a model of language and other things")
    assert found(indexed(*papers, rare), "pangolin model")[0] == "rare"


def test_any_word_may_match_and_every_form_does():
    here = indexed(paper("a", "Training"), paper("b", "He trained cats"), paper("c", "Dogs"))
    assert found(here, "trains unheard-of") == ["a", "b"]


def test_a_title_counts_more_than_an_abstract_and_a_topic_least():
    topic = Topic("whales", "Whales")
    here = indexed(
        paper("topic", "On the sea", "water", topics=("whales",)),
        paper("abstract", "On the land", "whale"),
        paper("title", "Whale"),
        topics=[topic],
    )
    assert found(here, "whales") == ["title", "abstract", "topic"]
    assert found(here, "whales", every=True) == ["title", "abstract"]
    assert engine.answer(here, "whale").topics == (("whales", "Whales", 1),)


def test_of_equals_the_newer_comes_first():
    here = indexed(*(paper(f"p{n}", "Cats", days=n) for n in range(12)))
    assert found(here, "cat") == [f"p{n}" for n in range(11, 1, -1)]
    assert found(here, "cat", start=10) == ["p1", "p0"]


def test_the_title_that_was_asked_for_comes_before_what_begins_so_and_has_it():
    here = indexed(
        paper("has", "More Deep Nets", "deep nets deep nets"),
        paper("begins", "Deep Nets at Last", "deep nets"),
        paper("is", "Deep Nets", days=-9),
        paper("apart", "Nets, Deep", "deep nets deep nets deep nets"),
    )
    assert found(here, "deep nets") == ["is", "begins", "has", "apart"]


def test_sorted_by_date_and_discussion():
    here = indexed(
        paper("old", "Cats", days=3, published=datetime.date(1999, 5, 5), comments=3),
        paper("new", "Cats", published=datetime.date(2024, 5, 5), upvotes=20),
        paper("none", "Cats", days=1),
    )
    assert found(here, "cats", sort="date") == ["none", "new", "old"]
    assert found(here, "cats", sort="discussion") == ["old", "new", "none"]
    assert found(here, "", sort="date") == ["none", "new", "old"]


def test_filters_and_their_counts():
    first, second = (Organization(slug, slug, slug.title()) for slug in ("acme", "zoo"))
    topics = [Topic("cats", "Cats"), Topic("dogs", "Dogs")]
    here = indexed(
        paper(
            "a", "Cats", organization=first, topics=("cats",), published=datetime.date(2020, 1, 1)
        ),
        paper("b", "Cats and dogs", organization=first, topics=("cats", "dogs")),
        paper("c", "Dogs", organization=second, topics=("dogs",)),
        topics=topics,
    )
    everything = engine.answer(here, "", facets=True)
    assert everything.total == 3
    assert everything.facets == {
        "year": [("2025", "2025", 2), ("2020", "2020", 1)],
        "topic": [("cats", "Cats", 2), ("dogs", "Dogs", 2)],
        "organization": [("acme", "Acme", 2), ("zoo", "Zoo", 1)],
    }
    dogs = engine.answer(here, "dog", facets=True, filters={"topic": "dogs", "year": "2025"})
    assert [hit.card["slug"] for hit in dogs.hits] == ["c", "b"]
    assert dogs.facets["topic"] == [("dogs", "Dogs", 2), ("cats", "Cats", 1)]
    for name in ("topic", "organization", "year"):
        assert engine.answer(here, "cats", filters={name: "nonsense"}).total == 0


# --- words --------------------------------------------------------------------------------


def test_words_that_are_written_together_or_apart():
    here = indexed(paper("a", "Pretraining wav2vec"), paper("b", "A pre-training of GPT4o"))
    assert set(found(here, "pre-training")) == {"a", "b"}
    assert found(here, "GPT-4o", every=True) == ["b"]


def test_scripts_without_spaces():
    here = indexed(paper("a", "大规模语言模型"), paper("b", "模块"), paper("c", "대규모언어모델"))
    assert found(here, "语言") == ["a"]
    assert found(here, '"模型"') == ["a"]
    assert found(here, "언어모델") == ["c"]


def test_a_word_that_is_being_typed():
    here = indexed(paper("a", "Transformers"), paper("b", "Transfer"), paper("c", "Tram"))
    assert set(found(here, "transf", typing=True)) == {"a", "b"}
    assert found(here, "transf") == []
    assert found(here, "transfer", typing=True)[0] == "b"
    assert set(found(here, "transf*")) == {"a", "b"}
    assert found(here, "transf ", typing=True) == []
    assert found(here, '"transf', typing=True) == []


def test_a_letter_or_two_behind_other_words_say_little_while_they_are_typed():
    here = indexed(
        paper("a", "Vision for robots, seen by vision"),
        paper("b", "Cats", "They meet L once"),
        *(paper(f"c{number}", "Vision") for number in range(5)),
    )
    assert found(here, "vision l")[0] == "b"
    assert found(here, "vision l", typing=True)[-1] == "b"


def test_pairs_of_characters_are_found_as_they_are_typed():
    here = indexed(paper("a", "大规模语言模型"), paper("b", "模块"), paper("c", "대규모언어모델"))
    for typed in ("语言", "语言模", "规模语言模型"):
        assert found(here, typed, typing=True, every=True) == ["a"]
    assert found(here, "언어모", typing=True) == ["c"]


def test_a_slip_in_the_word_that_is_typed_is_mended():
    here = indexed(paper("a", "Transformers"))
    for typed, suggestion in (("transfromers", "transformers"), ("transfo", None), ("tr", None)):
        assert engine.answer(here, typed, typing=True).suggestion == suggestion


def test_abbreviations_are_known_while_they_are_typed():
    here = indexed(
        paper("a", "Direct Preference Optimization (DPO)"),
        paper("b", "About direct preference optimization"),
        paper("c", "We ran DPO"),
        paper("d", "Cats"),
    )
    for typed in ("dpo", "direct preference optimization"):
        assert set(found(here, typed, typing=True)) == {"a", "b", "c"}


def test_a_form_that_is_half_of_a_question_doesnt_push_the_other_half_away():
    here = indexed(
        paper("a", "Speculative decoding (SD)"),
        paper("b", "We ran SD"),
        paper("c", "Cache compression, cache compression"),
        *(paper(f"d{number}", "Cats") for number in range(10)),
    )
    assert set(found(here, "speculative decoding")) == {"a", "b"}
    asked = "speculative decoding cache compression"
    assert found(here, asked).index("c") < found(here, asked).index("b")
    assert found(here, asked).index("a") < found(here, asked).index("b")


def test_ids_go_straight_to_the_paper():
    here = indexed(
        paper("a", "Cats", arxiv_id="2405.21060"),
        paper("b", "Dogs", doi="10.1000/xyz-1"),
        paper("c", "10.1000"),
    )
    for question in ("2405.21060", "arXiv:2405.21060v2", "https://arxiv.org/abs/2405.21060"):
        answer = engine.answer(here, question)
        assert (answer.straight["slug"], answer.total, len(answer.hits)) == ("a", 1, 1)
    assert engine.answer(here, "https://doi.org/10.1000/XYZ-1").straight["slug"] == "b"
    assert engine.answer(here, "2405.99999").straight is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("emmbeddings", "embeddings"),
        ("embeddigns", "embeddings"),
        ("mebeddings", "embeddings"),
        ("embedddings", "embeddings"),
        ("embeddinsg", "embeddings"),
        ("Emmbeddings of catz", "embeddings of cats"),
        ("transfromre", "transformer"),
        ("cta", None),
        ("embeddings", None),
        ("xyzzyx", None),
        ("embeding5", None),
    ],
)
def test_a_suggestion(typed: str, meant: str | None):
    here = indexed(
        paper("a", "Embeddings of cats"),
        paper("b", "Transformer embeddings"),
        paper("c", "Bindings"),
    )
    answer = engine.answer(here, typed)
    assert answer.suggestion == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("embedded bedd", "embedded beds"),
        ("Embedded-Bedd", "Embedded-beds"),
        ('"a bedd"  bedd', '"a bedd" beds'),
        ("“a bedd” bedd", "“a bedd” beds"),
        ("author:bedd, -bedd bedd", "author:bedd, -bedd beds"),
        ("bedd bedd*", "beds beds*"),
        ("İﬁ bedd 𝕒-bedd", "İﬁ beds 𝕒-beds"),
        ('"bedd"', None),
    ],
)
def test_a_suggestion_mends_the_word_itself(typed: str, meant: str | None):
    here = indexed(paper("a", "Embedded beds"))
    assert engine.answer(here, typed).suggestion == meant


def test_abbreviations_both_ways_below_what_was_asked_for():
    here = indexed(
        paper("defines", "Nets", "retrieval-augmented generation (RAG) is good"),
        paper("short", "A study of RAG", "RAG, RAG, and again RAG"),
        paper(
            "long",
            "Sea",
            "many words on retrieval augmented generation, told at length and in passing",
        ),
        paper("part", "Generation generation", "a generation of generations"),
        paper("other", "Rug"),
    )
    assert found(here, "retrieval augmented generation") == ["defines", "long", "short", "part"]
    assert found(here, "RAG") == ["short", "defines", "long"]
    answer = engine.answer(here, "rag")
    assert answer.abbreviations == (("RAG", "retrieval-augmented generation"),)
    assert (answer.total, answer.holds) == (3, 2)


def test_function_words_count_only_where_there_is_nothing_else():
    here = indexed(paper("a", "The cat"), paper("b", "To be of the it"), paper("c", "Cat"))
    assert set(found(here, "the cat", every=True)) == {"a", "c"}
    assert found(here, "to be") == ["b"]
    assert found(here, '"of the"') == ["b"]
    assert set(found(here, '"the"')) == {"a", "b"}
    assert found(here, '"the cat"') == ["a"]


def test_no_phrase_runs_from_one_text_into_the_next():
    here = indexed(paper("a", "Cats and", "dogs and birds"), paper("b", "cats and dogs"))
    assert found(here, '"cats and dogs"') == ["b"]
    assert found(here, '"and dogs"') == ["b"]
    assert set(found(here, '"and"')) == {"a", "b"}


def test_words_that_no_paper_has_are_told():
    answer = engine.answer(indexed(paper("a", "Cats")), "cats qwertz uiop")
    assert (answer.missing, answer.total, answer.holds) == (("qwertz", "uiop"), 1, 0)


@pytest.mark.parametrize(
    ("typed", "missing", "meant"),
    [
        ("author:LeCunn", ["author:lecunn"], "author:lecun"),
        ('cats author:"Yann LeCunn" ', ["author:lecunn"], 'cats author:"Yann lecun"'),
        ("author:lecunn, -author:lecunn", ["author:lecunn"], "author:lecun, -author:lecunn"),
        ("ORG:Accme", ["org:accme"], "ORG:acme"),
        ("org:lecunn lecunn", ["lecunn", "org:lecunn"], "org:lecunn lecun"),
        ("author:lecunn lecun", ["author:lecunn"], "author:lecun lecun"),
        ("author:training", ["author:training"], None),
        ("author:author", ["author:author"], None),
        ("topic:large-langage-models", ["topic:large langage models"], "topic:llms"),
        ('-x topic:"Large language modle', ["topic:large language modle"], "-x topic:llms"),
        ("topic:llm", ["topic:llm"], "topic:llms"),
        ("topic:language", ["topic:language"], None),
        ("-author:lecunn -topic:llm year:1066 topic:llms", [], None),
    ],
)
def test_slips_in_names_and_topics(typed: str, missing: list[str], meant: str | None):
    here = indexed(
        paper(
            "a",
            "Cats, authors and trainings",
            authors=("Yann LeCun",),
            organization=Organization("acme", "Acme", "acme"),
        ),
        topics=[Topic("llms", "Large language models")],
    )
    answer = engine.answer(here, typed)
    assert list(answer.missing) == missing
    assert answer.suggestion == meant


def test_a_name_or_topic_that_is_typed_may_go_on():
    here = indexed(paper("a", "Cats", authors=("Yann LeCun",)), topics=[Topic("llms", "Language")])
    for typed in ("author:lec", "author:l", "org:x", "topic:ll", "topic:lang"):
        answer = engine.answer(here, typed, typing=True)
        assert (answer.missing, answer.suggestion) == ((), None)
        assert engine.answer(here, typed).missing == (typed,)
    assert engine.answer(here, "author:lecunn", typing=True).suggestion == "author:lecun"


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ("语言 鲸鱼", ("鲸鱼",)),
        ("(鲸鱼,语言)", ("鲸鱼",)),
        ("语言鲸鱼", ("语言鲸鱼",)),
        ("型 鱼 语", ("鱼",)),
        ("语・言 GPT型", ("gpt",)),
        ("언어모델 고래", ("고래",)),
        ("ปลาวาฬ", ("ปลาวาฬ",)),
        ('"鲸鱼" -鲸鱼 语言模型', ()),
    ],
)
def test_words_without_spaces_that_no_paper_has_are_told(asked: str, missing: tuple[str, ...]):
    here = indexed(paper("a", "大规模语言模型 ภาษา"), paper("b", "대규모언어모델"))
    for typing in (False, True):
        assert engine.answer(here, asked, typing=typing).missing == missing


# --- tiers --------------------------------------------------------------------------------


def many(number: int) -> list[Paper]:
    words = "attention gradient lattice kernel token graph prior policy reward sparse".split()
    choose = random.Random(1)
    return [
        paper(
            f"p{n}",
            f"{' '.join(choose.sample(words, 3))} {n}",
            " ".join(choose.choices(words, k=9)),
            n // 9,
        )
        for n in range(number)
    ]


def test_a_few_new_papers_leave_settled_files_as_they_are():
    papers = many(1_200)
    before, after = (dict(index.render(Catalog(tuple(papers[:n])))) for n in (1_150, 1_160))
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert not any("/settled-" in path for path in changed)
    assert any("/recent-" in path for path in changed)
    cards = {path for path in changed if "/cards/" in path}
    assert cards == {f"search/cards/{n}.json" for n in range(575, 580)}


def test_what_is_kept_makes_the_same_files(tmp_path, monkeypatch):
    papers = many(1_160)
    whole = dict(index.render(Catalog(tuple(papers))))
    index.render(Catalog(tuple(papers[:1_150])), tmp_path)
    made = []
    of = tier_tables.of
    monkeypatch.setattr(tier_tables, "of", lambda *some: made.append(len(some[0])) or of(*some))
    assert dict(index.render(Catalog(tuple(papers)), tmp_path)) == whole
    assert made == [1_160 - tiers.settled(1_160)]  # the settled ones weren't read again
    assert dict(index.render(Catalog(tuple(papers)), tmp_path)) == whole
    assert len(made) == 1  # nor were any
    for kept in tmp_path.iterdir():
        kept.write_bytes(kept.read_bytes()[:-9])
    assert dict(index.render(Catalog(tuple(papers)), tmp_path)) == whole
    for change in (
        {"abstract": "Another text of kernels"},
        {"note": "Nothing of which is searched."},
        {"arxiv_id": "2405.21060"},
    ):
        papers[9] = replace(papers[9], **change)
        catalog = Catalog(tuple(papers))
        assert dict(index.render(catalog, tmp_path)) == dict(index.render(catalog)), change


def test_both_tiers_are_searched():
    here = indexed(*many(1_100))
    for number in (0, 500, 1_023, 1_024, 1_099):
        assert found(here, f"kernel {number}")[0] == f"p{number}"
    assert len(found(here, '"kernel"', size=2_000)) == sum(
        "kernel" in f"{one.title} {one.abstract}".split() for one in many(1_100)
    )
    assert engine.answer(here, "year:2025", facets=True).facets["year"][0][0] == "2025"


def test_an_empty_publication_has_an_index():
    answer = engine.answer(indexed(), "anything", facets=True)
    assert (answer.total, answer.hits, answer.missing) == (0, (), ("anything",))


@pytest.mark.parametrize(
    "question",
    [
        "x" * 10_000,
        "a " * 5_000,
        '"' * 9_999,
        "-" * 10_000,
        "author:" * 1_500,
        "\0\u202e<script>",
        "(((((" * 2_000,
        "*" * 5_000,
    ],
)
def test_any_question_is_answered(edition_index: Index, question: str):
    for typing in (False, True):
        engine.answer(edition_index, question, typing=typing, facets=True)


def test_few_at_a_time_make_the_same_files(edition_catalog: Catalog, monkeypatch):
    whole = dict(index.render(edition_catalog))
    monkeypatch.setattr(occurrences, "_AT_ONCE", 1_000)
    assert dict(index.render(edition_catalog)) == whole


# --- very many papers ---------------------------------------------------------------------


def test_what_very_many_papers_have_is_ranked_and_counted():
    many = 2_048
    common = "and very much else that is told of"
    others = [
        paper(f"p{number}", "Sand", f"Glass {common}." if number < many - 3 else f"Clay {common}.")
        for number in range(2 * many)
    ]
    here = indexed(
        *others,
        paper("title", "Glass", f"Glass {common}."),
        paper("often", "Sand", f"Glass, glass, glass, glass, glass {common}."),
        paper("once", "Sand", f"Glass {common} in the end and in many more words than elsewhere."),
    )
    order = found(here, "glass", size=2 * many)
    assert len(order) == many
    assert [order.index(slug) for slug in ("title", "often", "once")] == [0, 1, many - 1]
