"""What people type about themselves: names, dates of birth, phones."""

import re
import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import patients
from clinic.errors import BadInput
from clinic.patients import Name, parse_birth_date, parse_name, parse_phone
from storage.people import Person
from tests.world import World

TODAY = date(2025, 6, 10)


def outcome(parse, *arguments: object) -> tuple[str, Any]:
    """Parse what may be junk: («read», the value) or («refused», the problem); nothing else passes."""
    try:
        return "read", parse(*arguments)
    except BadInput as refused:
        return "refused", refused.problem


def problem(parse, *arguments: object) -> str:
    with pytest.raises(BadInput) as refused:
        parse(*arguments)
    return refused.value.problem


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
    for typed in ("Әлиева Анна", "Ґалаґан Анна", "王 芳", "Παπαδοπούλου Άννα"):
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


@pytest.mark.parametrize(
    "typed",
    [
        "15.04.1986", "15.4.1986", "15/04/1986", "15-04-1986", "15 04 1986", " 15 . 04 . 1986 ",
        "15.04.1986 г.", "15.04.1986г", "1986-04-15", "1986-4-15", "1986.04.15", "1986/04/15",
    ],
)  # fmt: skip
def test_dates_of_birth(typed: str) -> None:
    assert parse_birth_date(typed, TODAY) == date(1986, 4, 15)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("", "date_format"),
        ("вчера", "date_format"),
        ("15.04.86", "date_format"),
        ("15 апреля 1986", "date_format"),
        ("15041986", "date_format"),
        ("15.04.1986.", "date_format"),
        ("115.04.1986", "date_format"),
        ("29.02.2023", "date_missing"),
        ("31.04.1986", "date_missing"),
        ("0.1.1986", "date_missing"),
        ("15.13.1986", "date_missing"),
        ("04-15-1986", "date_missing"),
        ("01.01.0000", "date_missing"),
        ("11.06.2025", "date_future"),
        ("01.01.9999", "date_future"),
        ("10.06.1904", "date_too_old"),
        ("01.01.0001", "date_too_old"),
    ],
)
def test_what_is_no_date_of_birth(typed: str, named: str) -> None:
    assert problem(parse_birth_date, typed, TODAY) == named


def test_dates_of_birth_at_the_edges() -> None:
    assert parse_birth_date("10.06.2025", TODAY) == TODAY
    assert parse_birth_date("11.06.1904", TODAY) == date(1904, 6, 11)
    assert parse_birth_date("29.02.2024", TODAY) == date(2024, 2, 29)


@given(born_on=st.dates(TODAY - timedelta(days=119 * 365), TODAY))
def test_every_day_is_read_in_both_orders(born_on: date) -> None:
    for typed in (born_on.isoformat(), born_on.strftime("%d.%m.%Y"), born_on.strftime("%-d/%-m/%Y")):
        assert parse_birth_date(typed, TODAY) == born_on


@given(typed=st.text() | st.text("0123456789./- г", max_size=14) | st.from_regex(r"\d+[./ -]\d+[./ -]\d{4}"))
def test_junk_for_a_date_is_refused_and_nothing_else(typed: str) -> None:
    result, born_on = outcome(parse_birth_date, typed, TODAY)
    if result == "read":
        assert TODAY - timedelta(days=121 * 366) < born_on <= TODAY
    else:
        assert born_on in {"date_format", "date_missing", "date_future", "date_too_old"}


@pytest.mark.parametrize(
    "typed",
    [
        "+79161234567", "89161234567", "79161234567", "9161234567", "+7 (916) 123-45-67", "8 916 123 45 67",
        "8(916)1234567", "  +7 916 123-45-67 ", "+7.916.123.45.67", "тел. 8-916-123-45-67",
    ],
)  # fmt: skip
def test_phones_of_russia(typed: str) -> None:
    assert parse_phone(typed) == "+79161234567"


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("+375 29 123-45-67", "+375291234567"),
        ("+49 30 901820", "+4930901820"),
        ("8 495 000-00-00", "+74950000000"),
    ],
)
def test_other_phones(typed: str, phone: str) -> None:
    assert parse_phone(typed) == phone


@pytest.mark.parametrize(
    "typed",
    [
        "", "нет", "103", "112", "1234567", "123-45-67", "916123456", "+7916123456", "+791612345678", "+",
        "+0 000", "000", "9" * 300, "8 916 123", "+999 1234567",
    ],
)  # fmt: skip
def test_what_is_no_phone(typed: str) -> None:
    assert problem(parse_phone, typed) == "phone"


@given(typed=st.text() | st.text("+0123456789 ()-;=extдоб", max_size=30))
def test_junk_for_a_phone_is_refused_and_nothing_else(typed: str) -> None:
    result, phone = outcome(parse_phone, typed)
    if result == "read":
        assert re.fullmatch(r"\+[0-9]{5,17}", phone)
        assert parse_phone(phone) == phone
    else:
        assert phone == "phone"


async def test_registering_twice_keeps_the_first_account(world: World) -> None:
    first = await world.patient(101, "Анна")
    second = await world.patient(101, "Мария")
    assert second == first
    assert await patients.patients(world.database, 101) == [first]
    assert first.person == Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15))
    account = await patients.account(world.database, 101)
    assert (account.telegram_id, account.language, account.consent_version) == (
        101, "ru", patients.CONSENT_VERSION,
    )  # fmt: skip


async def test_a_stranger_has_no_account_and_no_patients(world: World) -> None:
    await world.patient(101)
    assert await patients.account(world.database, 102) is None
    assert await patients.patients(world.database, 102) == []
    await patients.set_language(world.database, 102, "en")
    await patients.set_blocked(world.database, 102, world.clock.now())
    assert await world.rows("SELECT telegram_id, language, blocked_at FROM account") == [(101, "ru", None)]


async def test_language_and_block_are_kept(world: World) -> None:
    await world.patient(101)
    await patients.set_language(world.database, 101, "en")
    await patients.set_blocked(world.database, 101, world.clock.now())
    ((language, blocked_at),) = await world.rows("SELECT language, blocked_at FROM account")
    assert (language, blocked_at) == ("en", int(world.clock.now().timestamp()))
    await patients.set_blocked(world.database, 101, None)
    assert await world.rows("SELECT blocked_at FROM account") == [(None,)]


@pytest.mark.parametrize(
    ("typed", "lacks"),
    [
        ("Анна Петровна", True),
        ("лев ильич", True),
        ("Иван Сергеевич", True),
        ("Ольга Ильинична", True),
        ("Смирнова Анна", False),
        ("Смирнова Анна Петровна", False),
        ("Анна Петровна Смирнова", False),
        ("Ли У", False),
        ("Brown Emily", False),
    ],
)
def test_a_name_and_a_patronymic_alone_lack_a_surname(typed: str, lacks: bool) -> None:
    assert patients.lacks_surname(parse_name(typed)) is lacks


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+79990000101", "+7 999 000-01-01"), ("+4915112345678", "+49 1511 2345678")],
)
def test_a_phone_is_shown_in_groups(phone: str, shown: str) -> None:
    assert patients.shown_phone(phone) == shown
