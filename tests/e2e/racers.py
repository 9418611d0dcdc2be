"""Patients who all want the same time: `python -m tests.e2e.racers STORE SLOT FIRST LAST MODE`.

MODE is `ours`, or `check-then-act`: the planted fault, which looks first and takes then.
Prints what each one was told, as JSON.
"""

import asyncio
import json
import sys
from datetime import date
from typing import Any

from clinic import booking, patients
from clinic.clock import SystemClock
from clinic.errors import TimeTaken
from storage.crypto import Keyring
from storage.database import Database
from storage.people import PatientRow, Person


async def main(store: str, slot_id: int, first: int, last: int, mode: str) -> None:
    database = Database(f"sqlite+aiosqlite:///{store}", Keyring("a secret of the tests"))
    await database.open()
    now = SystemClock().now()
    registered = []
    for number in range(first, last):
        person = Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15))
        registration = patients.Registration(
            number, "ru", patients.CONSENT_VERSION, now, "+79990000000", person
        )
        registered.append((number, await patients.register(database, registration, now)))
    print("ready", flush=True)
    sys.stdin.readline()
    confirm = _confirm if mode == "ours" else _check_then_act
    told = await asyncio.gather(*(confirm(database, *one, slot_id) for one in registered))
    print(json.dumps(told), flush=True)
    await database.close()


async def _confirm(database: Database, number: int, patient: PatientRow, slot_id: int) -> Any:
    try:
        request = booking.Request(number, patient.id, slot_id)
        visit = await booking.book(database, request, SystemClock().now())
    except TimeTaken as refused:
        return ["taken", len(refused.nearest)]
    return ["booked", visit.appointment.number]


async def _check_then_act(database: Database, number: int, patient: PatientRow, slot_id: int) -> Any:
    is_free = await database.read(
        lambda tx: tx.execute("SELECT status FROM slot WHERE id = :id", {"id": slot_id}).fetchone()[0] == 0
    )
    if not is_free:
        return ["taken", 3]

    def act(tx: Any) -> None:
        tx.execute("UPDATE slot SET status = 2 WHERE id = :id", {"id": slot_id})
        tx.execute(
            "INSERT INTO appointment (id, number, ticket_code, patient_id, slot_id, status, starts_at,"
            " ends_at, first_starts_at, queue_number, sequence, booked_at, is_barred)"
            " VALUES (:n, :n, :n, :patient, :slot, 1, 0, 1, 0, 1, 0, 0, 0)",
            {"n": number, "patient": patient.id, "slot": slot_id},
        )

    await database.write(act)
    return ["booked", str(number)]


if __name__ == "__main__":
    path, slot, first, last, mode = sys.argv[1:]
    asyncio.run(main(path, int(slot), int(first), int(last), mode))
