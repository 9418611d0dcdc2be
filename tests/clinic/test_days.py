"""Days and times of one doctor or of several, through a wish; every count held against a plain count."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic import days
from clinic.days import Look, Scope, State
from clinic.errors import NotFound
from clinic.wishes import Window, Wish, fits, fits_place, parse
from storage.states import SlotStatus
from storage.types import instant
from tests.world import (
    BULGAKOV,
    CARDIOLOGIST,
    CHEKHOV,
    MOSCOW,
    NOW,
    THERAPIST,
    TIMES_A_DAY,
    VERESAEV,
    World,
)

TODAY = date(2025, 6, 2)
ONE = Scope(CHEKHOV)
ANY = Scope(specialty_id=THERAPIST, facility_id=1, region="RU-MOW")
WIDE = Scope(specialty_id=THERAPIST, facility_id=1, region="RU-MOW", is_wide=True)
OTHER_CLINIC, OTHER_SCHEDULE = 3, 4
EVENING_OF_VLADIVOSTOK = "Asia/Vladivostok"


async def open_another(world: World, zone: str = MOSCOW) -> None:
    """Open a second clinic in Moscow's region, where Veresaev is a therapist in the afternoon."""

    def work(tx) -> None:
        tx.execute(
            "INSERT INTO facility (id, code, region_code, name, kind, audience, town, address, phone,"
            " timezone, latitude, longitude, official_code, is_demo)"
            " SELECT 3, 'm2', region_code, 'Поликлиника № 3', kind, audience, town, address, phone, ?,"
            " latitude, longitude, official_code, is_demo FROM facility WHERE id = 1",
            (zone,),
        )
        tx.execute("INSERT INTO schedule VALUES (4, 3, 3, 1, 'RU-MOW', '7')")
        start = datetime(2025, 6, 3, 14, tzinfo=ZoneInfo(zone))
        tx.executemany(
            "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (4, ?, 30, 0)",
            [(int(start.timestamp()) + number * 1800,) for number in range(8)],
        )

    await world.database.write(work)


async def plain(world: World, look: Look, ids: set[int]) -> tuple[dict[date, int], int]:
    """Count by reading everything: what fits by day, and what does not."""
    rows = await world.rows(
        "SELECT sc.id, sc.facility_id, f.timezone, s.starts_at FROM slot AS s"
        " JOIN schedule AS sc ON sc.id = s.schedule_id JOIN facility AS f ON f.id = sc.facility_id"
        " WHERE s.status = 0 AND s.starts_at > ?",
        int(look.now.timestamp()),
    )
    found: dict[date, int] = {}
    hidden = 0
    for schedule, facility, zone, starts_at in rows:
        at = instant(starts_at)
        if schedule not in ids or (look.latest is not None and at > look.latest):
            continue
        is_meant = look.scope.schedule_id or fits_place(look.wish, schedule, facility)
        if is_meant and fits(look.wish, at, zone, look.now):
            on = at.astimezone(ZoneInfo(zone)).date()
            found[on] = found.get(on, 0) + 1
        else:
            hidden += 1
    return found, hidden


WISHES = [
    "", "после 10:30", "до 10", "по вторникам", "кроме среды", "либо до 10, либо в пятницу",
    "до 10 или с 9:30 до 11", "завтра", "с 10 по 20 июня", "не раньше чем через 3 часа",
    "утром, кроме 10 июня", "после 20", "после 14",
]  # fmt: skip


@pytest.mark.parametrize("zone", [MOSCOW, EVENING_OF_VLADIVOSTOK])
@pytest.mark.parametrize("words", WISHES)
async def test_what_is_counted_is_what_fits(world: World, words: str, zone: str) -> None:
    await open_another(world, zone)
    wish, rest = parse(words, TODAY)
    assert rest == ""
    now = NOW + timedelta(hours=6, minutes=10)
    for scope, ids in ((ONE, {CHEKHOV}), (ANY, {CHEKHOV, BULGAKOV}), (WIDE, {CHEKHOV, BULGAKOV, 4})):
        for latest in (None, now + timedelta(days=9)):
            look = Look(scope, now, latest, wish)
            expected, hidden = await plain(world, look, ids)
            found = await days.nearest(world.database, look, most=1_000)
            assert {day.on: day.count for day in found.days} == expected
            assert found.hidden == hidden
            assert (found.first is None) == (not expected)
            page = await days.page(world.database, look, TODAY, 35)
            assert {day.on: day.count for day in page.days if day.count} == expected
            assert sum(day.hidden for day in page.days) == hidden
            for day in page.days:
                of_day = await days.times_of(world.database, look, day.on)
                assert (len(of_day.times), of_day.hidden) == (day.count, day.hidden)


async def test_the_first_time_that_fits_is_the_nearest(world: World) -> None:
    wish, _ = parse("по средам после 10:30", TODAY)
    found = await days.nearest(world.database, Look(ANY, NOW, wish=wish))
    assert found.first is not None
    assert found.first.starts_at == datetime(2025, 6, 4, 10, 30, tzinfo=ZoneInfo(MOSCOW))
    assert [day.on for day in found.days] == [date(2025, 6, 4) + timedelta(weeks=week) for week in range(4)]


async def test_no_more_days_than_wanted(world: World) -> None:
    found = await days.nearest(world.database, Look(ONE, NOW))
    assert [day.count for day in found.days] == [TIMES_A_DAY] * 6


