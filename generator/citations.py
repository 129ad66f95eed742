"""A paper → its citation, for people and for reference managers.

The canonical form is an item of CSL 1.0.2 (https://docs.citationstyles.org/): a dict that is valid
by ``csl-data.json``. BibTeX, RIS and the plain text are written from it.

A record says what is known and nothing else. Where a paper was published isn't known, so it is a
preprint if it is on arXiv, and else whatever each format calls a work of no particular kind (CSL's
"document", RIS' GEN, BibTeX's @misc). The day on which it was listed is no date of the paper's.
The key is the slug: unique, and the same for ever, whatever is corrected.

What stands in the page is made again in the browser, by record.js: change both.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from generator import names
from generator.model import Paper, Publication

_MOST_NAMES = 8  # in a plain citation; of more, the first three
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

# --- CSL -------------------------------------------------------------------------------------


def csl(paper: Paper, publication: Publication) -> dict:
    """The paper as a CSL item; fields that aren't known are not there.

    Of authors of whom only the number is known there are none; an organization that gave the paper
    stands for them, if there is one. ``issued`` has year, month and day, or year and month.
    """
    of_no_person = groups(paper)
    date = issued(paper)
    on_arxiv = paper.arxiv_id is not None
    item = {
        "id": paper.slug,
        "type": "article" if on_arxiv else "document",
        "title": paper.title,
        "author": [
            {"literal": name} if name in of_no_person else names.split(name)
            for name in _authors(paper)
        ],
        "issued": {"date-parts": [date]} if date else None,
        "genre": "preprint" if on_arxiv else None,
        "number": f"arXiv:{paper.arxiv_id}" if on_arxiv else None,
        "publisher": "arXiv" if on_arxiv else None,
        "DOI": paper.doi,
        "URL": _url(paper, publication),
        "abstract": paper.abstract,
    }
    return present(item)


def issued(paper: Paper) -> list[int] | None:
    """When it came out: year, month, day; or year and month, which an arXiv id begins with."""
    if paper.published:
        return [paper.published.year, paper.published.month, paper.published.day]
    if not paper.arxiv_id:
        return None
    digits = paper.arxiv_id.rpartition("/")[2]  # the old style has its archive before them
    year, month = int(digits[:2]), int(digits[2:4])
    century = 1900 if "/" in paper.arxiv_id and year > 90 else 2000
    return [century + year, month] if 1 <= month <= 12 else None


def _url(paper: Paper, publication: Publication) -> str:
    if paper.arxiv_id:
        return f"https://arxiv.org/abs/{paper.arxiv_id}"
    if paper.doi:
        return f"https://doi.org/{quote(paper.doi, safe='/:;()')}"
    return f"{publication.url}papers/{paper.slug}/"


def groups(paper: Paper) -> list[str]:
    """Those of the authors which are plainly no persons."""
    of = paper.organization.name if paper.organization else None
    return [name for name in _authors(paper) if name == of or names.is_group(name)]


def _authors(paper: Paper) -> list[str]:
    if paper.organization and not paper.authors:
        return [paper.organization.name]
    return list(paper.authors)


def _has_more_authors(paper: Paper) -> bool:
    return bool(paper.authors) and (paper.author_count or 0) > len(paper.authors)


# --- plain text --------------------------------------------------------------------------------


def text(paper: Paper, publication: Publication, item: dict | None = None) -> str:
    """The citation on one line: authors, title, where and when, address.

    ``item`` is the paper's CSL item, if it is at hand, here and below.
    """
    item = item or csl(paper, publication)
    authors = _authors(paper)
    has_more = _has_more_authors(paper) or len(authors) > _MOST_NAMES
    if len(authors) > _MOST_NAMES:
        authors = authors[:3]
    year = str(item["issued"]["date-parts"][0][0]) if "issued" in item else None
    return (
        " ".join(
            _sentence(part)
            for part in (
                ", ".join(authors) + (" et al." if has_more else ""),
                paper.title,
                ", ".join(filter(None, (item.get("number"), year))),
            )
            if part
        )
        + f" {item['URL']}"
    )


def _sentence(part: str) -> str:
    return part if part.endswith((".", "?", "!", "。", "？", "！")) else f"{part}."


# --- pages' heads: names of the CSL item as others want them -----------------------------------


def highwire(name: dict[str, str]) -> str:
    """A name for Highwire's tags: the family's first, as "van der Schaar, Mihaela".

    But not if both parts are of several words: Zotero would take them for two people.
    """
    if "literal" in name:
        return name["literal"]
    parts = ("non-dropping-particle", "family", "suffix")
    family, given = " ".join([name[part] for part in parts if part in name]), name["given"]
    return names.whole(name) if " " in family and " " in given else f"{family}, {given}"


def schema_authors(authors: list[dict[str, str]], of_no_person: list[str]) -> list[dict[str, str]]:
    """Names for schema.org: of whom isn't known whether it is a person, that isn't said."""
    return [
        {"@type": "Organization", "name": whole}
        if (whole := names.whole(name)) in of_no_person
        else {"name": whole}
        if "literal" in name
        else {"@type": "Person", "name": whole}
        for name in authors
    ]


def present(fields: dict[str, object]) -> dict[str, object]:
    """Those of the fields that are known."""
    return {name: value for name, value in fields.items() if value}


# --- BibTeX --------------------------------------------------------------------------------------

_TEX_SIGNS = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{character: f"\\{character}" for character in "{}$&#_%"},
}
_TEX = str.maketrans(_TEX_SIGNS)
_TEX_LONE_BRACES = str.maketrans(
    {**_TEX_SIGNS, "{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
)
_NO_TEXT = re.compile(r"[\\^~{}$&#_%]|[-'`?!,][-'`,]")  # what TeX may not print as it stands
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=[?!])(?=`)|(?<=,)(?=,)")
_WORD = re.compile(r"([^\W_]+(?:['’][^\W_]+)*)")
_LONG_WORD = re.compile(r"(?<![\w-])[^\W\d_]{5,}")


def bibtex(paper: Paper, publication: Publication, item: dict | None = None) -> str:
    """The paper as a BibTeX entry: UTF-8, with what TeX takes for its own escaped.

    It is a ``@misc`` (``@article`` would want a journal), with arXiv's fields ``eprint`` and
    ``archiveprefix``, and ``month`` as BibTeX's macro. ``doi`` and ``url`` are taken literally, as
    biblatex and the url package do. Every line begins with "@", two spaces or "}".
    """
    item = item or csl(paper, publication)
    authors = [_bibtex_name(name) for name in item.get("author", ())]
    if _has_more_authors(paper):
        authors.append("others")
    year, month, *_ = [*item.get("issued", {"date-parts": [[]]})["date-parts"][0], None, None]
    fields = {
        "author": " and ".join(authors),
        "title": _bibtex_title(paper.title),
        "year": year,
        "month": month,
        "eprint": paper.arxiv_id,
        "archiveprefix": "arXiv" if paper.arxiv_id else None,
        "doi": item.get("DOI") and _literal(item["DOI"]),
        "url": _literal(item["URL"]),
    }
    lines = [
        f"  {name} = {_MONTHS[value - 1] if name == 'month' else f'{{{value}}}'}"
        for name, value in fields.items()
        if value
    ]
    return f"@misc{{{paper.slug},\n" + ",\n".join(lines) + "\n}\n"


def _bibtex_name(name: dict[str, str]) -> str:
    tex = _tex(names.last_first(name, suffix_first=True))
    return f"{{{tex}}}" if "literal" in name else tex


def _bibtex_title(title: str) -> str:
    """The title, with braces about words whose capitals styles shall leave alone.

    These are words with a capital inside ("BERT", "LlamaFusion") and lone letters ("B-PROP"); where
    the title is written in small letters, all words with a capital but the first.
    """
    parts = _WORD.split(title)  # what is between words, and words, by turns
    is_small = _is_in_small_letters(title)
    for index in range(1, len(parts), 2):
        word = parts[index]
        if not word.islower() and (
            (not word[1:].islower() and any(map(str.isupper, word[1:])))
            or (len(word) == 1 and word.isupper() and word != "A")
            or (is_small and index > 1 and word[0].isupper())
        ):
            parts[index] = f"{{{word}}}"
    if _NO_TEXT.search(title):  # nothing of which is in a word
        table = _escapes(title)
        parts[0::2] = (_tex(part, table) for part in parts[0::2])
    return "".join(parts)


def _is_in_small_letters(title: str) -> bool:
    """Are most of its long words, but the first and those behind a hyphen, written small?"""
    small = [word[0].islower() for word in _LONG_WORD.findall(title)[1:]]
    return sum(small) * 2 > len(small)


def _tex(value: str, table: dict[int, str] | None = None) -> str:
    """Text as TeX that prints it; ligatures that would print something else are broken."""
    if not _NO_TEXT.search(value):
        return value
    table = table or _escapes(value)
    return "{}".join(part.translate(table) for part in _LIGATURE.split(value))


def _literal(value: str) -> str:
    return _tex(value) if set(value) & set("{}\\") else value


def _escapes(value: str) -> dict[int, str]:
    """How to write special characters: BibTeX counts braces, escaped or not, so lone ones are named."""
    depth = 0
    for character in value:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            break
    return _TEX_LONE_BRACES if depth else _TEX


# --- RIS -----------------------------------------------------------------------------------------


def ris(paper: Paper, publication: Publication) -> str:
    """The paper as a record of RIS (Research Information Systems, 2001): lines of a tag, end in CR LF.

    A preprint is UNPB, which reference managers take for a preprint or manuscript; its number at
    arXiv is the accession number.
    """
    item = csl(paper, publication)
    date = item["issued"]["date-parts"][0] if "issued" in item else []
    tags = [
        ("TY", "UNPB" if item["type"] == "article" else "GEN"),
        ("ID", item["id"]),
        *(("AU", names.last_first(name)) for name in item.get("author", ())),
        ("TI", item["title"]),
        ("PY", date and f"{date[0]:04}"),
        ("DA", date and "/".join([*(f"{part:02}" for part in date), *[""] * (4 - len(date))])),
        ("PB", item.get("publisher")),
        ("AN", item.get("number")),
        ("DO", item.get("DOI")),
        ("UR", item["URL"]),
        ("AB", item.get("abstract")),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in tags if value) + "ER  - \r\n"
