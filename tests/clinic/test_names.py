"""Full names as people type them, and what is guessed from them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.names import (
    Name,
    looks_without_surname,
    parse_name,
    parse_name_part,
    parse_patronymic,
    with_surname_first,
)
from tests.clinic.parsing import outcome, problem


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Смирнова Анна Петровна", Name("Смирнова", "Анна", "Петровна")),
        ("Смирнова Анна", Name("Смирнова", "Анна", "")),
        ("  смирнова   анна\tпетровна ", Name("Смирнова", "Анна", "Петровна")),
        ("СМИРНОВА АННА ПЕТРОВНА", Name("Смирнова", "Анна", "Петровна")),
        ("смирнова-белова анна", Name("Смирнова-Белова", "Анна", "")),
        ("МАМИН-СИБИРЯК ДМИТРИЙ", Name("Мамин-Сибиряк", "Дмитрий", "")),
        ("Алёшин Семён", Name("Алёшин", "Семён", "")),
        ("МакДональд Анна", Name("МакДональд", "Анна", "")),
        ("o'neil sean", Name("O'Neil", "Sean", "")),
        ("O’Neil Sean", Name("O’Neil", "Sean", "")),
        ("Oʼneil Sean", Name("O'neil", "Sean", "")),
        ("García José", Name("García", "José", "")),
        ("Әлиева Ғалия", Name("Әлиева", "Ғалия", "")),
        ("Ґалаґан Їжакевич", Name("Ґалаґан", "Їжакевич", "")),
        ("łukasiewicz şükrü", Name("Łukasiewicz", "Şükrü", "")),
        ("İSMAİL NGUYỄN", Name("Ismail", "Nguyễn", "")),
        ("o`neil sean", Name("O'Neil", "Sean", "")),
        ("Смирнова–Белова Анна", Name("Смирнова-Белова", "Анна", "")),
        ("Смир\u200bнова \u202eАн\u00adна\ufeff", Name("Смирнова", "Анна", "")),
        ("фон Дервиз Анна Петровна", Name("фон Дервиз", "Анна", "Петровна")),
        ("ван дер Ваальс Ян", Name("ван дер Ваальс", "Ян", "")),
        ("ван ли", Name("Ван", "Ли", "")),
        ("ДЕ ГОЛЛЬ", Name("Де", "Голль", "")),
        ("Алиев Ариф Гусейн-оглы", Name("Алиев", "Ариф", "Гусейн-оглы")),
        ("алиев ариф гусейн-оглы", Name("Алиев", "Ариф", "Гусейн-оглы")),
        ("Смирнова Anna", Name("Смирнова", "Anna", "")),
        ("Алиев Ариф Гусейн оглы", Name("Алиев", "Ариф", "Гусейн оглы")),
        ("алиев ариф гусейн оглы", Name("Алиев", "Ариф", "Гусейн оглы")),
        ("АЛИЕВА ЛЕЙЛА ГУСЕЙН КЫЗЫ", Name("Алиева", "Лейла", "Гусейн кызы")),
        ("Ли У", Name("Ли", "У", "")),
        ("ё а", Name("Ё", "А", "")),
    ],
)
def test_names(typed: str, name: Name) -> None:
    assert parse_name(typed) == name
    assert name.full == " ".join(part for part in (name.surname, name.given_name, name.patronymic) if part)


@pytest.mark.parametrize("typed", ["Кузьмина Майя Андреевна", "Алёшин Семён", "García José"])
def test_letters_with_their_marks_apart_are_the_same_name(typed: str) -> None:
    """Text copied on a Mac comes so: «й» as «и» and a breve."""
    apart = unicodedata.normalize("NFD", typed)
    assert apart != typed
    assert parse_name(apart).full == typed


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("", "name_one_word"),
        ("   ", "name_one_word"),
        ("Анна", "name_one_word"),
        ("Смирнова4 Анна", "name_letters"),
        ("Смирнова Анна 🙂", "name_letters"),
        ("Смирнова, Анна", "name_letters"),
        ("<b>Смирнова</b> Анна", "name_letters"),
        ("- -", "name_letters"),
        ("Смирнова- Анна", "name_letters"),
        ("Смирнова Анна\u0301", "name_letters"),  # a stress mark
        ("Смирнова Ан_на", "name_letters"),
        ("Смирнова Анна 👩‍⚕️", "name_letters"),
        ("Смирнова '' Анна", "name_letters"),
        ("-Смирнова Анна", "name_letters"),
        ("Смир--нова Анна", "name_letters"),
        ("Смирнoва Анна", "name_alphabets"),  # a Latin «o» among Cyrillic letters
        ("Cмирнова-Белова Анна", "name_alphabets"),
        ("С" * 61 + " Анна", "name_long"),
        ("Смирнова Анна " + "Петровна " * 20, "name_long"),
    ],
)
def test_what_is_no_name(typed: str, named: str) -> None:
    assert problem(parse_name, typed) == named


def test_letters_of_another_alphabet_are_not_called_a_mix_of_alphabets() -> None:
    for typed in ("王 芳", "Παπαδοπούλου Άννα", "გელაშვილი ანა"):
        assert problem(parse_name, typed) == "name_letters"


@given(typed=st.text())
def test_junk_for_a_name_is_refused_and_nothing_else(typed: str) -> None:
    result, name = outcome(parse_name, typed)
    if result == "read":
        assert name.surname
        assert name.given_name
        assert parse_name(name.full) == name
    else:
        assert name in {"name_one_word", "name_letters", "name_alphabets", "name_long"}


cyrillic = st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=2, max_size=20)


@given(words=st.lists(cyrillic, min_size=2, max_size=3))
def test_case_does_not_matter_when_it_is_one_case(words: list[str]) -> None:
    typed = " ".join(words)
    assert parse_name(typed.upper()) == parse_name(typed) == parse_name(typed.title())


part_of_name = st.from_regex(r"\A[А-ЯЁ][а-яё]{1,9}([-'’][А-ЯЁ][а-яё]{1,9})?\Z")


@given(surname=part_of_name, given_name=part_of_name, patronymic=part_of_name | st.just(""))
def test_every_well_written_name_round_trips(surname: str, given_name: str, patronymic: str) -> None:
    name = Name(surname, given_name, patronymic)
    assert parse_name(name.full) == name
    assert parse_name_part(surname) == surname


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("смирнова", "Смирнова"),
        ("САЛТЫКОВ-ЩЕДРИН", "Салтыков-Щедрин"),
        ("Де ла Круа", "Де ла Круа"),
        ("мария тереза", "Мария Тереза"),
        ("ГУСЕЙН ОГЛЫ", "Гусейн оглы"),
        ("Оглы", "Оглы"),
        ("Д’Артаньян", "Д’Артаньян"),
    ],
)
def test_a_part_of_a_name_alone(typed: str, part: str) -> None:
    assert parse_name_part(typed) == part


def test_what_is_no_part_of_a_name() -> None:
    assert problem(parse_name_part, " \u200b ") == "name_empty"
    assert problem(parse_name_part, "Анна1") == "name_letters"
    assert problem(parse_name_part, "Aнна") == "name_alphabets"
    assert problem(parse_name_part, "а" * 61) == "name_long"


@pytest.mark.parametrize("typed", ["нет", "Нет.", " - ", "—", "без отчества", "None"])
def test_no_patronymic(typed: str) -> None:
    assert parse_patronymic(typed) == ""


def test_a_patronymic_alone() -> None:
    assert parse_patronymic("петровна") == "Петровна"
    assert problem(parse_patronymic, "") == "name_empty"


@given(typed=st.text() | st.text("аяАЯaZ-' \u200d\u202e1🙂", max_size=20))
def test_junk_for_a_part_is_refused_and_nothing_else(typed: str) -> None:
    for parse in (parse_name_part, parse_patronymic):
        result, part = outcome(parse, typed)
        if result == "read":
            assert parse(part or "нет") == part
        else:
            assert part in {"name_empty", "name_letters", "name_alphabets", "name_long"}


@pytest.mark.parametrize(
    ("typed", "is_without"),
    [
        ("Анна Петровна", True), ("Иван Ильич", True), ("Лейла кызы", True), ("Смирнова Анна", False),
        ("Петрович Анна", False), ("Смирнова Анна Петровна", False), ("Анна Петровна Смирнова", False),
    ],
)  # fmt: skip
def test_a_name_without_its_surname(typed: str, is_without: bool) -> None:
    assert looks_without_surname(parse_name(typed)) is is_without


def test_a_surname_typed_last() -> None:
    turned = Name("Смирнова", "Анна", "Петровна")
    assert with_surname_first(parse_name("Анна Петровна Смирнова")) == turned
    for typed in ("Смирнова Анна Петровна", "Анна Петровна", "Смирнова Анна", "Иванов Ильич Петрович"):
        assert with_surname_first(parse_name(typed)) is None
