"""Free times by day: in every zone of Russia, over nights when clocks change, and what is offered instead."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import booking, rules, times
from clinic import days as looking
from clinic.days import Look, Scope
from clinic.errors import TimeTaken
from storage.database import Database
from storage.states import SlotStatus
from tests.world import (
    BULGAKOV,
    CARDIOLOGIST,
    CHEKHOV,
    MOSCOW,
    NOW,
    THERAPIST,
    TIMES_A_DAY,
    VERESAEV,
    VLADIVOSTOK,
    World,
)

ANNA, BORIS = 101, 102
SECOND = timedelta(seconds=1)
RUSSIA = {
    "Europe/Kaliningrad": 2, "Europe/Moscow": 3, "Europe/Samara": 4, "Asia/Yekaterinburg": 5, "Asia/Omsk": 6,
    "Asia/Krasnoyarsk": 7, "Asia/Irkutsk": 8, "Asia/Yakutsk": 9, "Asia/Vladivostok": 10, "Asia/Magadan": 11,
    "Asia/Kamchatka": 12,
}  # fmt: skip
"""The eleven zones and their hours east of UTC."""


async def fill(database: Database, instants: list[datetime]) -> None:
    """Give Chekhov these free times in place of his own."""
    rows = [(CHEKHOV, int(at.timestamp())) for at in instants]

    def work(tx) -> None:
        tx.execute("DELETE FROM slot WHERE schedule_id = ?", (CHEKHOV,))
        tx.executemany(
            "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (?, ?, 30, 0)", rows
        )

    await database.write(work)


def local(zone: str, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))


async def counted(world: World, zone: str, now: datetime, days: int = 14) -> dict[date, int]:
    await in_zone(world, zone)
    latest = times.day_start(now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days), zone) - SECOND
    found = await looking.nearest(world.database, look(now, latest), most=1_000)
    assert list(found.days) == sorted(found.days, key=lambda day: day.on)
    assert found.hidden == 0
    return {day.on: day.count for day in found.days}


async def listed(world: World, zone: str, day: date, now: datetime) -> list[datetime]:
    await in_zone(world, zone)
    found = await looking.times_of(world.database, look(now), day)
    return [time.free.starts_at for time in found.times]


def look(now: datetime, latest: datetime | None = None) -> Look:
    return Look(Scope(CHEKHOV), now, latest)


async def in_zone(world: World, zone: str) -> None:
    """Move Chekhov's facility into a zone."""
    await world.database.write(
        lambda tx: tx.execute("UPDATE facility SET timezone = ? WHERE id = 1", (zone,))
    )


@pytest.mark.parametrize(("zone", "east"), RUSSIA.items())
async def test_days_end_at_the_facilitys_own_midnight(world: World, zone: str, east: int) -> None:
    day = date(2025, 6, 11)
    first, last = local(zone, day, 0), local(zone, day, 23, 30)
    assert first == datetime(2025, 6, 11, tzinfo=UTC) - timedelta(hours=east)
    before, after = local(zone, day - timedelta(days=1), 23, 30), local(zone, day + timedelta(days=1), 0)
    await fill(world.database, [before, first, last, after])
    assert await counted(world, zone, NOW) == {
        date(2025, 6, 10): 1, date(2025, 6, 11): 2, date(2025, 6, 12): 1,
    }  # fmt: skip
    assert await listed(world, zone, day, NOW) == [first, last]


@pytest.mark.parametrize("zone", RUSSIA)
async def test_today_is_the_facilitys_today(world: World, zone: str) -> None:
    """At every hour of a day the first free day is the one it is there, and what has begun does not count."""
    start = datetime(2025, 6, 10, tzinfo=UTC)
    await fill(world.database, [start + timedelta(minutes=30) * number for number in range(4 * 48)])
    for hour in range(0, 48, 3):
        now = start + timedelta(hours=hour, minutes=5)
        today = now.astimezone(ZoneInfo(zone)).date()
        left = await listed(world, zone, today, now)
        found = await counted(world, zone, now, days=1)
        if left:
            assert found == {today: len(left)}
            assert left[0] > now
        else:
            assert found == {}


