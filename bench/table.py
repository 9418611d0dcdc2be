"""What was aimed at and what was reached, a line each, and the table of them."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("measure", "aim", "reached", "beside it in the same run", "met?")
VERDICTS = {True: "yes", False: "missed", None: "–"}


@dataclass(frozen=True, slots=True)
class Line:
    """A measurement; `is_met` is None where there is no aim."""

    measure: str
    aim: str
    reached: str
    against: str
    is_met: bool | None


def beside(
    measure: str, value: float, base: float, *, most: float, what: str, unit: str = "ms", digits: int = 2
) -> Line:
    """Hold a value against the same thing done otherwise in this run; `most` is a ratio."""
    return Line(
        measure,
        f"≤ {most:g} × {what}",
        f"{value:.{digits}f} {unit}",
        f"{value / base:.2f} × {base:.{digits}f} {unit}",
        value / base <= most,
    )


def within(
    measure: str, value: float, *, most: float, unit: str = "ms", against: str = "", digits: int = 2
) -> Line:
    """Hold a value against a limit of its own."""
    return Line(measure, f"≤ {most:g} {unit}", f"{value:.{digits}f} {unit}", against, value <= most)


def holds(measure: str, aim: str, reached: str, is_met: bool, against: str = "") -> Line:
    """Hold a fact against what it ought to be."""
    return Line(measure, aim, reached, against, is_met)


def noted(measure: str, reached: str, against: str = "") -> Line:
    """Say a value that nothing was aimed at."""
    return Line(measure, "–", reached, against, None)


def table(lines: Sequence[Line]) -> str:
    """Write the lines in columns, and below them how many aims were missed."""
    rows: list[tuple[str, ...]] = [HEADINGS]
    rows += [(line.measure, line.aim, line.reached, line.against, VERDICTS[line.is_met]) for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    rows.insert(1, tuple("-" * width for width in widths))
    written = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    aims = [line for line in lines if line.is_met is not None]
    missed = sum(not line.is_met for line in aims)
    return "\n".join([*written, "", f"{len(aims)} aims, {missed or 'none'} missed"])
