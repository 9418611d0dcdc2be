"""The history: what is over or cancelled, page by page, filtered, of the account's own patients alone."""

import statistics
import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic import family, history, rights, visits
from clinic.documents import NewDocument, add
from clinic.errors import NotFound
from clinic.history import PastVisit, Stretch, Turn
from storage import outcomes, papers
from storage.history import CANCELLED, DONE, MISSED, NO_FILTERS, PASSED, Filters
from storage.people import Person
from tests import past
from tests.past import past_visit, past_visits
from tests.world import BULGAKOV, CHEKHOV, MOSCOW, NOW, VERESAEV, VLADIVOSTOK, World

ANNA, BORIS = 101, 102
SIZE = 4


def at(month: int, day: int, hour: int = 9, zone: str = MOSCOW, year: int = 2025) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(zone))


async def child_of(world: World, telegram_id: int, number: int = 70) -> int:
    person = Person("Смирнова", "Мария", "", date(2015, 3, 1))
    return (await family.add_child(world.database, telegram_id, number, person, NOW)).id


async def stretch(
    world: World, filters: Filters = NO_FILTERS, turn: Turn | None = None, who: int = ANNA, size: int = SIZE
) -> Stretch:
    return await history.stretch(world.database, who, filters, turn, world.clock.now(), size)


async def found(world: World, filters: Filters = NO_FILTERS) -> list[int]:
    return [one.row.id for one in (await stretch(world, filters, size=100)).items]


def ids(shown: Stretch) -> list[int]:
    return [one.row.id for one in shown.items]


async def test_it_says_what_became_of_each_visit_the_latest_first(world: World) -> None:
    anna = await world.patient(ANNA)
    done = await past_visit(world, anna.id, at(5, 1))
    missed = await past_visit(world, anna.id, at(5, 3), status=past.MISSED)
    passed = await past_visit(world, anna.id, at(5, 5), status=past.BOOKED)
    coming = await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    cancelled = await world.book(ANNA, await world.slot_id(BULGAKOV, 3))
    await visits.cancel(world.database, ANNA, cancelled.appointment.id, NOW)
    shown = await stretch(world)
    assert [(one.row.id, one.outcome) for one in shown.items] == [
        (cancelled.appointment.id, CANCELLED),
        (passed, PASSED),
        (missed, MISSED),
        (done, DONE),
    ]
    assert coming.appointment.id not in ids(shown)
    assert [shown.has_newer, shown.has_older] == [False, False]


async def test_a_visit_is_history_from_its_end_on(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 0))
    world.clock.at = visit.appointment.ends_at - timedelta(seconds=1)
    assert not await history.has_past(world.database, ANNA, world.clock.now())
    world.clock.at = visit.appointment.ends_at
    (shown,) = (await stretch(world)).items
    assert (shown.row.id, shown.outcome, shown.place.doctor_surname) == (
        visit.appointment.id,
        PASSED,
        "Чехов",
    )
    assert not (await visits.coming(world.database, ANNA, world.clock.now(), 0, 5)).items


async def test_pages_of_a_family_follow_one_another_and_lead_back(world: World) -> None:
    anna, masha = await world.patient(ANNA), await child_of(world, ANNA)
    wanted = [
        (masha if number % 3 else anna.id, at(4, 1) + timedelta(hours=number), CHEKHOV, past.TOOK_PLACE)
        for number in range(9)
    ]
    all_ids = (await past_visits(world, wanted))[::-1]
    first = await stretch(world)
    second = await stretch(world, turn=Turn(first.items[-1].row.id))
    third = await stretch(world, turn=Turn(second.items[-1].row.id))
    assert ids(first) + ids(second) + ids(third) == all_ids
    assert [(one.has_newer, one.has_older) for one in (first, second, third)] == [
        (False, True), (True, True), (True, False),
    ]  # fmt: skip
    back = await stretch(world, turn=Turn(third.items[0].row.id, is_newer=True))
    assert (ids(back), back.has_newer, back.has_older) == (ids(second), True, True)
    again = await stretch(world, turn=Turn(back.items[0].row.id, is_newer=True))
    assert (ids(again), again.has_newer, again.has_older) == (ids(first), False, True)