CHANGES = [
    ("Europe/Berlin", date(2025, 3, 30), 23),
    ("Europe/Berlin", date(2025, 10, 26), 25),
    ("America/New_York", date(2025, 11, 2), 25),
    ("Africa/Cairo", date(2025, 4, 25), 23),  # midnight itself does not exist
    ("Africa/Cairo", date(2025, 10, 30), 25),  # the last hour of the day comes twice
    ("America/Havana", date(2025, 11, 2), 25),  # midnight comes twice
    ("Europe/Moscow", date(2014, 10, 26), 25),
    ("Europe/Moscow", date(2011, 3, 27), 23),
]


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
async def test_on_the_night_the_clocks_change_no_time_is_lost_or_counted_twice(
    world: World, zone: str, day: date, hours: int
) -> None:
    """A free time every half hour of five days: the day of the change has as many as it has half hours."""
    first = times.day_start(day - timedelta(days=2), zone)
    start = first.astimezone(UTC)
    end = times.day_start(day + timedelta(days=3), zone).astimezone(UTC)
    half_hours = int((end - start) / timedelta(minutes=30))
    await fill(world.database, [start + timedelta(minutes=30) * number for number in range(half_hours)])
    now = start - SECOND
    found = await counted(world, zone, now, days=8)
    assert {on: count / 2 for on, count in found.items()} == {
        day + timedelta(days=number): hours if number == 0 else 24 for number in range(-2, 3)
    }
    everything = []
    for on, count in found.items():
        of_day = await listed(world, zone, on, now)
        assert len(of_day) == count
        assert {at.astimezone(ZoneInfo(zone)).date() for at in of_day} == {on}
        everything += of_day
    assert everything == sorted(set(everything))
    assert len(everything) == half_hours


async def test_at_opening_time_clocks_that_change_change_nothing(world: World) -> None:
    """Nine in the morning in Berlin: another hour of UTC after the change, nine to people all the same."""
    zone, days = "Europe/Berlin", [date(2025, 3, 29), date(2025, 3, 30), date(2025, 3, 31)]
    await fill(world.database, [local(zone, day, 9) for day in days])
    now = local(zone, days[0], 0)
    assert await counted(world, zone, now) == dict.fromkeys(days, 1)
    assert [(await listed(world, zone, day, now))[0].hour for day in days] == [8, 7, 7]


@given(
    zone=st.sampled_from([*RUSSIA, *(zone for zone, _, _ in CHANGES)]),
    first=st.dates(date(2010, 1, 1), date(2040, 1, 1)),
)
def test_days_follow_each_other_without_a_gap(zone: str, first: date) -> None:
    starts = [times.day_start(first + timedelta(days=number), zone) for number in range(40)]
    for number, (start, end) in enumerate(pairwise(starts)):
        day = first + timedelta(days=number)
        inside, last = start.astimezone(UTC), end.astimezone(UTC) - SECOND
        assert timedelta(hours=22) < last - inside < timedelta(hours=26)
        assert inside.astimezone(ZoneInfo(zone)).date() == last.astimezone(ZoneInfo(zone)).date() == day


async def test_a_time_that_has_begun_is_not_free(world: World) -> None:
    at = local(MOSCOW, date(2025, 6, 3), 9)
    assert len(await listed(world, MOSCOW, date(2025, 6, 3), at - SECOND)) == TIMES_A_DAY
    assert len(await listed(world, MOSCOW, date(2025, 6, 3), at)) == TIMES_A_DAY - 1
    assert (await counted(world, MOSCOW, at, days=1)) == {date(2025, 6, 3): TIMES_A_DAY - 1}
    assert (await counted(world, MOSCOW, at + timedelta(hours=6), days=1)) == {}
    assert await listed(world, MOSCOW, date(2025, 6, 2), at) == []


async def test_held_and_booked_times_are_not_free(world: World) -> None:
    day = date(2025, 6, 3)
    await booking.hold(world.database, ANNA, await world.slot_id(CHEKHOV, 1, 0), NOW)
    await world.book(BORIS, await world.slot_id(CHEKHOV, 1, 1))
    assert (await counted(world, MOSCOW, NOW))[day] == TIMES_A_DAY - 2
    assert await listed(world, MOSCOW, day, NOW) == [
        local(MOSCOW, day, 9) + timedelta(minutes=30) * number for number in range(2, 6)
    ]


async def test_the_days_asked_for_and_no_more(world: World) -> None:
    assert list(await counted(world, MOSCOW, NOW, days=1)) == [date(2025, 6, 2)]
    assert list(await counted(world, MOSCOW, NOW, days=8)) == [
        date(2025, 6, day) for day in (2, 3, 4, 5, 6, 9)
    ]
    assert await counted(world, MOSCOW, NOW, days=0) == {}


async def test_the_nearest_of_a_doctor_of_a_facility_and_of_a_region(world: World) -> None:
    nine = local(MOSCOW, date(2025, 6, 2), 9)
    assert (await times.nearest_of_schedule(world.database, CHEKHOV, NOW)).starts_at == nine
    assert await times.nearest_of_schedule(world.database, CHEKHOV, NOW + timedelta(days=60)) is None
    both = await times.nearest_at_facility(world.database, THERAPIST, 1, NOW, limit=3)
    assert [(free.schedule_id, free.starts_at - nine) for free in both] == [
        (CHEKHOV, timedelta()),
        (BULGAKOV, timedelta()),
        (CHEKHOV, timedelta(minutes=30)),
    ]
    assert await times.nearest_at_facility(world.database, CARDIOLOGIST, 1, NOW) == []
    assert await times.nearest_in_region(world.database, CARDIOLOGIST, "RU-MOW", NOW) == []
    far = await times.nearest_in_region(world.database, CARDIOLOGIST, "RU-PRI", NOW)
    assert [free.schedule_id for free in far] == [VERESAEV] * rules.OFFERED_TIMES
    assert far[0].starts_at > NOW


