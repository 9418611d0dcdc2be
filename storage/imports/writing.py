"""Writing what an import changes, in the transaction in which it was compared with the store."""

from datetime import datetime
from typing import Any

from storage import freed, nearest, reserve, times
from storage.database import Database
from storage.imports.files import Files, Key
from storage.imports.plan import Plan, as_rules, compare
from storage.states import SlotStatus
from storage.types import Tx


async def dry_run(database: Database, files: Files, now: datetime) -> Plan:
    """Say what an import would change; raises WrongTable."""
    return await database.read(lambda tx: compare(tx, files, now))


async def run(database: Database, files: Files, now: datetime) -> Plan:
    """Import all of it or nothing, and say what has changed; raises WrongTable."""

    def work(tx: Tx) -> Plan:
        plan = compare(tx, files, now)
        write(tx, plan, now)
        return plan

    return await database.write(work)


def write(tx: Tx, plan: Plan, now: datetime) -> None:
    """Write what was found, in the transaction in which it was."""
    if plan.is_empty:
        return
    for table in ("facility", "doctor"):
        for row in plan.new.get(table, ()):
            _insert(tx, table, row)
        for row in plan.changed.get(table, ()):
            _update(tx, table, row)
    tx.execute(
        "UPDATE schedule SET region_code = (SELECT region_code FROM facility WHERE id = facility_id)"
        " WHERE region_code <> (SELECT region_code FROM facility WHERE id = facility_id)"
    )
    _schedules(tx, plan)
    _rules(tx, plan)
    _times(tx, plan)
    nearest.put_all(tx, now)


def _insert(tx: Tx, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    fixed = ", is_demo" if table == "facility" else ""
    tx.execute(f"INSERT INTO {table} ({names}{fixed}) VALUES ({marks}{', 0' if fixed else ''})", row)  # noqa: S608


def _update(tx: Tx, table: str, row: dict[str, Any]) -> None:
    cells = ", ".join(f"{name} = :{name}" for name in row if name != "code")
    tx.execute(f"UPDATE {table} SET {cells} WHERE code = :code", row)  # noqa: S608


def _schedules(tx: Tx, plan: Plan) -> None:
    for row in plan.new.get("schedule", ()):
        doctor, facility, specialty = row["key"]
        tx.execute(
            "INSERT INTO schedule (doctor_id, facility_id, specialty_id, region_code, room)"
            " SELECT d.id, f.id, sp.id, f.region_code, :room FROM doctor AS d, facility AS f, specialty AS sp"
            " WHERE d.code = :doctor AND f.code = :facility AND sp.code = :specialty",
            {"doctor": doctor, "facility": facility, "specialty": specialty, "room": row["room"]},
        )
    for row in plan.changed.get("schedule", ()):
        tx.execute("UPDATE schedule SET room = :room WHERE id = :id", row)
    tx.execute("UPDATE catalogue_change SET number = number + 1")  # searches know who is seen where


def _number(tx: Tx, key: Key) -> int:
    row = tx.execute(
        "SELECT sc.id FROM schedule AS sc JOIN doctor AS d ON d.id = sc.doctor_id"
        " JOIN facility AS f ON f.id = sc.facility_id JOIN specialty AS sp ON sp.id = sc.specialty_id"
        " WHERE d.code = ? AND f.code = ? AND sp.code = ?",
        key,
    ).fetchone()
    return int(row[0])


def _rules(tx: Tx, plan: Plan) -> None:
    for key, values in plan.rules:
        reserve.set_rules(tx, as_rules(_number(tx, key), values))
    for schedule_id in plan.no_rules:
        reserve.drop(tx, schedule_id)


def _times(tx: Tx, plan: Plan) -> None:
    """Write the times; what is new or open again is noted for those who wait."""
    tx.executemany("UPDATE slot SET minutes = ? WHERE id = ?", plan.lengths)
    for (was, becomes), slots in plan.moved.items():
        if becomes is SlotStatus.FREE:
            for slot in slots:
                times.take(tx, slot, becomes, from_status=was)
        else:
            tx.executemany(
                "UPDATE slot SET status = ? WHERE id = ? AND status = ?",
                [(int(becomes), slot, int(was)) for slot in slots],
            )
    if not plan.times:
        return
    numbers = {key: _number(tx, key) for key in {key for key, *_ in plan.times}}
    last = tx.execute("SELECT max(id) FROM slot").fetchone()[0] or 0
    tx.executemany(
        "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (?, ?, ?, ?)",
        [(numbers[key], at, minutes, int(status)) for key, at, minutes, status in plan.times],
    )
    freed.note_written(tx, last)
