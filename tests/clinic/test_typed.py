"""What people type about themselves: phones, e-mail, dates of birth."""

import re
import unicodedata
from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from clinic.typed import AmbiguousYear, cleaned, parse_birth_date, parse_email, parse_phone
from tests.clinic.parsing import outcome, problem

TODAY = date(2025, 6, 10)


@pytest.mark.parametrize(
    "typed",
    [
        "15.04.1986", "15.4.1986", "15/04/1986", "15-04-1986", "15 04 1986", " 15 . 04 . 1986 ",
        "15.04.1986 г.", "15.04.1986г", "1986-04-15", "1986-4-15", "1986.04.15", "1986/04/15",
        "15,04,1986", "15.04.1986.", "15041986", "19860415", "１５.０４.１９８６", "15–04–1986",
        "15 апреля 1986", "15 Апреля 1986 года", "15 апр 1986 г.", "15 апр. 1986", "15-го апреля 1986 г.р.",
        "15апреля1986", "15-апр-1986", "15 апрель 1986", "апрель 15, 1986", "15 апреля 1986 года рождения",
        "15 April 1986", "15 apr 1986", "15th April, 1986", "April 15, 1986", "Apr 15 1986",
        "15/04/86", "15.04.86", "15-04-86", "15 04 86", "15.4.86 г.", "150486", "150486?", "15 апреля 86",
        "April 15 86", "\u202a15.\u200b04.1986\u202c",
    ],
)  # fmt: skip
def test_dates_of_birth(typed: str) -> None:
    assert parse_birth_date(typed, TODAY) == date(1986, 4, 15)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("", "date_format"),
        ("вчера", "date_format"),
        ("апрель", "date_format"),
        ("15 апреля", "date_format"),
        ("15 мартобря 1986", "date_format"),
        ("15 ма 1986", "date_format"),
        ("15.04.986", "date_format"),
        ("1504198", "date_format"),
        ("1986", "date_format"),
        ("115.04.1986", "date_format"),
        ("15.04.1986 и ещё", "date_format"),
        ("15." * 2000 + "1986", "date_format"),
        ("." * 4000 + "1", "date_format"),
        ("29 февраля 2023", "date_missing"),
        ("29.02.15", "date_missing"),
        ("31.04.86", "date_missing"),
        ("00.00.00", "date_missing"),
        ("32011986", "date_missing"),
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


def either(typed: str, today: date = TODAY) -> list[str]:
    read = parse_birth_date(typed, today)
    return [day.isoformat() for day in (read.dates if isinstance(read, AmbiguousYear) else (read,))]


@pytest.mark.parametrize(
    "typed", ["15.04.19", "15/04/19", "15-04-19", "150419", "15 апреля 19", "15 Apr 19 г."]
)
def test_a_year_that_may_be_of_either_century(typed: str) -> None:
    assert parse_birth_date(typed, TODAY) == AmbiguousYear((date(1919, 4, 15), date(2019, 4, 15)))


def test_the_century_is_asked_only_where_both_dates_can_be() -> None:
    assert either("09.06.25") == ["1925-06-09", "2025-06-09"]
    assert either("10.06.25") == ["1925-06-10", "2025-06-10"]  # born today
    assert either("11.06.25") == ["1925-06-11"]  # the other is still to come
    assert either("10.06.26") == ["1926-06-10"]
    assert either("11.06.04") == ["1904-06-11", "2004-06-11"]
    assert either("10.06.04") == ["2004-06-10"]  # the other is 121 years ago
    assert either("10.06.05") == ["1905-06-10", "2005-06-10"]
    assert either("29.02.00") == ["2000-02-29"]  # 1900 had no such day
    assert either("29.02.04") == ["2004-02-29"]
    assert either("31.12.99", date(2101, 1, 1)) == ["1999-12-31", "2099-12-31"]


MONTHS = {
    "янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "май": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9,
    "сент": 9, "окт": 10, "ноя": 11, "нояб": 11, "дек": 12, "января": 1, "февраля": 2, "марта": 3,
    "июня": 6, "июля": 7, "августа": 8, "сентября": 9, "октября": 10, "ноября": 11, "декабря": 12,
    "January": 1, "Feb": 2, "March": 3, "May": 5, "June": 6, "Jul": 7, "Aug": 8, "Sept": 9, "Oct": 10,
    "Nov": 11, "December": 12,
}  # fmt: skip


@pytest.mark.parametrize("word", MONTHS)
def test_months_in_words(word: str) -> None:
    for typed in (f"7 {word} 1986", f"7 {word.upper()} 1986 г.", f"{word} 7, 1986"):
        assert parse_birth_date(typed, TODAY) == date(1986, MONTHS[word], 7)


def test_dates_of_birth_at_the_edges() -> None:
    assert parse_birth_date("10.06.2025", TODAY) == TODAY
    assert parse_birth_date("11.06.1904", TODAY) == date(1904, 6, 11)
    assert parse_birth_date("29.02.2024", TODAY) == date(2024, 2, 29)