async def test_doctors_and_clinics_are_left_out_and_their_times_counted_as_hidden(world: World) -> None:
    await open_another(world)
    without = Wish(without_schedules=frozenset([BULGAKOV]))
    found = await days.times_of(world.database, Look(ANY, NOW, wish=without), TODAY)
    assert {time.seen.doctor for time in found.times} == {"Чехов А. П."}
    assert found.hidden == TIMES_A_DAY
    only = Wish(facility_ids=frozenset([OTHER_CLINIC]))
    there = await days.times_of(world.database, Look(ANY, NOW, wish=only), TODAY + timedelta(days=1))
    assert {time.seen.facility for time in there.times} == {"Поликлиника № 3"}
    nobody = Wish(without_facilities=frozenset([1, OTHER_CLINIC]))
    found_none = await days.nearest(world.database, Look(WIDE, NOW, wish=nobody))
    assert (found_none.days, found_none.first) == ((), None)
    assert found_none.hidden


async def test_who_was_chosen_is_looked_at_whatever_is_wished(world: World) -> None:
    look = Look(ONE, NOW, wish=Wish(without_schedules=frozenset([CHEKHOV])))
    assert (await days.nearest(world.database, look)).hidden == 0


async def test_nobody_of_the_specialty_is_told(world: World) -> None:
    with pytest.raises(NotFound):
        await days.nearest(world.database, Look(Scope(99), NOW))
    with pytest.raises(NotFound):
        await days.page(world.database, Look(Scope(specialty_id=CARDIOLOGIST, facility_id=1), NOW), TODAY, 14)


async def states(world: World, first: date, number: int = 7, look: Look | None = None) -> list[State]:
    found = await days.page(world.database, look or Look(ONE, NOW), first, number)
    return [day.state for day in found.days]


async def close(world: World, where: str, status: SlotStatus = SlotStatus.UNAVAILABLE) -> None:
    await world.database.write(
        lambda tx: tx.execute(
            f"UPDATE slot SET status = {status:d} WHERE schedule_id = {CHEKHOV} AND {where}"
        )
    )


def on(day: date) -> str:
    start = int(datetime.combine(day, time(), ZoneInfo(MOSCOW)).timestamp())
    return f"starts_at BETWEEN {start} AND {start + 86_399}"


async def test_free_few_taken_closed_and_no_reception_are_told_apart(world: World) -> None:
    tuesday, wednesday = date(2025, 6, 3), date(2025, 6, 4)
    await close(world, f"{on(tuesday)} AND starts_at % 3600 = 0", SlotStatus.BUSY)
    await close(world, on(wednesday), SlotStatus.BUSY)
    await close(world, on(date(2025, 6, 5)))
    assert await states(world, TODAY) == [
        State.FREE, State.FEW, State.FULL, State.NONE, State.FREE, State.NONE, State.NONE,
    ]  # fmt: skip
    assert await states(world, TODAY - timedelta(days=7)) == [State.NONE] * 7


async def test_days_that_the_clinic_keeps_closed_at_the_end_are_not_open_yet(world: World) -> None:
    friday = date(2025, 6, 27)
    await close(world, f"starts_at > {int(datetime(2025, 6, 26, tzinfo=ZoneInfo(MOSCOW)).timestamp())}")
    page = await days.page(world.database, Look(ONE, NOW), date(2025, 6, 23), 14)
    assert [day.state for day in page.days[:5]] == [State.FREE] * 3 + [State.NOT_OPEN] * 2
    assert page.last == date(2025, 7, 1)
    assert {day.state for day in page.days if day.on > page.last} == {State.NOT_OPEN}
    assert friday in {day.on for day in page.days if day.state is State.NOT_OPEN}


async def test_where_everything_is_closed_nothing_is_about_to_open(world: World) -> None:
    await close(world, "1")
    assert set(await states(world, TODAY, 5)) == {State.FULL}


async def test_a_day_whose_times_are_all_outside_of_the_wish_is_no_full_one(world: World) -> None:
    evening = Look(ONE, NOW, wish=Wish((Window(since=time(17)),)))
    assert set(await states(world, TODAY, 5, evening)) == {State.OUTSIDE}


async def test_after_the_latest_day_allowed_there_is_nothing(world: World) -> None:
    look = Look(ONE, NOW, NOW + timedelta(days=2, hours=9))
    assert await states(world, TODAY, 7, look) == [State.FREE] * 3 + [State.NONE] * 4
    assert (await days.page(world.database, look, TODAY, 7)).last == date(2025, 6, 4)


async def test_doctors_are_compared_by_their_first_time_that_fits(world: World) -> None:
    await close(world, on(TODAY), SlotStatus.BUSY)
    late, _ = parse("после 10", TODAY)
    found = await days.by_doctor(world.database, Look(ANY, NOW, wish=late))
    assert {schedule: free.starts_at.astimezone(ZoneInfo(MOSCOW)) for schedule, free in found.items()} == {
        CHEKHOV: datetime(2025, 6, 3, 10, tzinfo=ZoneInfo(MOSCOW)),
        BULGAKOV: datetime(2025, 6, 2, 10, tzinfo=ZoneInfo(MOSCOW)),
    }
    assert set(await days.by_doctor(world.database, Look(ANY, NOW, wish=late), TODAY)) == {BULGAKOV}
    assert VERESAEV not in found
