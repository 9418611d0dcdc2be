"""The page on personal data says how long things are kept as the code does, and leaves nothing out."""

from datetime import timedelta
from pathlib import Path

from bot import purge
from tests.test_readme import table

PAGE = Path(__file__).parents[1] / "docs" / "privacy.md"


def test_the_page_says_how_long_things_are_kept() -> None:
    rows = dict(table(PAGE.read_text(encoding="utf-8")))
    kept = {name: value for name, value in vars(purge).items() if name.endswith("_KEPT")}
    assert len(kept) == 8
    assert all(isinstance(value, timedelta) for value in kept.values())
    assert rows == kept


def test_readme_and_contributing_lead_to_the_page() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        assert "docs/privacy.md" in (PAGE.parents[1] / name).read_text(encoding="utf-8")