async def test_visits_at_the_same_time_are_all_shown_once(world: World) -> None:
    anna = await world.patient(ANNA)
    wanted = [(anna.id, at(4, 1), schedule, past.CANCELLED) for schedule in (CHEKHOV, BULGAKOV, VERESAEV)]
    all_ids = (await past_visits(world, wanted))[::-1]
    first = await stretch(world, size=1)
    second = await stretch(world, turn=Turn(ids(first)[0]), size=1)
    third = await stretch(world, turn=Turn(ids(second)[0]), size=1)
    assert ids(first) + ids(second) + ids(third) == all_ids
    assert ids(await stretch(world, turn=Turn(ids(third)[0], is_newer=True), size=1)) == ids(second)


async def test_a_turn_to_somebody_elses_visit_begins_anew(world: World) -> None:
    anna, boris = await world.patient(ANNA), await world.patient(BORIS)
    own = await past_visit(world, anna.id, at(4, 1))
    other = await past_visit(world, boris.id, at(3, 1))
    assert ids(await stretch(world, turn=Turn(other))) == [own]
    assert ids(await stretch(world, turn=Turn(123))) == [own]
    assert ids(await stretch(world, who=BORIS)) == [other]
    assert ids(await stretch(world, who=999)) == []


async def test_each_filter_and_all_together(world: World) -> None:
    anna, masha = await world.patient(ANNA), await child_of(world, ANNA)
    one = await past_visit(world, anna.id, at(4, 1))
    two = await past_visit(world, masha, at(4, 2), BULGAKOV, past.CANCELLED)
    three = await past_visit(world, anna.id, at(5, 1), VERESAEV, past.MISSED)
    four = await past_visit(world, anna.id, at(5, 2), BULGAKOV, past.BOOKED)
    for filters, expected in (
        (NO_FILTERS, [four, three, two, one]),
        (Filters(doctor_id=2), [four, two]),
        (Filters(facility_id=1), [four, two, one]),
        (Filters(facility_id=2), [three]),
        (Filters(patient_id=masha), [two]),
        (Filters(outcome=DONE), [one]),
        (Filters(outcome=CANCELLED), [two]),
        (Filters(outcome=MISSED), [three]),
        (Filters(outcome=PASSED), [four]),
        (Filters(since=date(2025, 4, 2), until=date(2025, 5, 1)), [three, two]),
        (Filters(since=date(2025, 5, 2)), [four]),
        (Filters(until=date(2025, 4, 1)), [one]),
        (Filters(date(2025, 4, 2), date(2025, 4, 2), 2, 1, masha, CANCELLED), [two]),
        (Filters(date(2025, 4, 2), date(2025, 4, 2), 2, 1, masha, DONE), []),
    ):
        assert await found(world, filters) == expected, filters
        amount = await history.amount(world.database, ANNA, filters, NOW)
        assert amount.past == len(expected)


async def test_somebody_elses_patient_as_a_filter_gives_nothing(world: World) -> None:
    await world.patient(ANNA)
    boris = await world.patient(BORIS)
    await past_visit(world, boris.id, at(4, 1))
    filters = Filters(patient_id=boris.id)
    assert await found(world, filters) == []
    assert await history.export(world.database, ANNA, filters, NOW) == []
    assert await history.calendar(world.database, ANNA, filters, NOW) == []


async def test_a_day_is_that_of_the_clinics_own_calendar(world: World) -> None:
    anna = await world.patient(ANNA)
    early = await past_visit(world, anna.id, at(5, 1, 0, VLADIVOSTOK), VERESAEV)  # the 30th in Moscow
    late = await past_visit(world, anna.id, at(5, 1, 23), CHEKHOV)
    next_day = await past_visit(world, anna.id, at(5, 2, 0, VLADIVOSTOK), VERESAEV)
    assert await found(world, Filters(date(2025, 5, 1), date(2025, 5, 1))) == [late, early]
    assert await found(world, Filters(since=date(2025, 5, 2))) == [next_day]
    assert await found(world, Filters(until=date(2025, 4, 30))) == []


