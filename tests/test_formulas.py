"""Formulas beside plain texts: what is kept of a listing's LaTeX, whose it is, and that it changes
nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import content, data, feeds, formulas, ledger, text
from generator.errors import ContentErrors
from generator.model import Catalog, Paper, Publication

# --- what is kept -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "marked"),
    [
        (r"Sorting in $O(n \log n)$ steps", r"Sorting in \(O(n \log n)\) steps"),
        (r"a \(k\)-cover, or \[k + 1\]", r"a \(k\)-cover, or \(k + 1\)"),
        (r"$$\frac{a}{b}$$ of it", r"\(\frac{a}{b}\) of it"),
        # what is around it is converted as ever, as if the formula itself stood there
        (r"80times $x_1$--$x_2$ for $k$~cats", r"80× \(x_1\)–\(x_2\) for \(k\) cats"),
        (r"\emph{all of $d_k$} and `$k$' of \$5", r"all of \(d_k\) and ‘\(k\)’ of $5"),
        (r"{$k$} and $\{x : x > 0\}$", r"\(k\) and \(\{x : x > 0\}\)"),
        # print shows no more of these than plain Unicode
        (r"4$\times$ faster, $10^{-5}$ of CO$_2$, A$^*$, $95\%$", None),
        (r"$\textbf{Name}$ and $\text{Other}$ and $GPT$ and $Pass@K$", None),
        # these do
        (r"4$\times$ of $k$", r"4× of \(k\)"),
        (r"$d_{model}$ and $\mathbf{W}$", r"\(d_{model}\) and \(\mathbf{W}\)"),
        # money, and what stands between it
        ("from $20 to $30", None),
        ("pays $5 a month or 3$ a year", None),
        # it wouldn't be clear where it begins
        (r"a lone \( and $k$", None),
        # the macro is the paper's own, and nothing can be shown of it
        (r"the $\ours$ method", None),
        ("\U000f0000 and $k$", None),
    ],
)
def test_formulas_are_kept_where_print_shows_more(source, marked):
    assert formulas.in_latex(source) == marked
    if marked:
        assert formulas.flat(marked) == text.from_latex(source)


PIECES = r"""
$ $$ \( \) \[ \] { } ^ _ ~ ` ' '' -- --- \ \\ x k 1 10 80 times sim geq \alpha \frac{a}{b} \times
\text{a} \emph{ $x_1$ $k$ \(n\) $10^{2}$ ^{2} _{ab} 4 / https://e.org/$k$ word \% \ours $\ours$ é 语
""".split()
LATEX = st.lists(
    st.sampled_from(PIECES)
    | st.sampled_from([" ", "\n", "\U000f0000"])
    | st.characters(codec=None),
    max_size=20,
).map("".join)


@settings(max_examples=200)
@given(LATEX)
@example("$a$$b$ $$c$$ {$k$}")
@example("$k$" * 600)
@example("$" + "x+" * 300 + "$")
def test_without_its_formulas_it_is_the_plain_text(source):
    marked = formulas.in_latex(source)
    if marked is not None:
        assert formulas.flat(marked) == text.from_latex(source)
        assert text.plain(marked) == marked


# --- whose it is --------------------------------------------------------------------------

LOST = {"title": "Norms in O(n) Steps", "abstract": "For k cats.", "arxiv_id": "2501.00001"}
WHOLE = LOST | {
    "mathematics": {"title": r"Norms in \(O(n)\) Steps", "abstract": r"For \(k\) cats."}
}
SLUG = "norms-in-o-n-steps"


def load(folder: Path, files: dict[str, str]) -> tuple[Catalog, tuple]:
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return content.load(folder)


def paper(folder: Path, *records: dict, overlay: str = "", sidecar: str = "") -> Paper:
    files = {
        f"listings/2025-01-0{n}-a.jsonl": json.dumps(record) for n, record in enumerate(records, 1)
    }
    if overlay:
        files[f"papers/{SLUG}.yml"] = overlay
    if sidecar:
        files["listings/2025-01-01-a.yml"] = sidecar
    catalog, omissions = load(folder, files)
    assert not omissions
    (found,) = catalog.papers
    for name, marked in found.mathematics.items():
        assert formulas.flat(marked) == getattr(found, name)
    return found


def test_a_record_brings_its_formulas_along(tmp_path: Path):
    found = paper(tmp_path, WHOLE)
    assert data.record(found)["mathematics"] == WHOLE["mathematics"]
    assert all("mathematics" not in names for names in found.said.values())


def test_formulas_go_with_the_text_that_wins(tmp_path: Path):
    newer = WHOLE | {
        "abstract": "For m cats.",
        "mathematics": WHOLE["mathematics"] | {"abstract": r"For \(m\) cats."},
    }
    assert paper(tmp_path / "a", WHOLE, newer).mathematics == newer["mathematics"]
    assert paper(tmp_path / "b", WHOLE, LOST).mathematics == {}
    without_abstract = {name: LOST[name] for name in ("title", "arxiv_id")}
    kept = paper(tmp_path / "c", WHOLE, without_abstract)
    assert kept.mathematics == {"abstract": r"For \(k\) cats."}


def test_an_overlay_beats_the_formulas_too(tmp_path: Path):
    found = paper(tmp_path / "a", WHOLE, overlay="title: Norms, Corrected\n")
    assert found.mathematics == {"abstract": r"For \(k\) cats."}
    assert paper(tmp_path / "b", WHOLE, overlay="abstract: null\n").mathematics.keys() == {"title"}


def test_people_write_formulas_in_overlays(tmp_path: Path):
    overlay = "title: Norms in \\(O(n^2)\\) Steps\nsummary: |\n  Costs $5, or $6, for \\(x_1\\).\n"
    found = paper(tmp_path, LOST, overlay=overlay)
    assert (found.title, found.summary) == ("Norms in O(n²) Steps", "Costs $5, or $6, for x₁.")
    assert found.mathematics == {
        "title": r"Norms in \(O(n^2)\) Steps",
        "summary": r"Costs $5, or $6, for \(x_1\).",
    }


@pytest.mark.parametrize(
    ("title", "wrong"),
    [
        (r"'\(k\) and \('", "no formula's"),
        (r"'\(\,\)'", "no letter|can be seen"),
        (rf"'\({'k' * 401}\) and \(k\)'", "400 characters"),
        ("'" + r"\(k\)" * 501 + "'", "characters"),
    ],
)
def test_a_slip_in_an_overlays_formulas_is_told(tmp_path: Path, title, wrong):
    with pytest.raises(ContentErrors, match=wrong) as caught:
        paper(tmp_path, LOST, overlay=f"doi: 10.1000/1\ntitle: {title}\n")
    (error,) = caught.value.errors
    assert (error.line, error.field) == (2, "title")


def test_the_summaries_of_a_listing_have_formulas_as_well(tmp_path: Path):
    found = paper(tmp_path, WHOLE, sidecar="text: summary\n")
    assert (found.abstract, found.summary) == (None, "For k cats.")
    assert found.mathematics["summary"] == r"For \(k\) cats."


@pytest.mark.parametrize(
    ("mathematics", "field"),
    [
        ({"title": r"Other \(O(n)\) Words"}, "mathematics.title"),
        ({"title": "Norms in O(n) Steps"}, "mathematics.title"),
        ({"summary": r"of \(k\)"}, "mathematics.summary"),
        ({"note": r"of \(k\)"}, "mathematics.note"),
        ({"title": 5}, "mathematics.title"),
        ({"title": [r"\(k\)"]}, "mathematics.title"),
        ({"title": r"\(k\)" * 5_000}, "mathematics.title"),
        ({"title": r"\(k\)" * 600}, "mathematics.title"),
        ([], "mathematics"),
        (r"\(k\)", "mathematics"),
        ({str(n): "x" for n in range(200)}, "mathematics"),
    ],
)
def test_formulas_that_cannot_be_are_left_out_alone(tmp_path: Path, mathematics, field):
    record = LOST | {"mathematics": mathematics}
    catalog, omissions = load(tmp_path, {"listings/2025-01-01-a.jsonl": json.dumps(record)})
    (found,) = catalog.papers
    assert (found.title, found.mathematics) == (LOST["title"], {})
    assert [(one.line, one.field) for one in omissions] == [(1, field)]


def test_one_bad_text_spoils_no_other(tmp_path: Path):
    record = WHOLE | {"mathematics": WHOLE["mathematics"] | {"abstract": "no"}}
    catalog, omissions = load(tmp_path, {"listings/2025-01-01-a.jsonl": json.dumps(record)})
    assert catalog.papers[0].mathematics == {"title": WHOLE["mathematics"]["title"]}
    assert [one.field for one in omissions] == ["mathematics.abstract"]


def test_both_listings_with_latex_keep_it(tmp_path: Path):
    long = "We sort a great many cats by their weight, in a given number of steps each. " * 4
    captured = f"Sorting $n$ Cats\n\n{long} It takes $O(n)$.\n\n·\nDec 19, 2024\n"
    days = [{"title": "Norms", "paper": {"id": "2501.00001", "summary": "Of $x_1$.\nAnd $k$"}}]
    catalog, omissions = load(
        tmp_path,
        {
            "listings/2025-01-01-a.txt": captured,
            "listings/2025-01-02-b.json": json.dumps(days),
        },
    )
    assert not omissions
    marked = {one.title: one.mathematics for one in catalog.papers}
    assert marked["Norms"] == {"abstract": r"Of \(x_1\). And \(k\)"}
    assert marked["Sorting n Cats"]["title"] == r"Sorting \(n\) Cats"
    assert marked["Sorting n Cats"]["abstract"].endswith(r"It takes \(O(n)\).")


# --- that it changes nothing else ---------------------------------------------------------


def test_what_feeds_and_the_ledger_say_is_the_same_without_formulas(tmp_path: Path):
    with_them, _ = load(tmp_path / "a", {"listings/2025-01-01-a.jsonl": json.dumps(WHOLE)})
    without, _ = load(tmp_path / "b", {"listings/2025-01-01-a.jsonl": json.dumps(LOST)})
    here = Publication("Papers", "https://e.example/", authority="e.example", year=2025)
    made = [
        {path: make() for path, make in feeds.render(catalog, here).items()}
        for catalog in (with_them, without)
    ]
    assert made[0] == made[1]
    (found,) = with_them.papers
    assert found.mathematics
    assert ledger.fingerprint(found) == ledger.fingerprint(replace(found, mathematics={}))
    assert ledger.facts(found) == ledger.facts(without.papers[0])


def test_formulas_that_come_later_are_no_update(tmp_path: Path):
    found = paper(tmp_path, LOST, WHOLE)
    assert found.mathematics == WHOLE["mathematics"]
    assert found.updated is None
