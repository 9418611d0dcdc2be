"""«Нет талонов»: what is written down as an answer, and the letter that tells of it."""

from datetime import timedelta

import pytest

from bot import purge
from clinic import exports, no_times
from clinic.errors import NotFound, NotRegistered, TimeWithinLimit
from clinic.no_times import Wait
from storage import journal
from storage import no_times as rows
from storage.reference.reader import read_limits
from tests.world import CARDIOLOGIST, CHEKHOV, THERAPIST, VERESAEV, World

ANNA, BORIS = 101, 102
MOSCOWS, VLADIVOSTOKS = 1, 2
TABLE = read_limits()


async def ask(world: World, telegram_id: int = ANNA, specialty: int = CARDIOLOGIST) -> Wait | None:
    facility = VLADIVOSTOKS if specialty == CARDIOLOGIST else MOSCOWS
    return await no_times.answer(world.database, TABLE, telegram_id, facility, specialty, world.clock.now())


async def letter(world: World, telegram_id: int, patient_id: int) -> no_times.Letter:
    return await no_times.letter(
        world.database, TABLE, telegram_id, patient_id, VLADIVOSTOKS, CARDIOLOGIST, world.clock.now()
    )


async def take(world: World, schedule: int, days: int) -> None:
    """Let all times of a schedule up to so many days from now be taken."""
    before = int((world.clock.now() + timedelta(days=days)).timestamp())
    await world.database.write(
        lambda tx: tx.execute(
            "UPDATE slot SET status = 2 WHERE schedule_id = ? AND starts_at < ?", (schedule, before)
        )
    )


async def answers(world: World) -> list[tuple]:
    return await world.rows("SELECT day, at, until, nearest_at FROM no_times_answer ORDER BY day")


async def test_within_the_limit_nothing_is_broken_and_nothing_written(world: World) -> None:
    await world.patient(ANNA)
    assert await ask(world) is None
    await take(world, VERESAEV, 21)
    assert await ask(world) is None, "the last day of the term has times"
    assert await answers(world) == []


async def test_after_the_last_day_it_is_broken_and_the_nearest_time_is_told(world: World) -> None:
    await world.patient(ANNA)
    await take(world, VERESAEV, 22)
    wait = await ask(world)
    assert wait is not None
    assert wait.limit.code == "specialist-2025"
    assert wait.answer.nearest_at is not None
    assert wait.answer.nearest_at > wait.answer.until
    ((day, at, until, nearest_at),) = await answers(world)
    assert day == "2025-06-02"
    assert at == int(world.clock.now().timestamp())
    assert (until, nearest_at) == (
        int(wait.answer.until.timestamp()),
        int(wait.answer.nearest_at.timestamp()),
    )
    await take(world, VERESAEV, 60)
    again = await ask(world)
    assert again is not None
    assert again.answer.nearest_at is None
    assert await answers(world) == [(day, at, until, nearest_at)], "the first answer of a day stands"
    world.clock.move(timedelta(days=1))
    await ask(world)
    assert [row[3] for row in await answers(world)] == [nearest_at, None]


async def test_the_day_is_the_clinics(world: World) -> None:
    await world.patient(ANNA)
    await take(world, VERESAEV, 60)
    world.clock.move(timedelta(hours=11, minutes=30))  # 14:30 in UTC is half past midnight there
    await ask(world)
    assert [row[0] for row in await answers(world)] == ["2025-06-03"]


async def test_another_doctor_of_the_clinic_keeps_the_limit(world: World) -> None:
    await world.patient(ANNA)
    await take(world, CHEKHOV, 60)
    assert await ask(world, specialty=THERAPIST) is None


async def test_whoever_has_no_account_leaves_no_trace(world: World) -> None:
    await take(world, VERESAEV, 60)
    assert await ask(world) is not None
    assert await answers(world) == []


async def test_the_letter_lists_what_was_answered_and_is_noted(world: World) -> None:
    anna = await world.patient(ANNA)
    await take(world, VERESAEV, 60)
    for _ in range(3):
        await ask(world)
        world.clock.move(timedelta(days=2))
    found = await letter(world, ANNA, anna.id)
    assert found.patient.id == anna.id
    assert found.applicant.surname == "Смирнова"
    assert found.facility.name == "Поликлиника № 2"
    at = [row.at for row in found.answers]
    assert at == [world.clock.now() - timedelta(days=back) for back in (6, 4, 2, 0)]
    noted = await world.rows("SELECT action, record, patient_id FROM journal ORDER BY id DESC LIMIT 1")
    assert noted == [(journal.CREATED, journal.LETTER, anna.id)]


async def test_old_answers_are_another_matter_and_a_letter_has_one_page(world: World) -> None:
    anna = await world.patient(ANNA)
    await take(world, VERESAEV, 90)
    await ask(world)
    world.clock.move(no_times.ONE_MATTER + timedelta(minutes=1))
    assert len((await letter(world, ANNA, anna.id)).answers) == 1
    for _ in range(20):
        world.clock.move(timedelta(days=1))
        await ask(world)
    found = await letter(world, ANNA, anna.id)
    assert len(found.answers) == no_times.LISTED
    assert found.answers[-1].at == world.clock.now()


async def test_nobody_gets_a_letter_for_somebody_elses_patient(world: World) -> None:
    anna = await world.patient(ANNA)
    await world.patient(BORIS, "Борис")
    await take(world, VERESAEV, 60)
    with pytest.raises(NotFound):
        await letter(world, BORIS, anna.id)
    with pytest.raises(NotRegistered):
        await letter(world, 999, anna.id)
    assert await answers(world) == []


async def test_where_a_time_has_come_there_is_no_letter(world: World) -> None:
    anna = await world.patient(ANNA)
    with pytest.raises(TimeWithinLimit):
        await letter(world, ANNA, anna.id)


async def test_a_place_that_is_not_there_is_nobodys(world: World) -> None:
    with pytest.raises(NotFound):
        await no_times.answer(world.database, TABLE, ANNA, 99, CARDIOLOGIST, world.clock.now())


async def test_answers_are_exported_and_forgotten_after_a_year(world: World) -> None:
    await world.patient(ANNA)
    await take(world, VERESAEV, 60)
    await ask(world)
    told = exports.as_json(await exports.collect(world.database, ANNA, world.clock.now()))["no_times"]
    assert told == [
        {
            "facility": "Поликлиника № 2",
            "specialty": "Кардиолог",
            "at": world.clock.now().isoformat(),
            "until": told[0]["until"],
            "nearest_at": None,
        }
    ]
    assert len(await answers(world)) == 1
    await purge.purge(world.database, None, world.clock.now() + purge.ANSWERS_KEPT)
    assert len(await answers(world)) == 1
    await purge.purge(world.database, None, world.clock.now() + purge.ANSWERS_KEPT + timedelta(seconds=1))
    assert await answers(world) == []
    assert await world.database.write(lambda tx: rows.purge(tx, world.clock.now(), 5)) == 0
