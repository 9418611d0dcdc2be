"""SNILS, INN, OMS policies and identity documents, by published and made-up vectors."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.ru import inn

from clinic.identifiers import (
    IDENTITY_DOCUMENTS,
    is_temporary_policy,
    parse_birth_certificate,
    parse_foreign_document,
    parse_inn,
    parse_passport,
    parse_policy,
    parse_snils,
    policy_doubt,
)
from tests.clinic.parsing import outcome, problem

WOMAN, MAN, GIRL = "7755310884000121", "7867150818000010", "6690089798999996"
BIRTHS = {WOMAN: (date(1986, 4, 15), "f"), MAN: (date(1948, 12, 31), "m"), GIRL: (date(2019, 9, 1), "f")}

junk = (
    st.text()
    | st.text("0123456789 -.№", max_size=24)
    | st.text("IVXХСІ1МЮмюAB -№0123456789", max_size=16)
    | st.from_regex(r"\A\w{1,4}[ -]?\w{2}[ -]?\d{6}\Z")
)


# --- SNILS


@pytest.mark.parametrize(
    "typed",
    [
        "112-233-445 95", "112 233 445 95", "11223344595", "112-233-445-95", " СНИЛС: 112-233-445 95 ",
        "снилс № 112–233–445 95", "112.233.445.95", "112-233-445\u200b 95", "１１２ 233 445 95",
    ],
)  # fmt: skip
def test_snils_as_people_write_it(typed: str) -> None:
    assert parse_snils(typed) == "112-233-445 95"


@pytest.mark.parametrize(
    ("typed", "snils"),
    [
        ("08765430300", "087-654-303 00"),  # the sum is 202
        ("00299998900", "002-999-989 00"),  # the remainder is 100
        ("00100199800", "001-001-998 00"),  # the last one that has no check digits
        ("00100199899", "001-001-998 99"),
        ("00000000101", "000-000-001 01"),
    ],
)
def test_snils_at_the_edges(typed: str, snils: str) -> None:
    assert parse_snils(typed) == snils


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("112-233-445 96", "snils_check"), ("00100199999", "snils_check"), ("0" * 11, "snils_check"),
        ("08765430301", "snils_check"), ("00299998901", "snils_check"),
        ("", "snils_format"), ("112-233-445", "snils_format"), ("112-233-445 955", "snils_format"),
        ("112-233-445 9О", "snils_format"), ("нет", "snils_format"), ("1" * 4000, "snils_format"),
    ],
)  # fmt: skip
def test_what_is_no_snils(typed: str, named: str) -> None:
    assert problem(parse_snils, typed) == named


@given(number=st.integers(1, 999_999_999))
def test_every_snils_round_trips(number: int) -> None:
    digits = f"{number:09}"
    control = sum(int(digit) * (9 - place) for place, digit in enumerate(digits)) % 101 % 100
    snils = parse_snils(f"{digits}{control:02}")
    assert parse_snils(snils) == snils
    if number > 1_001_998:
        assert problem(parse_snils, f"{digits}{(control + 1) % 100:02}") == "snils_check"


# --- INN


@pytest.mark.parametrize("typed", ["123456789047", "1234 5678 9047", "ИНН 123456789047", "инн: 123456789047"])
def test_inn_as_people_write_it(typed: str) -> None:
    assert parse_inn(typed) == "123456789047"


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("123456789037", "inn_check"), ("123456789048", "inn_check"), ("0" * 12, "inn_check"),
        ("1234567894", "inn_company"), ("1234567895", "inn_format"), ("", "inn_format"),
        ("12345678904", "inn_format"), ("1234567890477", "inn_format"), ("12345678904a", "inn_format"),
    ],
)  # fmt: skip
def test_what_is_no_inn_of_a_person(typed: str, named: str) -> None:
    assert problem(parse_inn, typed) == named


@given(start=st.integers(1, 10**10 - 1))
def test_every_inn_round_trips(start: int) -> None:
    number = f"{start:010}"
    number += inn.calc_personal_check_digits(number)
    assert parse_inn(f"{number[:4]} {number[4:]}") == parse_inn(number) == number


# --- OMS policy


@pytest.mark.parametrize("number", [*BIRTHS, "8451999122899990", "123456789"])
def test_policies(number: str) -> None:
    assert parse_policy(number) == number
    assert parse_policy(f"полис ОМС № {number[:4]} {number[4:8]}-{number[8:]}") == number
    assert is_temporary_policy(number) is (len(number) == 9)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("8451999122899991", "policy_check"), ("7755310884000112", "policy_check"),
        ("0" * 16, "policy_check"), ("0" * 9, "policy_check"),
        ("", "policy_format"), ("12345678", "policy_format"), ("1234567890", "policy_format"),
        ("775531088400012", "policy_format"), ("77553108840001211", "policy_format"),
        ("7755 3108 8400 O121", "policy_format"),
    ],
)  # fmt: skip
def test_what_is_no_policy(typed: str, named: str) -> None:
    assert problem(parse_policy, typed) == named


@given(start=st.integers(1, 10**15 - 1))
def test_every_policy_round_trips_and_one_wrong_digit_is_seen(start: int) -> None:
    number = f"{start:015}"
    number += luhn.calc_check_digit(number)
    assert parse_policy(" ".join(number[at : at + 4] for at in range(0, 16, 4))) == number
    wrong = number[:7] + str((int(number[7]) + 1) % 10) + number[8:]
    assert problem(parse_policy, wrong) == "policy_check"


def enp(born_on: date, sex: str) -> str:
    """Make a policy number by the rules that say how a date of birth and a sex go into it."""
    added = 20 if born_on.year <= 1950 else 40 if born_on.year <= 2000 else 0
    plain = f"{born_on.month + added:02}{str(born_on.year)[::-1]}{born_on.day + (50 if sex == 'm' else 0):02}"
    number = "77" + "".join(str(9 - int(digit)) for digit in plain) + "00001"
    return number + luhn.calc_check_digit(number)


@pytest.mark.parametrize("number", BIRTHS)
def test_a_policy_of_its_own_person_raises_no_doubt(number: str) -> None:
    born_on, sex = BIRTHS[number]
    other = "m" if sex == "f" else "f"
    assert policy_doubt(number, born_on, sex) == ""
    assert policy_doubt(number, born_on, "") == ""
    assert policy_doubt(number, born_on, other) == "sex"
    assert policy_doubt(number, date(1986, 4, 16), sex) == "birth_date"
    assert policy_doubt(number, date(1986, 4, 16), "") == "birth_date"
    assert policy_doubt(number, date(1986, 4, 16), other) == "both"


@given(born_on=st.dates(date(1905, 1, 1), date(2026, 12, 31)), sex=st.sampled_from("fm"), day=st.dates())
def test_doubts_of_every_policy(born_on: date, sex: str, day: date) -> None:
    number = parse_policy(enp(born_on, sex))
    assert policy_doubt(number, born_on, sex) == ""
    assert bool(policy_doubt(number, day, sex)) is (day != born_on)


@pytest.mark.parametrize(
    "born_on", [date(1950, 12, 31), date(1951, 1, 1), date(2000, 12, 31), date(2001, 1, 1)]
)
def test_the_century_marks_change_at_new_year(born_on: date) -> None:
    assert policy_doubt(enp(born_on, "m"), born_on, "m") == ""


def test_a_number_that_says_nothing_raises_no_doubt() -> None:
    for number in ("8451999122899990", "123456789", "", "7755", "٧" * 16):
        assert policy_doubt(number, date(1986, 4, 15), "f") == ""


@given(number=st.text() | st.text("0123456789", min_size=16, max_size=16), sex=st.text())
def test_doubting_bears_anything(number: str, sex: str) -> None:
    assert policy_doubt(number, date(1986, 4, 15), sex) in {"", "birth_date", "sex", "both"}


# --- identity documents


@pytest.mark.parametrize(
    "typed",
    [
        "4510 123456", "4510123456", "45 10 123456", "45 10 № 123456", "паспорт серия 4510 номер 123456",
        "Серия: 4510, номер: 123456", "4510 N 123456", "4510 No 123456", "4510-123456",
    ],
)  # fmt: skip
def test_passports(typed: str) -> None:
    assert parse_passport(typed) == "4510 123456"


@given(series=st.integers(1, 9999), number=st.integers(1, 999999))
def test_every_passport_round_trips(series: int, number: int) -> None:
    passport = f"{series:04} {number:06}"
    for typed in (passport, passport.replace(" ", ""), f"{passport[:2]} {passport[2:4]} № {passport[5:]}"):
        assert parse_passport(typed) == passport


@given(number=st.from_regex(r"\A[A-Z]{0,3}[0-9]{4,12}\Z"))
def test_every_foreign_document_round_trips(number: str) -> None:
    assert parse_foreign_document(number.lower()) == parse_foreign_document(number) == number


@pytest.mark.parametrize(
    "typed", ["", "4510 12345", "4510 1234567", "451O 123456", "AB 123456", "0000 123456", "4510 000000"]
)
def test_what_is_no_passport(typed: str) -> None:
    assert problem(parse_passport, typed) == "passport_format"


@pytest.mark.parametrize(
    ("typed", "certificate"),
    [
        ("I-МЮ 123456", "I-МЮ 123456"), ("i-мю 123456", "I-МЮ 123456"), ("1-МЮ 123456", "I-МЮ 123456"),
        ("І-МЮ №123456", "I-МЮ 123456"), ("I МЮ № 123456", "I-МЮ 123456"), ("IМЮ123456", "I-МЮ 123456"),
        ("I-MЮ 123456", "I-МЮ 123456"),  # a Latin M
        ("II-AK 654321", "II-АК 654321"),  # all of it Latin
        ("П-АК 654321", "II-АК 654321"), ("Ш-АК 654321", "III-АК 654321"), ("111-АК 654321", "III-АК 654321"),
        ("ХІV-ТН 000001", "XIV-ТН 000001"), ("XVIII–ТН 000001", "XVIII-ТН 000001"), ("IУ-ТН 1", ""),
        ("VI-СХ 123456", "VI-СХ 123456"), ("свидетельство о рождении I-МЮ N 123456", "I-МЮ 123456"),
    ],
)  # fmt: skip
def test_birth_certificates(typed: str, certificate: str) -> None:
    result, read = outcome(parse_birth_certificate, typed)
    assert read == (certificate or "certificate_format")
    assert result == ("read" if certificate else "refused")


@pytest.mark.parametrize(
    "typed",
    ["", "I-МЮ", "I-МЮ 12345", "I-МЮ 1234567", "МЮ 123456", "IIII-МЮ 123456", "VX-МЮ 123456", "I-Ю 123456",
     "I-QЮ 123456", "I-М1 123456", "4510 123456", "I-МЁ 123456"],
)  # fmt: skip
def test_what_is_no_birth_certificate(typed: str) -> None:
    assert problem(parse_birth_certificate, typed) == "certificate_format"


@given(
    roman=st.sampled_from(["I", "II", "III", "IV", "V", "VI", "IX", "X", "XIV", "XX", "XL", "XC"]),
    letters=st.text("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ", min_size=2, max_size=2),
    number=st.integers(0, 999999),
)
def test_every_birth_certificate_round_trips(roman: str, letters: str, number: int) -> None:
    certificate = f"{roman}-{letters} {number:06}"
    assert parse_birth_certificate(certificate) == certificate
    lookalike = certificate.translate(str.maketrans("IXАВЕКМНОРСТУХ", "ІХABEKMHOPCTYX"))
    assert parse_birth_certificate(lookalike.lower()) == certificate


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("AB 1234567", "AB1234567"), ("ab-1234567", "AB1234567"), ("N 12345678", "N12345678"),
        ("АB 1234567", "AB1234567"),  # a Cyrillic «А»
        ("82 № 1234567", "821234567"), ("МР 1234567", "МР1234567"), ("1234", "1234"),
        ("A" * 18 + "12", "A" * 18 + "12"),
    ],
)  # fmt: skip
def test_foreign_documents(typed: str, number: str) -> None:
    assert parse_foreign_document(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "123",
        "A" * 19 + "12",
        "ABCD",
        "нет паспорта",
        "ЖB 1234567",
        "AB_1234567",
        "AB1234567 🙂",
        "王1234567",
    ],
)
def test_what_is_no_foreign_document(typed: str) -> None:
    assert problem(parse_foreign_document, typed) == "document_format"


# --- junk


PARSERS = {
    parse_snils: {"snils_format", "snils_check"},
    parse_inn: {"inn_format", "inn_company", "inn_check"},
    parse_policy: {"policy_format", "policy_check"},
    parse_passport: {"passport_format"},
    parse_birth_certificate: {"certificate_format"},
    parse_foreign_document: {"document_format"},
}


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__name__)
@given(typed=junk)
def test_junk_is_refused_and_nothing_else(parse, typed: str) -> None:
    result, read = outcome(parse, typed)
    if result == "read":
        assert parse(read) == read
    else:
        assert read in PARSERS[parse]


def test_every_kind_of_identity_document_is_read() -> None:
    assert set(IDENTITY_DOCUMENTS.values()) <= set(PARSERS)
    assert set(IDENTITY_DOCUMENTS) == {
        "passport",
        "birth_certificate",
        "foreign_passport",
        "residence_permit",
    }
