"""Visits as a table that Excel and its like open with a double click, in Russian settings too."""

import csv
import io
from collections.abc import Iterable, Sequence

_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def render(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Make the file, from any thread: UTF-8 with a byte order mark, `;` between cells, CR LF after lines."""
    out = io.StringIO(newline="")
    out.write(_BOM)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def harmless(cell: str) -> str:
    """Put an apostrophe before what a table program would take for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
