"""The engine in the browser answers as the one in Python does: the whole answer, to the last tie."""

from __future__ import annotations

import datetime
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest
from playwright.sync_api import Browser

from generator import content
from generator.model import Catalog, Organization, Paper, Topic
from generator.search import tiers
from generator.search.engine import Answer, answer
from generator.search.function_words import FUNCTION_WORDS
from tests.browser import served, visit
from tests.conftest import REPOSITORY
from tests.search import index_site

ASK = """
async ([place, asked]) => {
  const { answer } = await import("./assets/javascripts/search/engine.js")
  const { Index } = await import("./assets/javascripts/search/files.js")
  const index = new Index(new URL(place, location))
  const answers = []
  for (const [question, options] of JSON.parse(asked)) answers.push(await answer(index, question, options))
  return JSON.stringify(answers)
}
"""

# What people and machines type that no paper says so.
HOSTILE = """
<script>alert(1)</script>|' OR 1=1 --|__proto__|constructor|toString author:__proto__|\\|"|"" -|-|*|-*|**|:|..
year:|year:soon|year:99999|author:|org:"|topic:nothing|a:b:c|((("|%00%ff|\u202eabc|\u0000|\ufeff x|é|ﬁne ſmall
・|゠|ゝ゛|ー|가|한국어 모델|大規模言語モデル|"语言 模型"|ภาษาไทย|ខ្មែរ
🦙 🦙|\U00020000\U00020001 \U0001d400|İstanbul|ΣΊΣΥΦΟΣ|\ud800x|x\udfff
a*|"a*"|"the of"|the of and|don't|'s|x's|C++ c#|gpt-4o|pre-training|10.48550/arXiv|arXiv:|10.1/x|-1|-"a b" c
year:0000|-year:0000|year:..0000|year:0000..
year:..|year:2025..2024|-year:2024|-topic:agents|- a|--a|a--b|a-b-c-d-e-f|_|a_b|.5|-org:x|"a" "b" "c*"
"transfromer" xtransfromers -transfromer  transfromer 𝕒-transfromer İﬁ|transfromer* “languagee” languagee
topic:nothign|TOPIC:"agnets|topic:t-1x author:"Kaloo Ng" Kaloo|-author:kaloo|author:Šuu author:kaloš
鲸鱼 大型|(鲸,模型鱼) 鱼|鱼*|고래 모델을|GPT型 GPT모델|ปลาวาฬ|\U00020000鱼 語・言
"""


@pytest.fixture(scope="module")
def catalogs() -> dict[str, Catalog]:
    return {
        "awkward": content.load(REPOSITORY / "tests" / "content")[0],
        "edition": content.load(REPOSITORY / "content")[0],
        "settled": made_up(tiers.settled(1_100) + 76),
        "empty": Catalog(),
    }