async def test_where_nothing_is_left_it_says_which_filters_to_take_off(world: World) -> None:
    anna, masha = await world.patient(ANNA), await child_of(world, ANNA)
    await past_visit(world, anna.id, at(4, 1))
    await past_visit(world, masha, at(4, 1), BULGAKOV, past.CANCELLED)
    shown = await stretch(world, Filters(doctor_id=1, outcome=CANCELLED))
    assert shown.worth_dropping == ("doctor_id", "outcome")
    shown = await stretch(world, Filters(doctor_id=1, since=date(2025, 5, 1)))
    assert shown.worth_dropping == ("period",)
    shown = await stretch(world, Filters(facility_id=2, patient_id=masha, outcome=DONE))
    assert shown.worth_dropping == ()
    assert (await stretch(world)).worth_dropping == ()


async def test_only_where_somebody_has_been_is_offered_to_choose_from(world: World) -> None:
    anna = await world.patient(ANNA)
    await past_visit(world, anna.id, at(4, 1), VERESAEV)
    await past_visit(world, anna.id, at(4, 2), VERESAEV)
    await past_visit(world, (await world.patient(BORIS)).id, at(4, 1), CHEKHOV)
    await world.book(ANNA, await world.slot_id(BULGAKOV, 2))
    read = [await history.seen(world.database, ANNA, NOW, is_doctors=one) for one in (True, False)]
    assert [[row.name for row in rows] for rows in read] == [
        ["Вересаев Викентий Викентьевич"],
        ["Поликлиника № 2"],
    ]


