"""Citations: what they say of awkward papers, and that other programs read the same facts in them."""

from __future__ import annotations

import datetime
import json
import re
import warnings
from dataclasses import replace
from pathlib import Path

import bibtexparser
import jsonschema
import pytest
import rispy
from bibtexparser.middlewares import MonthIntMiddleware
from citeproc.source.json import CiteProcJSON
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text

from generator import citations, content, data, names, text
from generator.model import Catalog, Organization, Paper, Publication
from tests import csl_item
from tests.conftest import REPOSITORY
from tests.golden import CONTENT

PUBLICATION = Publication("The Edition", "https://edition.example/")
LISTED = datetime.date(2025, 10, 29)


def paper(title: str = "A Title", **known) -> Paper:
    return Paper(slug=known.pop("slug", "a-title"), title=title, listed=LISTED, **known)


# --- awkward records ------------------------------------------------------------------------------

NVIDIA = Organization("nvidia", "nvidia", "NVIDIA")
AWKWARD = {
    "whole": paper(
        "LlamaFusion: A Study of B-PROP in C#",
        authors=("Kevin Clark", "Mihaela van der Schaar", "Martin Luther King, Jr.", "Meta AI"),
        published=datetime.date(2024, 12, 19),
        arxiv_id="2412.15188",
        abstract="We fuse 20% & more.",
    ),
    "nothing known": paper("Nothing Known"),
    "number of authors": paper("Counted", author_count=7),
    "organization": paper("Megatron", author_count=7, organization=NVIDIA),
    "more authors": paper("Many Hands", authors=("Ada Example",), author_count=12),
    "nine authors": paper(
        "Nine Hands", authors=tuple(f"{letter}a Example" for letter in "ABCDEFGHI")
    ),
    "arXiv's month": paper("Undated", arxiv_id="cs/9912017"),
    "DOI": paper("A Book?", doi="10.1002/(sici)1097_4571%3c1", published=datetime.date(1999, 1, 2)),
    "both": paper("On arXiv and Elsewhere", arxiv_id="2001.00001", doi="10.5555/x"),
    "TeX": paper(r"50% of \$20 & #1 in {x}_y^2~z"),
    "lone brace": paper("Set {0, 1"),
    "small letters": paper("How French models learn about Paris from GPT"),
    "ligatures": paper("a--b ''c'' ?`d"),
    "scripts": paper("小さな言語モデル نموذج Größe", authors=("例 花子", "Jürgen Groß")),
    "markup": paper('</script><EOS> "quoted"', authors=("Ada <b>Example</b>",)),
}


def fields(entry: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) = (.*?),?$", entry, re.MULTILINE))


def test_a_whole_record_in_every_format():
    whole = AWKWARD["whole"]
    assert citations.bibtex(whole, PUBLICATION) == (
        "@misc{a-title,\n"
        "  author = {Clark, Kevin and van der Schaar, Mihaela and King, Jr., Martin Luther"
        " and {Meta AI}},\n"
        "  title = {{LlamaFusion}: A Study of {B}-{PROP} in {C}\\#},\n"
        "  year = {2024},\n"
        "  month = dec,\n"
        "  eprint = {2412.15188},\n"
        "  archiveprefix = {arXiv},\n"
        "  url = {https://arxiv.org/abs/2412.15188}\n"
        "}\n"
    )
    assert citations.ris(whole, PUBLICATION) == (
        "TY  - UNPB\r\n"
        "ID  - a-title\r\n"
        "AU  - Clark, Kevin\r\n"
        "AU  - van der Schaar, Mihaela\r\n"
        "AU  - King, Martin Luther, Jr.\r\n"
        "AU  - Meta AI\r\n"
        "TI  - LlamaFusion: A Study of B-PROP in C#\r\n"
        "PY  - 2024\r\n"
        "DA  - 2024/12/19/\r\n"
        "PB  - arXiv\r\n"
        "AN  - arXiv:2412.15188\r\n"
        "UR  - https://arxiv.org/abs/2412.15188\r\n"
        "AB  - We fuse 20% & more.\r\n"
        "ER  - \r\n"
    )
    assert citations.csl(whole, PUBLICATION) == {
        "id": "a-title",
        "type": "article",
        "title": "LlamaFusion: A Study of B-PROP in C#",
        "author": [
            {"given": "Kevin", "family": "Clark"},
            {"given": "Mihaela", "non-dropping-particle": "van der", "family": "Schaar"},
            {"given": "Martin Luther", "family": "King", "suffix": "Jr."},
            {"literal": "Meta AI"},
        ],
        "issued": {"date-parts": [[2024, 12, 19]]},
        "genre": "preprint",
        "number": "arXiv:2412.15188",
        "publisher": "arXiv",
        "URL": "https://arxiv.org/abs/2412.15188",
        "abstract": "We fuse 20% & more.",
    }
    assert citations.text(whole, PUBLICATION) == (
        "Kevin Clark, Mihaela van der Schaar, Martin Luther King, Jr., Meta AI. "
        "LlamaFusion: A Study of B-PROP in C#. arXiv:2412.15188, 2024. https://arxiv.org/abs/2412.15188"
    )


