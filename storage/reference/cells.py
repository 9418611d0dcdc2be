"""What a cell may hold; each parser raises ValueError that says what is expected."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

Parse = Callable[[str], Any]
"""Turns a cell, already stripped, into a value."""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(cell: str) -> str:
    """Accept a zone of the IANA database that is installed."""
    if cell not in _zones():
        raise ValueError("an IANA time zone such as Europe/Samara")
    return cell


def filled(what: str, longest: int) -> Parse:
    """Accept text that is not empty; `what` names it in the message."""

    def parse(cell: str) -> str:
        if not cell or len(cell) > longest or not cell.isprintable():
            raise ValueError(f"{what} of 1 to {longest} printable characters")
        return cell

    return parse


def shaped(pattern: str, what: str) -> Parse:
    """Accept what a regular expression matches whole."""

    def parse(cell: str) -> str:
        if not re.fullmatch(pattern, cell):
            raise ValueError(what)
        return cell

    return parse


def one_of(*values: str) -> Parse:
    """Accept a few words alone."""

    def parse(cell: str) -> str:
        if cell not in values:
            raise ValueError(f"one of {', '.join(values)}")
        return cell

    return parse


def degrees(limit: int) -> Parse:
    """Accept degrees of arc within ±`limit`, with a decimal point or comma."""

    def parse(cell: str) -> float:
        # a Russian spreadsheet writes a decimal comma
        if not re.fullmatch(r"-?\d{1,3}([.,]\d{1,8})?", cell, re.ASCII):
            raise ValueError(f"degrees between -{limit} and {limit}, such as 55.7558")
        value = float(cell.replace(",", "."))
        if abs(value) > limit:
            raise ValueError(f"degrees between -{limit} and {limit}, such as 55.7558")
        return value

    return parse


def minutes(cell: str) -> int:
    """Accept a length of a visit: 5 to 240 minutes."""
    if not re.fullmatch(r"\d{1,3}", cell, re.ASCII) or not 5 <= int(cell) <= 240:
        raise ValueError("a whole number of minutes from 5 to 240")
    return int(cell)


def maybe(parse: Parse, otherwise: Any) -> Parse:
    """Accept an empty cell too, for `otherwise`."""

    def parse_or(cell: str) -> Any:
        return parse(cell) if cell else otherwise

    return parse_or


def flag(cell: str) -> bool:
    """Accept 1 for yes and 0 for no."""
    if cell not in ("0", "1"):
        raise ValueError("0 or 1")
    return cell == "1"


def day(cell: str) -> date:
    """Accept a day as ISO 8601 writes it."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError("a day such as 2026-01-01") from None


def count(cell: str) -> int:
    """Accept a number of hours or days, 0 to 999."""
    if not re.fullmatch(r"\d{1,3}", cell, re.ASCII):
        raise ValueError("a whole number from 0 to 999")
    return int(cell)


def codes(cell: str) -> tuple[str, ...]:
    """Accept codes separated by semicolons, or `*` for all others."""
    found = tuple(part.strip() for part in cell.split(";"))
    if found != ("*",) and not all(re.fullmatch(r"[a-z][a-z0-9_]{0,31}", code) for code in found):
        raise ValueError("codes of specialties separated by semicolons, or *")
    return found
