"""Feedback: one's own visits alone, once a visit, for thirty days; sums that are what the rows give."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from clinic import asking, exports, feedback, reminder_settings, reviews, rules, visits
from clinic.errors import CommentChanged, NotFound, NotRated, NotRegistered, RatingClosed
from clinic.rights import erase
from dialogs import own_data
from locales import translator
from storage import outcomes, preferences
from storage.appointments import Visit
from storage.feedback import BOOKING, POINTS, VISIT
from storage.reviews import Of
from storage.states import AppointmentStatus, CommentState
from tests.world import BULGAKOV, CHEKHOV, World

ANNA, BORIS, ADMIN, OTHER_ADMIN = 101, 102, 900, 901
ADMINS = (ADMIN, OTHER_ADMIN)
PRAISE = "Всё объяснил, принял вовремя."
WITH_PHONE = "Звоните мне: 8 916 123-45-67"
SECOND = timedelta(seconds=1)
WORKDAYS = (1, 2, 3, 4, 7)
"""Days from NOW on which there are times."""


async def been(world: World, chat: int = ANNA, schedule: int = CHEKHOV, number: int = 0) -> Visit:
    """Book a visit and let its time pass: the clock stands at its end."""
    visit = await world.book(chat, await world.slot_id(schedule, WORKDAYS[number]))
    world.clock.at = max(world.clock.at, visit.appointment.ends_at)
    return visit


async def rate(world: World, visit: Visit, rating: int, chat: int = ANNA) -> feedback.Opinion:
    return await feedback.rate(world.database, chat, visit.appointment.id, rating, world.clock.now())


async def comment(
    world: World, visit: Visit, text: str, chat: int = ANNA, about: str = VISIT
) -> feedback.Opinion:
    return await feedback.comment(
        world.database, chat, visit.appointment.id, text, world.clock.now(), ADMINS, about
    )


async def sums(world: World) -> tuple[list[tuple], list[tuple]]:
    """Read the sums as they stand, having held each against the rows that they are of."""
    for table in ("doctor", "facility"):
        stored = await world.rows(f"SELECT id, rating_sum, rating_count FROM {table} ORDER BY id")
        counted = await world.rows(
            f"SELECT t.id, coalesce(sum(f.rating), 0), count(f.id) FROM {table} AS t LEFT JOIN feedback AS f"
            f" ON f.{table}_id = t.id AND f.about = 'visit' AND NOT f.is_void GROUP BY t.id ORDER BY t.id"
        )
        assert stored == counted
    return (
        await world.rows("SELECT rating_sum, rating_count FROM doctor WHERE id = 1"),
        await world.rows("SELECT rating_sum, rating_count FROM facility WHERE id = 1"),
    )


async def planned(world: World, kind: str) -> list[tuple]:
    return await world.rows("SELECT account_id, state FROM notification WHERE kind = ? ORDER BY id", kind)


async def public(world: World, of: Of = Of(doctor_id=1)) -> list[str]:  # noqa: B008
    return [one.comment for one in (await reviews.stretch(world.database, of, None, 5)).items]


# --- ratings and their sums


async def test_the_sums_follow_each_rating_given_changed_and_taken_back(world: World) -> None:
    visit = await been(world)
    assert await sums(world) == ([(0, 0)], [(0, 0)])
    await rate(world, visit, 3)
    assert await sums(world) == ([(3, 1)], [(3, 1)])
    await rate(world, visit, 5)
    await rate(world, visit, 5)
    assert await sums(world) == ([(5, 1)], [(5, 1)])
    other = await been(world, BORIS, number=1)
    await rate(world, other, 2, BORIS)
    elsewhere = await been(world, BORIS, BULGAKOV, 3)
    await rate(world, elsewhere, 4, BORIS)
    assert await sums(world) == ([(7, 2)], [(11, 3)])
    gone = await feedback.take_back(world.database, ANNA, visit.appointment.id, world.clock.now())
    assert gone.row is None
    assert await sums(world) == ([(2, 1)], [(6, 2)])
    await feedback.take_back(world.database, ANNA, visit.appointment.id, world.clock.now())
    assert await sums(world) == ([(2, 1)], [(6, 2)])


async def test_a_rating_disturbs_no_search(world: World) -> None:
    """The names are read anew whenever the catalogue changes, which costs a third of a second."""
    before = await world.rows("SELECT number FROM catalogue_change")
    await rate(world, await been(world), 3)
    assert await world.rows("SELECT number FROM catalogue_change") == before
    await world.database.write(lambda tx: tx.execute("UPDATE doctor SET surname = 'Чехонте' WHERE id = 1"))
    assert await world.rows("SELECT number FROM catalogue_change") > before


async def test_somebody_elses_visit_is_as_if_it_were_not_there(world: World) -> None:
    visit = await been(world)
    await world.patient(BORIS)
    await rate(world, visit, 4)
    row, now = visit.appointment.id, world.clock.now()
    for act in (
        feedback.rate(world.database, BORIS, row, 1, now),
        feedback.rate(world.database, 999, row, 1, now),
        feedback.answer(world.database, BORIS, row, "timely", 1, now),
        feedback.comment(world.database, BORIS, row, PRAISE, now),
        feedback.take_comment_back(world.database, BORIS, row, now),
        feedback.take_back(world.database, BORIS, row, now),
        feedback.of_visit(world.database, BORIS, row, now),
    ):
        with pytest.raises(NotFound):
            await act
    assert await sums(world) == ([(4, 1)], [(4, 1)])


@pytest.mark.parametrize("rating", [-1, 0, 6])
async def test_what_is_no_rating_is_refused(world: World, rating: int) -> None:
    visit = await been(world)
    with pytest.raises(NotFound):
        await rate(world, visit, rating)


async def test_a_visit_is_rated_from_its_end_on_for_thirty_days(world: World) -> None:
    visit = await been(world)
    world.clock.move(-SECOND)
    with pytest.raises(NotRated):
        await rate(world, visit, 5)
    world.clock.move(SECOND)
    assert (await rate(world, visit, 5)).can_rate
    world.clock.move(rules.RATE_WITHIN)
    await rate(world, visit, 4)
    world.clock.move(SECOND)
    with pytest.raises(RatingClosed):
        await rate(world, visit, 3)
    with pytest.raises(RatingClosed):
        await comment(world, visit, PRAISE)
    assert await sums(world) == ([(4, 1)], [(4, 1)])
    await feedback.take_back(world.database, ANNA, visit.appointment.id, world.clock.now())
    assert await sums(world) == ([(0, 0)], [(0, 0)])


async def test_what_did_not_take_place_is_not_rated(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now())
    missed = await been(world, number=1)
    await world.database.write(
        lambda tx: tx.execute(
            "UPDATE appointment SET status = ? WHERE id = ?",
            (int(AppointmentStatus.NOSHOW), missed.appointment.id),
        )
    )
    for one in (visit, missed):
        with pytest.raises(NotRated):
            await rate(world, one, 5)


async def test_a_visit_that_ended_before_its_time_is_rated_at_once(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    await world.database.write(
        lambda tx: tx.execute("UPDATE appointment SET status = ?", (int(AppointmentStatus.FULFILLED),))
    )
    assert (await rate(world, visit, 5)).row is not None


async def test_each_of_the_five_points_is_answered_once_the_visit_is_rated(world: World) -> None:
    visit = await been(world)
    row, now = visit.appointment.id, world.clock.now()
    with pytest.raises(NotFound):
        await feedback.answer(world.database, ANNA, row, "timely", 5, now)
    await rate(world, visit, 5)
    for value, point in enumerate(POINTS, 1):
        await feedback.answer(world.database, ANNA, row, point, value, now)
    found = (await feedback.of_visit(world.database, ANNA, row, now)).row
    assert found is not None
    assert found.points == dict(zip(POINTS, range(1, 6), strict=True))
    for point, value in (("rating", 5), ("timely", 6)):
        with pytest.raises(NotFound):
            await feedback.answer(world.database, ANNA, row, point, value, now)


async def test_a_booking_is_rated_apart_and_counts_for_no_doctor(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    row, now = visit.appointment.id, world.clock.now()
    await feedback.rate(world.database, ANNA, row, 2, now, BOOKING)
    assert await sums(world) == ([(0, 0)], [(0, 0)])
    said = await comment(world, visit, WITH_PHONE, about=BOOKING)
    assert said.row is not None
    assert said.row.state is CommentState.PRIVATE
    assert [chat for chat, _ in await planned(world, feedback.REMARK)] == [0, 0]
    assert await public(world) == []
    with pytest.raises(NotFound):
        await reviews.decide(
            world.database, ADMIN, ADMINS, said.row.id, 1, now, is_shown=True, seen=CommentState.PRIVATE
        )


async def test_how_booking_went_is_asked_at_the_first_one_in_a_while(world: World) -> None:
    async def asks(visit: Visit) -> bool:
        now = world.clock.now()
        return await asking.asks_about_booking(world.database, ANNA, visit.appointment.id, now)

    first = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    assert await asks(first)
    second = await world.book(ANNA, await world.slot_id(CHEKHOV, 10))
    assert not await asks(second)
    await world.database.write(
        lambda tx: tx.execute(
            "UPDATE appointment SET booked_at = booked_at - ?, starts_at = starts_at - ? WHERE id = ?",
            (int(rules.BOOKING_ASKED_AGAIN.total_seconds()), 90 * 86400, first.appointment.id),
        )
    )
    assert await asks(second)


# --- the question after a visit


async def test_one_question_is_planned_a_visit_anew_by_a_move_and_none_after_a_cancel(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    later = await world.slot_id(CHEKHOV, 2)
    await visits.move(world.database, ANNA, visit.appointment.id, later, world.clock.now())
    rows = await world.rows(
        "SELECT n.due_at - a.ends_at, n.state FROM notification AS n JOIN appointment AS a"
        " ON a.id = n.appointment_id WHERE n.kind = ? AND n.state = 1",
        asking.QUESTION,
    )
    assert rows == [(3 * 3600, 1)]
    await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now())
    assert {state for _, state in await planned(world, asking.QUESTION)} == {2}


async def test_who_wants_no_questions_has_none_planned_until_they_are_wanted_again(world: World) -> None:
    database, clock = world.database, world.clock

    async def asked() -> list[tuple]:
        return await world.rows(
            "SELECT appointment_id FROM notification WHERE kind = ? AND state = 1 ORDER BY due_at",
            asking.QUESTION,
        )

    gone = await world.book(ANNA, await world.slot_id(CHEKHOV, 0, 1))
    first = await world.book(ANNA, await world.slot_id(CHEKHOV, 7))
    theirs = await world.book(BORIS, await world.slot_id(CHEKHOV, 8))
    clock.at = gone.appointment.ends_at + rules.ASK_AFTER + timedelta(minutes=1)
    off = partial(reminder_settings.want_questions, database, ANNA, is_wanted=False)
    assert await off(clock.now()) == 2
    assert await off(clock.now()) == 0
    assert await asked() == [(theirs.appointment.id,)]
    second = await world.book(ANNA, await world.slot_id(CHEKHOV, 9))
    later = await world.slot_id(CHEKHOV, 10)
    await visits.move(database, ANNA, second.appointment.id, later, clock.now())
    cancelled = await world.book(ANNA, await world.slot_id(CHEKHOV, 11))
    await visits.cancel(database, ANNA, cancelled.appointment.id, clock.now())
    assert await asked() == [(theirs.appointment.id,)]
    assert not await asking.asks_about_booking(database, ANNA, second.appointment.id, clock.now())
    on = partial(reminder_settings.want_questions, database, ANNA, is_wanted=True)
    for _ in range(2):
        assert await on(clock.now()) == 2
        assert await asked() == [(one.appointment.id,) for one in (first, theirs, second)], (
            "that of the visit which is over would have been asked meanwhile"
        )
    with pytest.raises(NotRegistered):
        await reminder_settings.want_questions(database, 999, clock.now(), is_wanted=True)


async def test_who_asked_for_no_questions_before_that_was_a_setting_is_asked_none(world: World) -> None:
    database, clock = world.database, world.clock
    row = (await been(world)).appointment
    off = {"is_off": True}
    await database.write(lambda tx: preferences.keep(tx, database.keyring, row.account_id, "questions", off))
    assert await asking.why_unasked(database, ANNA, row.id, clock.now()) == asking.WHY_NOT
    assert not await asking.asks_about_booking(database, ANNA, row.id, clock.now())
    assert not (await reminder_settings.of_chat(database, ANNA)).settings.has_questions
    await reminder_settings.want_questions(database, ANNA, clock.now(), is_wanted=True)
    assert await asking.why_unasked(database, ANNA, row.id, clock.now()) == ""
    assert (await reminder_settings.of_chat(database, ANNA)).settings.has_questions


async def test_a_visit_that_is_finished_already_is_asked_about_where_questions_are_wanted_again(
    world: World,
) -> None:
    database, clock = world.database, world.clock
    row = (await been(world)).appointment
    await reminder_settings.want_questions(database, ANNA, clock.now(), is_wanted=False)
    await database.write(lambda tx: outcomes.set_status(tx, row.id, AppointmentStatus.FULFILLED))
    clock.move(timedelta(hours=1))
    assert await reminder_settings.want_questions(database, ANNA, clock.now(), is_wanted=True) == 1


async def test_the_question_has_a_point_for_a_week_after_a_visit_that_took_place(world: World) -> None:
    row = (await been(world)).appointment
    asked = row.ends_at + rules.ASK_AFTER
    assert asking.why_not_asked(row, 0, asked) == ""
    assert asking.why_not_asked(row, 1, asked) == "the visit was moved"
    assert asking.why_not_asked(row, 0, row.ends_at - SECOND) == "the visit did not take place"
    assert asking.why_not_asked(row, 0, row.ends_at + rules.ASK_UNTIL) == ""
    assert asking.why_not_asked(row, 0, row.ends_at + rules.ASK_UNTIL + SECOND) == "it would come too late"


# --- comments


async def test_a_plain_comment_is_shown_at_once_and_sealed_all_the_same(world: World) -> None:
    visit = await been(world)
    with pytest.raises(NotFound):
        await comment(world, visit, PRAISE)
    await rate(world, visit, 5)
    said = await comment(world, visit, f"  {PRAISE} ")
    assert said.row is not None
    assert said.row.state is CommentState.SHOWN
    assert await public(world) == await public(world, Of(facility_id=1)) == [PRAISE]
    ((stored,),) = await world.rows("SELECT comment FROM feedback")
    assert PRAISE.encode() not in stored
    assert await planned(world, feedback.TO_CHECK) == []


async def test_a_comment_with_a_phone_waits_until_an_administrator_lets_it(world: World) -> None:
    visit = await been(world)
    await rate(world, visit, 5)
    said = (await comment(world, visit, WITH_PHONE)).row
    assert said is not None
    assert (said.state, said.doubts) == (CommentState.WAITING, ("number",))
    assert await public(world) == []
    assert [chat for chat, _ in await planned(world, feedback.TO_CHECK)] == [0, 0]
    await comment(world, visit, WITH_PHONE)
    assert len(await planned(world, feedback.TO_CHECK)) == 2
    now = world.clock.now()
    with pytest.raises(NotFound):
        await reviews.to_check(world.database, ANNA, ADMINS, said.id, now)
    with pytest.raises(NotFound):
        await reviews.decide(
            world.database,
            ANNA,
            ADMINS,
            said.id,
            said.revision,
            now,
            is_shown=True,
            seen=CommentState.WAITING,
        )
    seen = await reviews.to_check(world.database, ADMIN, ADMINS, said.id, now)
    assert seen.row.comment == WITH_PHONE
    await reviews.decide(
        world.database, ADMIN, ADMINS, said.id, said.revision, now, is_shown=True, seen=CommentState.WAITING
    )
    assert await public(world) == [WITH_PHONE]
    assert await planned(world, feedback.REJECTED) == []
    await reviews.decide(
        world.database,
        OTHER_ADMIN,
        ADMINS,
        said.id,
        said.revision,
        now,
        is_shown=False,
        seen=CommentState.SHOWN,
    )
    assert await public(world) == []
    await reviews.decide(
        world.database,
        OTHER_ADMIN,
        ADMINS,
        said.id,
        said.revision,
        now,
        is_shown=False,
        seen=CommentState.REJECTED,
    )
    assert [chat for chat, _ in await planned(world, feedback.REJECTED)] == [visit.appointment.account_id]


async def test_nobody_lets_a_comment_be_shown_that_they_have_not_read(world: World) -> None:
    visit = await been(world)
    await rate(world, visit, 5)
    first = (await comment(world, visit, WITH_PHONE)).row
    second = (await comment(world, visit, "Врач идиот")).row
    assert first is not None
    assert second is not None
    now = world.clock.now()
    with pytest.raises(CommentChanged):
        await reviews.decide(
            world.database,
            ADMIN,
            ADMINS,
            first.id,
            first.revision,
            now,
            is_shown=True,
            seen=CommentState.WAITING,
        )
    await reviews.decide(
        world.database,
        ADMIN,
        ADMINS,
        second.id,
        second.revision,
        now,
        is_shown=True,
        seen=CommentState.WAITING,
    )
    assert await public(world) == ["Врач идиот"]


async def test_a_comment_taken_back_is_gone_for_good_and_the_rating_stays(world: World) -> None:
    visit = await been(world)
    await rate(world, visit, 4)
    said = (await comment(world, visit, WITH_PHONE)).row
    assert said is not None
    now = world.clock.now() + timedelta(days=99)
    await feedback.take_comment_back(world.database, ANNA, visit.appointment.id, now)
    assert await world.rows("SELECT comment, state, doubts FROM feedback") == [(None, 0, "")]
    with pytest.raises(NotFound):
        await reviews.decide(
            world.database,
            ADMIN,
            ADMINS,
            said.id,
            said.revision,
            now,
            is_shown=True,
            seen=CommentState.WAITING,
        )
    assert await sums(world) == ([(4, 1)], [(4, 1)])


async def test_comments_of_a_time_without_administrators_are_told_once_there_are(world: World) -> None:
    visit = await been(world)
    await rate(world, visit, 4)
    row, now = visit.appointment.id, world.clock.now()
    await feedback.comment(world.database, ANNA, row, WITH_PHONE, now)
    assert await reviews.tell_untold(world.database, (), now) == 0
    assert await reviews.tell_untold(world.database, ADMINS, now) == 1
    assert await reviews.tell_untold(world.database, ADMINS, now) == 0
    assert len(await planned(world, feedback.TO_CHECK)) == 2


async def test_erasing_an_account_leaves_a_number_that_nobody_gave(world: World) -> None:
    visit = await been(world)
    await rate(world, visit, 2)
    await comment(world, visit, PRAISE)
    await erase(world.database, ANNA, world.clock.now())
    assert await world.rows("SELECT rating, account_id, comment, state FROM feedback") == [(2, None, None, 0)]
    assert await public(world) == []
    assert await sums(world) == ([(2, 1)], [(2, 1)])


async def test_what_was_said_is_in_ones_own_data(world: World) -> None:
    visit = await been(world)
    await rate(world, visit, 2)
    await feedback.answer(world.database, ANNA, visit.appointment.id, "timely", 5, world.clock.now())
    await comment(world, visit, PRAISE)
    data = await exports.collect(world.database, ANNA, world.clock.now())
    (said,) = exports.as_json(data)["patients"][0]["feedback"]
    assert said["visit"] == visit.appointment.number
    assert (said["rating"], said["timely"], said["comment"], said["comment_state"]) == (2, 5, PRAISE, "shown")
    pages = own_data.worded(translator("ru"), data)
    ((_, words),) = next(one.rows for one in pages.sections if one.title == "Оценки и отзывы")
    assert words == f"номер {visit.appointment.number}, 2 из 5, ответы 5/–/–/–/–, {PRAISE}"


async def test_reviews_are_read_on_from_the_one_shown_last(world: World) -> None:
    for number in range(5):
        visit = await been(world, 200 + number, CHEKHOV, number)
        await rate(world, visit, 5, 200 + number)
        await comment(world, visit, f"Спасибо {number}", 200 + number)

    async def page(after: tuple[int, bool] | None = None) -> reviews.Stretch:
        return await reviews.stretch(world.database, Of(doctor_id=1), after, 2)

    first = await page()
    assert [one.comment for one in first.items] == ["Спасибо 4", "Спасибо 3"]
    assert (first.has_newer, first.has_older) == (False, True)
    second = await page((first.items[-1].id, False))
    assert [one.comment for one in second.items] == ["Спасибо 2", "Спасибо 1"]
    assert (second.has_newer, second.has_older) == (True, True)
    last = await page((second.items[-1].id, False))
    assert [one.comment for one in last.items] == ["Спасибо 0"]
    assert (last.has_newer, last.has_older) == (True, False)
    assert await page((last.items[0].id, True)) == replace(second, is_read_back=True)
    assert await page((second.items[0].id, True)) == replace(first, is_read_back=True)
    assert await page((first.items[0].id, True)) == first
    assert await page((12345, False)) == first


async def test_each_step_is_in_the_patients_journal(world: World) -> None:
    visit = await been(world)
    await rate(world, visit, 4)
    said = (await comment(world, visit, WITH_PHONE)).row
    assert said is not None
    now = world.clock.now()
    await reviews.to_check(world.database, ADMIN, ADMINS, said.id, now)
    await reviews.decide(
        world.database, ADMIN, ADMINS, said.id, said.revision, now, is_shown=True, seen=CommentState.WAITING
    )
    await feedback.take_back(world.database, ANNA, visit.appointment.id, now)
    own = visit.appointment.account_id
    noted = await world.rows("SELECT account_id, action FROM journal WHERE record = 'feedback' ORDER BY id")
    assert noted == [
        (own, "created"), (own, "changed"), (0, "viewed"), (0, "changed"), (own, "deleted"),
    ]  # fmt: skip