async def test_a_moved_visit_is_found_by_the_doctor_it_was_moved_to(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    number = visit.appointment.id
    await visits.move(world.database, ANNA, number, await world.slot_id(BULGAKOV, 3), NOW)
    world.clock.move(timedelta(days=5))
    assert await found(world, Filters(doctor_id=1)) == []
    assert await found(world, Filters(doctor_id=2)) == [number]


# --- one visit


async def test_details_tell_what_came_out_and_which_documents_there_are(world: World) -> None:
    anna = await world.patient(ANNA)
    number = await past_visit(world, anna.id, at(5, 1))
    row = await add(
        world.database, ANNA, NewDocument(anna.id, "results", "image/png", "a.png", b"x", "1"), NOW
    )
    words = {outcomes.RESULT: "ОРВИ", outcomes.RECOMMENDATIONS: "Пить тёплое"}

    def write(tx) -> None:
        sealed = world.database.keyring.seal_json(words, f"appointment:{number}")
        tx.execute("UPDATE appointment SET words = ? WHERE id = ?", (sealed, number))
        papers.attach(tx, number, row.id)

    before = await history.details(world.database, ANNA, number, NOW)
    assert (before.outcome, before.result, before.recommendations, before.documents) == (DONE, "", "", ())
    await world.database.write(write)
    read = await history.details(world.database, ANNA, number, NOW)
    assert (read.result, read.recommendations, read.documents) == ("ОРВИ", "Пить тёплое", (row,))
    with pytest.raises(NotFound):
        await history.details(world.database, BORIS, number, NOW)
    entries = await world.rows("SELECT action, record, record_id FROM journal WHERE action = 'viewed'")
    assert entries == [("viewed", "visit", number)]  # looked at twice within an hour


# --- taking it along


async def exported(world: World, filters: Filters = NO_FILTERS) -> list[PastVisit]:
    return await history.export(world.database, ANNA, filters, world.clock.now())


async def test_an_export_has_every_batch_and_is_noted_for_each_patient(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "BATCH", 2)
    anna, masha = await world.patient(ANNA), await child_of(world, ANNA)
    await child_of(world, ANNA, 71)  # never at a doctor's
    wanted = [
        ((anna.id, masha)[number % 2], at(4, number + 1), CHEKHOV, past.TOOK_PLACE) for number in range(5)
    ]
    all_ids = (await past_visits(world, wanted))[::-1]
    assert [one.row.id for one in await exported(world)] == all_ids
    entries = await world.rows("SELECT record, patient_id FROM journal WHERE action = 'exported' ORDER BY id")
    assert sorted(entries) == sorted([("visit", anna.id), ("visit", masha)])
    assert len(await exported(world, Filters(patient_id=masha))) == 2
    entries = await world.rows(
        "SELECT patient_id FROM journal WHERE action = 'exported' ORDER BY id DESC LIMIT 1"
    )
    assert entries == [(masha,)]


async def test_an_export_stops_where_the_account_acts_for_somebody_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, masha = await world.patient(ANNA), await child_of(world, ANNA)
    await past_visit(world, masha, at(4, 1))
    await past_visit(world, anna.id, at(4, 1), BULGAKOV)
    write = world.database.write

    async def after_the_care_ended(work):
        await write(lambda tx: tx.execute("DELETE FROM care WHERE patient_id = ?", (masha,)))
        return await write(work)

    monkeypatch.setattr(world.database, "write", after_the_care_ended)
    with pytest.raises(NotFound):
        await exported(world)


async def test_the_calendar_has_all_that_is_to_come_of_the_person_and_the_doctor(world: World) -> None:
    first = await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    second = await world.book(ANNA, await world.slot_id(BULGAKOV, 3))
    gone = await world.book(ANNA, await world.slot_id(BULGAKOV, 4))
    await visits.cancel(world.database, ANNA, gone.appointment.id, NOW)
    masha = await child_of(world, ANNA)

    async def coming(filters: Filters) -> list[int]:
        found = await history.calendar(world.database, ANNA, filters, NOW)
        amount = await history.amount(world.database, ANNA, filters, NOW)
        assert amount.coming == len(found)
        return [one.appointment.id for one in found]

    both = [first.appointment.id, second.appointment.id]
    assert await coming(NO_FILTERS) == both
    assert await coming(Filters(until=date(2025, 1, 1), outcome=DONE)) == both
    assert await coming(Filters(doctor_id=2)) == both[1:]
    assert await coming(Filters(facility_id=1)) == both
    assert await coming(Filters(facility_id=2)) == []
    assert await coming(Filters(patient_id=masha)) == []


async def test_who_was_erased_has_no_history(world: World) -> None:
    anna = await world.patient(ANNA)
    await past_visit(world, anna.id, at(4, 1))
    assert await found(world)
    await rights.erase(world.database, ANNA, NOW)
    assert await found(world) == []
    assert await exported(world) == []
    assert await history.seen(world.database, ANNA, NOW, is_doctors=True) == []
    await world.patient(ANNA)  # comes back as somebody new
    assert await found(world) == []


# --- ten thousand


async def test_ten_thousand_visits_page_as_fast_as_ten(world: World) -> None:
    """Also the last page, and the rarest find; a scan of them all would take far longer."""
    anna, boris = await world.patient(ANNA), await world.patient(BORIS)
    many = [
        (anna.id, at(6, 1) - timedelta(hours=number + 1), CHEKHOV, past.TOOK_PLACE)
        for number in range(10_000)
    ]
    many[-1] = (anna.id, many[-1][1], VERESAEV, past.MISSED)
    numbers = await past_visits(world, many)
    few = [
        (boris.id, at(6, 1) - timedelta(hours=number + 1), BULGAKOV, past.TOOK_PLACE) for number in range(10)
    ]
    few_numbers = await past_visits(world, few)

    async def took(who: int, filters: Filters, turn: Turn | None) -> float:
        times = []
        for _ in range(15):
            begun = time.perf_counter()
            assert (await stretch(world, filters, turn, who)).items
            times.append(time.perf_counter() - begun)
        return min(times)

    first, few_first = await took(ANNA, NO_FILTERS, None), await took(BORIS, NO_FILTERS, None)
    deep, few_deep = (
        await took(ANNA, NO_FILTERS, Turn(numbers[9_990])),
        await took(BORIS, NO_FILTERS, Turn(few_numbers[3])),
    )
    rare = await took(ANNA, Filters(doctor_id=3, outcome=MISSED), None)
    told = {"first": first, "few first": few_first, "deep": deep, "few deep": few_deep, "rare": rare}
    assert first < 3 * few_first, told
    assert deep < 3 * few_deep, told
    assert rare < 0.02, told
    assert statistics.median([first, deep, rare]) < 0.02, told


async def test_the_schedule_of_a_visit_is_that_of_its_slot(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    await visits.move(world.database, ANNA, visit.appointment.id, await world.slot_id(BULGAKOV, 3), NOW)
    await world.book(BORIS, await world.slot_id(VERESAEV, 2))
    rows = await world.rows(
        "SELECT a.schedule_id, sl.schedule_id FROM appointment AS a JOIN slot AS sl ON sl.id = a.slot_id"
    )
    assert len(rows) == 2
    assert all(own == of_slot for own, of_slot in rows)