@pytest.fixture(scope="module")
def real(captures: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("real")
    (folder / "listings").mkdir()
    for path in sorted((captures / "huggingface").glob("*.json"))[::5]:
        shutil.copy(path, folder / "listings" / path.name)
    shutil.copytree(REPOSITORY / "content" / "topics", folder / "topics")
    return content.load(folder)[0]


@pytest.mark.parametrize(
    ("name", "questions"), [("awkward", 800), ("edition", 800), ("settled", 300), ("empty", 20)]
)
def test_both_engines_give_the_same_answers(
    catalogs: dict[str, Catalog], name: str, questions: int, chromium: Browser, tmp_path: Path
):
    agree(catalogs[name], questions, chromium, tmp_path)


def test_both_engines_give_the_same_answers_from_real_captures(
    real: Catalog, chromium: Browser, tmp_path: Path
):
    agree(real, 200, chromium, tmp_path)


def test_both_know_the_same_function_words(chromium: Browser, tmp_path: Path):
    index_site.write(tmp_path, Catalog())
    with served(tmp_path) as address, visit(chromium, address) as page:
        theirs = page.evaluate(
            "import('./assets/javascripts/search/function-words.js')"
            ".then(({ FUNCTION_WORDS }) => [...FUNCTION_WORDS])"
        )
    assert sorted(theirs) == sorted(FUNCTION_WORDS)


def agree(catalog: Catalog, number: int, chromium: Browser, folder: Path) -> None:
    index = index_site.write(folder, catalog)
    asked = list(questions(catalog, number))
    with served(folder) as address, visit(chromium, address) as page:
        theirs = json.loads(page.evaluate(ASK, ["search/", json.dumps(asked)]))
    for (question, options), their in zip(asked, theirs, strict=True):
        ours = as_json(answer(index, question, **options))
        assert their == ours, f"{question!r} {options}"
    assert sum(their["total"] > 0 for their in theirs) >= len(catalog.papers[:1]) * number // 2


def as_json(found: Answer) -> object:
    fields = {name: getattr(found, name) for name in Answer.__slots__}
    fields["hits"] = [
        {"number": hit.number, "score": hit.score, "card": hit.card} for hit in found.hits
    ]
    return json.loads(json.dumps(fields))


# --- questions ----------------------------------------------------------------------------


def questions(catalog: Catalog, number: int) -> Iterator[tuple[str, dict]]:
    """Questions with options: the hostile ones, and as many others as there are to be."""
    chance = random.Random(len(catalog.papers))
    for question in HOSTILE.replace("\n", "|").split("|"):
        yield question, options(catalog, chance)
    papers = catalog.papers or (Paper("none", "Nothing is here", datetime.date(2025, 1, 1)),)
    kinds = [
        title,
        beginning,
        slips,
        text_words,
        phrase,
        field,
        excluded,
        starred,
        straight,
        short,
        names,
    ]
    for _ in range(number):
        parts = [chance.choice(kinds)(chance.choice(papers), chance)]
        while chance.random() < 0.3:
            parts.append(chance.choice(kinds)(chance.choice(papers), chance))
        yield " ".join(parts), options(catalog, chance)


def options(catalog: Catalog, chance: random.Random) -> dict:
    size = chance.choice([0, 1, 2, 3, 3, 3, 4, 12])
    given: dict[str, object] = {"size": size}
    if chance.random() < 0.5:
        given["typing"] = True
    if chance.random() < 0.2:
        given["start"] = chance.choice([1, 3, 8, 10, 25, 500])
    if chance.random() < 0.25:
        given["sort"] = chance.choice(["date", "discussion", "relevance"])
    if chance.random() < 0.2:
        given["every"] = True
    if chance.random() < 0.2:
        given["facets"] = True
    if chance.random() < 0.2:
        values = {
            "year": ["2025", "2024", "1999", "x", "²"],
            "topic": [topic.slug for topic in catalog.topics] + ["none"],
            "organization": [one.slug for one in catalog.organizations] + ["none", ""],
        }
        names = chance.sample(list(values), chance.choice([1, 1, 2, 3]))
        given["filters"] = {name: chance.choice(values[name]) for name in names}
    return given


def title(paper: Paper, chance: random.Random) -> str:
    return paper.title


def beginning(paper: Paper, chance: random.Random) -> str:
    return paper.title[: chance.randint(1, len(paper.title))]


def slips(paper: Paper, chance: random.Random) -> str:
    letters = list(chance.choice([paper.title, text_words(paper, chance)]))
    for _ in range(chance.choice([1, 1, 2])):
        at = chance.randrange(len(letters))
        letters[at] = chance.choice(
            ["", letters[at] * 2, chance.choice("aeiourstn"), letters[at - 1]]
        )
    return "".join(letters)


def texts(paper: Paper) -> list[str]:
    return " ".join(filter(None, [paper.title, paper.summary, paper.abstract])).split()


def text_words(paper: Paper, chance: random.Random) -> str:
    words = texts(paper)
    return " ".join(chance.sample(words, min(len(words), chance.choice([1, 1, 2, 3, 5]))))


def phrase(paper: Paper, chance: random.Random) -> str:
    words = texts(paper)
    at = chance.randrange(len(words))
    star = chance.choice(["", "", "*"])
    return f'"{" ".join(words[at : at + chance.choice([1, 2, 2, 3, 4])])}{star}"'


def field(paper: Paper, chance: random.Random) -> str:
    name = chance.choice(paper.authors) if paper.authors else "nobody"
    organization = paper.organization.name if paper.organization else "none"
    topic = chance.choice(paper.topics) if paper.topics else "nothing"
    year = (paper.published or paper.listed).year
    return chance.choice(
        [
            f'author:"{name}"',
            f"AUTHOR:{name.split()[-1]}",
            f'org:"{organization}"',
            f"topic:{topic}",
            f"year:{year}",
            f"year:..{year}",
            f"year:{year}..",
            f"year:{year - 1}..{year}",
            name,
            organization,
        ]
    )


def names(paper: Paper, chance: random.Random) -> str:
    """A field with a slip, as likely as not."""
    field_, colon, value = field(paper, chance).partition(":")
    at = chance.randrange(len(value) + 1)
    return field_ + colon + value[:at] + chance.choice(["", "a", value[at : at + 1]]) + value[at:]


def excluded(paper: Paper, chance: random.Random) -> str:
    kind = chance.choice([text_words, phrase, field])
    return f"{text_words(paper, chance)} -{kind(paper, chance)}"


def starred(paper: Paper, chance: random.Random) -> str:
    word = chance.choice(texts(paper))
    return f"{word[: chance.randint(2, 6)]}*"


def straight(paper: Paper, chance: random.Random) -> str:
    return chance.choice(
        [f"arXiv:{paper.arxiv_id}", f"https://doi.org/{paper.doi}", f"{paper.arxiv_id}v2"]
    )


def short(paper: Paper, chance: random.Random) -> str:
    """An abbreviation, as likely as not."""
    capitals = [word for word in texts(paper) if sum(map(str.isupper, word)) > 1]
    return chance.choice(capitals or ["LLM"])


# --- papers -------------------------------------------------------------------------------


def made_up(number: int) -> Catalog:
    """Small papers of few words, so that very many are worth the same, more of the words rare."""
    chance = random.Random(5)
    syllables = "ka lo mi te su ran del vor ist que ma-no 大 型 모델 größ i' æ GT 3".split()
    rare = ["".join(chance.choices(syllables, k=3)) for _ in range(900)]
    usual = ["".join(chance.choices(syllables, k=2)) for _ in range(30)] + ["of", "the"]
    forms = [("Kalo Tesu Modeling", "KTM"), ("Large Vor Delran", "LVD"), ("Tiny Quema", "TQ")]
    organizations = [Organization(f"o-{n}", f"Lab {n}", f"lab{n}") for n in range(230)]
    topics = [Topic(slug=f"t-{n}", title=f"{word} {n}") for n, word in enumerate(usual[:12])]

    def words(most: int) -> str:
        found = chance.choices(usual, k=chance.randint(1, most))
        if chance.random() < 0.7:
            found.append(chance.choice(rare))
        if chance.random() < 0.1:
            long, brief = chance.choice(forms)
            found += [chance.choice([long, brief, f"{long} ({brief})"])]
        return " ".join(found)

    def paper(at: int) -> Paper:
        listed = datetime.date(2024, 1, 1) + datetime.timedelta(days=at // 20)
        days = datetime.timedelta(days=chance.choice([0, 3, 400, 5_000]))
        return Paper(
            slug=f"paper-{chance.randrange(10**6)}-{at}",
            title=words(4),
            listed=listed,
            abstract=words(12) if chance.random() < 0.6 else None,
            summary=words(8) if chance.random() < 0.5 else None,
            authors=tuple(
                chance.choices(["Ann Kalo", "Bo Šu", "Ka-lo Ng", "Ann Ng"], k=chance.choice([0, 2]))
            ),
            author_count=2,
            organization=chance.choice([None, *organizations]),
            published=listed - days if chance.random() < 0.8 else None,
            comments=chance.choice([None, 0, 1, 7]),
            upvotes=chance.choice([None, 3, 40, 70_000]),
            arxiv_id=f"2401.{at:05}" if chance.random() < 0.5 else None,
            doi=f"10.1000/x{at}" if chance.random() < 0.2 else None,
            topics=tuple(
                sorted({topic.slug for topic in chance.sample(topics, chance.choice([0, 0, 1, 3]))})
            ),
        )

    return Catalog(
        papers=tuple(paper(at) for at in range(number)),
        topics=tuple(topics),
        organizations=tuple(organizations),
        ids=MappingProxyType({}),
    )
