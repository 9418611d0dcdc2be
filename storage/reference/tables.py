"""Reading a CSV table; a wrong one is refused as a whole, with every mistake named."""

import contextlib
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.reference.cells import Parse

_RUSSIAN = re.compile(r"[\x09\x0a\x0d\x20-\x7eА-яЁё«»„“”‘’–—…№•·§±°\u00a0]*")
"""What a table in Windows-1251 is made of; other bytes are some other encoding."""
TOLD = 20
"""Most mistakes that one message names."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong place in a table; `column` is empty when the line as a whole is wrong."""

    file: str
    line: int
    column: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: expected {self.expected}"


class WrongTable(ValueError):
    """A table that is not taken; `mistakes` are in reading order."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        lines = [str(mistake) for mistake in mistakes[:TOLD]]
        if len(mistakes) > TOLD:
            lines.append(f"and {len(mistakes) - TOLD} more")
        super().__init__("\n".join(lines))


def read_rows(
    path: Path, columns: Mapping[str, Parse], unique: tuple[str, ...], optional: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """Read a table; as `numbered_rows`, without the numbers of the lines."""
    return [row for _, row in numbered_rows(path, columns, unique, optional)]


def numbered_rows(
    path: Path,
    columns: Mapping[str, Parse],
    unique: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
    *,
    is_private: bool = False,
) -> list[tuple[int, dict[str, Any]]]:
    """Read a table whose first line names `columns`, in any order; those in `optional` may be missing.

    Each row comes with the line on which it begins. Values of the columns in `unique` may not repeat.
    Of a private table no mistake repeats a cell: columns may be mixed up, and mistakes are printed.
    Raises WrongTable, and OSError when there is no such file.
    """
    text = _text(path)
    rows: list[tuple[int, dict[str, Any]]] = []
    mistakes: list[Mistake] = []
    seen: dict[tuple[str, str], int] = {}
    header: list[str] | None = None
    try:
        for line, cells in _lines(text):
            if header is None:
                header = _header(path, line, cells, columns, optional, is_private=is_private)
                continue
            if len(cells) != len(header):
                mistakes.append(
                    Mistake(
                        path.name, line, "", f"{len(header)} cells as in the first line, not {len(cells)}"
                    )
                )
                continue
            row: dict[str, Any] = {}
            for column, cell in zip(header, cells, strict=True):
                try:
                    row[column] = columns[column](cell.strip())
                except ValueError as error:
                    said = str(error) if is_private else f"{error}, not {cell.strip()!r}"
                    mistakes.append(Mistake(path.name, line, column, said))
                    continue
                if column in unique:
                    first = seen.setdefault((column, str(row[column]).casefold()), line)
                    if first != line:
                        twice = "it" if is_private else repr(cell)
                        mistakes.append(
                            Mistake(
                                path.name, line, column, f"a value of its own: line {first} has {twice} too"
                            )
                        )
            rows.append((line, row))
    except csv.Error as error:
        mistakes.append(
            Mistake(path.name, text.count("\n") + 1, "", f"closed quotes and plain text ({error})")
        )
    if header is None:
        mistakes.append(Mistake(path.name, 1, "", f"the columns {', '.join(columns)}"))
    elif not rows and not mistakes:
        mistakes.append(Mistake(path.name, 2, "", "at least one row"))
    if mistakes:
        raise WrongTable(mistakes)
    return rows


def _text(path: Path) -> str:
    """Decode a file: UTF-8, with a mark of it or without, or what a Russian Excel calls CSV, Windows-1251."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    with contextlib.suppress(UnicodeDecodeError):
        text = data.decode("cp1251")
        if _RUSSIAN.fullmatch(text):
            return text
    raise WrongTable([Mistake(path.name, line, "", "UTF-8 text (save as «CSV UTF-8»)")])


def columns_of(path: Path) -> set[str]:
    """Read the names in the first line of a table; none where there is no line."""
    for _, cells in _lines(_text(path)):
        return {cell.strip() for cell in cells}
    return set()


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Go through the records that are not blank, each with the line on which it begins."""
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _header(
    path: Path,
    line: int,
    cells: list[str],
    columns: Mapping[str, Parse],
    optional: tuple[str, ...],
    *,
    is_private: bool,
) -> list[str]:
    """Check the names of the columns; their order is free."""
    header = [cell.strip() for cell in cells]
    needed = [name for name in columns if name not in optional]
    mistakes = [Mistake(path.name, line, name, "this column") for name in needed if name not in header]
    mistakes += [
        Mistake(
            path.name,
            line,
            _named(name, position, is_private),
            f"one each of {', '.join(columns)} and nothing else",
        )
        for position, name in enumerate(header)
        if name not in columns or name in header[:position]
    ]
    if mistakes:
        raise WrongTable(mistakes)
    return header


def _named(name: str, position: int, is_private: bool) -> str:
    """Name a column that is none: by its place where the line may be no header at all."""
    return f"number {position + 1}" if is_private else name or "(no name)"
