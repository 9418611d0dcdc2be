"""The table of visits with the files beside it: each is looked into before the store is touched."""

import hashlib
import unicodedata
from functools import partial
from pathlib import Path

from clinic.outcomes import NewFile, Report
from documents.recognise import LARGEST, Unrecognised, recognise
from storage.imports.files import Files, Row
from storage.reference.tables import Mistake, WrongTable

FOLDER = "files"
"""Beside the table lie the files that it names."""
_PROBLEMS = {
    "file_empty": "it is empty",
    "file_too_large": f"it is larger than {LARGEST >> 20} MB",
    "file_zip": "it is an archive or a text document: save it as PDF",
    "file_heic": "it is a HEIC picture: save it as JPG",
    "file_type": "it is neither PDF nor JPG nor PNG inside",
    "file_password": "it asks for a password",
    "file_broken": "it is damaged or cut off",
    "file_huge": "the picture has too many pixels",
}
_SUFFIXES = {".pdf": ".pdf", ".jpg": ".jpg", ".jpeg": ".jpg", ".png": ".png"}


def read(files: Files, path: Path) -> list[Report]:
    """Make the reports of the table, if there is one; `path` is the folder or the file that was given.

    Raises WrongTable, OSError. Mistakes name files by their place in the cell: names may tell of people.
    """
    rows = files.rows("visits")
    folder = (path if path.is_dir() else path.parent) / FOLDER
    there = _listed(folder) if any(row.cells.get("files") for row in rows) else {}
    mistakes: list[Mistake] = []
    reports = []
    for row in rows:
        cells = row.cells
        names: tuple[str, ...] | None = cells.get("files")
        found = None if names is None else _files(row, names, there, mistakes)
        reports.append(
            Report(
                row,
                cells["number"],
                cells.get("status"),
                cells.get("result"),
                cells.get("recommendations"),
                found,
            )
        )
    if mistakes:
        raise WrongTable(mistakes)
    return reports


def _listed(folder: Path) -> dict[str, list[Path]]:
    """Find the files there are, by their names in one spelling: a Mac writes «й» as two signs."""
    there: dict[str, list[Path]] = {}
    if folder.is_dir():
        for one in folder.iterdir():
            if one.is_file() and not one.is_symlink():
                there.setdefault(_spelt(one.name), []).append(one)
    return there


def _spelt(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _found(name: str, there: dict[str, list[Path]]) -> Path:
    """Find the one file that a name means; raises Unrecognised, where two could be meant as well."""
    alike = there.get(_spelt(name), [])
    exact = [one for one in alike if one.name == name]
    if len(found := exact or alike) == 1:
        return found[0]
    raise Unrecognised("two files have this name but for capitals" if found else "there is none of this name")


def _files(
    row: Row, names: tuple[str, ...], there: dict[str, list[Path]], mistakes: list[Mistake]
) -> tuple[NewFile, ...]:
    found = []
    for number, name in enumerate(names, 1):
        try:
            found.append(_file(name, _found(name, there)))
        except Unrecognised as error:
            problem = _PROBLEMS.get(error.problem, error.problem)
            expected = f"PDF, JPG or PNG of the folder {FOLDER}; file {number} of this cell: {problem}"
            mistakes.append(row.mistake("files", expected))
    return tuple(found)


def _file(name: str, path: Path) -> NewFile:
    """Look into a file; raises Unrecognised with a key of `_PROBLEMS` or with words."""
    suffix = _SUFFIXES.get(Path(name).suffix.casefold())
    if suffix is None:
        raise Unrecognised("its name has to end in .pdf, .jpg or .png")
    if path.stat().st_size > LARGEST:
        raise Unrecognised("file_too_large")
    content = path.read_bytes()
    known = recognise(content)
    if known.suffix != suffix:
        raise Unrecognised(f"by its content it is {known.suffix[1:].upper()}, not what its name says")
    digest = hashlib.sha256(content).hexdigest()
    return NewFile(
        unicodedata.normalize("NFC", name), known.media_type, len(content), digest, partial(path.read_bytes)
    )
