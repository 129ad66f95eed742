"""A digest as a message: that every mail program takes it, and that nobody's title breaks it."""

from __future__ import annotations

import datetime
import email
import re
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from generator import content, text
from generator.mail import issue, message
from generator.mail.message import Message
from generator.model import Paper, Publication, Subscription, Topic
from generator.weeks import Week
from tests import golden
from tests.conftest import REPOSITORY, Run
from tests.test_feeds import catalog_of

DAY = datetime.date(2025, 10, 29)
WEEK = Week.of(DAY)
PUBLICATION = golden.PUBLICATION
SENDER = "The Paper <digest@paper.example>"
HEADER = {
    "From", "Subject", "Date", "Message-ID", "List-Id", "List-Archive", "Auto-Submitted",
    "Content-Language", "List-Unsubscribe", "MIME-Version", "Content-Type",
}  # fmt: skip


def digest_of(
    papers: list[Paper], topics: tuple[Topic, ...] = (), publication: Publication = PUBLICATION
) -> Message:
    catalog = catalog_of(papers, topics=topics)
    return message.message(issue.of_week(WEEK, catalog, publication), catalog, publication, SENDER)


def read(data: bytes) -> EmailMessage:
    """The message as a mail program reads it; whatever it wonders at fails."""
    assert data.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data), "only CR LF ends a line"
    assert max(map(len, data.split(b"\r\n"))) <= 78 + len("Message-ID: ") + 160
    found = email.message_from_bytes(data, policy=default)
    for part in found.walk():
        assert not part.defects
    for name, value in found.items():
        assert not value.defects, name
    return found


def bodies(data: bytes) -> tuple[str, str]:
    found = read(data)
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    return tuple(part.get_content().replace("\r\n", "\n") for part in found.iter_parts())


def links(data: bytes) -> set[str]:
    plain, page = bodies(data)
    in_html = {one.get("href") for one in lxml_html.fromstring(page).iter("a")}
    in_text = set(re.findall(r"^ *((?:https?|mailto):\S+)$", plain, re.MULTILINE))
    assert in_text <= in_html | {link.replace("&", "&amp;") for link in in_html}
    return in_html | in_text


# --- the message ----------------------------------------------------------------------------


def test_what_stands_at_the_top():
    paper = Paper("p", "A Title: with “Quotes”", DAY)
    found = read(digest_of([paper]).to("reader@example.org"))
    assert set(found.keys()) == HEADER | {"To"}
    assert found["From"] == SENDER
    assert found["To"] == "reader@example.org"
    assert found["Subject"] == "Week 44, 2025: A Title: with “Quotes”"
    assert found["Date"].datetime.isoformat() == "2025-11-03T06:00:00+00:00"
    assert found["Message-ID"] == "<2025-W44@weekly.awkward.example>"
    assert found["List-Id"] == '"The Awkward <Edition>" <weekly.awkward.example>'
    assert found["List-Unsubscribe"] == "<mailto:digest@paper.example?subject=unsubscribe>"
    assert found["Auto-Submitted"] == "auto-generated"


def test_each_digest_has_a_name_of_its_own_for_ever():
    catalog, _ = content.load(golden.CONTENT)
    topics = [None, *catalog.topics]
    day = datetime.date(2024, 2, 29)
    issues = [issue.of_week(Week.of(day), catalog, PUBLICATION, topic) for topic in topics]
    issues += [issue.of_day(day, catalog, PUBLICATION, topic) for topic in topics]
    ids = [message.message(one, catalog, PUBLICATION, SENDER).id for one in issues]
    assert len(set(ids)) == len(ids) == 8
    assert ids[0] == "<2024-W09@weekly.awkward.example>"
    assert ids[-1] == "<2024-02-29-scripts@scripts.daily.awkward.example>"
    elsewhere = replace(PUBLICATION, url="https://else.example/", name="Renamed")
    assert message.message(issues[0], catalog, elsewhere, SENDER).id == ids[0]


def test_a_day_is_dated_by_the_morning_after():
    catalog = catalog_of([Paper("p", "P", DAY)])
    found = issue.of_day(DAY, catalog, PUBLICATION)
    assert found.date.isoformat() == "2025-10-30T06:00:00+00:00"
    said = read(message.message(found, catalog, PUBLICATION, SENDER).to(None))
    assert said["Subject"] == "Wednesday, 29 October 2025: P"
    assert said["List-Id"].endswith("<daily.awkward.example>")
    assert "To" not in said


