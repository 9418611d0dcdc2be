"""A clinic's own tables: what they change, what they leave, what they refuse; and the example of the docs."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot import import_command
from clinic import booking, visits
from clinic import days as looking
from clinic.days import Look, Scope, State
from clinic.errors import TimeClosed
from clinic.imports import Taken
from clinic.outcomes import Found
from storage import freed, seed
from storage.database import Database
from storage.imports import files, plan, writing
from storage.imports.cells import clock, days, opening_hours, weekdays
from storage.imports.plan import Plan
from storage.reference.tables import WrongTable
from storage.states import SlotStatus
from tests.world import BULGAKOV, CHEKHOV, NOW, World

DOCS = Path(__file__).parents[2] / "docs"
TIMES = "doctor;facility;specialty;days;from;to;minutes"
RESERVES = "doctor;facility;specialty;percent;open_days;open_load;on_cancel"
AS_IT_IS = "d1;m1;therapist;03.06.2025;9:00;12:00;30"
"""Chekhov's Tuesday, just as the small clinic has it."""


def write(folder: Path, name: str, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / f"{name}.csv"
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


async def run(world: World, path: Path) -> Plan:
    """Try it, do it, and see that doing it again changes nothing."""
    database, now = world.database, world.clock.now()
    tried = await writing.dry_run(database, files.read(path), now)
    done = await writing.run(database, files.read(path), now)
    assert tried == done
    again = await writing.run(database, files.read(path), now)
    assert again.is_empty, again
    assert again.kept == done.kept
    return done


async def times(
    world: World, status: int = SlotStatus.FREE, schedule: int = CHEKHOV, day: int = 1
) -> list[str]:
    rows = await world.rows(
        "SELECT strftime('%H:%M', starts_at + 10800, 'unixepoch') FROM slot WHERE schedule_id = ?"
        " AND status = ? AND date(starts_at + 10800, 'unixepoch') = ? ORDER BY starts_at",
        schedule,
        int(status),
        (NOW + timedelta(days=day)).date().isoformat(),
    )
    return [row[0] for row in rows]


def told(done: Plan, *, is_applied: bool) -> list[str]:
    return import_command.told(Taken(done, Found()), is_applied=is_applied)


def mistakes(error: WrongTable) -> list[tuple[str, int, str]]:
    return [(one.file, one.line, one.column) for one in error.mistakes]


async def refused(world: World, path: Path) -> list[tuple[str, int, str]]:
    before = await world.rows("SELECT count(*) FROM slot UNION ALL SELECT count(*) FROM doctor")
    with pytest.raises(WrongTable) as error:
        await writing.run(world.database, files.read(path), NOW)
    assert await world.rows("SELECT count(*) FROM slot UNION ALL SELECT count(*) FROM doctor") == before
    return mistakes(error.value)


async def test_a_timetable_that_is_there_already_changes_nothing(world: World, tmp_path: Path) -> None:
    done = await run(world, write(tmp_path, "times", TIMES, AS_IT_IS))
    assert done.is_empty
    assert told(done, is_applied=True) == ["Everything is as the tables say already: nothing to change."]


async def test_times_come_and_go_on_the_days_of_the_table_alone(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, "times", TIMES, "d1;m1;therapist;03.06.2025;10:00;13:00;30")
    done = await run(world, path)
    assert await times(world) == ["10:00", "10:30", "11:00", "11:30", "12:00", "12:30"]
    assert await times(world, SlotStatus.UNAVAILABLE) == ["09:00", "09:30"]
    assert len(await times(world, day=2)) == len(await times(world, schedule=BULGAKOV)) == 6
    assert told(done, is_applied=False)[0] == "times: 2 new, 2 closed"
    await run(world, write(tmp_path, "times", TIMES, AS_IT_IS))
    assert await times(world) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


async def test_a_press_on_a_time_that_was_closed_is_told_so(world: World, tmp_path: Path) -> None:
    slot = await world.slot_id(CHEKHOV, 1)
    await run(world, write(tmp_path, "times", TIMES, "d1;m1;therapist;03.06.2025;;;"))
    assert await times(world) == []
    with pytest.raises(TimeClosed):
        await booking.hold(world.database, 101, slot, NOW)


async def test_a_day_that_was_closed_is_no_full_one_in_the_calendar(world: World, tmp_path: Path) -> None:
    await run(world, write(tmp_path, "times", TIMES, "d1;m1;therapist;03.06.2025;;;"))
    look = Look(Scope(CHEKHOV), NOW)
    shown = await looking.page(world.database, look, NOW.date(), 3)
    assert [day.state for day in shown.days] == [State.FREE, State.NONE, State.FREE]


async def test_a_visit_outside_the_timetable_is_kept_and_told(world: World, tmp_path: Path) -> None:
    visit = await world.book(101, await world.slot_id(CHEKHOV, 1))
    held = await world.slot_id(CHEKHOV, 1, 1)
    await booking.hold(world.database, 102, held, NOW)
    done = await run(world, write(tmp_path, "times", TIMES, "d1;m1;therapist;03.06.2025;10:00;12:00;30"))
    assert [one.why for one in done.kept] == [plan.BOOKED, plan.HELD]
    assert await world.status(visit.appointment.slot_id) == SlotStatus.BUSY
    assert await world.status(held) == SlotStatus.TENTATIVE
    said = "\n".join(told(done, is_applied=True))
    assert "d1, m1, 03.06.2025 09:00: a visit is booked at this time" in said


async def test_no_new_time_lies_within_a_visit_that_is_kept(world: World, tmp_path: Path) -> None:
    await world.book(101, await world.slot_id(CHEKHOV, 1, 1))  # 9:30 to 10:00
    done = await run(world, write(tmp_path, "times", TIMES, "d1;m1;therapist;03.06.2025;9:00;11:00;40"))
    assert [one.why for one in done.kept] == [plan.BOOKED, plan.IN_THE_WAY, plan.IN_THE_WAY]
    assert await times(world) == ["10:20"]
    assert await times(world, SlotStatus.BUSY) == ["09:30"]


async def test_the_length_changes_of_free_times_alone(world: World, tmp_path: Path) -> None:
    await world.book(101, await world.slot_id(CHEKHOV, 1))
    done = await run(world, write(tmp_path, "times", TIMES, "d1;m1;therapist;03.06.2025;9:00;12:00;60"))
    assert [one.why for one in done.kept] == [plan.LENGTH]
    rows = await world.rows(
        "SELECT minutes, count(*) FROM slot WHERE schedule_id = ? AND starts_at BETWEEN ? AND ?"
        " AND status <> 3 GROUP BY minutes ORDER BY minutes",
        CHEKHOV,
        int(NOW.timestamp()) + 86400,
        int(NOW.timestamp()) + 2 * 86400,
    )
    assert rows == [(30, 1), (60, 2)]


async def test_what_is_over_is_left_alone(world: World, tmp_path: Path) -> None:
    world.clock.move(timedelta(hours=5))  # eleven in the morning
    done = await run(world, write(tmp_path, "times", TIMES, "d1;m1;therapist;02.06.2025;8:00;12:00;30"))
    assert done.is_empty
    assert await times(world, day=0) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


async def test_a_queue_number_counts_no_closed_times(world: World, tmp_path: Path) -> None:
    await run(world, write(tmp_path, "times", TIMES, "d1;m1;therapist;03.06.2025;10:00;12:00;30"))
    visit = await world.book(101, await world.slot_id(CHEKHOV, 1, 2))
    assert visit.appointment.queue_number == 1


async def test_weekdays_exceptions_and_days_off(world: World, tmp_path: Path) -> None:
    head = f"{TIMES};weekdays;except"
    await run(
        world,
        write(
            tmp_path,
            "times",
            head,
            "d1;m1;therapist;09.06.2025-15.06.2025;9:00;10:00;30;пн-ср;10.06.2025",
            "d1;m1;therapist;09.06.2025-15.06.2025;14:00;15:00;30;вт пт;",
            "d1;m1;therapist;2025-06-13;;;;;",
        ),
    )
    found = [await times(world, day=number) for number in range(7, 14)]
    assert found == [["09:00", "09:30"], ["14:00", "14:30"], ["09:00", "09:30"], [], [], [], []]


async def test_a_new_time_is_noted_for_who_waits(world: World, tmp_path: Path) -> None:
    await world.patient(101)
    ((patient, account),) = await world.rows("SELECT patient_id, account_id FROM care")
    await world.database.write(
        lambda tx: (
            tx.execute(
                "INSERT INTO waiting (id, turn, precedence, account_id, patient_id, specialty_id,"
                " region_code, place, reason, mode, wish, parts, since, until, first_day, last_day,"
                " notice, is_any_hour, joined_at, ends_at, state)"
                " VALUES (1, 1, 1, ?, ?, 1, 'RU-MOW', 'x', 'no_times', 'offer', '{}', -1, 0, 1440,"
                " 0, 9999999, 0, 1, 0, 9999999999, 0)",
                (account, patient),
            ).rowcount
        )
    )
    await run(world, write(tmp_path, "times", TIMES, "d1;m1;therapist;03.06.2025;9:00;13:00;30"))
    assert await world.rows("SELECT why, count(*) FROM freed_time GROUP BY why") == [(freed.WRITTEN, 2)]


async def test_rules_of_a_reserve_close_and_open_times(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, "reserves", RESERVES, "d1;m1;therapist;50;3;80;1")
    done = await run(world, path)
    assert "rules of reserves: 1 new or changed, 0 taken off" in told(done, is_applied=True)
    closed = await world.rows("SELECT starts_at FROM slot WHERE schedule_id = 1 AND status = 4")
    assert 30 < len(closed) < 90
    assert min(closed)[0] > (NOW + timedelta(days=3)).timestamp()
    first = min(closed)[0]
    await world.database.write(  # a rule opened one: the same table leaves it open
        lambda tx: (
            tx.execute(
                "UPDATE slot SET status = 0 WHERE starts_at = ? AND schedule_id = 1", (first,)
            ).rowcount
        )
    )
    assert (await run(world, path)).is_empty
    fewer = write(tmp_path, "reserves", RESERVES, "d1;m1;therapist;10;3;80;1")
    await run(world, fewer)
    left = await world.rows("SELECT starts_at FROM slot WHERE schedule_id = 1 AND status = 4")
    assert 0 < len(left) < len(closed)
    assert set(left) <= set(closed)
    await run(world, write(tmp_path, "reserves", RESERVES, "d1;m1;therapist;0;3;80;1"))
    assert await world.rows("SELECT * FROM reserve") == []
    assert await world.rows("SELECT * FROM slot WHERE status = 4") == []


async def test_the_example_of_the_docs_is_taken_and_can_be_booked(database: Database) -> None:
    await seed.seed_reference(database)
    example = files.read(DOCS / "import-example")
    assert set(example.tables) == set(files.COLUMNS) - {"visits"}, "a new store knows no visits"
    tried = await writing.dry_run(database, example, NOW)
    done = await writing.run(database, example, NOW)
    assert tried == done
    assert (len(done.new["facility"]), len(done.new["doctor"]), len(done.new["schedule"])) == (2, 3, 4)
    assert (await writing.run(database, example, NOW)).is_empty
    rows = await database.read(
        lambda tx: tx.execute(
            "SELECT name, timezone, opening_hours, insurers, allows_second, is_demo FROM facility ORDER BY id"
        ).fetchall()
    )
    assert rows[0] == (
        "Клиника «Волга»",
        "Europe/Samara",
        "[[480,1200],[480,1200],[480,1200],[480,1200],[480,1200],[540,900],null]",
        '["Капитал МС","СОГАЗ-Мед"]',
        1,
        0,
    )


def test_the_docs_name_every_column() -> None:
    said = (DOCS / "import.md").read_text(encoding="utf-8")
    for table, columns in files.COLUMNS.items():
        part = said.partition(f"## {table}.csv")[2].partition("\n## ")[0]
        named = {name for line in part.splitlines() if line.startswith("| `")
                 for name in re.findall(r"`(\w+)`", line.split("|")[1])}  # fmt: skip
        assert named == set(columns), table


async def test_a_column_that_is_missing_leaves_what_is_stored(world: World, tmp_path: Path) -> None:
    head = "code;surname;given_name;patronymic;sex;practising_since"
    done = await run(world, write(tmp_path, "doctors", head, "d1;Чехов-Книппер;Антон;Павлович;male;2005"))
    assert done.changed == {"doctor": [{"code": "d1", "surname": "Чехов-Книппер"}]}
    assert await world.rows("SELECT education FROM doctor WHERE code = 'd1'") == [("МГУ",)]


async def test_excels_tables_are_read(world: World, tmp_path: Path) -> None:
    head, line = "code;surname;given_name;sex;practising_since", "x1;Ёлкина;Анна;female;2005"
    for encoding in ("utf-8", "utf-8-sig", "cp1251"):
        found = files.read(write(tmp_path, "doctors", head, line, encoding=encoding))
        assert found.rows("doctors")[0].cells["surname"] == "Ёлкина"
    with pytest.raises(WrongTable, match="save as «CSV UTF-8»"):
        files.read(write(tmp_path, "doctors", head, line, encoding="utf-16"))
    named = write(tmp_path, "наши врачи", head.replace(";", ","), line.replace(";", ","))
    assert set(files.read(named).tables) == {"doctors"}


@pytest.mark.parametrize(
    ("name", "head", "lines", "expected"),
    [
        ("times", TIMES, ["d1;m1;therapist;03.06.2025;12:00;9:00;30"], [(2, "to")]),
        ("times", TIMES, ["d1;m1;therapist;03.06.2025;9:00;;30"], [(2, "to")]),
        ("times", TIMES, ["d1;m1;therapist;31.06.2025;9:00;10:00;30"], [(2, "days")]),
        ("times", TIMES, ["d1;m1;therapist;03.06.2025;9:00;9:20;30"], [(2, "to")]),
        ("times", TIMES, [AS_IT_IS, "d1;m1;therapist;03.06.2025;11:30;13:00;30"], [(3, "from")]),
        ("times", TIMES, [AS_IT_IS, "d9;m1;therapist;03.06.2025;9:00;10:00;30"], [(3, "doctor")]),
        ("schedules", "doctor;facility;specialty", ["d1;m9;shaman"], [(2, "facility"), (2, "specialty")]),
        ("schedules", "doctor;facility;specialty", ["d1;m1;therapist", "d1;m1;therapist"], [(3, "")]),
        ("reserves", RESERVES, ["d1;m1;therapist;120;3;80;1"], [(2, "percent")]),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named_by_file_line_and_column(
    world: World, tmp_path: Path, name: str, head: str, lines: list[str], expected: list[tuple[int, str]]
) -> None:
    found = await refused(world, write(tmp_path, name, head, *lines))
    assert found == [(f"{name}.csv", line, column) for line, column in expected]


async def test_one_mistake_stops_all_files_of_a_folder(world: World, tmp_path: Path) -> None:
    write(tmp_path, "doctors", "code;surname;given_name;sex;practising_since", "x1;Нова;Анна;female;2005")
    write(tmp_path, "times", TIMES, "x1;m1;therapist;03.06.2025;9:00;10:00;30")
    write(tmp_path, "prices", "a;b", "1;2")
    assert await refused(world, tmp_path) == [("prices.csv", 1, "")]
    (tmp_path / "prices.csv").unlink()
    assert await refused(world, tmp_path) == [("times.csv", 2, "doctor")]
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(WrongTable):
        files.read(empty)


async def test_a_failure_amid_the_writing_leaves_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "times", TIMES, "d1;m1;therapist;03.06.2025;9:00;20:00;30")
    before = await world.rows("SELECT count(*), sum(status) FROM slot")

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(freed, "note_written", fail)
    with pytest.raises(OSError):
        await writing.run(world.database, files.read(path), NOW)
    assert await world.rows("SELECT count(*), sum(status) FROM slot") == before


async def test_a_visit_can_be_cancelled_that_the_timetable_has_no_more(world: World, tmp_path: Path) -> None:
    visit = await world.book(101, await world.slot_id(CHEKHOV, 1))
    path = write(tmp_path, "times", TIMES, "d1;m1;therapist;03.06.2025;10:00;12:00;30")
    await run(world, path)
    await visits.cancel(world.database, 101, visit.appointment.id, NOW)
    done = await writing.run(world.database, files.read(path), NOW)
    assert done.kept == []
    assert await world.status(visit.appointment.slot_id) == SlotStatus.UNAVAILABLE


def test_cells_are_read_as_people_write_them() -> None:
    assert weekdays("") == frozenset(range(7))
    assert weekdays("пн-пт") == weekdays("1-5") == weekdays("Пн – Пт") == frozenset(range(5))
    assert weekdays("вт, чт") == frozenset({1, 3})
    assert weekdays("сб-пн") == frozenset({5, 6, 0})
    assert clock("9.30") == clock("09:30:00") == clock("9:30")
    assert days("2026-01-12..2026-01-14")[1] - days("12.01.2026")[0] == timedelta(days=2)
    assert opening_hours("пн-сб 8:00-24:00")[5:] == [(480, 1440), None]
    for parse, wrong in [(weekdays, "пт-кт"), (clock, "25:00"), (days, "14.01.2026-12.01.2026"),
                         (opening_hours, "всегда")]:  # fmt: skip
        with pytest.raises(ValueError):
            parse(wrong)


@pytest.mark.slow
async def test_a_hundred_thousand_times_take_seconds(world: World, tmp_path: Path) -> None:
    head = "code;surname;given_name;sex;practising_since"
    write(tmp_path, "doctors", head, *[f"x{number};Нова;Анна;female;2005" for number in range(200)])
    write(tmp_path, "schedules", "doctor;facility;specialty", *[f"x{n};m1;therapist" for n in range(200)])
    write(
        tmp_path,
        "times",
        TIMES,
        *[f"x{n};m1;therapist;01.07.2025-30.07.2025;8:00;16:30;30" for n in range(200)],
    )
    begun = time.perf_counter()
    done = await writing.run(world.database, files.read(tmp_path), NOW)
    assert len(done.times) > 100_000
    assert time.perf_counter() - begun < 15
    assert (await writing.run(world.database, files.read(tmp_path), NOW)).is_empty
