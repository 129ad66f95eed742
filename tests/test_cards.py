"""Social cards: pictures of one size, the same bytes always, and no title that breaks them."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import typst
from PIL import Image

from generator import cards, content
from generator.model import Catalog, Organization, Paper, Publication, Topic
from tests import golden
from tests.conftest import REPOSITORY

DAY = datetime.date(2025, 10, 29)
HOSTILE = {
    "Typst": '#import "@preview/x:1.0.0": * #panic("no") <label> @ref // comment',
    "mathematics": "$x^2$ and $ alone, _it_ *bold* `raw` = heading",
    "backslashes": "\\ \\\\ \\u{41} \\n \\",
    "JSON": '"} ] {"kind": "publication", \u2028',
    "long": "word " * 1_000,
    "a long word": "W" * 5_000,
    "hyphens": "-" * 300,
    "one letter": "x",
}


def catalog(*titles: str, topics: tuple[Topic, ...] = (), **facts) -> Catalog:
    slugs = tuple(topic.slug for topic in topics)
    papers = [Paper(f"p{i}", title, DAY, topics=slugs, **facts) for i, title in enumerate(titles)]
    return Catalog(papers=tuple(papers), topics=topics)


def card(title: str, **facts) -> cards.Card:
    made = cards.cards(catalog(title, **facts), golden.PUBLICATION, of_papers=True)
    return made["cards/papers/p0.png"]


def pixels(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
        return image.convert("RGB")


def test_there_are_cards_of_the_publication_of_topics_and_if_wanted_of_papers():
    loaded, _ = content.load(golden.CONTENT)
    few, many = (cards.cards(loaded, golden.PUBLICATION, of_papers) for of_papers in (False, True))
    assert set(few) == {
        "cards/index.png",
        *(f"cards/topics/{topic.slug}.png" for topic in loaded.topics),
    }
    assert set(few) < set(many)
    assert {path.split("/")[1] for path in many.keys() - few.keys()} == {"papers"}


def test_a_card_is_a_small_picture_in_the_publications_colours():
    made = cards.png(
        card("A Paper of Some Length on How Papers Are Shown to People", authors=("A",))
    )
    image = pixels(made)
    assert len(made) < 25_000
    colours = {colour for _, colour in image.getcolors()}
    assert {(0xFD, 0xFB, 0xF7), (0x1D, 0x1A, 0x16)} <= colours
    assert image.getpixel((0, 0)) == image.getpixel((1199, 629)) == (0xFD, 0xFB, 0xF7)


DRAW = """
import hashlib
from tests.test_cards import card, cards
print(hashlib.sha256(cards.png(card("A Paper", authors=("Ada", "Bob")))).hexdigest())
"""


def test_other_processes_draw_the_same_bytes_whatever_their_hash_seed_and_place(tmp_path: Path):
    here = hashlib.sha256(cards.png(card("A Paper", authors=("Ada", "Bob")))).hexdigest()
    for seed in ("1", "4711"):
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY), "TZ": "Asia/Tokyo"}
        ran = subprocess.run(
            [sys.executable, "-c", DRAW],
            cwd=tmp_path,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.strip() == here


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_a_title_is_text_and_stays_within_the_margins(title: str):
    image = pixels(cards.png(card(title, topics=(Topic("t", title),), authors=(title[:300],))))
    paper = image.getpixel((0, 0))
    for box in ((0, 0, 70, 630), (1130, 0, 1200, 630), (0, 600, 1200, 630), (0, 0, 1200, 40)):
        assert image.crop(box).getcolors() == [((box[2] - box[0]) * (box[3] - box[1]), paper)]


def test_what_looks_like_markup_is_drawn_as_it_is():
    # As markup, each of these would draw what the other does, or nothing.
    for one, other in (
        ("*a*", "a"),
        ("#text[a]", "a"),
        ("a // b", "a"),
        ("$a$", "a"),
        ("\\#", "#"),
    ):
        assert cards.png(card(one)) != cards.png(card(other))


def test_a_long_title_ends_between_words_with_an_ellipsis():
    title = card("Some words of a title that does not end " * 100).title
    assert len(title) <= 211
    assert title.endswith(
        ("words…", "of…", "a…", "title…", "that…", "does…", "not…", "end…", "Some…")
    )


def test_a_publication_without_description_has_a_card():
    publication = Publication("News", "https://news.example/")
    made = cards.cards(Catalog(), publication, of_papers=True)
    assert list(made) == [cards.INDEX]
    pixels(cards.png(made[cards.INDEX]))


SCRIPTS = {
    "Chinese": "中文语言模型",
    "Japanese": "小さな言語モデル",
    "Korean": "한국어 모델",
    "Arabic": "نموذج لغوي",
    "Hebrew": "מודל שפה",
    "Hindi": "भाषा मॉडल",
    "Thai": "แบบจำลองภาษา",
    "partly Chinese": "A Model of 中文",
    "a surrogate": "A \ud800",
    "private use": "A \ue123",
}


@pytest.mark.parametrize("title", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_that_the_fonts_lack_falls_back(title: str):
    topics = (Topic("a", title), Topic("b", "Readable"))
    made = cards.cards(catalog(title, topics=topics), golden.PUBLICATION, of_papers=True)
    assert set(made) == {"cards/index.png", "cards/topics/b.png"}
    of = catalog(title, topics=topics)
    assert cards.path_of("papers/p0.md", of, made) == "cards/topics/b.png"
    assert cards.path_of("topics/a.md", of, made) == "cards/index.png"
    without = catalog(title)
    made = cards.cards(without, golden.PUBLICATION, of_papers=True)
    assert cards.path_of("papers/p0.md", without, made) == "cards/index.png"


def test_names_that_the_fonts_lack_are_left_out():
    publication = Publication("新聞", "https://news.example/daily/", "日々の論文")
    made = cards.cards(catalog("Readable"), publication, of_papers=True)
    assert (made[cards.INDEX].title, made[cards.INDEX].facts) == ("news.example", "")
    told = card(
        "Readable", authors=("李明", "王芳"), organization=Organization("x", None, "清华大学")
    )
    assert told.facts == "2 authors"


def test_emoji_are_left_out_and_signs_of_mathematics_are_not():
    assert (
        card("🦙 Llama 👩🏽‍💻: ∇²DFT, τ-bench and β̃ ⇒ ℝ").title
        == "Llama : ∇²DFT, τ-bench and β̃ ⇒ ℝ"
    )


def test_facts_say_who_wrote_it_as_far_as_there_is_room():
    lab = Organization("lab", None, "The Lab")
    assert card("T", authors=("Ada",), author_count=1, organization=lab).facts == "Ada · The Lab"
    assert card("T", authors=("Ada", "Bob"), author_count=2).facts == "Ada and Bob"
    assert card("T", authors=("Ada", "Bob"), author_count=9).facts == "Ada and 8 others"
    assert card("T", author_count=1).facts == "1 author"
    assert card("T").facts == ""
    large = Organization("x", None, "An Institute " * 9)
    assert card("T", authors=("Ada",), organization=large).facts.startswith("An Institute")


def test_a_page_shows_the_best_card_there_is():
    of = catalog("Paper", topics=(Topic("a", "A"), Topic("b", "B")))
    made = cards.cards(of, golden.PUBLICATION, of_papers=False)
    shown = {
        "papers/p0.md": "cards/topics/a.png",
        "papers/once.md": "cards/index.png",
        "topics/b.md": "cards/topics/b.png",
        "topics/b/2.md": "cards/topics/b.png",
        "topics/index.md": "cards/index.png",
        "index.md": "cards/index.png",
        "days/2025-10-29.md": "cards/index.png",
        "about.md": "cards/index.png",
    }
    assert {page: cards.path_of(page, of, made) for page in shown} == shown
    made = cards.cards(of, golden.PUBLICATION, of_papers=True)
    assert cards.path_of("papers/p0.md", of, made) == "cards/papers/p0.png"


# Draws each text in each style of the template; a glyph's shape has the same name wherever it is drawn.
STYLES = b"""
#set page(width: auto, height: auto)
#set text(font: ("Libertinus Serif", "New Computer Modern Math"), fallback: false)
#for words in json(bytes(sys.inputs.words)) [
  #words #text(weight: "bold", words) #emph(words)

]
"""


CAPITALS = b"""
#set page(width: auto, height: auto)
#set text(font: ("Libertinus Serif", "New Computer Modern Math"), fallback: false)
#for words in json(bytes(sys.inputs.words)) [#text(weight: "semibold", words)

]
"""


def boxes(words: Iterable[str], styles: bytes) -> set[str]:
    """The shapes, among those of the words, that stand for a character that a font lacks."""

    def glyphs(words: list[str]) -> set[str]:
        compiler = typst.Compiler(styles, ignore_system_fonts=True)
        drawn = compiler.compile(styles, format="svg", sys_inputs={"words": json.dumps(words)})
        return set(re.findall(r'<use [^>]*href="#(\w+)"', drawn.decode()))

    missing = glyphs(["中"])
    assert 1 <= len(missing) <= 3
    return missing & glyphs(list(words))


def test_no_character_of_a_card_is_shown_as_a_box():
    codes = (*range(0x20, 0xD800), *range(0xE000, 0x10000), *range(0x1D400, 0x1D800))
    topics = tuple(Topic(f"t{code}", f"x{chr(code)}") for code in codes)
    papers = tuple(Paper(topic.slug, "x", DAY, topics=(topic.slug,)) for topic in topics)
    made = cards.cards(Catalog(papers=papers, topics=topics), golden.PUBLICATION, of_papers=True)
    titles = {character for one in made.values() for character in one.title}
    labels = {character for one in made.values() for character in one.label}
    assert 1_500 < len(labels) < len(titles)
    assert boxes(sorted(titles), STYLES) == boxes(sorted(labels), CAPITALS) == set()