def test_of_a_topic_only_its_papers_and_its_feed():
    topics = (Topic("a", "Alpha"), Topic("b", "Beta"))
    papers = [
        Paper(f"p{n}", f"Paper {n}", DAY, topics=("a", "b") if n % 2 else ("b",)) for n in range(20)
    ]
    catalog = catalog_of(papers, topics=topics)
    found = issue.of_week(WEEK, catalog, PUBLICATION, topics[0])
    assert len(found.papers) == 10
    copy = message.message(found, catalog, PUBLICATION, SENDER).to(None)
    said = links(copy)
    assert {f"{PUBLICATION.url}topics/a/", f"{PUBLICATION.url}feeds/a.xml"} <= said
    assert not [link for link in said if re.search(r"/p\d*[02468]/$", link)]
    assert read(copy)["Subject"].startswith("Alpha, Week 44, 2025: ")


# --- what is in it ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(broadsheet_here: Run, tmp_path_factory: pytest.TempPathFactory):
    """What the command writes, and the site that it was written for."""
    folder = tmp_path_factory.mktemp("digests")

    def write(*arguments: str | Path) -> bytes:
        broadsheet_here("digest", *arguments, "--out", folder / "one.eml")
        return (folder / "one.eml").read_bytes()

    return write


@pytest.mark.parametrize(
    "of", [("--week", "2025-W44"), ("--day", "2025-12-10"), ("--week", "2025-W44", "--topic", "surveys")]
)  # fmt: skip
def test_every_link_leads_somewhere_in_the_site(written, edition_site: Path, of: tuple[str, ...]):
    check_links(written(*of), edition_site)


@pytest.mark.parametrize("topic", [(), ("--topic", "scripts")])
def test_so_it_does_for_awkward_papers(written, awkward_site: Path, topic: tuple[str, ...]):
    awkward = REPOSITORY / "tests" / "content"
    check_links(written("--content", awkward, "--week", "2024-W09", *topic), awkward_site)


def check_links(data: bytes, site: Path) -> None:
    found = links(data)
    assert len(found) > 5
    for link in found:
        if link.startswith("mailto:"):
            continue
        parts = urlsplit(link)
        assert (parts.scheme, parts.netloc) == ("https", "broadsheet.example")
        path = site / parts.path.lstrip("/")
        assert (path / "index.html" if link.endswith("/") else path).is_file(), link


def test_nothing_is_loaded_and_nothing_runs():
    catalog, _ = content.load(golden.CONTENT)
    for data in golden.digests(catalog).values():
        _, page = bodies(data)
        tree = lxml_html.fromstring(page)
        used = {one.tag for one in tree.iter() if isinstance(one.tag, str)}
        assert used <= set(
            "html head meta title style body div table tr td p a h1 h2 h3 br span".split()
        )
        names = {name for one in tree.iter() for name in one.attrib}
        assert not {name for name in names if name.startswith("on")} | (names & {"src", "srcset"})
        styles = "".join(tree.xpath("//style/text()")) + "".join(tree.xpath("//@style"))
        assert "url(" not in styles
        assert "@import" not in styles
        assert "expression" not in styles


