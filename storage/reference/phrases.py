"""The tables of what people say: synonyms, complaints, everyday names, commands, and signs of danger."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from storage.reference import cells
from storage.reference.cells import Parse
from storage.reference.tables import read_rows

FOLDER = Path(__file__).parent / "search"
WHO = ("", "child", "baby", "adult", "female", "male", "pregnant")
"""Of whom a row speaks; empty: of anybody."""


def _listed(cell: str) -> tuple[str, ...]:
    """Accept words or phrases that semicolons divide."""
    found = tuple(part.strip() for part in cell.split(";") if part.strip())
    if not found:
        raise ValueError("at least one word or phrase; several are divided by semicolons")
    return found


_CODE = cells.shaped(r"[a-z][a-z0-9_]{0,31}", "a code of 1 to 32 small letters, digits and underscores")


COMPLAINTS: Mapping[str, Parse] = {
    "phrases": _listed, "specialties": _listed, "who": cells.one_of(*WHO),
}  # fmt: skip
DANGERS: Mapping[str, Parse] = {
    "group": _CODE, "who": cells.one_of(*WHO), "past": cells.flag, "phrases": _listed,
}  # fmt: skip
"""The columns of symptoms.csv and of red_flags.csv."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Phrases, and the specialties that help with them, the best first."""

    phrases: tuple[str, ...]
    specialties: tuple[str, ...]
    who: str


@dataclass(frozen=True, slots=True)
class Danger:
    """Phrases with which an ambulance is called first; those with `past` are no alarm when long ago."""

    group: str
    who: str
    past: bool
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """All the tables."""

    synonyms: tuple[tuple[str, tuple[str, ...]], ...]
    complaints: tuple[Complaint, ...]
    names: tuple[tuple[str, tuple[str, ...]], ...]
    """everyday names of specialties, by code"""
    commands: tuple[tuple[str, tuple[str, ...]], ...]
    dangers: tuple[Danger, ...]
    children: Mapping[str, str]
    """who sees children in place of a specialty that sees adults alone"""


def read_phrases(folder: Path = FOLDER) -> Phrases:
    """Read the tables; raises WrongTable, and OSError where one is missing."""
    words: Mapping[str, Parse] = {"meaning": cells.filled("a word", 60), "words": _listed}
    return Phrases(
        synonyms=_pairs(folder / "words.csv", words, "meaning", "words"),
        complaints=tuple(Complaint(**row) for row in read_rows(folder / "symptoms.csv", COMPLAINTS, ())),
        names=_pairs(folder / "specialty_names.csv", {"code": _CODE, "names": _listed}, "code", "names"),
        commands=_pairs(
            folder / "commands.csv", {"command": _CODE, "phrases": _listed}, "command", "phrases"
        ),
        dangers=tuple(Danger(**row) for row in read_rows(folder / "red_flags.csv", DANGERS, ())),
        children={
            row["adult"]: row["child"]
            for row in read_rows(folder / "children.csv", {"adult": _CODE, "child": _CODE}, ("adult",))
        },
    )


def _pairs(
    path: Path, columns: Mapping[str, Parse], name: str, values: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((row[name], row[values]) for row in read_rows(path, columns, (name,)))
