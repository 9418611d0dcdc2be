"""Guesses of the sex from patronymics of several peoples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.patronymics import likely_sex


@pytest.mark.parametrize(
    ("patronymic", "sex"),
    [
        ("Петровна", "female"), ("Ильинична", "female"), ("Кузьминична", "female"),
        ("Никитична", "female"), ("петровна", "female"),
        ("Гусейн кызы", "female"), ("Гусейн-кызы", "female"), ("Petrovna", "female"),
        ("Huseyn qizi", "female"),
        ("Петрович", "male"), ("Ильич", "male"), ("Кузьмич", "male"), ("Лукич", "male"), ("Фомич", "male"),
        ("Никитич", "male"), ("Гусейн оглы", "male"), ("Алым уулу", "male"),
        ("Petrovich", "male"), ("Huseyn oglu", "male"),
        ("", ""), ("-", ""), ("вна", ""), ("Мария", ""), ("Тереза", ""), ("Генрих", ""), ("Heinrich", ""),
        (" ", ""),
    ],
)  # fmt: skip
def test_likely_sex(patronymic: str, sex: str) -> None:
    assert likely_sex(patronymic) == sex


def test_the_name_tells_the_sex_only_where_there_is_no_patronymic() -> None:
    assert likely_sex("", "Петровна") == "female"
    assert likely_sex("", "Никита") == ""
    assert likely_sex("Мария", "Петровна") == ""


@given(patronymic=st.text(), given_name=st.text())
def test_guessing_the_sex_bears_anything(patronymic: str, given_name: str) -> None:
    assert likely_sex(patronymic, given_name) in {"", "female", "male"}
