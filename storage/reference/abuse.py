"""The table of words that abuse: a comment with one of them waits until an administrator has read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from storage.reference import cells
from storage.reference.cells import Parse
from storage.reference.tables import read_rows
from storage.text import fold

ABUSE = Path(__file__).parent / "abuse.csv"


@dataclass(frozen=True, slots=True)
class Abuse:
    """Parts of words, by where in a word they stand; folded as text that is compared."""

    anywhere: tuple[str, ...]
    begins: tuple[str, ...]
    words: frozenset[str]


def _forms(cell: str) -> tuple[str, ...]:
    """Accept words or parts of words that semicolons divide."""
    found = tuple(fold(part) for part in cell.split(";") if part.strip())
    if not found or not all(part.isalpha() for part in found):
        raise ValueError("at least one word or part of a word, letters alone; semicolons divide several")
    return found


@lru_cache(maxsize=1)
def read_abuse(path: Path = ABUSE) -> Abuse:
    """Read the table; raises WrongTable, and OSError where it is missing."""
    columns: Mapping[str, Parse] = {
        "kind": cells.one_of("anywhere", "begins", "word"), "forms_ru": _forms, "forms_en": _forms,
    }  # fmt: skip
    found = {row["kind"]: (*row["forms_ru"], *row["forms_en"]) for row in read_rows(path, columns, ("kind",))}
    return Abuse(found["anywhere"], found["begins"], frozenset(found["word"]))
