"""Browsers make the same words and terms of a text as the build does, to the character.

Where they didn't, a reader would ask for what isn't in the index and be told that there is nothing.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from generator import text
from generator.search.analysis import compounds, stem, terms
from tests.browser import served, visit
from tests.conftest import REPOSITORY

Analyse = Callable[[Iterable[str]], None]

ANALYSE = """
  const { folded, words, terms, compounds } = await import("/assets/javascripts/search/analysis.js")
  return given.map((text) => [folded(text), words(text), terms(text), compounds(folded(text))])
"""
STEM = """
  const { stem } = await import("/assets/javascripts/search/stem.js")
  return given.map(stem)
"""
KNOWN = r"return given.filter((character) => !/\p{Cn}/u.test(character))"


def asked(page: Page, function: str, given: list[str]) -> list:
    """What a function in the browser makes of thousands of texts, which go there and back as one."""
    script = f"async (json) => {{ const given = JSON.parse(json); {function} }}"
    script = f"async (json) => JSON.stringify(await ({script})(json))"
    return json.loads(page.evaluate(script, json.dumps(given)))


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A page that may import the theme's modules."""
    theme = REPOSITORY / "generator" / "theme"
    with served(theme) as address, visit(chromium, address, "assets/javascripts/") as page:
        yield page


@pytest.fixture(scope="module")
def same(page: Page) -> Analyse:
    """Asserts that the browser takes texts apart as the build does."""

    def compare(texts: Iterable[str]) -> None:
        texts = sorted(set(texts))
        for one, theirs in zip(texts, asked(page, ANALYSE, texts), strict=True):
            folded = text.folded(one)
            parted = [[compound, list(parts)] for compound, parts in compounds(folded)]
            assert theirs == [folded, text.words(one), terms(one), parted]

    return compare


def lines(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield from map(text.plain, path.read_text("utf-8", "replace").splitlines())


def test_of_the_contents_of_this_repository(same: Analyse):
    same([*lines(REPOSITORY / "content"), *lines(REPOSITORY / "tests" / "content")])


def test_of_real_captures(captures: Path, same: Analyse):
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str) and " " in value:  # no address or key
            yield text.plain(value)
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from strings(one)

    days = sorted((captures / "huggingface").glob("*.json"))
    same(lines(captures / "listings"))
    same(string for day in days for string in strings(json.loads(day.read_text("utf-8"))))


@pytest.fixture(scope="module")
def characters(page: Page) -> list[str]:
    """Every character up to U+1FFFF that the Unicode of Python and that of the browser both know; of the
    ideographs and syllables, each like the next, and of what is above every 31st."""
    every = itertools.chain(
        range(0x3400),
        range(0x3400, 0xA000, 31),
        range(0xA000, 0xAC00),
        range(0xAC00, 0xD7A4, 31),
        range(0xD7A4, 0x20000),
        range(0x20000, 0x110000, 31),
    )
    ours = [one for one in map(chr, every) if unicodedata.category(one) not in ("Cn", "Cs", "Co")]
    both = asked(page, KNOWN, ours)
    assert len(both) > 30_000
    return both


def test_of_every_character(same: Analyse, characters: list[str]):
    same(f"{one} a{one}b 中{one}'{one}" for one in characters)


def test_of_all_kinds_of_texts(same: Analyse, characters: list[str]):
    """Texts by chance, in which letters of one script stand together and what joins words is frequent."""
    chance = random.Random(6)
    joining = "'s", "’S", "'s_", *"''’’--‐_..++#  \n\t\u0301\u3099\u200d·"

    def piece() -> str:
        kind = chance.random()
        if kind < 0.35:
            return chance.choice(joining)
        if kind < 0.6:
            return "".join(chance.choices("aeioustSTyY09", k=chance.randint(1, 6)))
        start = chance.randrange(len(characters) - 20)
        return "".join(chance.choices(characters[start : start + 20], k=chance.randint(1, 4)))

    same("".join(piece() for _ in range(chance.randint(1, 25))) for _ in range(6_000))


SUFFIXES = (
    "s es ies ied sses ss us ' 's 's' ed eed ing ying edly eedly ingly y ly ally ably ously bbed ating "
    "bling tional enci anci abli entli izer ization ational ation ator alism aliti alli fulness fulli "
    "ousli ousness iveness iviti biliti bli lessli ogist logi li icate ative alize iciti ical ful ness "
    "ic ance ence able ible ate ive ize iti al ism sion tion er ous ant ent ment ement e l ll"
).split()
BEGINNINGS = (
    "arsen commun emerg gener inter later organ past univers succ proc exc even cann inn earr herr out "
    "y yay ' add egg off andes atlas bias cosmos earl gent howe idl new onl singl sk ski ugl d ly t"
).split()


def test_of_stems(page: Page):
    """Words of the contents, beginnings that are exceptions, and words by chance, with suffixes in rows."""
    chance = random.Random(6)
    found = {word for line in lines(REPOSITORY / "content") for word in text.words(line)}
    roots = sorted(word for word in found if re.fullmatch("[a-z']+", word))
    found |= {root + suffix for root in BEGINNINGS for suffix in SUFFIXES}
    for _ in range(5_000):
        by_chance = "".join(chance.choices("aeiouybdglnrstvwxz'", k=chance.randint(0, 4)))
        root = chance.choice((by_chance, chance.choice(BEGINNINGS), chance.choice(roots)))
        found.add(root + "".join(chance.choices(SUFFIXES, k=chance.randint(0, 2))))
    words = sorted(found)
    assert asked(page, STEM, words) == [stem(word) for word in words]
