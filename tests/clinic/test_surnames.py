"""A parent's surname in both its forms, as a child is offered it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.surnames import forms


@pytest.mark.parametrize(
    ("surname", "male", "female"),
    [
        ("Смирнова", "Смирнов", "Смирнова"),
        ("Смирнов", "Смирнов", "Смирнова"),
        ("Соловьёв", "Соловьёв", "Соловьёва"),
        ("Пушкина", "Пушкин", "Пушкина"),
        ("Достоевская", "Достоевский", "Достоевская"),
        ("Белый", "Белый", "Белая"),
        ("Смирнова-Белова", "Смирнов-Белов", "Смирнова-Белова"),
        ("Шевченко", "Шевченко", "Шевченко"),
        ("Черных", "Черных", "Черных"),
        ("Smith", "Smith", "Smith"),
        ("Ин", "Ин", "Ин"),
        ("", "", ""),
    ],
)
def test_both_forms(surname: str, male: str, female: str) -> None:
    assert forms(surname) == {"male": male, "female": female}


@given(st.text(max_size=40))
def test_junk_never_raises_and_a_form_has_the_same_forms(text: str) -> None:
    both = forms(text)
    assert text in both.values() or "ая" in text.lower()
    assert set(both) == {"male", "female"}
