"""docs/sandbox.md says what the sandbox has, and leaves nothing out."""

import re
from pathlib import Path

from sandbox.faults import KINDS
from sandbox.methods import load

DOCUMENT = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> list[str]:
    """Collect what stands in `code` in the first column of the table under a heading."""
    section = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\|([^|]+)\|", section, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_the_table_of_methods_is_the_registry() -> None:
    listed = first_cells("Methods")
    assert len(listed) == len(set(listed)), "a method stands twice"
    assert sorted(listed) == sorted(model.__api_method__ for model, _ in load().values())


def test_the_table_of_faults_is_complete() -> None:
    assert sorted(first_cells("Faults on order")) == sorted([*KINDS, "duplicate_updates", "shuffle_updates"])
    page = (Path(__file__).parents[2] / "sandbox" / "page" / "index.html").read_text(encoding="utf-8")
    offered = re.findall(r'<option value="([^"]+)">', page.split('name="kind"')[1].split("</select>")[0])
    assert sorted(offered) == sorted(first_cells("Faults on order"))
