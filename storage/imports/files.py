"""The tables themselves: their columns, which file is which, and what stands in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from storage.imports import cells as own
from storage.reference import cells
from storage.reference.cells import Parse
from storage.reference.tables import TOLD, Mistake, WrongTable, columns_of, numbered_rows

_WORK: Mapping[str, Parse] = {"doctor": own.code, "facility": own.code, "specialty": own.code}
COLUMNS: Mapping[str, Mapping[str, Parse]] = {
    "facilities": {
        "code": own.code,
        "region": cells.shaped(r"[A-Z0-9][A-Z0-9-]{0,15}", "a code of the table of regions, such as RU-SAM"),
        "name": cells.filled("a name", 80),
        "kind": cells.one_of("polyclinic", "hospital", "centre"),
        "audience": cells.one_of("all", "adult", "child"),
        "town": cells.filled("a town", 60),
        "address": cells.filled("an address", 120),
        "phone": cells.filled("a phone", 40),
        "latitude": cells.degrees(90),
        "longitude": cells.degrees(180),
        "timezone": cells.maybe(cells.zone, None),
        "official_code": cells.maybe(cells.filled("a code", 20), ""),
        "opening_hours": cells.maybe(own.opening_hours, None),
        "insurers": cells.maybe(own.names, None),
        "one_visit": cells.maybe(cells.flag, False),
    },
    "doctors": {
        "code": own.code,
        "surname": cells.filled("a surname", 60),
        "given_name": cells.filled("a name", 60),
        "patronymic": cells.maybe(cells.filled("a patronymic", 60), ""),
        "sex": cells.one_of("female", "male"),
        "practising_since": cells.shaped(r"(19|20)\d\d", "a year such as 2005"),
        "category": cells.maybe(cells.filled("a category", 60), ""),
        "education": cells.maybe(cells.filled("an education", 200), ""),
        "languages": cells.maybe(cells.shaped(r"[a-z]{2}( [a-z]{2})*", "codes such as ru or ru en"), "ru"),
        "photo": cells.maybe(cells.filled("the name of a picture", 100), ""),
    },
    "schedules": {**_WORK, "room": cells.maybe(cells.filled("a room", 20), "")},
    "reserves": {
        **_WORK,
        "percent": own.percent,
        "open_days": cells.count,
        "open_load": own.percent,
        "on_cancel": cells.flag,
    },
    "times": {
        **_WORK,
        "days": own.days,
        "weekdays": own.weekdays,
        "except": own.some_days,
        "from": cells.maybe(own.clock, None),
        "to": cells.maybe(own.clock, None),
        "minutes": cells.maybe(cells.minutes, None),
    },
    "visits": {
        "number": own.visit_number,
        "status": cells.maybe(own.visit_status, None),
        "result": cells.maybe(own.long_text, None),
        "recommendations": cells.maybe(own.long_text, None),
        "files": cells.maybe(own.file_names, None),
    },
}
"""The columns of each table; a file is named as its table, with .csv."""
OPTIONAL = {
    "facilities": ("timezone", "official_code", "opening_hours", "insurers", "one_visit"),
    "doctors": ("patronymic", "category", "education", "languages", "photo"),
    "schedules": ("room",),
    "times": ("weekdays", "except", "minutes"),
    "visits": ("status", "result", "recommendations", "files"),
}
_UNIQUE = {"facilities": ("code",), "doctors": ("code",), "visits": ("number",)}
Key = tuple[str, str, str]
"""Codes of doctor, facility and specialty: a schedule."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `cells` are what its columns hold, those alone that the file has."""

    file: str
    line: int
    cells: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """The schedule of which the row speaks."""
        return self.cells["doctor"], self.cells["facility"], self.cells["specialty"]

    def mistake(self, column: str, expected: str) -> Mistake:
        """Say what is wrong with it."""
        return Mistake(self.file, self.line, column, expected)


@dataclass(frozen=True, slots=True)
class Hours:
    """A row of the table of times: when a doctor sees patients; without hours, that they do not."""

    row: Row
    days: tuple[date, date]
    weekdays: frozenset[int]
    without: frozenset[date]
    hours: tuple[time, time] | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Files:
    """The rows of each table that was given."""

    tables: Mapping[str, tuple[Row, ...]]

    def rows(self, table: str) -> tuple[Row, ...]:
        """Give the rows of a table, none where it was not given."""
        return self.tables.get(table, ())

    def hours(self) -> list[Hours]:
        """Give the rows of the table of times."""
        return [
            Hours(
                row,
                row.cells["days"],
                row.cells.get("weekdays", frozenset(range(7))),
                row.cells.get("except", frozenset()),
                (row.cells["from"], row.cells["to"]) if row.cells["from"] is not None else None,
                row.cells.get("minutes"),
            )
            for row in self.rows("times")
        ]


def read(path: Path) -> Files:
    """Read a folder with some of the tables, or a single one; raises WrongTable, OSError."""
    if not path.is_dir():
        table = path.stem.lower() if path.stem.lower() in COLUMNS else _recognised(path)
        return Files({table: _rows(path, table)})
    mistakes: list[Mistake] = []
    tables: dict[str, tuple[Row, ...]] = {}
    found = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    for file in found:
        try:
            if file.stem.lower() not in COLUMNS:
                raise WrongTable(
                    [Mistake(file.name, 1, "", f"a file named {_named()}: rename it or take it out")]
                )
            tables[file.stem.lower()] = _rows(file, file.stem.lower())
        except WrongTable as error:
            mistakes += error.mistakes
    if not found:
        mistakes.append(Mistake(path.name, 1, "", f"a folder with some of {_named()}"))
    if mistakes:
        raise WrongTable(mistakes)
    return Files(tables)


def _named() -> str:
    return ", ".join(f"{table}.csv" for table in COLUMNS)


def _recognised(path: Path) -> str:
    """Tell by its columns which table a file is."""
    names = columns_of(path)
    for table, columns in COLUMNS.items():
        if names and names <= set(columns) and set(columns) - set(OPTIONAL.get(table, ())) <= names:
            return table
    raise WrongTable([Mistake(path.name, 1, "", f"the columns of one of {_named()}; see docs/import.md")])


def _rows(path: Path, table: str) -> tuple[Row, ...]:
    optional = OPTIONAL.get(table, ())
    unique, is_private = _UNIQUE.get(table, ()), table == "visits"
    read_ = numbered_rows(path, COLUMNS[table], unique, optional, is_private=is_private)
    rows = tuple(Row(path.name, line, found) for line, found in read_)
    if table in ("schedules", "reserves"):
        _refuse_twice(rows)
    if table == "times":
        wrong = [row for row in rows if not _has_hours(row)]
        if wrong:
            raise WrongTable([row.mistake("to", "a time after «from», or both empty") for row in wrong])
    return rows


def _has_hours(row: Row) -> bool:
    since, until = row.cells["from"], row.cells["to"]
    return since is None if until is None else since is not None and since < until


def _refuse_twice(rows: tuple[Row, ...]) -> None:
    seen: dict[Key, int] = {}
    mistakes = []
    for row in rows:
        first = seen.setdefault(row.key, row.line)
        if first != row.line:
            mistakes.append(row.mistake("", f"each schedule once: line {first} has it too"))
    if mistakes:
        raise WrongTable(mistakes[: TOLD + 1])
