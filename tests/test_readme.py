"""The README's table of rules says what clinic.rules does, and leaves nothing out."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from clinic import rules

README = Path(__file__).parents[1] / "README.md"
ROW = re.compile(r"^\|(?P<rule>[^|]+)\|(?P<value>[^|]+)\|\s*`(?P<constant>[A-Z_]+)`\s*\|$", re.MULTILINE)
UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "days": timedelta(days=1),
}
NOT_FOR_READERS = {"REMINDED_VISITS"}
"""How far a search goes: no patient can tell it."""

Value = timedelta | int | list[timedelta | int]


def one(text: str) -> timedelta | int:
    match = re.fullmatch(r"(\d+)(?: (s|min|h|days))?", text.strip())
    assert match, f"«{text}» is no number with one of the units {', '.join(UNITS)}"
    number, unit = match.groups()
    return int(number) * UNITS[unit] if unit else int(number)


def table(readme: str) -> list[tuple[str, Value]]:
    """Read the rows as (constant, value); several values stand for a list."""
    rows: list[tuple[str, Value]] = []
    for row in ROW.finditer(readme):
        values = [one(part) for part in row["value"].split(",")]
        rows.append((row["constant"], values if len(values) > 1 else values[0]))
    return rows


def constants() -> dict[str, Value]:
    return {name: listed(value) for name, value in vars(rules).items() if name.isupper()}


def listed(value: object) -> Value:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, tuple) else value  # type: ignore[return-value]


def test_every_rule_of_the_code_stands_in_the_readme_and_the_other_way_round() -> None:
    rows = table(README.read_text(encoding="utf-8"))
    expected = constants()
    assert expected.keys() >= NOT_FOR_READERS
    assert len(rows) == len(dict(rows)), "a rule stands twice"
    assert dict(rows) == {name: value for name, value in expected.items() if name not in NOT_FOR_READERS}


def test_a_wrong_number_or_a_missing_row_would_be_noticed() -> None:
    readme = README.read_text(encoding="utf-8")
    right = table(readme)
    assert table(readme.replace("| 5 min |", "| 6 min |")) != right
    assert table(readme.replace("| 3 days, 24 h, 3 h |", "| 3 days, 24 h, 2 h |")) != right
    assert table(re.sub(r"\n.*`MOVE_WITHIN`.*", "", readme)) != right


@pytest.mark.parametrize("text", ["5 minutes", "five", "1.5 h", ""])
def test_a_value_that_cannot_be_read_is_no_silent_success(text: str) -> None:
    with pytest.raises(AssertionError):
        one(text)
