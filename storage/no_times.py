"""Answers that there is no time within the limit, as they were given."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What somebody was told on a day. `nearest_at` is later than `until`; None where there was no time."""

    at: datetime
    until: datetime
    nearest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a specialty at a facility."""

    timezone: str
    specialty_code: str
    specialty: str
    official_name: str


def asked(tx: Tx, facility_id: int, specialty_id: int) -> Asked | None:
    """Read what the limit depends on, and what a letter calls it."""
    row = tx.execute(
        "SELECT f.timezone, sp.code, sp.name_ru, sp.official_name FROM facility AS f, specialty AS sp"
        " WHERE f.id = :facility AND sp.id = :specialty",
        {"facility": facility_id, "specialty": specialty_id},
    ).fetchone()
    return row and Asked(*row)


def write(tx: Tx, account_id: int, facility_id: int, specialty_id: int, day: date, row: AnswerRow) -> None:
    """Write an answer; the first one of a day stands."""
    tx.execute(
        "INSERT INTO no_times_answer (account_id, facility_id, specialty_id, day, at, until, nearest_at)"
        " VALUES (:account, :facility, :specialty, :day, :at, :until, :nearest) ON CONFLICT DO NOTHING",
        {
            "account": account_id,
            "facility": facility_id,
            "specialty": specialty_id,
            "day": day.isoformat(),
            "at": epoch(row.at),
            "until": epoch(row.until),
            "nearest": None if row.nearest_at is None else epoch(row.nearest_at),
        },
    )


def is_written(tx: Tx, account_id: int, facility_id: int, specialty_id: int, day: date) -> bool:
    """Tell whether a day has its answer."""
    row = tx.execute(
        "SELECT 1 FROM no_times_answer WHERE account_id = :account AND facility_id = :facility"
        " AND specialty_id = :specialty AND day = :day",
        {"account": account_id, "facility": facility_id, "specialty": specialty_id, "day": day.isoformat()},
    ).fetchone()
    return row is not None


def latest(
    tx: Tx, account_id: int, facility_id: int, specialty_id: int, since: datetime, limit: int
) -> list[AnswerRow]:
    """Read the answers since then about a specialty at a facility, the latest first."""
    rows = tx.execute(
        "SELECT at, until, nearest_at FROM no_times_answer WHERE account_id = :account"
        " AND facility_id = :facility AND specialty_id = :specialty AND at > :since"
        " ORDER BY day DESC LIMIT :limit",
        {
            "account": account_id,
            "facility": facility_id,
            "specialty": specialty_id,
            "since": epoch(since),
            "limit": limit,
        },
    ).fetchall()
    return [_row(row) for row in rows]


def of_account(tx: Tx, account_id: int) -> list[tuple[str, str, AnswerRow]]:
    """Read all answers to an account, with facility and specialty."""
    rows = tx.execute(
        "SELECT n.at, n.until, n.nearest_at, f.name, sp.name_ru FROM no_times_answer AS n"
        " JOIN facility AS f ON f.id = n.facility_id JOIN specialty AS sp ON sp.id = n.specialty_id"
        " WHERE n.account_id = :account ORDER BY n.at",
        {"account": account_id},
    ).fetchall()
    return [(row[3], row[4], _row(row)) for row in rows]


def purge(tx: Tx, before: datetime, limit: int) -> int:
    """Delete answers of long ago; returns how many."""
    gone = tx.execute(
        "SELECT account_id, facility_id, specialty_id, day FROM no_times_answer"
        " WHERE at < :before LIMIT :limit",
        {"before": epoch(before), "limit": limit},
    ).fetchall()
    for account, facility, specialty, day in gone:
        tx.execute(
            "DELETE FROM no_times_answer WHERE account_id = :account AND facility_id = :facility"
            " AND specialty_id = :specialty AND day = :day",
            {"account": account, "facility": facility, "specialty": specialty, "day": day},
        )
    return len(gone)


def _row(row: tuple[int, ...]) -> AnswerRow:
    return AnswerRow(instant(row[0]), instant(row[1]), None if row[2] is None else instant(row[2]))
