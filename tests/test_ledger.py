"""The ledger: what feeds have told stays told, whatever happens to the content afterwards."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator import content, feeds, freezing
from generator.errors import ContentErrors
from generator.model import Catalog
from generator.output import append
from tests import golden
from tests.conftest import REPOSITORY, Run
from tests.test_content import write
from tests.test_feeds import chain, told

# Days of ten papers, which fill archives, then days of two: those that current documents hold anyway.
DAYS = 71
PER_DAY = 10
NUMBERS = [n for n in range(DAYS * PER_DAY) if n < 47 * PER_DAY or n % PER_DAY < 2]
LAST, LAST_BUT_ONE = f"paper-{NUMBERS[-1]}", f"paper-{NUMBERS[-2]}"


@pytest.fixture(scope="session")
def broadsheet(broadsheet_here: Run) -> Run:
    return broadsheet_here


def record(number: int, **more) -> str:
    topic = "fish" if number % 2 else "birds"
    said = {"title": f"Paper {number}", "abstract": f"On {topic}.", **more}
    return json.dumps(said) + "\n"


def day(number: int) -> str:
    return f"2025-{1 + number // 28:02}-{1 + number % 28:02}"


def start(folder: Path) -> Path:
    """A content folder of so many days and papers, half of them on fish."""
    files = {
        f"listings/{day(n)}-daily.jsonl": "".join(
            record(number) for number in NUMBERS if number // PER_DAY == n
        )
        for n in range(DAYS)
    }
    return write(folder, {**files, "topics/fish.md": "---\ntitle: Fish\nmatch: [fish]\n---\n"})


def load(folder: Path) -> Catalog:
    catalog, _ = content.load(folder)
    return catalog


def freeze(folder: Path) -> list[str]:
    catalog = load(folder)
    lines = freezing.of_content(catalog, golden.PUBLICATION)
    append(folder / freezing.path(catalog), "".join(lines).encode())
    return lines


def site(folder: Path) -> dict[str, bytes]:
    return {path: make() for path, make in feeds.render(load(folder), golden.PUBLICATION).items()}


def archives(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if "/archive/" in path}


def yields(files: dict[str, bytes], name: str) -> list[str]:
    """The ids that a client gets that walks from the current document to the oldest archive."""
    documents = [files[path] for path in chain(files, name, "atom.xml")]
    return [entry["id"] for document in documents for entry in told(document)]


@pytest.fixture(scope="session")
def frozen_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    folder = start(tmp_path_factory.mktemp("frozen") / "content")
    freeze(folder)
    return folder, site(folder)


@pytest.fixture
def frozen(
    frozen_once: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> tuple[Path, dict[str, bytes]]:
    """A content folder with its ledger, and the site that was made of it."""
    folder, files = frozen_once
    return Path(shutil.copytree(folder, tmp_path / "content")), files


def test_the_site_is_the_same_with_a_ledger_and_without(tmp_path: Path):
    folder = start(tmp_path / "content")
    before = site(folder)
    assert {path[:21] for path in archives(before)} == {
        "feeds/archive/all-000",
        "feeds/archive/fish-00",
    }
    freeze(folder)
    assert site(folder) == before
    assert freeze(folder) == []


def backfill(folder: Path) -> None:
    write(
        folder,
        {
            "listings/2024-05-05-old.jsonl": "".join(record(n) for n in range(5_000, 5_250)),
            "listings/2025-01-03-old.jsonl": "".join(record(n) for n in range(5_250, 5_260)),
        },
    )


def mend_the_rules(folder: Path) -> None:
    write(folder, {"topics/fish.md": "---\ntitle: Birds, really\nmatch: [birds]\n---\n"})


def correct_titles(folder: Path) -> None:
    write(folder, {f"papers/paper-{n}.yml": f"title: Better {n}\n" for n in NUMBERS[::7]})


def remove_papers(folder: Path) -> None:
    for n in (2, 30, 70):
        path = folder / f"listings/{day(n)}-daily.jsonl"
        path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))


def rename_by_an_older_listing(folder: Path) -> None:
    """An old listing with papers that are known, under their titles of then."""
    for n in (30, 700):
        path = folder / f"listings/{day(n // PER_DAY)}-daily.jsonl"
        lines = path.read_text().splitlines(keepends=True)
        lines[0] = record(n, arxiv_id=f"2501.{n:05}")
        path.write_text("".join(lines))
    old = "".join(
        record(n, title=f"A Draft of Paper {n}", arxiv_id=f"2501.{n:05}") for n in (30, 700)
    )
    write(folder, {"listings/2024-06-06-drafts.jsonl": old})


def take_slugs(folder: Path) -> None:
    """An old listing with other papers of the same titles."""
    for n in (30, 700):
        path = folder / f"listings/{day(n // PER_DAY)}-daily.jsonl"
        lines = path.read_text().splitlines(keepends=True)
        lines[0] = record(n, doi=f"10.1000/{n}")
        path.write_text("".join(lines))
    write(
        folder,
        {"listings/2024-06-06-x.jsonl": record(30, doi="10.1000/a") + record(700, doi="10.1000/b")},
    )


CHANGES = [
    backfill,
    mend_the_rules,
    correct_titles,
    remove_papers,
    rename_by_an_older_listing,
    take_slugs,
]


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_of_the_content_takes_back_or_gives_again_what_was_told(
    frozen: tuple[Path, dict[str, bytes]], change
):
    folder, before = frozen
    change(folder)
    after = site(folder)
    assert [path for path in archives(before) if after.get(path) != before[path]] == []
    for name in ("all", "fish"):
        ids = yields(after, name)
        assert len(ids) == len(set(ids))
        assert set(yields(before, name)) <= set(ids)
        by_id = {entry["id"]: entry["day"] for entry in told(before[f"feeds/{name}.json"])}
        again = {entry["id"]: entry["day"] for entry in told(after[f"feeds/{name}.json"])}
        assert {id_: again[id_] for id_ in by_id if id_ in again} == {
            id_: day for id_, day in by_id.items() if id_ in again
        }
    freeze(folder)
    frozen_after = site(folder)
    assert frozen_after.keys() == after.keys()
    assert archives(frozen_after) == archives(after)


@pytest.mark.parametrize("change", [backfill, mend_the_rules, remove_papers, take_slugs])
def test_without_a_ledger_such_a_change_would_disturb(
    frozen: tuple[Path, dict[str, bytes]], change
):
    """Or the tests above would show nothing."""
    folder, before = frozen
    shutil.rmtree(folder / "ledger")
    change(folder)
    after = site(folder)
    lost = [
        name
        for name in ("all", "fish")
        if not set(yields(before, name)) <= set(yields(after, name))
    ]
    changed = [path for path in archives(before) if after.get(path) != before[path]]
    assert lost or changed


def test_a_backfill_pushes_nothing_new_out(frozen: tuple[Path, dict[str, bytes]]):
    folder, before = frozen
    backfill(folder)
    new, old = (
        {entry["id"] for entry in told(files["feeds/all.xml"])} for files in (site(folder), before)
    )
    assert old <= new
    assert len(new) < len(old) + 100


def test_a_correction_is_an_update_on_the_day_of_the_freeze(frozen: tuple[Path, dict[str, bytes]]):
    folder, _ = frozen
    write(folder, {f"papers/{LAST}.yml": "title: Better\n"})
    write(folder, {"listings/2025-06-01-later.jsonl": record(9_000)})
    assert load(folder).by_slug[LAST].updated is None
    freeze(folder)
    paper = load(folder).by_slug[LAST]
    assert (paper.title, paper.updated.isoformat()) == ("Better", "2025-06-01")
    assert load(folder).by_slug[LAST_BUT_ONE].updated is None


def test_each_correction_under_one_listing_is_a_later_update(
    frozen: tuple[Path, dict[str, bytes]],
):
    folder, _ = frozen
    moments = []
    for title in ("Better", "Best", "Better"):
        write(folder, {f"papers/{LAST}.yml": f"title: {title}\n"})
        freeze(folder)
        items = json.loads(site(folder)["feeds/all.json"])["items"]
        item = next(item for item in items if item["id"].endswith(f"/{LAST}"))
        moments.append(datetime.datetime.fromisoformat(item["date_modified"]))
    published = datetime.datetime.fromisoformat(item["date_published"])
    assert published < moments[0] < moments[1] < moments[2]


def test_a_topic_that_went_leaves_its_feed(frozen: tuple[Path, dict[str, bytes]]):
    folder, before = frozen
    (folder / "topics/fish.md").unlink()
    after = site(folder)
    assert set(yields(after, "fish")) == set(yields(before, "fish"))
    assert archives(after) == archives(before)
    assert b"fish.xml" not in after["feeds/broadsheet.opml"]


def test_what_turned_out_to_be_another_paper_keeps_its_entry_and_its_page(tmp_path: Path):
    folder = write(
        tmp_path,
        {
            "listings/2025-01-01-a.jsonl": record(1, arxiv_id="2501.00001") + record(2),
            "listings/2025-01-02-b.jsonl": record(2, arxiv_id="2501.00001"),
        },
    )
    catalog = load(folder)
    assert catalog.aliases == {"paper-2": "paper-1"}
    assert [paper.slug for paper in catalog.papers] == ["paper-1"]
    ids = yields(site(folder), "all")
    assert [id_.rpartition("/")[2] for id_ in ids] == ["paper-1", "paper-2"]


def test_a_paper_added_by_hand_keeps_its_name_whatever_is_corrected(tmp_path: Path):
    folder = start(tmp_path)
    by_hand = "title: By Hand\nlisted: 2025-01-05\narxiv_id: 2501.00001\nabstract: Old.\n"
    write(folder, {"papers/by-hand.yml": by_hand})
    freeze(folder)
    before = site(folder)
    corrected = "title: By Two Hands\nlisted: 2025-01-05\narxiv_id: 2501.99999\nabstract: New.\n"
    write(folder, {"papers/by-hand.yml": corrected})
    after = site(folder)
    assert archives(after) == archives(before)
    assert yields(after, "all") == yields(before, "all")
    assert load(folder).by_slug["by-hand"].title == "By Two Hands"


def slugs(folder: Path) -> list[str]:
    """Of what the feed of everything lists, oldest first; the ledger is written first."""
    freeze(folder)
    assert freeze(folder) == [], "a second time there is nothing to add"
    return [id_.rpartition("/")[2] for id_ in yields(site(folder), "all")[::-1]]


def test_a_paper_is_known_by_its_corrected_title_and_id(tmp_path: Path):
    folder = write(
        tmp_path,
        {
            "listings/2025-01-01-a.jsonl": record(1) + record(2, arxiv_id="2501.00001"),
            "papers/paper-1.yml": "title: A Better Title\n",
            "papers/paper-2.yml": "arxiv_id: 2501.00002\n",
        },
    )
    before = slugs(folder)
    again = record(0, title="A Better Title") + record(0, title="Else", arxiv_id="2501.00002")
    write(folder, {"listings/2025-01-02-b.jsonl": again})
    assert slugs(folder) == before


def test_a_paper_is_known_by_every_id_it_ever_had(tmp_path: Path):
    first = record(1, doi="10.1000/9")
    then = record(1, arxiv_id="2501.00001") + record(1, doi="10.1000/9", arxiv_id="2501.00002")
    folder = write(tmp_path, {"listings/2025-01-01-a.jsonl": first})
    assert slugs(folder) == ["paper-1"]
    write(folder, {"listings/2025-01-02-b.jsonl": then})
    assert slugs(folder) == slugs(folder)


@pytest.mark.parametrize(
    "then", [None, "note: Nothing more.\n", "title: Paper 1\nlisted: 2025-01-09\n"]
)
def test_what_was_added_by_hand_and_then_listed_keeps_its_name(tmp_path: Path, then: str | None):
    by_hand = {"papers/by-hand.yml": "title: Paper 1\nlisted: 2025-01-01\n"}
    folder = write(tmp_path, by_hand)
    assert slugs(folder) == ["by-hand"]
    write(folder, {"listings/2025-01-02-a.jsonl": record(1, arxiv_id="2501.00001")})
    assert slugs(folder) == ["by-hand"]
    (folder / "papers/by-hand.yml").unlink()
    if then:
        write(folder, {"papers/by-hand.yml": then})
    assert slugs(folder) == ["by-hand"]


def test_what_turns_out_to_be_what_was_added_by_hand_takes_its_name(tmp_path: Path):
    folder = write(
        tmp_path,
        {
            "listings/2025-01-01-a.jsonl": record(0, title="Bar", arxiv_id="2501.00001"),
            "papers/by-hand.yml": "title: Foo\nlisted: 2025-01-01\n",
            "listings/2025-01-02-b.jsonl": record(0, title="Foo", arxiv_id="2501.00001"),
        },
    )
    before = slugs(folder)
    assert slugs(folder) == before
    assert set(load(folder).aliases) | set(load(folder).by_slug) == set(before)


def test_a_file_that_takes_up_a_removed_paper_is_told_its_name(tmp_path: Path):
    folder = write(tmp_path, {"listings/2025-01-01-a.jsonl": record(1) + record(2)})
    freeze(folder)
    write(
        folder,
        {
            "listings/2025-01-01-a.jsonl": record(2),
            "papers/else.yml": "title: Paper 1\nlisted: 2025-01-01\n",
        },
    )
    with pytest.raises(ContentErrors, match=r"rename the file to paper-1\.yml"):
        content.load(folder)


def test_an_organization_keeps_its_feed_when_a_namesake_comes(tmp_path: Path):
    def lab(start: int, handle: str) -> str:
        organization = {"handle": handle, "name": handle.upper()}
        return "".join(record(n, organization=organization) for n in range(start, start + 4))

    folder = write(tmp_path, {"listings/2025-01-01-a.jsonl": lab(0, "foo_bar")})
    freeze(folder)
    before = yields(site(folder), "organizations/foo-bar")
    write(folder, {"listings/2025-01-02-b.jsonl": lab(10, "foo-bar")})
    assert yields(site(folder), "organizations/foo-bar") == before


def test_a_line_that_stands_twice_is_one(frozen: tuple[Path, dict[str, bytes]]):
    """As when two branches were joined, each with its ledger."""
    folder, before = frozen
    (file,) = (folder / "ledger").rglob("*.jsonl")
    append(file, file.read_bytes().rstrip(b"\n"))
    assert site(folder) == before
    write(folder, {"listings/2025-06-01-later.jsonl": record(9_000)})
    freeze(folder)
    assert load(folder).by_slug["paper-9000"]


# --- the file -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "Expecting property name"),
        ("[]", "no object"),
        ('{"paper": "No Slug"}', "not a name for an address"),
        ('{"paper": "new"}', "has no first line"),
        ('{"paper": "new", "said": {"title": "New"}}', "lacks 'listed'"),
        ('{"paper": "new", "listed": "2025-01-01", "said": {"title": "N"}}', "no zone"),
        ('{"paper": "new", "listed": "2025-01-01T12:00:00Z", "said": {"x": 1}}', "lacks 'x'"),
        ('{"paper": "paper-1", "feeds": ["../../x"]}', "not a name for an address"),
        ('{"archive": "all", "papers": ["paper-1"]}', "in an archive of all already"),
        ('{"archive": "all", "papers": ["unknown"]}', '"unknown" has no first line'),
        ("[" * 100_000, "recursion"),
    ],
)
def test_a_broken_line_is_named(frozen: tuple[Path, dict[str, bytes]], line: str, problem: str):
    folder, _ = frozen
    (file,) = (folder / "ledger").rglob("*.jsonl")
    number = len(file.read_text().splitlines()) + 1
    append(file, f"{line}\n".encode())
    with pytest.raises(ContentErrors) as caught:
        content.load(folder)
    (error,) = caught.value.errors
    assert problem in str(error)
    assert error.file.endswith(file.name)
    assert error.line in (number, None)


def test_a_stray_file_in_the_ledger_is_named(tmp_path: Path):
    folder = write(start(tmp_path), {"ledger/notes.txt": "Mine."})
    with pytest.raises(ContentErrors, match=r"ledger/notes\.txt: no file of the ledger"):
        content.load(folder)


def test_the_command_adds_to_the_ledger_and_says_so(broadsheet: Run, tmp_path: Path):
    folder = start(tmp_path / "content")
    ran = broadsheet("freeze", "--content", folder)
    assert "524 lines added to " in ran.stdout
    again = broadsheet("freeze", "--content", folder)
    assert "the ledger has it all" in again.stdout
    assert [path.name for path in (folder / "ledger").rglob("*.jsonl")] == ["2025-03-15.jsonl"]


def test_where_there_is_no_room_for_all_lines_none_is_added(broadsheet: Run, tmp_path: Path):
    resource = pytest.importorskip("resource")
    folder = start(tmp_path / "content")
    broadsheet("freeze", "--content", folder)
    (file,) = (folder / "ledger").rglob("*.jsonl")
    file.write_text("".join(file.read_text("utf-8").splitlines(keepends=True)[:9]), "utf-8")
    before = file.read_bytes()
    room = len(before) + 1_000
    ran = subprocess.run(
        # Nor is there room for what Python compiles, which it would keep in half.
        [sys.executable, "-B", "-m", "generator", "freeze", "--content", folder],
        cwd=REPOSITORY,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "see to that folder" in ran.stderr
    assert file.read_bytes() == before
    assert "lines added" in broadsheet("freeze", "--content", folder).stdout


def test_lines_are_only_added(frozen: tuple[Path, dict[str, bytes]], tmp_path: Path):
    folder, _ = frozen
    (file,) = (folder / "ledger").rglob("*.jsonl")
    before = file.read_bytes()
    backfill(folder)
    freeze(folder)
    assert file.read_bytes().startswith(before)
    shutil.copytree(folder, tmp_path / "later")
    write(tmp_path / "later", {"listings/2025-05-05-later.jsonl": record(7_000)})
    freeze(tmp_path / "later")
    assert {path.name for path in (tmp_path / "later/ledger").rglob("*.jsonl")} == {
        file.name,
        "2025-05-05.jsonl",
    }
