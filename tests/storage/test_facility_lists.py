"""Lists of facilities: what is near, filters and orders, each held against a plain search through all."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage import facility_lists, nearby, nearest, regions
from storage.crypto import Keyring
from storage.database import Database
from storage.facilities import Rating
from storage.facility_lists import BY_NAME, BY_RATING, BY_TIME, KINDS, FacilityEntry, Filters
from storage.geography import Point, box, kilometres
from storage.pages import Page
from storage.types import Tx, epoch
from tests.world import MOSCOW, NOW, VLADIVOSTOK

KREMLIN = Point(55.7520, 37.6175)
MANY = 600
DAY = date(2025, 6, 4)


def fill(tx: Tx) -> None:
    """Write many facilities in two regions, some in one house, some about the 180th meridian."""
    draw = random.Random("many facilities")
    tx.execute(
        "INSERT INTO region VALUES ('RU-MOW', 'Москва', 'Moscow', :moscow, 55.75, 37.62),"
        " ('RU-CHU', 'Чукотка', 'Chukotka', :chukotka, 66.6, 177.5)",
        {"moscow": MOSCOW, "chukotka": "Asia/Anadyr"},
    )
    for number in (1, 2):
        tx.execute(
            "INSERT INTO specialty (id, code, name_ru, name_en, official_name, group_ru, group_en, audience,"
            " sex, needs_referral, slot_minutes, words_ru, prepare_ru, prepare_en)"
            " VALUES (:id, :id, :id, :id, '', '', '', 'all', 'any', 0, 30, '', '', '')",
            {"id": number},
        )
    tx.execute(
        "INSERT INTO doctor (id, code, surname, given_name, patronymic, sex, category, education,"
        " practising_since, languages) VALUES (1, 'd', 'Чехов', '', '', 'male', '', '', 2005, 'ru')"
    )
    for number in range(1, MANY + 1):
        in_moscow = number <= MANY * 2 // 3
        if in_moscow:
            point = Point(draw.gauss(55.75, 0.2), draw.gauss(37.62, 0.3))
        else:
            point = Point(draw.uniform(62, 70), (draw.uniform(160, 190) + 180) % 360 - 180)
        if number <= 20:
            point = Point(55.76, 37.60)
        tx.execute(
            "INSERT INTO facility (id, code, region_code, name, kind, audience, town, address, phone,"
            " timezone, latitude, longitude, official_code, is_demo, rating_sum, rating_count)"
            " VALUES (:id, :id, :region, :name, :kind, 'all', 'Город', 'ул. Мира, 1', '', :zone, :lat, :lon,"
            " '', 0, :sum, :count)",
            {
                "id": number,
                "region": "RU-MOW" if in_moscow else "RU-CHU",
                "name": f"Клиника № {draw.randint(1, 300)}",
                "kind": draw.choice(KINDS),
                "zone": MOSCOW if in_moscow else VLADIVOSTOK,  # of no region here: its region's is taken
                "lat": point.latitude,
                "lon": point.longitude,
                "sum": (count := draw.choice((0, 1, 3, 40))) * draw.randint(3, 5),
                "count": count,
            },
        )
        for specialty in draw.sample((1, 2), draw.randint(0, 2)):
            schedule = number * 10 + specialty
            tx.execute(
                "INSERT INTO schedule VALUES (:id, 1, :facility, :specialty, :region, '1')",
                {
                    "id": schedule,
                    "facility": number,
                    "specialty": specialty,
                    "region": "RU-MOW" if in_moscow else "RU-CHU",
                },
            )
            for _ in range(draw.randint(0, 3)):
                at = NOW + timedelta(minutes=draw.randint(-1000, 6000))
                tx.execute(
                    "INSERT OR IGNORE INTO slot (schedule_id, starts_at, minutes, status)"
                    " VALUES (:schedule, :at, 30, :status)",
                    {"schedule": schedule, "at": epoch(at), "status": draw.choice((0, 0, 2))},
                )
    nearest.put_all(tx, NOW)


@pytest.fixture(scope="module")
def many_store(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(empty_store, tmp_path_factory.mktemp("many") / "many.db"))

    async def work() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}", Keyring("a secret of the tests"))
        await database.open()
        await database.write(fill)
        await database.close()

    asyncio.run(work())
    return path


@pytest.fixture
async def many(many_store: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{many_store}", Keyring("a secret of the tests"))
    await database.open()
    yield database
    await database.close()


def _listed(
    region: str | None, filters: Filters, number: int, size: int, part: str, tx: Tx
) -> Page[FacilityEntry]:
    return facility_lists.listed(tx, region, filters, NOW, number, size, part)


async def shown(
    database: Database, region: str | None, filters: Filters, size: int = 7, part: str = ""
) -> list[FacilityEntry]:
    """Turn all pages over, to the end, or to the tenth."""
    found: list[FacilityEntry] = []
    for number in range(10):
        page = await database.read(partial(_listed, region, filters, number, size, part))
        found += page.items
        assert len(page.items) == size or not page.has_next
        if not page.has_next:
            break
    return found


async def everything(database: Database) -> dict[int, tuple]:
    rows = await database.read(
        lambda tx: tx.execute(
            "SELECT id, region_code, name, kind, latitude, longitude, rating_sum, rating_count FROM facility"
        ).fetchall()
    )
    return {row[0]: tuple(row) for row in rows}


@pytest.mark.parametrize("middle", [KREMLIN, Point(56.9, 35.9), Point(66.0, 179.9), Point(-33.9, 151.2)])
@pytest.mark.parametrize("region", [None, "RU-MOW", "RU-CHU"])
async def test_the_nearest_come_first_wherever_one_stands(
    many: Database, middle: Point, region: str | None
) -> None:
    found = await shown(many, region, Filters(near=middle))
    rows = (await everything(many)).values()
    distances = sorted(
        kilometres(middle, Point(row[4], row[5])) for row in rows if region is None or row[1] == region
    )
    assert [round(one.km or 0, 6) for one in found] == [round(km, 6) for km in distances[: len(found)]]
    assert len({one.row.id for one in found}) == len(found) == 70


async def test_more_in_one_house_than_a_look_reads_are_shown_all_the_same(
    many: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearby, "_MOST", 1)
    found = await shown(many, None, Filters(near=Point(55.76, 37.60)))
    assert {one.row.id for one in found[:20]} == set(range(1, 21))
    assert found[0].km == 0
    far_away = Point(56.9, 35.9)
    found = await shown(many, "RU-MOW", Filters(near=far_away))
    wanted = sorted(kilometres(far_away, Point(row[4], row[5])) for row in (await everything(many)).values())
    assert [one.km for one in found] == pytest.approx(wanted[:70])
    assert len({one.row.id for one in found}) == len(found)


async def test_filters_go_with_nearness(many: Database) -> None:
    found = await shown(many, None, Filters(near=KREMLIN, kind="hospital", is_good=True))
    rows = (await everything(many)).values()
    wanted = sorted(
        kilometres(KREMLIN, Point(row[4], row[5]))
        for row in rows
        if row[3] == "hospital" and row[7] and row[6] >= 4.5 * row[7]
    )
    assert [one.km for one in found] == pytest.approx(wanted[: len(found)])
    assert found


async def test_by_name_by_rating_and_by_time_each_shows_all_once(many: Database) -> None:
    rows = await everything(many)
    all_of_moscow = {number for number, row in rows.items() if row[1] == "RU-MOW"}
    for order in (BY_NAME, BY_RATING, BY_TIME):
        found = await shown(many, "RU-MOW", Filters(order=order), size=60)
        assert {one.row.id for one in found} == all_of_moscow
        assert len(found) == len(all_of_moscow)
    names = [one.row.name for one in await shown(many, "RU-MOW", Filters())]
    assert names == sorted(row[2] for row in rows.values() if row[1] == "RU-MOW")[: len(names)]
    standings = [
        (one.rating.points * 100 + 2000) // (one.rating.count + 5)
        for one in await shown(many, "RU-MOW", Filters(order=BY_RATING), size=60)
    ]
    assert standings == sorted(standings, reverse=True)


async def test_one_kind_word_does_not_come_before_forty(many: Database) -> None:
    found = await shown(many, "RU-MOW", Filters(order=BY_RATING))
    assert found[0].rating == Rating(200, 40)


@pytest.mark.parametrize("specialty", [None, 1])
async def test_by_time_the_earliest_comes_first_and_what_is_full_last(
    many: Database, specialty: int | None
) -> None:
    found = await shown(many, "RU-MOW", Filters(order=BY_TIME, specialty_id=specialty), size=60)
    times = [one.nearest_at for one in found]
    free = [at for at in times if at is not None]
    assert free == sorted(free)
    assert all(at > NOW for at in free)
    assert times[: len(free)] == free
    assert None in times


@pytest.mark.parametrize("order", [BY_NAME, BY_TIME, BY_RATING])
async def test_a_day_and_a_specialty_leave_those_that_are_free_then(many: Database, order: str) -> None:
    filters = Filters(day=DAY, specialty_id=1, order=order)
    found = await shown(many, "RU-MOW", filters, size=60)
    start = datetime(DAY.year, DAY.month, DAY.day, tzinfo=ZoneInfo(MOSCOW))
    rows = await many.read(
        lambda tx: tx.execute(
            "SELECT DISTINCT sc.facility_id FROM schedule AS sc JOIN slot AS s ON s.schedule_id = sc.id"
            " WHERE sc.specialty_id = 1 AND sc.region_code = 'RU-MOW' AND s.status = 0"
            " AND s.starts_at >= ? AND s.starts_at < ?",
            (epoch(start), epoch(start + timedelta(days=1))),
        ).fetchall()
    )
    assert {one.row.id for one in found} == {row[0] for row in rows}
    assert len(found) > 20


async def test_the_day_is_the_facilitys_own(many: Database) -> None:
    """Its zone is that of no region here, so its region's counts."""
    found = await shown(many, "RU-CHU", Filters(day=DAY), size=60)
    start = datetime(DAY.year, DAY.month, DAY.day, tzinfo=ZoneInfo("Asia/Anadyr")).astimezone(UTC)
    rows = await many.read(
        lambda tx: tx.execute(
            "SELECT DISTINCT sc.facility_id FROM schedule AS sc JOIN slot AS s ON s.schedule_id = sc.id"
            " WHERE sc.region_code = 'RU-CHU' AND s.status = 0 AND s.starts_at >= ? AND s.starts_at < ?"
            " AND s.starts_at > ?",
            (epoch(start), epoch(start + timedelta(days=1)), epoch(NOW)),
        ).fetchall()
    )
    assert {one.row.id for one in found} == {row[0] for row in rows}


