"""What a deployment adds of its own to the words by which its search finds doctors and sees danger."""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.types import Tx

COMPLAINT, DANGER = "complaint", "danger"


@dataclass(frozen=True, slots=True)
class OwnPhrase:
    """A row of such a table."""

    kind: str
    targets: tuple[str, ...]
    """codes of specialties, the best first; of a sign of danger its group"""
    who: str
    past: bool
    phrases: tuple[str, ...]


def listed(tx: Tx) -> list[OwnPhrase]:
    """List all of them, in the order of their tables."""
    rows = tx.execute("SELECT kind, targets, who, past, phrases FROM own_phrase ORDER BY id").fetchall()
    return [
        OwnPhrase(kind, tuple(targets.split(";")), who, bool(past), tuple(phrases.split(";")))
        for kind, targets, who, past, phrases in rows
    ]


def put(tx: Tx, kind: str, rows: Sequence[OwnPhrase]) -> None:
    """Put a table in place of the one of that kind that was there; searches read it anew."""
    tx.execute("DELETE FROM own_phrase WHERE kind = :kind", {"kind": kind})
    for row in rows:
        tx.execute(
            "INSERT INTO own_phrase (kind, targets, who, past, phrases) VALUES (?, ?, ?, ?, ?)",
            (kind, ";".join(row.targets), row.who, row.past, ";".join(row.phrases)),
        )
    tx.execute("UPDATE catalogue_change SET number = number + 1")
