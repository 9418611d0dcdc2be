"""Codes people read out and codes nobody can guess."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from clinic import codes

numbers = st.text("0123456789", min_size=9, max_size=9).map(
    lambda digits: digits + damm.calc_check_digit(digits)
)


def test_new_numbers_are_valid_ten_digits_and_differ() -> None:
    made = [codes.new_number() for _ in range(500)]
    assert all(re.fullmatch(r"[0-9]{10}", number) for number in made)
    assert all(map(codes.is_number, made))
    assert len(set(made)) == 500
    assert {number[0] for number in made} == set("0123456789")


@given(number=numbers)
def test_every_single_wrong_digit_is_found(number: str) -> None:
    for position, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            assert not codes.is_number(number[:position] + other + number[position + 1 :])


@given(number=numbers)
def test_every_swap_of_neighbours_is_found(number: str) -> None:
    for position in range(9):
        left, right = number[position], number[position + 1]
        swapped = number[:position] + right + left + number[position + 2 :]
        assert codes.is_number(swapped) == (left == right)


@given(number=numbers)
def test_a_number_is_known_however_it_is_typed(number: str) -> None:
    grouped = codes.grouped(number)
    assert re.fullmatch(r"\d{4} \d{3} \d{3}", grouped)
    assert grouped.replace(" ", "") == number
    for typed in (number, grouped, f" {grouped} ", "-".join(number), grouped.replace(" ", "-")):
        assert codes.is_number(typed)


@pytest.mark.parametrize(
    "typed", ["", "1", "123456789", "12345678901", "٤٨٢١٠٩٣٧١٥", "12345678²0", "not a number", "+7916123456"]
)
def test_what_is_no_number(typed: str) -> None:
    assert not codes.is_number(typed)


@given(typed=st.text())
def test_nothing_typed_breaks_the_check(typed: str) -> None:
    if codes.is_number(typed):
        assert len(re.sub(r"\D", "", typed)) == 10


def test_ticket_codes_fit_a_deep_link_and_cannot_be_guessed() -> None:
    made = [codes.new_ticket_code() for _ in range(500)]
    # `start` takes 64 signs; two stay for what the link is about
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,62}", code) for code in made)
    assert len(set(made)) == 500
    assert {len(code) for code in made} == {20}  # 120 bits in six-bit signs


def test_ids_fit_a_signed_column_and_are_never_zero() -> None:
    made = [codes.new_id() for _ in range(500)]
    assert all(0 < number < 2**63 for number in made)
    assert len(set(made)) == 500
    assert max(made) > 2**59  # the whole range is drawn from
