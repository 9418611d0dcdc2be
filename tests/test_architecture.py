"""The rules of the house that a machine can check: who imports whom, where the clock is, what is in step."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import env_example

ROOT = Path(__file__).parents[1]
FOLDERS = (
    "bot", "handlers", "dialogs", "clinic", "storage", "reminders", "documents", "locales", "sandbox",
    "bench",
)  # fmt: skip
CLOCKS = {"clinic/clock.py", "sandbox/clock.py"}
NOW = {"now", "utcnow", "today"}


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found, f"no source in {folders}"
    return found


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sources(*folders):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> set[str]:
    """Name the packages that a module imports, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def clock_readings(tree: ast.AST) -> list[int]:
    """Find the lines that ask `datetime` or `date` what time it is."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in NOW
        and getattr(node.value, "id", getattr(node.value, "attr", "")) in ("datetime", "date")
    ]


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    kept = re.search(r"Contracts: (\d+) kept, 0 broken", done.stdout)
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8").count("[[tool.importlinter.contracts]]")
    assert kept, done.stdout
    assert int(kept[1]) == contracts > 0


@pytest.mark.parametrize("folder", ["handlers", "dialogs", "reminders"])
def test_only_the_storage_knows_the_orm(folder: str) -> None:
    guilty = [name for name, tree in trees(folder) if imported(tree) & {"sqlmodel", "sqlalchemy"}]
    assert guilty == []


def test_the_clinic_knows_no_telegram() -> None:
    guilty = [name for name, tree in trees("clinic") if imported(tree) & {"aiogram", "aiogram_dialog"}]
    assert guilty == []


@pytest.mark.parametrize("module", ["rules", "errors"])
def test_rules_and_errors_need_the_standard_library_alone(module: str) -> None:
    tree = ast.parse((ROOT / "clinic" / f"{module}.py").read_text(encoding="utf-8"))
    assert imported(tree) <= sys.stdlib_module_names


def test_the_sandbox_is_started_by_demo_and_tour_alone() -> None:
    users = {name for name, tree in trees(*FOLDERS) if "sandbox" in imported(tree)}
    found = {name for name in users if not name.startswith(("sandbox/", "bot/tour/"))}
    assert found == {"bot/demo.py"}
    assert any(name.startswith("bot/tour/") for name in users)


def test_the_time_is_asked_for_in_two_places_alone() -> None:
    found = {name for name, tree in trees(*FOLDERS) if clock_readings(tree)}
    assert found == CLOCKS


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "datetime.utcnow()",
        "date.today()",
        "now = datetime.now",
    ],
)
def test_each_way_to_ask_for_the_time_is_seen(line: str) -> None:
    assert clock_readings(ast.parse(line)) == [1]


def test_the_settings_example_is_what_the_settings_say() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example()


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").iterdir())
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) for name in names), names
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert names


def test_every_decision_has_its_parts_and_its_number() -> None:
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        for part in ("## Context", "## Decision", "## What it costs"):
            assert part in text, f"{path.name} lacks «{part}»"


def test_every_required_library_is_accounted_for() -> None:
    """requirements.txt promises a reason for each line."""
    reasons = (ROOT / "docs" / "decisions" / "0002-libraries.md").read_text(encoding="utf-8")
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = {re.split(r"[\[=]", line)[0] for line in lines if line and not line.startswith("#")}
    assert required == set(re.findall(r"^\| `([\w-]+)` \|", reasons, re.MULTILINE))


def test_links_of_the_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents
        for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []
