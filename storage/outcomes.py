"""Visits as a clinic's own system speaks of them, by number: what became of each, and what came out of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from storage import visit_files
from storage.appointments import opened_words, sealed_words
from storage.crypto import Keyring
from storage.states import AppointmentStatus
from storage.types import Tx, instant

RESULT, RECOMMENDATIONS = "result", "recommendations"
"""Under these keys the sealed words of a visit keep what the doctor wrote."""


@dataclass(frozen=True, slots=True)
class Reportable:
    """A visit that may be spoken of; `is_erased`: nobody is known to whom it belongs."""

    id: int
    number: str
    patient_id: int
    status: AppointmentStatus
    starts_at: datetime
    timezone: str
    sequence: int
    words: dict[str, str]
    is_erased: bool


def by_number(tx: Tx, keyring: Keyring, number: str) -> Reportable | None:
    """Find a visit by the number that stands on its ticket; raises UnreadableSeal under another key.

    The person is opened too: a visit without words would not tell that what is sealed now nobody can read.
    """
    row = tx.execute(
        "SELECT a.id, a.patient_id, a.status, a.starts_at, f.timezone, a.sequence, a.words, p.person"
        " FROM appointment AS a JOIN patient AS p ON p.id = a.patient_id"
        " JOIN slot AS sl ON sl.id = a.slot_id JOIN schedule AS sc ON sc.id = sl.schedule_id"
        " JOIN facility AS f ON f.id = sc.facility_id WHERE a.number = :number",
        {"number": number},
    ).fetchone()
    if row is None:
        return None
    visit_id, patient_id, status, starts_at, timezone, sequence, words, person = row
    if person is not None:
        keyring.unseal(person, f"patient:{patient_id}")
    return Reportable(
        visit_id,
        number,
        patient_id,
        AppointmentStatus(status),
        instant(starts_at),
        timezone,
        sequence,
        opened_words(keyring, visit_id, words),
        person is None,
    )


@dataclass(frozen=True, slots=True)
class Written:
    """What a clinic wrote of a visit; `files` are their names."""

    result: str = ""
    recommendations: str = ""
    files: tuple[str, ...] = ()


NOTHING = Written()


def written(tx: Tx, keyring: Keyring, appointment_ids: Sequence[int]) -> dict[int, Written]:
    """Read what clinics wrote of visits; those of which nothing is written may be left out."""
    ids = {"ids": orjson.dumps(list(appointment_ids)).decode()}
    words = tx.execute(
        "SELECT id, words FROM appointment WHERE id IN (SELECT value FROM json_each(:ids))"
        " AND words IS NOT NULL",
        ids,
    ).fetchall()
    found = {}
    for number, sealed in words:
        said = opened_words(keyring, number, sealed)
        found[number] = Written(said.get(RESULT, ""), said.get(RECOMMENDATIONS, ""))
    for number in visit_files.having(tx, appointment_ids):
        names = tuple(row.name for row in visit_files.of_visit(tx, keyring, number))
        found[number] = replace(found.get(number, NOTHING), files=names)
    return found


def set_status(tx: Tx, appointment_id: int, status: AppointmentStatus) -> None:
    """Write what became of a visit."""
    tx.execute(
        "UPDATE appointment SET status = :status WHERE id = :id",
        {"status": int(status), "id": appointment_id},
    )


def set_words(tx: Tx, keyring: Keyring, appointment_id: int, words: dict[str, str]) -> None:
    """Write a visit's words anew, sealed."""
    tx.execute(
        "UPDATE appointment SET words = :words WHERE id = :id",
        {"words": sealed_words(keyring, appointment_id, words), "id": appointment_id},
    )
