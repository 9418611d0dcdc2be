"""Codes that people read out and codes that nobody can guess."""

import secrets

from stdnum import damm

_NUMBER_DIGITS = 9
_REQUEST_DIGITS = 6
_TICKET_BYTES = 15


def new_id() -> int:
    """Make a random key for a row: it says nothing and cannot be counted up from another one's."""
    return secrets.randbits(62) + 1


def new_number() -> str:
    """Make an appointment's number: nine random digits and a check digit.

    Digits alone, since it is read out on the phone. Damm's check digit finds every single wrong digit and
    every swap of two neighbours.
    """
    digits = "".join(secrets.choice("0123456789") for _ in range(_NUMBER_DIGITS))
    return digits + str(damm.calc_check_digit(digits))


def is_number(text: str) -> bool:
    """Tell whether something typed can be an appointment's number; spaces and hyphens do not count."""
    digits = text.replace(" ", "").replace("-", "")
    if len(digits) != _NUMBER_DIGITS + 1 or not (digits.isascii() and digits.isdigit()):
        return False
    return bool(damm.is_valid(digits))


def grouped(number: str) -> str:
    """Write a number as people read it: «4821 093 715»."""
    return f"{number[:4]} {number[4:7]} {number[7:]}"


def new_request_number() -> str:
    """Make the number of a request to support: six random digits and Damm's check digit.

    Shorter than a visit's, so that nobody takes one for the other.
    """
    digits = "".join(secrets.choice("0123456789") for _ in range(_REQUEST_DIGITS))
    return digits + str(damm.calc_check_digit(digits))


def grouped_request(number: str) -> str:
    """Write a request's number as people read it: «482-1093»."""
    return f"{number[:3]}-{number[3:]}"


def new_ticket_code() -> str:
    """Make what a ticket's QR carries: 120 random bits, fit for a deep link."""
    return secrets.token_urlsafe(_TICKET_BYTES)