async def test_what_is_typed_narrows_a_filtered_list(many: Database) -> None:
    found = await shown(many, "RU-MOW", Filters(kind="centre"), part="клиника 7", size=60)
    assert found
    assert all(" 7" in one.row.name and one.row.kind == "centre" for one in found)


async def test_the_order_by_time_follows_what_is_taken(many_store: Path, tmp_path: Path) -> None:
    path = shutil.copy(many_store, tmp_path / "many.db")
    database = Database(f"sqlite+aiosqlite:///{path}", Keyring("a secret of the tests"))
    await database.open()
    first, second = (await shown(database, "RU-MOW", Filters(order=BY_TIME)))[:2]
    await database.write(
        lambda tx: tx.execute(
            "UPDATE slot SET status = 2 WHERE schedule_id IN (SELECT id FROM schedule WHERE facility_id = ?)",
            (first.row.id,),
        )
    )
    shows = (await shown(database, "RU-MOW", Filters(order=BY_TIME)))[0]
    assert (shows.row.id, shows.nearest_at) == (first.row.id, None)  # a little behind, and saying so
    await database.write(lambda tx: nearest.put_all(tx, NOW))
    found = await shown(database, "RU-MOW", Filters(order=BY_TIME), size=60)
    assert found[0].row.id == second.row.id
    assert first.row.id in {one.row.id for one in found if one.nearest_at is None}
    rows, last = await database.read(lambda tx: nearest.changed(tx, 0, 50, NOW))
    assert (rows, last) == ([], 50)
    await database.close()


def test_distances_are_those_of_the_map() -> None:
    petersburg, vladivostok = Point(59.9386, 30.3141), Point(43.1155, 131.8855)
    assert kilometres(KREMLIN, petersburg) == pytest.approx(634, abs=3)
    assert kilometres(KREMLIN, vladivostok) == pytest.approx(6420, abs=30)
    assert kilometres(Point(65, 179.99), Point(65, -179.99)) < 2
    assert kilometres(KREMLIN, KREMLIN) == 0


def test_a_box_holds_its_circle_also_over_the_meridian_and_at_the_pole() -> None:
    around = box(Point(66.0, 179.9), 50)
    assert len(around.spans) == 2
    assert around.spans[0][1] == 180
    assert around.spans[1][0] == -180
    assert box(Point(89.99, 0), 100).spans == ((-180.0, 180.0),)
    assert box(Point(0, 0), 20_100).spans == ((-180.0, 180.0),)


async def test_regions_with_a_facility_alone_are_listed(many: Database) -> None:
    page = await many.read(lambda tx: regions.listed(tx, "ru", 0, 10))
    assert {row.code for row in page.items} == {"RU-MOW", "RU-CHU"}
