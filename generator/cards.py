"""Catalog → social cards: the pictures that stand beside a link to a page, where people share it.

A card is a PNG of 1200 × 630 pixels (the Open Graph protocol's ``og:image``) with about 20 KB. The publication
has one, each topic has one, and, if the publisher wants it, each paper. What has none shows the next
best: a paper its first topic's, everything else the publication's. Papers have none unless that is
wanted: 70,000 would not fit into the gigabyte that hosts give for nothing, and each takes 50 ms.

``templates/card.typ`` is how they look. They are drawn by Typst with the fonts that it brings along, so
that they are the same on every machine; nothing on them changes from day to day. A title that these
fonts can't write, as one in Chinese, gets no card rather than one full of boxes.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from generator import fingerprints
from generator.model import Catalog, Paper, Publication
from generator.pages import TEMPLATES, teaser
from generator.stamps import Maker
from generator.text import counted

if TYPE_CHECKING:  # most builds draw none
    import typst
    from PIL import Image

SIZE = (1200, 630)  # pixels
INDEX = "cards/index.png"  # the publication's
_TEMPLATE = TEMPLATES / "card.typ"

# Characters that a card has room for.
_TITLE, _NAME, _LABEL, _FACTS, _DESCRIPTION = 210, 60, 50, 58, 220
_UNBROKEN = 24  # letters of the longest word that stays on a line

# What the fonts of the template have, in all the styles that it uses: Latin, Greek and Cyrillic, and of
# signs those that titles of papers hold.
_WRITTEN = re.compile(
    "[ -~\u00a0-\u023f\u0250-\u02af\u0300-\u0331\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f"
    "\u0490-\u04c4\u1e00-\u1e9b\u1ea0-\u1ef9\u2010-\u2027\u2030-\u2037\u2039-\u203e\u2070\u2071\u2074-\u208e"
    "\u20ac\u2100-\u214f\u2153-\u2184\u2190-\u23ff\u25a0-\u25ff\u27c0-\u27ef\u2a00-\u2aff]*"
)
# What a title loses nothing without: emoji, and what joins or varies them; marks of direction.
_ORNAMENT = re.compile(
    "[\u200b-\u200f\u2060\u20e3\u2600-\u27bf\u2b00-\u2bff\ufe00-\ufe0f\ufffd\U0001f000-\U0001faff"
    "\U000e0020-\U000e007f]+"
)

# The colours of a card, and what lies between them where edges are smoothed: 11, so that a pixel
# takes half a byte, and few bytes are about edges.
_PAPER, _INK, _ACCENT = (0xFD, 0xFB, 0xF7), (0x1D, 0x1A, 0x16), (0x9B, 0x1C, 0x1F)
_RAMPS = ((_INK, 7), (_ACCENT, 3))


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; what is empty isn't shown."""

    kind: str  # "publication", "topic" or "paper"
    name: str  # of the publication
    host: str  # where it is
    title: str
    label: str = ""  # above the title, in capitals
    facts: str = ""  # below it


def cards(catalog: Catalog, publication: Publication, of_papers: bool) -> dict[str, Card]:
    """Every card, by its path below the site's folder; those of papers if they are wanted."""
    host = teaser(urlsplit(publication.url).netloc, _NAME)
    name = _written(publication.name, _NAME) or host
    description = _written(publication.description, _DESCRIPTION)
    made = {INDEX: Card("publication", name, host, title=name, facts=description)}
    labels = {}
    for topic in catalog.topics:
        if title := _written(topic.title, _TITLE):
            made[_path("topics", topic.slug)] = Card("topic", name, host, title, label="TOPIC")
            labels[topic.slug] = _written(topic.title.upper(), _LABEL)
    for paper in catalog.papers if of_papers else ():
        if title := _written(paper.title, _TITLE):
            label = next((labels[slug] for slug in paper.topics if labels.get(slug)), "")
            made[_path("papers", paper.slug)] = Card(
                "paper", name, host, title, label, _facts(paper)
            )
    return made


