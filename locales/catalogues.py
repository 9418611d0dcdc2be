"""Bringing the catalogues up to date with the code: `python -m locales.catalogues` (also `make texts`)."""

import ast
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "handlers", "dialogs", "reminders")
ARGUMENTS = {"tr": (0,), "html": (0,), "plural": (0, 1), "Act": (1,), "later": (0,)}
"""The functions whose arguments are texts, and which arguments."""


def texts_in_code() -> Catalog:
    """Collect every text of the code."""
    catalogue = Catalog(fuzzy=False)
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and (texts := _texts(node)):
                    catalogue.add(texts if len(texts) > 1 else texts[0])
    return catalogue


def _texts(call: ast.Call) -> tuple[str, ...]:
    name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
    wanted = [call.args[number] for number in ARGUMENTS.get(name or "", ()) if number < len(call.args)]
    found = [node.value for node in wanted if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return tuple(found) if len(found) == len(wanted) else ()


def catalogue_file(language: str) -> Path:
    """Name the file of a language."""
    return ROOT / "locales" / language / "LC_MESSAGES" / "talon.po"


def read_catalogue(language: str) -> Catalog:
    """Read a language's catalogue; an empty one where there is none yet."""
    path = catalogue_file(language)
    if not path.exists():
        return Catalog(locale=language, project="Talon", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """Add new texts, drop those that are gone, keep the translations; returns the catalogue as written."""
    catalogue = read_catalogue(language)
    catalogue.update(texts_in_code(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    path = catalogue_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, omit_header=False, no_location=True)
    return catalogue


if __name__ == "__main__":
    for message in update("ru"):
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and not all(forms):
            print("not translated:", message.id)  # noqa: T201
