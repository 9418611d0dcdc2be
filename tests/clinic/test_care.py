"""Two who act for one patient: both see and act, both are told, and the card says who did what."""

import pytest

from clinic import booking, codes, visits
from clinic.booking import Request
from clinic.errors import AccessEnded, NotFound
from storage import journal, people
from storage.appointments import Doer
from storage.people import CHILD, Person
from tests.world import BULGAKOV, CHEKHOV, NOW, World

ANNA, BORIS, STRANGER = 101, 102, 103


async def masha(world: World, *parents: int) -> int:
    """Give the parents a child."""
    accounts = [
        (await world.patient(parent, name)).account_id
        for parent, name in zip(parents, ("Анна", "Борис"), strict=False)
    ]
    child = codes.new_id()
    person = Person("Смирнова", "Маша", "", NOW.date().replace(year=2018))

    def work(tx) -> None:
        people.insert_patient(tx, world.database.keyring, child, person, NOW)
        for account in accounts:
            people.add_care(tx, account, child, relation=CHILD, basis="birth_certificate", now=NOW)

    await world.database.write(work)
    return child


async def book(world: World, chat: int, patient: int, slot: int):
    request = Request(chat, patient, slot, is_second_meant=True)
    return await booking.book(world.database, request, NOW)


async def test_both_parents_see_a_visit_and_know_who_booked_it(world: World) -> None:
    child = await masha(world, ANNA, BORIS)
    booked = await book(world, ANNA, child, await world.slot_id(CHEKHOV, 2))
    assert booked.booked_by is None
    (seen,) = (await visits.coming(world.database, BORIS, NOW, 0, 5)).items
    assert seen.appointment.id == booked.appointment.id
    assert seen.person.given_name == "Маша"
    assert seen.booked_by == Doer("Анна С.", "female")


async def test_both_parents_get_ticket_and_reminders(world: World) -> None:
    child = await masha(world, ANNA, BORIS)
    visit = await book(world, ANNA, child, await world.slot_id(CHEKHOV, 2))
    rows = await world.rows(
        "SELECT telegram_id, count(*) FROM notification JOIN account ON account.id = account_id"
        " WHERE appointment_id = ? AND state = 1 GROUP BY telegram_id ORDER BY telegram_id",
        visit.appointment.id,
    )
    assert rows == [(ANNA, 5), (BORIS, 4)], "how it was is asked of one"


async def test_the_other_parent_may_move_and_cancel_what_one_booked(world: World) -> None:
    child = await masha(world, ANNA, BORIS)
    visit = await book(world, ANNA, child, await world.slot_id(CHEKHOV, 2))
    number = visit.appointment.id
    moved = await visits.move(world.database, BORIS, number, await world.slot_id(BULGAKOV, 3), NOW)
    assert moved.booked_by == Doer("Анна С.", "female")
    assert (await visits.visit(world.database, ANNA, number)).changed_by == Doer("Борис С.", "female")
    await visits.cancel(world.database, BORIS, number, NOW)
    told = await world.rows(
        "SELECT telegram_id FROM notification JOIN account ON account.id = account_id"
        " WHERE kind = 'cancelled' ORDER BY telegram_id"
    )
    assert told == [(ANNA,), (BORIS,)]


async def test_a_stranger_neither_sees_nor_books_for_the_child(world: World) -> None:
    child = await masha(world, ANNA)
    await world.patient(STRANGER, "Виктор")
    visit = await book(world, ANNA, child, await world.slot_id(CHEKHOV, 2))
    assert (await visits.coming(world.database, STRANGER, NOW, 0, 5)).items == ()
    for act in (visits.visit,):
        with pytest.raises(NotFound):
            await act(world.database, STRANGER, visit.appointment.id)
    with pytest.raises(NotFound):
        await visits.cancel(world.database, STRANGER, visit.appointment.id, NOW)
    with pytest.raises(AccessEnded):
        await book(world, STRANGER, child, await world.slot_id(CHEKHOV, 3))


async def test_what_happens_to_the_child_is_in_the_journal_and_its_chain_holds(world: World) -> None:
    child = await masha(world, ANNA, BORIS)
    visit = await book(world, ANNA, child, await world.slot_id(CHEKHOV, 2))
    await visits.cancel(world.database, BORIS, visit.appointment.id, NOW)
    entries = await world.database.read(lambda tx: journal.of_patient(tx, child, 0, 10))
    assert [entry.action for entry in entries] == ["cancelled", "booked"]
    assert entries[0].account_id != entries[1].account_id
    assert await world.database.read(journal.first_broken) is None


async def test_a_changed_entry_breaks_the_chain(world: World) -> None:
    child = await masha(world, ANNA, BORIS)
    await book(world, ANNA, child, await world.slot_id(CHEKHOV, 2))
    await world.database.write(lambda tx: tx.execute("UPDATE journal SET account_id = 5 WHERE id = 2"))
    assert await world.database.read(journal.first_broken) == 2
