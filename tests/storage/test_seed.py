"""Filling a real store: quick, and never touching what is there."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from clinic.moderation import doubts
from storage import facility_lists, schema, specialty_lists
from storage import regions as stored_regions
from storage.crypto import Keyring
from storage.database import Database
from storage.demo import opinions
from storage.facility_lists import NO_FILTERS
from storage.reference.abuse import read_abuse
from storage.reference.reader import REGIONS, SERVICES, SPECIALTIES
from storage.reference.tables import WrongTable
from storage.seed import (
    Seeded,
    import_regions,
    import_services,
    import_specialties,
    seed_demo,
    seed_reference,
)
from storage.states import SlotStatus

NOW = datetime(2026, 10, 20, 9, tzinfo=UTC)
TABLES = ("region", "specialty", "service", "facility", "doctor", "schedule", "slot")


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def opened(path: Path) -> Database:
    database = Database(url(path), Keyring("a secret of the tests"))
    await database.open()
    return database


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seed") / "empty.db"
    schema.upgrade(url(path))
    return path


@pytest.fixture
async def empty(empty_store: Path, tmp_path: Path) -> AsyncIterator[Database]:
    database = await opened(Path(shutil.copy(empty_store, tmp_path / "talon.db")))
    yield database
    await database.close()


@pytest.fixture(scope="module")
def demo_store(empty_store: Path) -> Path:
    path = Path(shutil.copy(empty_store, empty_store.with_name("demo.db")))

    async def fill() -> None:
        database = await opened(path)
        await seed_demo(database, NOW)
        await database.close()

    asyncio.run(fill())
    return path


@pytest.fixture
async def demo(demo_store: Path, tmp_path: Path) -> AsyncIterator[Database]:
    database = await opened(Path(shutil.copy(demo_store, tmp_path / "demo.db")))
    yield database
    await database.close()


async def rows(database: Database, sql: str, **parameters: Any) -> list[Any]:
    return await database.read(lambda tx: tx.execute(sql, parameters).fetchall())


async def everything(database: Database) -> dict[str, list[Any]]:
    return {table: await rows(database, f"SELECT * FROM {table} ORDER BY 1") for table in TABLES}


async def run(database: Database, sql: str) -> None:
    await database.write(lambda tx: tx.execute(sql))


async def test_reference_is_added_once(empty: Database) -> None:
    assert await seed_reference(empty) == Seeded(regions=83, specialties=60, services=43)
    before = await everything(empty)
    assert await seed_reference(empty) == Seeded()
    assert await everything(empty) == before
    assert await rows(
        empty, "SELECT name_en, timezone, latitude FROM region WHERE code = :code", code="RU-SAM"
    ) == [("Samara Oblast", "Europe/Samara", 53.1959)]
    assert await rows(
        empty, "SELECT name_ru, sex, needs_referral, slot_minutes FROM specialty WHERE code = 'gynecologist'"
    ) == [("Гинеколог", "female", 0, 20)]


async def test_the_demo_is_whole_and_quick(empty: Database) -> None:
    start = process_time()  # of all threads, whatever else the machine does
    seeded = await seed_demo(empty, NOW)
    assert process_time() - start < 3
    stored = await everything(empty)
    assert Seeded(*(len(stored[table]) for table in TABLES)) == seeded
    assert seeded.regions == 83
    assert 30 <= seeded.facilities <= 60
    assert seeded.schedules > seeded.doctors > 300
    assert seeded.slots > 100_000
    assert await rows(empty, "SELECT DISTINCT is_demo FROM facility") == [(1,)]
    assert await rows(empty, "SELECT DISTINCT status FROM slot ORDER BY 1") == [
        (SlotStatus.FREE,),
        (SlotStatus.UNAVAILABLE,),
        (SlotStatus.RESERVED,),
    ]
    assert await rows(empty, "PRAGMA foreign_key_check") == []


async def test_the_same_date_gives_the_same_store(demo: Database, empty_store: Path, tmp_path: Path) -> None:
    other = await opened(Path(shutil.copy(empty_store, tmp_path / "other.db")))
    try:
        await seed_demo(other, NOW + timedelta(hours=1))  # the same day in every zone of the demo
        assert await everything(other) == await everything(demo)
    finally:
        await other.close()


async def test_seeding_twice_changes_nothing(demo: Database) -> None:
    before = await everything(demo)
    assert await seed_demo(demo, NOW) == Seeded()
    assert await everything(demo) == before


async def test_the_next_day_is_added_and_nothing_else(demo: Database) -> None:
    before = await everything(demo)
    seeded = await seed_demo(demo, NOW + timedelta(days=1))
    after = await everything(demo)
    assert after["slot"][: len(before["slot"])] == before["slot"]
    added = after["slot"][len(before["slot"]) :]
    assert len(added) == seeded.slots > 1000
    assert {table: after[table] for table in TABLES[:-1]} == {table: before[table] for table in TABLES[:-1]}
    zones = dict(
        await rows(demo, "SELECT sc.id, f.timezone FROM schedule sc JOIN facility f ON f.id = sc.facility_id")
    )
    days = {datetime.fromtimestamp(at, ZoneInfo(zones[schedule])).date() for _, schedule, at, *_ in added}
    assert days == {(NOW + timedelta(days=30)).date()}


async def test_day_by_day_makes_the_same_times_as_at_once(
    demo: Database, empty_store: Path, tmp_path: Path
) -> None:
    late = await opened(Path(shutil.copy(empty_store, tmp_path / "late.db")))
    try:
        for day in (1, 2, 3):
            await seed_demo(demo, NOW + timedelta(days=day))
        await seed_demo(late, NOW + timedelta(days=3))
        sql = "SELECT schedule_id, starts_at, minutes FROM slot WHERE starts_at > :after ORDER BY 1, 2"
        after = int((NOW + timedelta(days=4)).timestamp())
        assert await rows(late, sql, after=after) == await rows(demo, sql, after=after)
    finally:
        await late.close()


async def test_days_begin_at_the_facilities_midnight(empty: Database) -> None:
    late = datetime(2026, 10, 20, 20, tzinfo=UTC)  # in Kamchatka it is the 21st already
    await seed_demo(empty, late)
    sql = (
        "SELECT MIN(s.starts_at) FROM slot s JOIN schedule sc ON sc.id = s.schedule_id"
        " WHERE sc.region_code = :region"
    )
    for region, zone, day in (("RU-MOW", "Europe/Moscow", 20), ("RU-KAM", "Asia/Kamchatka", 21)):
        ((first,),) = await rows(empty, sql, region=region)
        assert datetime.fromtimestamp(first, ZoneInfo(zone)).day == day


async def test_no_times_on_public_holidays(empty: Database) -> None:
    await seed_demo(empty, datetime(2026, 12, 20, 9, tzinfo=UTC))
    days = {
        datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%m-%d")
        for at, zone in await rows(
            empty,
            "SELECT s.starts_at, f.timezone FROM slot s JOIN schedule sc ON sc.id = s.schedule_id"
            " JOIN facility f ON f.id = sc.facility_id",
        )
    }
    assert {"12-30", "01-11", "01-18"} <= days
    assert not {"01-01", "01-02", "01-03", "01-04", "01-05", "01-06", "01-07", "01-08"} & days


async def test_what_people_did_stays(demo: Database) -> None:
    await run(
        demo, f"UPDATE slot SET status = {SlotStatus.BUSY} WHERE id = (SELECT id FROM slot WHERE status = 0)"
    )
    await run(
        demo,
        f"UPDATE slot SET status = {SlotStatus.TENTATIVE} WHERE id = (SELECT id FROM slot WHERE status = 0)",
    )
    await run(demo, "DELETE FROM slot WHERE id = (SELECT id FROM slot WHERE status = 0)")
    await run(demo, "UPDATE facility SET phone = '+7 495 000-99-99' WHERE code = 'demo-mow-1'")
    await run(demo, "UPDATE doctor SET surname = 'Чехова' WHERE code = 'demo-mow-1-01'")
    before = await everything(demo)
    await seed_demo(demo, NOW + timedelta(hours=2))
    assert await everything(demo) == before
    await seed_demo(demo, NOW + timedelta(days=1))
    after = await everything(demo)
    assert after["slot"][: len(before["slot"])] == before["slot"]
    assert after["facility"] == before["facility"]
    assert after["doctor"] == before["doctor"]


async def test_rows_from_before_get_what_cards_say_now_and_changed_ones_stay(demo: Database) -> None:
    whole = await everything(demo)
    await run(
        demo, "UPDATE facility SET opening_hours = NULL, insurers = NULL, rating_sum = 0, rating_count = 0"
    )
    await run(demo, "UPDATE doctor SET photo = NULL, rating_sum = 0, rating_count = 0")
    await run(demo, "DELETE FROM feedback WHERE rating = 5")
    await run(demo, "UPDATE specialty SET parent_code = NULL")
    await seed_demo(demo, NOW)
    assert await everything(demo) == whole
    await run(demo, "UPDATE facility SET opening_hours = '', rating_count = 7 WHERE code = 'demo-mow-1'")
    await run(demo, "UPDATE doctor SET rating_sum = 9, rating_count = 2 WHERE code = 'demo-mow-1-01'")
    await run(demo, "UPDATE specialty SET parent_code = '' WHERE code = 'neonatologist'")
    changed = await everything(demo)
    await seed_demo(demo, NOW)
    assert await everything(demo) == changed


async def test_hours_and_ratings_of_the_demo_are_believable(demo: Database) -> None:
    for kind, hours, insurers, total, count in await rows(
        demo, "SELECT kind, opening_hours, insurers, rating_sum, rating_count FROM facility"
    ):
        assert len(orjson.loads(hours)) == 7
        assert (kind == "polyclinic") == (orjson.loads(hours)[6] is None)
        assert 2 <= len(orjson.loads(insurers)) <= 4
        assert 3.8 <= total / count <= 5
    ratings = await rows(demo, "SELECT rating_sum, rating_count FROM doctor")
    assert {count == 0 for _, count in ratings} == {True, False}
    assert all(total <= 5 * count for total, count in ratings)


async def test_what_cards_of_the_demo_say_is_what_its_rows_give(demo: Database) -> None:
    for table in ("doctor", "facility"):
        stored = await rows(demo, f"SELECT id, rating_sum, rating_count FROM {table} ORDER BY id")
        counted = await rows(
            demo,
            f"SELECT t.id, coalesce(sum(f.rating), 0), count(f.id) FROM {table} AS t"
            f" LEFT JOIN feedback AS f ON f.{table}_id = t.id GROUP BY t.id ORDER BY t.id",
        )
        assert stored == counted
    ((commented, whole),) = await rows(demo, "SELECT sum(state = 1), count(*) FROM feedback")
    assert whole * 0.08 < commented < whole * 0.12
    ((of_nobody,),) = await rows(demo, "SELECT count(*) FROM feedback WHERE appointment_id IS NULL")
    assert of_nobody == whole


def test_comments_of_the_demo_are_such_as_may_be_shown() -> None:
    for comments in opinions._COMMENTS.values():
        for comment in comments:
            assert doubts(comment, (), (), read_abuse()) == ()


async def test_bookings_stay(demo: Database) -> None:
    ((slot, at),) = await rows(demo, "SELECT id, starts_at FROM slot WHERE status = 0 LIMIT 1")
    await run(
        demo,
        "INSERT INTO account (id, telegram_id, language, consent_version, consented_at, contact,"
        " created_at, pin_failures) VALUES (1, 1, 'ru', '1', 0, x'00', 0, 0)",
    )
    await run(demo, "INSERT INTO patient VALUES (1, x'00', 0)")
    await run(
        demo,
        "INSERT INTO appointment (id, number, ticket_code, patient_id, slot_id, status, starts_at, ends_at,"
        " first_starts_at, queue_number, sequence, booked_at, is_barred)"
        f" VALUES (1, '1', 'c', 1, {slot}, 1, {at}, {at} + 900, {at}, 1, 0, 0, 0)",
    )
    await run(demo, f"UPDATE slot SET status = {SlotStatus.BUSY} WHERE id = {slot}")
    booked = await rows(demo, "SELECT * FROM appointment JOIN slot ON slot.id = slot_id")
    for days in (0, 1, 40):
        await seed_demo(demo, NOW + timedelta(days=days))
        assert await rows(demo, "SELECT * FROM appointment JOIN slot ON slot.id = slot_id") == booked
    assert len(booked) == 1


async def test_after_a_long_pause_there_are_times_again(demo: Database) -> None:
    later = NOW + timedelta(days=100)
    await seed_demo(demo, later)
    sql = "SELECT COUNT(*) FROM slot WHERE status = 0 AND starts_at > :after"
    ((free,),) = await rows(demo, sql, after=int(later.timestamp()))
    assert free > 50_000


async def test_the_catalogue_shows_the_demo(demo: Database) -> None:
    regions = await demo.read(lambda tx: stored_regions.listed(tx, "ru", 0, 100))
    assert 8 <= len(regions.items) <= 10
    facilities = await demo.read(lambda tx: facility_lists.listed(tx, "RU-MOW", NO_FILTERS, NOW, 0, 100))
    assert 3 <= len(facilities.items) <= 6
    unavailable = 0
    for facility in (entry.row for entry in facilities.items):
        assert facility.is_demo
        at = partial(
            specialty_lists.of_facility,
            facility_id=facility.id,
            language="ru",
            now=NOW,
            number=0,
            size=100,
        )
        listed = await demo.read(at)
        assert any(specialty.nearest_at is not None for specialty in listed.items)
        unavailable += sum(specialty.nearest_at is None for specialty in listed.items)
    assert unavailable


async def test_a_changed_visit_length_is_for_new_times_only(demo: Database, tmp_path: Path) -> None:
    path = tmp_path / "specialties.csv"
    text = SPECIALTIES.read_text(encoding="utf-8")
    path.write_text(text.replace(",0,15,", ",0,35,"), encoding="utf-8")
    await import_specialties(demo, path)
    await seed_demo(demo, NOW + timedelta(days=1))
    ((overlapping,),) = await rows(
        demo,
        "SELECT COUNT(*) FROM (SELECT starts_at - LAG(starts_at + minutes * 60)"
        " OVER (PARTITION BY sc.doctor_id ORDER BY starts_at) AS gap"
        " FROM slot JOIN schedule AS sc ON sc.id = schedule_id) WHERE gap < 0",
    )
    assert overlapping == 0
    assert (35,) in await rows(demo, "SELECT DISTINCT minutes FROM slot")


async def test_a_deployments_own_regions(empty: Database, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "code,name_ru,name_en,timezone,latitude,longitude\n"
        "RU-SA,Якутия восточная,Eastern Yakutia,Asia/Srednekolymsk,67.5,153.7\n"
        "XX-OWN,Свой район,Own district,Asia/Omsk,55,73\n",
        encoding="utf-8",
    )
    await seed_reference(empty)
    for _ in range(2):
        assert await import_regions(empty, path) == 2
        await seed_demo(empty, NOW)  # seeding does not take it back
        assert await rows(empty, "SELECT code, timezone FROM region WHERE code IN ('RU-SA', 'XX-OWN')") == [
            ("RU-SA", "Asia/Srednekolymsk"),
            ("XX-OWN", "Asia/Omsk"),
        ]
        assert await rows(empty, "SELECT COUNT(*) FROM region") == [(84,)]
    assert await import_regions(empty, REGIONS) == 83  # and this does
    assert await rows(empty, "SELECT timezone FROM region WHERE code = 'RU-SA'") == [("Asia/Yakutsk",)]


async def test_importing_specialties_keeps_their_ids(demo: Database, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    head, *lines = SPECIALTIES.read_text(encoding="utf-8").splitlines()
    therapist = next(line for line in lines if line.startswith("therapist,"))
    path.write_text(f"{head}\n{therapist.replace(',Терапевт,', ',Участковый,')}\n", encoding="utf-8")
    (before,) = await rows(demo, "SELECT id FROM specialty WHERE code = 'therapist'")
    assert await import_specialties(demo, path) == 1
    assert await rows(demo, "SELECT id, name_ru FROM specialty WHERE code = 'therapist'") == [
        (*before, "Участковый")
    ]
    assert await rows(demo, "SELECT COUNT(*) FROM specialty") == [(60,)]


async def test_of_a_wrong_file_nothing_is_taken(empty: Database, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    text = REGIONS.read_text(encoding="utf-8")
    path.write_text(text.replace("Asia/Chita", "Asia/Chitta"), encoding="utf-8")
    with pytest.raises(WrongTable, match=r"wrong\.csv, line 84, column timezone"):
        await import_regions(empty, path)
    with pytest.raises(WrongTable, match=r"wrong\.csv, line 1, column official_name"):
        await import_specialties(empty, path)
    assert (
        await rows(empty, "SELECT * FROM region UNION ALL SELECT code, '', '', '', 0, 0 FROM specialty") == []
    )


async def test_importing_services_keeps_their_ids_and_knows_their_specialties(
    demo: Database, tmp_path: Path
) -> None:
    path = tmp_path / "services.csv"
    head = SERVICES.read_text(encoding="utf-8").split("\n", 1)[0]
    (known,) = await rows(demo, "SELECT id FROM service WHERE code = 'therapist_checkup'")
    line = "therapist_checkup,therapist,Осмотр,Check-up,examination,45,0,adult,осмотр,,"
    path.write_text(f"{head}\n{line}\n", encoding="utf-8")
    assert await import_services(demo, path) == 1
    assert await rows(demo, "SELECT id, minutes FROM service WHERE code = 'therapist_checkup'") == [
        (*known, 45)
    ]
    path.write_text(f"{head}\n{line.replace(',therapist,', ',wizard,')}\n", encoding="utf-8")
    with pytest.raises(WrongTable, match="line 2, column specialty_code"):
        await import_services(demo, path)
    assert await rows(demo, "SELECT specialty_code FROM service WHERE code = 'therapist_checkup'") == [
        ("therapist",)
    ]