def path_of(page: str, catalog: Catalog, made: Mapping[str, Card]) -> str:
    """The path of the card to show with a page, which is given by its path below ``site_src/``."""
    return next((path for path in _best(page, catalog) if path in made), INDEX)


def render(made: Mapping[str, Card]) -> dict[str, Maker]:
    """Every card's path below the site's folder, and what makes its bytes."""
    return {
        path: Maker(partial(png, card), partial(fingerprints.of, card))
        for path, card in made.items()
    }


def png(card: Card) -> bytes:
    """The card as a PNG with a palette."""
    return _png(card, _TEMPLATE.read_bytes())


@lru_cache(500)  # of 20 KB: under ``serve`` most are as they were
def _png(card: Card, template: bytes) -> bytes:
    from PIL import Image

    says = {name: " ".join(map(_breakable, words.split())) for name, words in asdict(card).items()}
    drawn = _typst().compile(template, format="png", ppi=72, sys_inputs={"card": json.dumps(says)})
    # As Typst writes it, it is four times as large.
    with Image.open(io.BytesIO(drawn)) as image:
        reduced = image.convert("RGB").quantize(palette=_palette(), dither=Image.Dither.NONE)
    file = io.BytesIO()
    reduced.save(file, "PNG", bits=4, compress_type=zlib.Z_RLE)  # faster here, and no larger
    return file.getvalue()


@cache
def _typst() -> typst.Compiler:
    import typst

    return typst.Compiler(b"", ignore_system_fonts=True)


@cache
def _palette() -> Image.Image:
    from PIL import Image

    colours = list(_PAPER)
    for colour, steps in _RAMPS:
        for step in range(1, steps + 1):
            colours += [
                round(light + (dark - light) * step / steps)
                for light, dark in zip(_PAPER, colour, strict=True)
            ]
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours)
    return palette


def _path(folder: str, slug: str) -> str:
    return f"cards/{folder}/{slug}.png"


def _best(page: str, catalog: Catalog) -> Iterator[str]:
    folder, _, rest = page.removesuffix(".md").partition("/")
    slug = rest.partition("/")[0]
    if folder == "topics":
        yield _path("topics", slug)
    elif folder == "papers":
        yield _path("papers", slug)
        if paper := catalog.by_slug.get(slug):
            for topic in paper.topics:
                yield _path("topics", topic)


def _facts(paper: Paper) -> str:
    """Who wrote it and where, as much as there is room for."""
    first = _written(paper.authors[0], _FACTS) if paper.authors else ""
    others = (paper.author_count or len(paper.authors)) - 1
    if first:
        authors = f"{first} and {counted(others, 'other')}" if others > 0 else first
        if (
            len(paper.authors) == 2
            and others == 1
            and (second := _written(paper.authors[1], _FACTS))
        ):
            authors = f"{first} and {second}"
    else:
        authors = counted(others + 1, "author") if others >= 0 else ""
    organization = _written(paper.organization.name, _FACTS) if paper.organization else ""
    both = " · ".join(filter(None, (authors, organization)))
    return both if len(both) <= _FACTS else organization or teaser(authors, _FACTS)


def _written(words: str, length: int) -> str:
    """The words as a card shows them, cut if they are too long; "" if its fonts can't write them."""
    words = unicodedata.normalize("NFC", " ".join(_ORNAMENT.sub(" ", words).split()))
    if not _WRITTEN.fullmatch(words):
        return ""
    if len(words) > length:
        return teaser(words, length)
    return words


def _breakable(word: str) -> str:
    """The word, with zero-width spaces where a line may end, if it is too long for one."""
    if len(word) <= _UNBROKEN:
        return word.replace("-", "\u2011")
    return "\u200b".join(re.findall(rf"[^-]{{1,{_UNBROKEN}}}-?|-", word))