@given(born_on=st.dates(TODAY - timedelta(days=119 * 365), TODAY))
def test_every_day_is_read_in_both_orders(born_on: date) -> None:
    ru, en = (format_date(born_on, "d MMMM y", locale=language) for language in ("ru", "en"))
    patterns = ("%Y-%m-%d", "%d.%m.%Y", "%-d/%-m/%Y", "%d%m%Y", "%Y%m%d")
    for typed in (ru, en, *map(born_on.strftime, patterns)):
        assert parse_birth_date(typed, TODAY) == born_on
    for pattern in ("%d.%m.%y", "%-d/%-m/%y", "%d%m%y"):
        assert born_on.isoformat() in either(born_on.strftime(pattern))


@given(
    typed=st.text()
    | st.text("0123456789./- г", max_size=14)
    | st.from_regex(r"\d+[./ -]\d+[./ -]\d{2,4}")
    | st.from_regex(r"\A[0-9]{1,3} (янв|мая|июн|Apr|дек)[а-я]{0,4} [0-9]{1,5} ?г?\.?\Z")
)
def test_junk_for_a_date_is_refused_and_nothing_else(typed: str) -> None:
    result, born_on = outcome(parse_birth_date, typed, TODAY)
    if result == "read" and isinstance(born_on, AmbiguousYear):
        first, second = born_on.dates
        assert first < second <= TODAY
    elif result == "read":
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
    ("typed", "named"),
    [
        ("", "phone"), ("нет", "phone"), ("+", "phone"), ("+0 000", "phone"), ("+999 1234567", "phone"),
        ("103", "phone_short"), ("112", "phone_short"), ("1234567", "phone_short"), ("000", "phone_short"),
        ("123-45-67", "phone_short"), ("916123456", "phone_short"), ("+7916123456", "phone_short"),
        ("8 916 123", "phone_short"), ("+791612345678", "phone_long"), ("9" * 30, "phone_long"),
        ("9" * 300, "phone_long"),
    ],
)  # fmt: skip
def test_what_is_no_phone(typed: str, named: str) -> None:
    assert problem(parse_phone, typed) == named


@given(typed=st.text() | st.text("+0123456789 ()-;=extдоб", max_size=30))
def test_junk_for_a_phone_is_refused_and_nothing_else(typed: str) -> None:
    result, phone = outcome(parse_phone, typed)
    if result == "read":
        assert re.fullmatch(r"\+[0-9]{5,17}", phone)
        assert parse_phone(phone) == phone
    else:
        assert phone in {"phone", "phone_short", "phone_long"}


@given(digits=st.text("0123456789", min_size=9, max_size=9))
def test_every_mobile_phone_of_russia_round_trips(digits: str) -> None:
    for start in ("+7", "8", "7", ""):
        assert (
            parse_phone(f"{start} 9{digits[:2]} {digits[2:5]}-{digits[5:7]}-{digits[7:]}") == f"+79{digits}"
        )


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("anna@example.ru", "anna@example.ru"),
        ("  Anna.Smirnova@Example.RU ", "Anna.Smirnova@example.ru"),
        ("<anna@example.ru>", "anna@example.ru"),
        ("anna@example.ru.", "anna@example.ru"),
        ("mailto:anna@example.ru", "anna@example.ru"),
        ("anna @ example. ru", "anna@example.ru"),
        ("anna+visits@example.ru", "anna+visits@example.ru"),
        ("anna\u200b@example.ru", "anna@example.ru"),
        ("anna@почта.рф", "anna@xn--80a1acny.xn--p1ai"),
    ],
)
def test_addresses(typed: str, address: str) -> None:
    assert parse_email(typed) == address


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("", "email"), ("anna", "email"), ("anna@", "email"), ("@example.ru", "email"), ("anna@ru", "email"),
        ("a@b@example.ru", "email"), ("anna@exam_ple.ru", "email"), ("anna@example..ru", "email"),
        ("a" * 65 + "@example.ru", "email"), ("anna@" + "a" * 300 + ".ru", "email"),
        ("anna smirnova@example.ru", "email_space"), ("my mail anna@example.ru", "email_space"),
        ("анна@example.ru", "email_letters"), ("аnna@example.ru", "email_letters"),
    ],
)  # fmt: skip
def test_what_is_no_address(typed: str, named: str) -> None:
    assert problem(parse_email, typed) == named


@given(typed=st.text() | st.emails() | st.from_regex(r"\A[\w.+-]{1,9}@[\w.-]{1,9}\.\w{2,5}\Z"))
def test_junk_for_an_address_is_refused_and_nothing_else(typed: str) -> None:
    result, address = outcome(parse_email, typed)
    if result == "read":
        assert parse_email(address) == address
        assert "@" in address
    else:
        assert address in {"email", "email_space", "email_letters"}


@given(text=st.text(st.characters()))
def test_what_is_cleaned_has_nothing_hidden(text: str) -> None:
    clean = cleaned(text)
    assert not [sign for sign in clean if unicodedata.category(sign) in ("Cf", "Cs")]
    assert clean == " ".join(clean.split())