def test_of_a_paper_of_which_nothing_is_known_nothing_is_said():
    bare = AWKWARD["nothing known"]
    address = "https://edition.example/papers/a-title/"
    assert citations.csl(bare, PUBLICATION) == {
        "id": "a-title",
        "type": "document",
        "title": "Nothing Known",
        "URL": address,
    }
    assert citations.ris(bare, PUBLICATION) == (
        f"TY  - GEN\r\nID  - a-title\r\nTI  - Nothing Known\r\nUR  - {address}\r\nER  - \r\n"
    )
    assert citations.text(bare, PUBLICATION) == f"Nothing Known. {address}"


TEXTS = {
    "number of authors": "Counted. https://edition.example/papers/a-title/",
    "organization": "NVIDIA. Megatron. https://edition.example/papers/a-title/",
    "more authors": "Ada Example et al. Many Hands. https://edition.example/papers/a-title/",
    "nine authors": "Aa Example, Ba Example, Ca Example et al. Nine Hands. "
    "https://edition.example/papers/a-title/",
    "arXiv's month": "Undated. arXiv:cs/9912017, 1999. https://arxiv.org/abs/cs/9912017",
    "DOI": "A Book? 1999. https://doi.org/10.1002/(sici)1097_4571%253c1",
    "both": "On arXiv and Elsewhere. arXiv:2001.00001, 2020. https://arxiv.org/abs/2001.00001",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_plain_citation(name: str):
    assert citations.text(AWKWARD[name], PUBLICATION) == TEXTS[name]


FIELDS = {
    "organization": {"author": "{{NVIDIA}}"},
    "more authors": {"author": "{Example, Ada and others}"},
    "arXiv's month": {"year": "{1999}", "month": "dec", "eprint": "{cs/9912017}"},
    "DOI": {"doi": "{10.1002/(sici)1097_4571%3c1}"},
    "TeX": {
        "title": r"{50\% of \textbackslash{}\$20 \& \#1 in \{x\}\_y\textasciicircum{}2"
        r"\textasciitilde{}z}"
    },
    "lone brace": {"title": r"{Set \textbraceleft{}0, 1}"},
    "small letters": {"title": "{How {French} models learn about {Paris} from {GPT}}"},
    "ligatures": {"title": "{a-{}-b '{}'c'{}' ?{}`d}"},
    "scripts": {
        "author": "{{例 花子} and Groß, Jürgen}",
        "title": "{小さな言語モデル نموذج Größe}",
    },
    "markup": {"author": "{{Ada <b>Example</b>}}"},
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_bibtex_field(name: str):
    found = fields(citations.bibtex(AWKWARD[name], PUBLICATION))
    assert {field: found[field] for field in FIELDS[name]} == FIELDS[name]


def test_the_day_of_the_listing_is_never_the_date_of_the_paper():
    for format_ in (citations.bibtex, citations.ris, citations.csl, citations.text):
        assert "2025" not in str(format_(AWKWARD["number of authors"], PUBLICATION))


def test_a_key_stays_when_everything_else_is_corrected():
    before = paper("A Title", slug="first-listed-so")
    after = paper(
        "Another", slug="first-listed-so", authors=("Ada Example",), arxiv_id="2001.00001"
    )
    for one in (before, after):
        assert citations.bibtex(one, PUBLICATION).startswith("@misc{first-listed-so,\n")
        assert citations.csl(one, PUBLICATION)["id"] == "first-listed-so"


# --- read by others --------------------------------------------------------------------------------


def decoded(tex: str) -> str:
    """TeX as text, by pylatexenc, but for two macros that it doesn't know or shows otherwise."""
    tex = re.sub(
        r"\\textbrace(left|right)\{\}", lambda m: {"left": r"\{", "right": r"\}"}[m[1]], tex
    )
    tex = tex.replace(r"\textasciicircum{}", "^")
    return _reader.latex_to_text(tex)


_reader = LatexNodes2Text(strict_latex_spaces=True, math_mode="verbatim")


def expected(one: Paper) -> dict:
    item = citations.csl(one, PUBLICATION)
    return {
        "title": one.title,
        "authors": [names.whole(name) for name in item.get("author", [])],
        "year": item["issued"]["date-parts"][0][0] if "issued" in item else None,
        "month": item["issued"]["date-parts"][0][1] if "issued" in item else None,
        "arxiv_id": one.arxiv_id,
        "doi": one.doi,
        "url": item["URL"],
    }


def by_pybtex(source: str) -> dict[str, dict]:
    found = {}
    for key, entry in parse_string(source, "bibtex").entries.items():
        people = [
            " ".join(
                [*p.first_names, *p.middle_names, *p.prelast_names, *p.last_names, *p.lineage_names]
            )
            for p in entry.persons.get("author", [])
        ]
        month = entry.fields.get("month")
        found[key] = {
            "title": decoded(entry.fields["title"]),
            "authors": [decoded(name) for name in people if name != "others"],
            "year": int(entry.fields["year"]) if "year" in entry.fields else None,
            "month": datetime.datetime.strptime(month, "%B").month if month else None,
            "arxiv_id": entry.fields.get("eprint"),
            "doi": entry.fields.get("doi"),
            "url": entry.fields["url"],
        }
    return found


def by_bibtexparser(source: str) -> dict[str, dict]:
    library = bibtexparser.parse_string(source, append_middleware=[MonthIntMiddleware()])
    assert not library.failed_blocks
    found = {}
    for entry in library.entries:
        value = {field.key: field.value for field in entry.fields}
        found[entry.key] = {
            "title": decoded(value["title"]),
            "year": int(value["year"]) if "year" in value else None,
            "month": value.get("month"),
            "arxiv_id": value.get("eprint"),
            "doi": value.get("doi"),
            "url": value["url"],
        }
    return found


def by_rispy(source: str) -> dict[str, dict]:
    found = {}
    for record in rispy.loads(source):
        number = record.get("accession_number")
        date = [part for part in record.get("date", "").split("/") if part]
        found[record["id"]] = {
            "title": record["title"],
            "authors": [in_order(name) for name in record.get("authors", [])],
            "year": int(record["year"]) if "year" in record else None,
            "month": int(date[1]) if date else None,
            "arxiv_id": number.removeprefix("arXiv:") if number else None,
            "doi": record.get("doi"),
            "url": record["urls"][0],
        }
    return found


def in_order(name: str) -> str:
    family, *rest = name.split(", ")
    return " ".join([*rest[:1], family, *rest[1:]])


def by_citeproc(source: str) -> dict[str, dict]:
    items = json.loads(source)
    jsonschema.validate(items, csl_item.SCHEMA)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = CiteProcJSON(items)
    found = {}
    for item in items:
        reference = read[item["id"]]
        number = reference.get("number")
        found[item["id"]] = {
            "title": str(reference["title"]),
            "year": reference["issued"].year if "issued" in reference else None,
            "month": reference["issued"].month if "issued" in reference else None,
            "authors": [names.whole(dict(name)) for name in item.get("author", [])],
            "arxiv_id": str(number).removeprefix("arXiv:") if number else None,
            "doi": str(reference["DOI"]) if "DOI" in reference else None,
            "url": str(reference["URL"]),
        }
    return found


READERS = {
    "papers.bib (pybtex)": ("data/papers.bib", by_pybtex),
    "papers.bib (bibtexparser)": ("data/papers.bib", by_bibtexparser),
    "papers.ris (rispy)": ("data/papers.ris", by_rispy),
    "papers.csl.json (citeproc)": ("data/papers.csl.json", by_citeproc),
}


def assert_read_back(catalog: Catalog) -> None:
    wanted = {one.slug: expected(one) for one in catalog.papers}
    made = data.render(catalog, PUBLICATION)
    for name, (path, read) in READERS.items():
        found = read(made[path]().decode())
        assert list(found) == sorted(wanted), name
        for slug, facts in found.items():
            assert facts == {fact: wanted[slug][fact] for fact in facts}, name


def test_all_papers_of_the_edition_come_back_with_the_same_facts():
    assert_read_back(content.load(REPOSITORY / "content")[0])


def test_all_papers_of_the_awkward_edition_come_back_with_the_same_facts():
    catalog, _ = content.load(CONTENT)
    # A name with a comma is one to BibTeX and CSL; RIS knows no way to say so.
    papers = [p for p in catalog.papers if not any(", " in name for name in p.authors)]
    assert len(papers) == len(catalog.papers) - 1
    assert_read_back(Catalog(tuple(papers)))


def test_awkward_records_come_back_with_the_same_facts():
    papers = [
        replace(one, slug=f"paper-{number:02}") for number, one in enumerate(AWKWARD.values())
    ]
    suffixed = papers[0]  # its name has no comma when it comes back
    assert names.whole(names.split(suffixed.authors[2])) == "Martin Luther King Jr."
    assert_read_back(Catalog(tuple(papers)))


def test_all_papers_of_real_days_come_back_with_the_same_facts(captures: Path, tmp_path: Path):
    for day in ("2024-06-03", "2025-06-03", "2026-08-03"):
        (tmp_path / "listings").mkdir(exist_ok=True)
        source = captures / "huggingface" / f"{day}.json"
        (tmp_path / "listings" / source.name).write_bytes(source.read_bytes())
    catalog, _ = content.load(tmp_path)
    assert len(catalog.papers) > 30
    assert_read_back(catalog)


AWKWARD_TEXT = st.text(
    st.one_of(st.sampled_from("{}\\$%&#_^~\"'`-?!@,=<>| aAbB12éÉ例ن"), st.characters(codec="utf-8"))
).map(text.plain)


@settings(max_examples=50)
@given(AWKWARD_TEXT.filter(lambda words: any(map(str.isalnum, words))))
def test_any_title_comes_back_from_bibtex_and_every_line_begins_as_it_should(title: str):
    entry = citations.bibtex(paper(title), PUBLICATION)
    assert re.fullmatch(r"@misc\{a-title,\n(  [a-z]+ = .*\n)+\}\n", entry)
    raw = parse_string(entry, "bibtex").entries["a-title"].fields["title"]
    assert undone(raw) == " ".join(title.split())


def undone(tex: str) -> str:
    """What ``citations`` does to a title, undone by the rules of TeX: braces group, macros print."""
    signs = {
        "backslash": "\\",
        "asciicircum": "^",
        "asciitilde": "~",
        "braceleft": "{",
        "braceright": "}",
    }
    return re.sub(
        r"\\text([a-z]+)\{\}|\\(.)|[{}]",
        lambda match: signs[match[1]] if match[1] else match[2] or "",
        tex,
    )


@given(AWKWARD_TEXT.filter(bool), AWKWARD_TEXT.filter(bool))
def test_any_text_comes_back_from_ris_and_csl_json(title: str, abstract: str):
    one = paper(title, abstract=abstract)
    lines = citations.ris(one, PUBLICATION).split("\r\n")
    assert all(re.match("[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert f"TI  - {title}" in lines
    assert f"AB  - {abstract}" in lines
    [item] = json.loads(data.render(Catalog((one,)), PUBLICATION)["data/papers.csl.json"]())
    assert (item["title"], item["abstract"]) == (title, abstract)


def test_an_empty_catalog_is_three_valid_files():
    made = data.render(Catalog(), PUBLICATION)
    assert made["data/papers.bib"]() == b""
    assert made["data/papers.ris"]() == b""
    assert json.loads(made["data/papers.csl.json"]()) == []