async def offers(world: World, slot_id: int, now: datetime = NOW):
    with pytest.raises(TimeTaken) as refused:
        await booking.hold(world.database, BORIS, slot_id, now)
    return refused.value.nearest


async def set_status(world: World, where: str, status: SlotStatus = SlotStatus.BUSY) -> None:
    await world.database.write(lambda tx: tx.execute(f"UPDATE slot SET status = {status:d} WHERE {where}"))


async def test_in_place_of_a_taken_time_the_same_moment_with_another_doctor_comes_first(
    world: World,
) -> None:
    slot = await world.slot_id(CHEKHOV, 1, 2)
    await booking.hold(world.database, ANNA, slot, NOW)
    ten = local(MOSCOW, date(2025, 6, 3), 10)
    found = await offers(world, slot)
    assert [(offer.starts_at - ten, offer.doctor) for offer in found] == [
        (timedelta(), "Булгаков М. А."),
        (timedelta(minutes=30), "Чехов А. П."),
        (timedelta(minutes=30), "Булгаков М. А."),
    ]
    assert {offer.timezone for offer in found} == {MOSCOW}
    assert slot not in {offer.slot_id for offer in found}


async def test_where_nothing_follows_earlier_times_are_offered(world: World) -> None:
    days = [day for day in range(30) if (NOW + timedelta(days=day)).weekday() < 5]
    last = await world.slot_id(CHEKHOV, days[-1], TIMES_A_DAY - 1)
    await set_status(world, f"id = {last}")
    at_last, *earlier = sorted(await offers(world, last), key=lambda offer: -offer.starts_at.timestamp())
    assert at_last.doctor == "Булгаков М. А."
    assert [offer.starts_at for offer in earlier] == [local(MOSCOW, date(2025, 6, 2), 9)] * 2


async def test_where_the_facility_has_nothing_its_region_is_asked(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 1)
    await set_status(world, f"schedule_id IN ({CHEKHOV}, {BULGAKOV})")
    assert await offers(world, slot) == ()

    def open_another(tx) -> None:
        tx.execute(
            "INSERT INTO facility (id, code, region_code, name, kind, audience, town, address,"
            " phone, timezone, latitude, longitude, official_code, is_demo)"
            " SELECT 3, 'm2', region_code, 'Поликлиника № 3', kind, audience, town,"
            " address, phone, timezone, latitude, longitude, official_code, is_demo FROM facility"
            " WHERE id = 1"
        )
        tx.execute("INSERT INTO schedule VALUES (4, 3, 3, 1, 'RU-MOW', '7')")
        tx.execute(
            "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (4, ?, 30, 0)",
            (int(local(MOSCOW, date(2025, 6, 20), 9).timestamp()),),
        )

    await world.database.write(open_another)
    (offer,) = await offers(world, slot)
    assert (offer.doctor, offer.starts_at) == ("Вересаев В. В.", local(MOSCOW, date(2025, 6, 20), 9))


async def test_offers_lie_ahead_have_no_double_and_come_in_order(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 0, 5)
    await set_status(world, f"id = {slot}")
    await set_status(world, f"starts_at > (SELECT starts_at FROM slot WHERE id = {slot})")
    now = local(MOSCOW, date(2025, 6, 2), 10)
    found = await offers(world, slot, now)
    assert len(found) == rules.OFFERED_TIMES
    assert len({offer.slot_id for offer in found}) == rules.OFFERED_TIMES
    assert all(offer.starts_at > now for offer in found)
    assert [offer.starts_at for offer in found] == sorted(offer.starts_at for offer in found)


async def test_the_seven_hours_between_two_cities_do_not_mix(world: World) -> None:
    """In Vladivostok it is afternoon already when Moscow gets up: its morning is over, Moscow's is free."""
    at_three = NOW.astimezone(ZoneInfo(VLADIVOSTOK))
    assert at_three.hour == 13
    latest = times.day_start(NOW.date() + timedelta(days=1), VLADIVOSTOK) - SECOND
    assert (await looking.nearest(world.database, Look(Scope(VERESAEV), NOW, latest))).days == ()
    assert (await counted(world, MOSCOW, NOW, days=1)) == {date(2025, 6, 2): TIMES_A_DAY}