@pytest.mark.parametrize("characters", ["Long title ", "小さな言語", "نموذج "])
def test_a_week_of_very_many_papers_is_not_clipped_and_tells_of_all(characters: str):
    topics = tuple(Topic(f"t{n}", f"Topic {n}") for n in range(50))
    papers = [
        Paper(f"p{n}", characters * (100 // len(characters)) + str(n), DAY,
              abstract=characters * 300, topics=(f"t{n * n % 50}",), authors=(characters * 5,) * 9)
        for n in range(2000)
    ]  # fmt: skip
    data = digest_of(papers, topics).to("reader@example.org")
    (encoded,) = re.findall(rb"(?s)text/html.*", data)
    assert len(encoded) < 102_000, "more than this Gmail doesn't show"
    for said in bodies(data):
        shown = len(set(re.findall(r"/papers/(p\d+)/", said)))
        more = sum(int(n.replace(",", "")) for n in re.findall(r"and ([\d,]+) more paper", said))
        assert shown >= 5
        assert shown + more == 2000


# --- hostile text -----------------------------------------------------------------------------

WORDS = st.text(max_size=300).map(text.plain).filter(bool)


@settings(max_examples=20)
@given(WORDS, WORDS, WORDS, WORDS)
def test_no_text_gets_out_of_its_place(title: str, abstract: str, of_topic: str, name: str):
    topic = Topic("t", of_topic)
    papers = [
        Paper("one", title, DAY, abstract=abstract, topics=("t",), comments=3, authors=(name,)),
        Paper("two", title, DAY, topics=("t",)),
    ]
    publication = replace(PUBLICATION, name=name)
    catalog = catalog_of(papers, topics=(topic,))
    found = issue.of_week(WEEK, catalog, publication, topic)
    data = message.message(found, catalog, publication, "digest@paper.example").to("a@b.example")
    said = read(data)
    assert set(said.keys()) == HEADER | {"To"}
    assert said["From"].addresses[0].addr_spec == "digest@paper.example"
    assert str(said["List-Id"]).endswith("<t.weekly.awkward.example>")
    subject = f"{of_topic}, Week 44, 2025: {text.teaser(title, 70)} and 1 more"
    assert "".join(str(said["Subject"]).split()) == "".join(subject.split())
    plain, page = bodies(data)
    assert plain.count("/papers/one/\n") == plain.count("/papers/two/\n") == 1
    tree = lxml_html.fromstring(page)
    shown = [one.text for one in tree.iter("a") if "/papers/papers/" in one.get("href")]
    assert shown == [entry_title(title)] * 2
    assert len(tree.findall(".//style")) == 3
    assert not tree.findall(".//script")


def entry_title(title: str) -> str:
    return title.replace("\ufffd", "") or None


@pytest.mark.parametrize(
    "title",
    [
        "A title\r\nBcc: everybody@example.org",
        "A title\u2028Bcc: everybody@example.org",
        "=?utf-8?q?Bcc=3A_everybody?=",
        "Seven 📰📰📰 emoji 👩‍🔬🏳️‍🌈 " * 10,
        "نموذج لغوي صغير",
        "x" * 999,
        "=01",
        ". a dot",
        "From somebody",
        "--=_digest--",
    ],
)
def test_hostile_titles(title: str):
    data = digest_of([Paper("p", title, DAY), Paper("q", "Q", DAY)]).to("reader@example.org")
    said = read(data)
    assert set(said.keys()) == HEADER | {"To"}
    start = "".join(f"Week 44, 2025: {title}".split())[:40]
    assert "".join(str(said["Subject"]).split()).startswith(start)
    plain, _ = bodies(data)
    assert "".join(title.split())[:200] in "".join(plain.split())
    assert plain.rstrip().endswith("mailto:digest@paper.example?subject=unsubscribe")


# --- leaving ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (Subscription(), "mailto:digest@paper.example?subject=unsubscribe"),
        (Subscription(unsubscribe="mailto:leave@lists.example"), "mailto:leave@lists.example"),
        (
            Subscription(unsubscribe="https://lists.example/leave?of=a&who={address}", one_click=True),
            "https://lists.example/leave?of=a&who=o%27neil%2Bnews%40example.org",
        ),
        (
            Subscription(unsubscribe=f"https://lists.example/{'long/' * 60}?{{address}}"),
            f"https://lists.example/{'long/' * 60}?o%27neil%2Bnews%40example.org",
        ),
    ],
)  # fmt: skip
def test_everybody_can_leave(said: Subscription, address: str):
    publication = replace(PUBLICATION, subscription=said)
    data = digest_of([Paper("p", "P", DAY)], publication=publication).to("o'neil+news@example.org")
    found = email.message_from_bytes(data, policy=default)
    assert found["List-Unsubscribe"] == f"<{address}>"
    assert found["List-Unsubscribe-Post"] == (
        "List-Unsubscribe=One-Click" if said.one_click else None
    )
    plain, page = (part.get_content() for part in found.iter_parts())
    assert plain.rstrip().endswith(f"\n{address}")
    assert [
        one.get("href") for one in lxml_html.fromstring(page).iter("a") if one.text == "Unsubscribe"
    ] == [address]
    body = data.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 78
