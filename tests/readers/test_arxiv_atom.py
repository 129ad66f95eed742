"""arXiv's Atom: what its API and its feeds say, its errors, and XML that means harm."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import example, given

from generator import content
from generator.errors import Omission
from generator.readers import Record, Unreadable, arxiv_atom
from tests.conftest import patience
from tests.readers.reading import assert_read_or_named, texts

DAY = datetime.date(2025, 10, 29)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"'
    ' xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
    "<title>arXiv Query</title>\n"
)
ENTRY = r"""<entry>
<id>http://arxiv.org/abs/2405.21060v2</id>
<updated>2024-06-03T09:00:00Z</updated>
<published>2024-05-31T17:50:01Z</published>
<title>Sorting in $O(n \log n)$,
  with 3 &lt; 4 &amp; Größe</title>
<summary>  We made this up.
It costs $20.
</summary>
<author><name>Ada Lovelace</name><arxiv:affiliation>Somewhere</arxiv:affiliation></author>
<author><name>Paul Erd\H{o}s</name></author>
<arxiv:doi>10.1000/One 10.1000/two</arxiv:doi>
<arxiv:comment>9 pages</arxiv:comment>
<link href="http://arxiv.org/abs/2405.21060v2" rel="alternate" type="text/html"/>
<link title="pdf" href="http://arxiv.org/pdf/2405.21060v2" rel="related"/>
<category term="cs.DS" scheme="http://arxiv.org/schemas/atom"/>
</entry>
"""


def feed(*entries: str) -> str:
    return HEAD + "".join(entries) + "</feed>\n"


def _read(source: str) -> list[Record | Omission]:
    return list(arxiv_atom.read(source, DAY))


def test_an_answer_of_the_api_says_all_that_a_paper_has(tmp_path):
    (tmp_path / "2025-10-29-arxiv.xml").write_text(feed(ENTRY), encoding="utf-8")
    catalog, omissions = content.load(tmp_path)
    assert omissions == ()
    (paper,) = catalog.papers
    assert paper.title == "Sorting in O(n log n), with 3 < 4 & Größe"
    assert paper.mathematics["title"] == r"Sorting in \(O(n \log n)\), with 3 < 4 & Größe"
    assert paper.abstract == "We made this up. It costs $20."
    assert paper.authors == ("Ada Lovelace", "Paul Erdős")
    assert paper.published == datetime.date(2024, 5, 31)
    assert (paper.arxiv_id, paper.doi) == ("2405.21060", "10.1000/one")
    assert dict(paper.links) == {}
    assert paper.origins["title"].line == 4


def test_a_feed_of_announcements_gives_no_date():
    entry = (
        "<entry><id>oai:arXiv.org:2510.00001v1</id><title>One</title>"
        "<published>2025-10-29T00:00:00-04:00</published>"
        '<link href="https://arxiv.org/abs/2510.00001" rel="alternate" type="text/html"/>'
        "<summary>arXiv:2510.00001v1 Announce Type: new \nAbstract: We made this up.</summary>"
        "<dc:creator>Ada Lovelace, Paul Erdős</dc:creator></entry>"
    )
    (record,) = _read(feed(entry))
    assert record.fields == {
        "title": "One",
        "abstract": "We made this up.",
        "authors": ["Ada Lovelace", "Paul Erdős"],
        "arxiv_id": "2510.00001",
    }


def test_an_entry_from_elsewhere_keeps_its_address():
    entry = (
        "<entry><id>tag:x,2025:1</id><title>One <!-- a -->&#38; <b xmlns=''>Two</b></title>"
        '<link href="https://j.example/1"/></entry>'
    )
    (record,) = _read(feed(entry))
    assert record.fields["title"] == "One & Two"
    assert record.fields["links.project"] == "https://j.example/1"


def test_an_entry_without_title_is_named_and_the_others_stay(tmp_path):
    source = feed("<entry><id>http://arxiv.org/abs/2510.00001v1</id></entry>\n", ENTRY)
    (tmp_path / "2025-10-29-arxiv.xml").write_text(source, encoding="utf-8")
    catalog, (omission,) = content.load(tmp_path)
    assert len(catalog.papers) == 1
    assert (omission.line, omission.field) == (4, "title")


def test_lines_are_right_far_down():
    source = "\ufeff\n" + feed(ENTRY, "\n" * 70_000, ENTRY)
    last = source[: source.rindex("<entry>")].count("\n") + 1
    assert last > 2**16
    assert [one.line for one in _read(source)] == [5, last]


def test_no_entry_is_no_paper():
    assert _read(feed()) == []


def test_an_error_of_the_api_is_no_paper():
    entry = (
        "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_1</id><title>Error</title>"
        "<summary>incorrect id format for 1</summary></entry>"
    )
    with pytest.raises(Unreadable, match="incorrect id format for 1; ask it again") as raised:
        _read(feed(entry))
    assert raised.value.line == 4


def test_a_paper_may_be_called_error():
    (record,) = _read(feed(ENTRY.replace("Sorting in", "Error<!--").replace("Größe", "-->")))
    assert record.fields["title"] == "Error"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('<rss version="2.0"/>', "not an Atom feed, but an RSS feed"),
        ("<!DOCTYPE html><html><body></body></html>", "but a web page"),
        ("<html><br></html>", "but a web page"),
        ("<feed/>", "whose root is feed"),
        ("", "broken XML"),
        ("Rate exceeded.", "broken XML"),
        ("\x00", "broken XML"),
        (feed(ENTRY)[:-9], "broken XML"),
        (feed(ENTRY).replace("Lovelace", "\x00"), "broken XML"),
        (feed("<entry>" + "<a>" * 5_000), "broken XML"),
    ],
    ids=lambda one: ascii(one)[:30],
)
def test_what_is_no_feed_is_said_to_be_none(source, said):
    with pytest.raises(Unreadable, match=said) as raised:
        _read(source)
    assert raised.value.line >= 1
    assert ";" in raised.value.message


def test_what_encoding_a_file_claims_doesnt_matter():
    (record,) = _read(feed(ENTRY).replace("UTF-8", "ISO-8859-1"))
    assert record.fields["title"].endswith("Größe")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY l "x">',
        f'<!ENTITY l0 "ha">{LAUGHS}<!ENTITY l "&l29;">',
        '<!ENTITY l SYSTEM "file:///etc/hostname">',
        '<!ENTITY l SYSTEM "http://127.0.0.1:9/">',
    ],
    ids=["own", "laughs", "file", "network"],
)
def test_entities_are_refused(declared):
    source = feed(ENTRY.replace("Größe", "&l;")).replace("\n", f"\n<!DOCTYPE feed [{declared}]>", 1)
    with patience(), pytest.raises(Unreadable, match="no document type"):
        _read(source)


@given(texts([*"<>&;\"'/\n", "<entry>", "</entry>", "<title>", "</title>", "&x;"], 15))
@example("<entry><id>http://arxiv.org/abs/</id><author/><link/></entry>")
def test_whatever_it_holds_is_read_or_named(inner):
    source = feed(inner)
    assert_read_or_named(_read, source, source.count("\n") + 2)
