"""Names are parted where that is safe, and stay whole elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import names, text

PARTED = {
    "Ada Example": "Example, Ada",
    "Quoc V. Le": "Le, Quoc V.",
    "Mihaela van der Schaar": "van der Schaar, Mihaela",
    "Guy Van den Broeck": "Van den Broeck, Guy",
    "Linh Van Nguyen": "Nguyen, Linh Van",  # Vietnamese: "Van" is no particle
    "Fernando De Mesentier Silva": "De Mesentier Silva, Fernando",
    "Haitz Sáez de Ocáriz Borde": "de Ocáriz Borde, Haitz Sáez",
    "Loubna Ben allal": "allal, Loubna Ben",
    "Luis Fernando D'Haro": "D'Haro, Luis Fernando",
    "Ho Yin 'Sam' Ng": "Ng, Ho Yin 'Sam'",
    "Flor Miriam Plaza-del-Arco": "Plaza-del-Arco, Flor Miriam",
    "Martin Luther King, Jr.": "King, Martin Luther, Jr.",
    "John Example III": "Example, John, III",
    "Анна Иванова": "Иванова, Анна",
    "Ai Weiwei": "Weiwei, Ai",
}
WHOLE = [
    *(
        "OpenAI Team",
        "DeepSeek-AI",
        "Xiaomi LLM-Core Team",
        "Inclusion AI",
        "The LIGO Collaboration",
    ),
    *("Aniri", "张伟", "김 민수", "例 花子", "ليلى مثال", "Venkatesh E.", "Mohammed S"),
    *("van Gogh", "O'Neil, Grace", "Google, Inc.", "Smith and Jones", "A AND B", "R2 D2"),
    *(
        "Grace <b>Example</b>",
        "Ada {Example}",
        "Ada Example (editor)",
        "Müller & Söhne",
        "others",
        "- -",
    ),
]


@pytest.mark.parametrize("name", PARTED)
def test_a_personal_name_is_parted(name: str):
    assert names.last_first(names.split(name)) == PARTED[name]


@pytest.mark.parametrize("name", WHOLE)
def test_what_cannot_be_parted_safely_stays_whole(name: str):
    assert names.split(name) == {"literal": name}


def test_a_small_particle_is_a_part_of_its_own():
    assert names.split("Diego de las Casas") == {
        "given": "Diego",
        "non-dropping-particle": "de las",
        "family": "Casas",
    }
    assert names.split("Guy Van den Broeck")["family"] == "Van den Broeck"


def test_bibtex_has_the_suffix_in_the_middle():
    parts = names.split("Martin Luther King Jr.")
    assert names.last_first(parts, suffix_first=True) == "King, Jr., Martin Luther"


@given(st.text().map(text.plain).filter(bool))
def test_nothing_of_a_name_is_lost(name: str):
    assert names.whole(names.split(name)) in (
        name,
        name.replace(", Jr", " Jr").replace(", Sr", " Sr"),
    )
