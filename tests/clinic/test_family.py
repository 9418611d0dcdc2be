"""Families: who is added, invited, agrees, leaves; and that nobody gets a right in any other way."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic import agreement, booking, codes, coming_of_age, family, invitations, patients, rules, visits
from clinic.booking import Request
from clinic.clock import moscow_day
from clinic.errors import (
    AccessEnded,
    ChildOfAge,
    FamilyFull,
    InvitationRefused,
    NotFound,
    NotRegistered,
    SiblingElsewhere,
    TooManyInvitations,
    TooYoungToCare,
    VisitsAhead,
)
from storage import journal, notifications, outgoing
from storage.appointments import Doer
from storage.people import CHILD, RELATIVE, SELF, WARD, PatientRow, Person
from tests.world import BULGAKOV, CHEKHOV, NOW, VERESAEV, World

ANNA, BORIS, STRANGER = 101, 102, 103
SECOND = timedelta(seconds=1)
MASHA = Person("Смирнова", "Мария", "Ивановна", date(2018, 3, 1))
PETYA = Person("Смирнов", "Пётр", "Иванович", date(2020, 3, 1))


async def child(world: World, parent: int = ANNA, person: Person = MASHA) -> PatientRow:
    await world.patient(parent, "Анна" if parent == ANNA else "Борис")
    return await family.add_child(world.database, parent, codes.new_id(), person, NOW)


async def register(world: World, chat: int, person: Person, now: datetime = NOW) -> PatientRow:
    registration = patients.Registration(chat, "ru", patients.CONSENT_VERSION, now, "+79160000000", person)
    return await patients.register(world.database, registration, now)


async def book(world: World, chat: int, patient: int, slot: int, *, now: datetime = NOW, clash: bool = False):
    request = Request(chat, patient, slot, is_second_meant=True, is_clash_meant=clash)
    return await booking.book(world.database, request, now)


async def cares(world: World) -> list[tuple]:
    return await world.rows(
        "SELECT telegram_id, relation, basis FROM care JOIN account ON account.id = account_id"
        " WHERE relation <> 'self' ORDER BY telegram_id"
    )


async def actions(world: World, patient: int) -> list[str]:
    entries = await world.database.read(lambda tx: journal.of_patient(tx, patient, 0, 20))
    return [entry.action for entry in entries]


# --- adding


async def test_a_child_is_added_once_however_often_the_press_is_worked(world: World) -> None:
    await world.patient(ANNA)
    number = codes.new_id()
    for _ in range(2):
        row = await family.add_child(world.database, ANNA, number, MASHA, NOW)
        assert (row.id, row.person, row.relation) == (number, MASHA, CHILD)
    assert await cares(world) == [(ANNA, "child", "birth_certificate")]
    assert await actions(world, number) == ["created"]


async def test_a_child_needs_an_account_that_acts_for_it(world: World) -> None:
    with pytest.raises(NotRegistered):
        await family.add_child(world.database, ANNA, codes.new_id(), MASHA, NOW)


async def test_the_id_of_somebody_elses_child_adds_nothing(world: World) -> None:
    masha = await child(world)
    await world.patient(STRANGER, "Виктор")
    with pytest.raises(NotFound):
        await family.add_child(world.database, STRANGER, masha.id, PETYA, NOW)
    assert await cares(world) == [(ANNA, "child", "birth_certificate")]


async def test_of_age_is_no_child_to_the_day_but_may_be_a_ward(world: World) -> None:
    await world.patient(ANNA)
    today = moscow_day(NOW)
    grown, nearly = date(today.year - 18, today.month, today.day), date(today.year - 18, 6, 3)
    with pytest.raises(ChildOfAge):
        await family.add_child(world.database, ANNA, codes.new_id(), Person("А", "Б", "", grown), NOW)
    await family.add_child(world.database, ANNA, codes.new_id(), Person("А", "Б", "", nearly), NOW)
    await family.add_ward(world.database, ANNA, codes.new_id(), Person("А", "В", "", grown), NOW)
    assert {row.relation for row in await family.members(world.database, ANNA)} == {CHILD, WARD}


@pytest.mark.parametrize(("years", "is_child_added", "is_ward_added"), [(15, 0, 0), (16, 1, 0), (18, 1, 1)])
async def test_a_parent_is_sixteen_and_a_guardian_of_age(
    world: World, years: int, is_child_added: int, is_ward_added: int
) -> None:
    today = moscow_day(NOW)
    await world.patient(ANNA, born_on=date(today.year - years, today.month, today.day))
    for add, relation, is_added in (
        (family.add_child, CHILD, is_child_added),
        (family.add_ward, WARD, is_ward_added),
    ):
        number = codes.new_id()
        if is_added:
            await family.check_carer(world.database, ANNA, relation, NOW)
            await add(world.database, ANNA, number, MASHA, NOW)
            continue
        with pytest.raises(TooYoungToCare):
            await family.check_carer(world.database, ANNA, relation, NOW)
        with pytest.raises(TooYoungToCare):
            await add(world.database, ANNA, number, MASHA, NOW)
        assert await actions(world, number) == []


async def test_a_family_has_an_end(world: World) -> None:
    await world.patient(ANNA)
    for _ in range(rules.FAMILY_SIZE):
        await family.add_child(world.database, ANNA, codes.new_id(), MASHA, NOW)
    with pytest.raises(FamilyFull):
        await family.add_child(world.database, ANNA, codes.new_id(), MASHA, NOW)


async def test_a_card_names_the_others_and_the_look_is_in_the_journal_once(world: World) -> None:
    masha = await child(world)
    await world.patient(BORIS, "Борис")
    link = await invitations.invite_parent(world.database, ANNA, masha.id, NOW)
    await invitations.accept(world.database, BORIS, link.code, NOW)
    for _ in range(2):
        assert (await family.member(world.database, ANNA, masha.id, NOW)).others == ("Борис С.",)
    assert await actions(world, masha.id) == ["viewed", "shared", "created"]
    await world.patient(STRANGER, "Виктор")
    with pytest.raises(NotFound):
        await family.member(world.database, STRANGER, masha.id, NOW)


# --- removing


async def test_the_last_who_acts_cannot_leave_while_a_visit_is_to_come(world: World) -> None:
    masha = await child(world)
    visit = await book(world, ANNA, masha.id, await world.slot_id(CHEKHOV, 2))
    with pytest.raises(VisitsAhead):
        await family.remove(world.database, ANNA, masha.id, NOW)
    await visits.cancel(world.database, ANNA, visit.appointment.id, NOW)
    assert await family.remove(world.database, ANNA, masha.id, NOW)
    assert not await family.remove(world.database, ANNA, masha.id, NOW)
    assert await family.members(world.database, ANNA) == []


async def test_nobody_is_removed_by_a_stranger_and_nobody_removes_themselves(world: World) -> None:
    masha = await child(world)
    await world.patient(STRANGER, "Виктор")
    assert not await family.remove(world.database, STRANGER, masha.id, NOW)
    own = (await patients.patients(world.database, ANNA))[0]
    assert own.relation == SELF
    assert not await family.remove(world.database, ANNA, own.id, NOW)
    assert len(await patients.patients(world.database, ANNA)) == 2


async def test_who_leaves_gets_no_more_messages_and_their_links_die(world: World) -> None:
    masha = await child(world)
    await world.patient(BORIS, "Борис")
    first = await invitations.invite_parent(world.database, ANNA, masha.id, NOW)
    await invitations.accept(world.database, BORIS, first.code, NOW)
    await book(world, ANNA, masha.id, await world.slot_id(CHEKHOV, 2))
    unused = await invitations.invite_parent(world.database, BORIS, masha.id, NOW)
    assert await family.remove(world.database, BORIS, masha.id, NOW)
    left = await world.rows(
        "SELECT telegram_id, kind FROM notification JOIN account ON account.id = account_id"
        " WHERE state = 1 AND appointment_id IS NOT NULL GROUP BY telegram_id"
    )
    assert [chat for chat, _ in left] == [ANNA]
    await world.patient(STRANGER, "Виктор")
    with pytest.raises(InvitationRefused, match="revoked"):
        await invitations.accept(world.database, STRANGER, unused.code, NOW)


# --- a second parent


async def test_a_second_parent_comes_by_a_link_and_is_reminded_of_what_is_booked(world: World) -> None:
    masha = await child(world)
    visit = await book(world, ANNA, masha.id, await world.slot_id(CHEKHOV, 2))
    await world.patient(BORIS, "Борис")
    link = await invitations.invite_parent(world.database, ANNA, masha.id, NOW)
    asked = await invitations.look(world.database, BORIS, link.code, NOW)
    assert (asked.kind, asked.inviter, asked.patient) == ("parent", Doer("Анна С.", "female"), "Мария С.")
    for _ in range(2):
        await invitations.accept(world.database, BORIS, link.code, NOW)
    assert await cares(world) == [(ANNA, "child", "birth_certificate"), (BORIS, "child", "invitation")]
    boris = await world.rows(
        "SELECT kind, lead FROM notification JOIN account ON account.id = account_id WHERE telegram_id = ?"
        " ORDER BY lead",
        BORIS,
    )
    assert boris == [("reminder", 10800), ("reminder", 86400)]
    notes = await world.rows("SELECT kind FROM notification WHERE appointment_id IS NULL")
    assert notes == [("joined",)]
    assert (await visits.visit(world.database, BORIS, visit.appointment.id)).booked_by is not None


async def test_a_code_is_nowhere_in_the_store_and_has_120_bits(world: World) -> None:
    masha = await child(world)
    link = await invitations.invite_parent(world.database, ANNA, masha.id, NOW)
    assert len(link.code) == 20
    ((stored,),) = await world.rows("SELECT code_hash FROM invitation")
    assert len(stored) == 32
    assert link.code.encode() not in world.database.path.read_bytes()


@pytest.mark.parametrize("late", [-SECOND, timedelta(0), SECOND])
async def test_a_link_works_for_a_day_to_the_second(world: World, late: timedelta) -> None:
    masha = await child(world)
    await world.patient(BORIS, "Борис")
    link = await invitations.invite_parent(world.database, ANNA, masha.id, NOW)
    at = NOW + rules.INVITATION + late
    if late < timedelta(0):
        await invitations.accept(world.database, BORIS, link.code, at)
        return
    for act in (invitations.look, invitations.accept):
        with pytest.raises(InvitationRefused, match="expired"):
            await act(world.database, BORIS, link.code, at)
    assert await cares(world) == [(ANNA, "child", "birth_certificate")]


async def test_links_that_give_nothing(world: World) -> None:
    masha = await child(world)
    await world.patient(BORIS, "Борис")
    await world.patient(STRANGER, "Виктор")

    async def refused(chat: int, code: str) -> str:
        with pytest.raises(InvitationRefused) as looked:
            await invitations.look(world.database, chat, code, NOW)
        with pytest.raises(InvitationRefused) as accepted:
            await invitations.accept(world.database, chat, code, NOW)
        assert looked.value.why == accepted.value.why
        return accepted.value.why

    link = await invitations.invite_parent(world.database, ANNA, masha.id, NOW)
    assert await refused(ANNA, link.code) == "own"
    assert await refused(BORIS, link.code[:-1]) == "unknown"
    assert await refused(BORIS, "") == "unknown"
    await invitations.accept(world.database, BORIS, link.code, NOW)
    assert await refused(STRANGER, link.code) == "used"
    again = await invitations.invite_parent(world.database, ANNA, masha.id, NOW)
    assert await refused(BORIS, again.code) == "known"
    await invitations.revoke(world.database, STRANGER, again.id, NOW)  # somebody else's: nothing happens
    assert (await invitations.look(world.database, STRANGER, again.code, NOW)).patient
    await invitations.revoke(world.database, ANNA, again.id, NOW)
    assert await refused(STRANGER, again.code) == "revoked"
    third = await invitations.invite_parent(world.database, BORIS, masha.id, NOW)
    await family.remove(world.database, BORIS, masha.id, NOW)
    assert await refused(STRANGER, third.code) == "revoked"
    assert await cares(world) == [(ANNA, "child", "birth_certificate")]


async def test_nobody_invites_to_somebody_elses_child_or_to_an_adult(world: World) -> None:
    masha = await child(world)
    await world.patient(STRANGER, "Виктор")
    with pytest.raises(NotFound):
        await invitations.invite_parent(world.database, STRANGER, masha.id, NOW)
    own = (await patients.patients(world.database, ANNA))[0]
    with pytest.raises(NotFound):
        await invitations.invite_parent(world.database, ANNA, own.id, NOW)


async def test_five_links_are_open_at_most_and_one_taken_back_makes_room(world: World) -> None:
    masha = await child(world)
    links = [await invitations.invite_parent(world.database, ANNA, masha.id, NOW) for _ in range(5)]
    with pytest.raises(TooManyInvitations):
        await invitations.invite_relative(world.database, ANNA, NOW)
    await invitations.revoke(world.database, ANNA, links[0].id, NOW)
    await invitations.invite_relative(world.database, ANNA, NOW)
    assert len(await invitations.open_links(world.database, ANNA, NOW)) == 5
    assert await invitations.open_links(world.database, BORIS, NOW) == []
    await invitations.invite_relative(world.database, ANNA, NOW + rules.INVITATION)


# --- an adult relative


async def test_a_relative_agrees_is_booked_for_and_takes_it_back_at_once(world: World) -> None:
    await world.patient(ANNA)
    boris = await world.patient(BORIS, "Борис")
    link = await invitations.invite_relative(world.database, ANNA, NOW)
    with pytest.raises(AccessEnded):
        await book(world, ANNA, boris.id, await world.slot_id(CHEKHOV, 2))
    assert (await invitations.accept(world.database, BORIS, link.code, NOW)).kind == "relative"
    assert [(row.id, row.relation) for row in await family.members(world.database, ANNA)] == [
        (boris.id, RELATIVE)
    ]
    visit = await book(world, ANNA, boris.id, await world.slot_id(CHEKHOV, 2))
    (acting,) = await agreement.acting_for_me(world.database, BORIS)
    assert acting.doer.name == "Анна С."
    assert await agreement.take_back(world.database, BORIS, acting.account_id, NOW)
    assert not await agreement.take_back(world.database, BORIS, acting.account_id, NOW)
    assert await family.members(world.database, ANNA) == []
    with pytest.raises(NotFound):
        await visits.visit(world.database, ANNA, visit.appointment.id)
    with pytest.raises(NotFound):
        await visits.cancel(world.database, ANNA, visit.appointment.id, NOW)
    planned = await world.rows(
        "SELECT DISTINCT telegram_id, appointment_id IS NULL FROM notification"
        " JOIN account ON account.id = account_id WHERE state = 1 ORDER BY telegram_id, 2"
    )
    assert planned == [(ANNA, 1), (BORIS, 0)]  # she is told that it has ended, and nothing else
    assert "unshared" in await actions(world, boris.id)


async def test_nobody_takes_back_what_they_did_not_give(world: World) -> None:
    masha = await child(world)
    await world.patient(STRANGER, "Виктор")
    anna = (await patients.patients(world.database, ANNA))[0]
    assert not await agreement.take_back(world.database, STRANGER, anna.account_id, NOW)
    assert not await agreement.take_back(world.database, ANNA, anna.account_id, NOW)
    assert {row.id for row in await patients.patients(world.database, ANNA)} == {anna.id, masha.id}


async def test_a_minor_cannot_agree_to_be_booked_for(world: World) -> None:
    await world.patient(ANNA)
    await register(world, BORIS, PETYA)
    link = await invitations.invite_relative(world.database, ANNA, NOW)
    with pytest.raises(InvitationRefused, match="minor"):
        await invitations.accept(world.database, BORIS, link.code, NOW)


# --- two children at the same time


async def test_two_children_in_two_places_at_once_are_asked_about_and_not_refused(world: World) -> None:
    masha, petya = await child(world), await child(world, person=PETYA)
    first = await world.slot_id(CHEKHOV, 2)
    other = await world.slot_id(VERESAEV, 2)
    await book(world, ANNA, masha.id, first)
    ((starts_at,),) = await world.rows("SELECT starts_at FROM slot WHERE id = ?", first)
    await world.database.write(
        lambda tx: tx.execute("UPDATE slot SET starts_at = ? WHERE id = ?", (starts_at + 60, other))
    )
    with pytest.raises(SiblingElsewhere):
        await book(world, ANNA, petya.id, other)
    visit = await book(world, ANNA, petya.id, other, clash=True)
    await visits.cancel(world.database, ANNA, visit.appointment.id, NOW)
    await book(world, ANNA, petya.id, await world.slot_id(BULGAKOV, 2))  # the same clinic: no question
    anna = (await patients.patients(world.database, ANNA))[0]
    await book(world, ANNA, anna.id, other)  # no child: no question


# --- coming of age

BIRTHDAY = datetime(2025, 6, 10, 0, 0, tzinfo=ZoneInfo("Europe/Moscow"))
NEARLY = Person("Смирнова", "Мария", "Ивановна", date(2007, 6, 10), policy="1234")


async def _grown(world: World) -> tuple[PatientRow, str]:
    """Let Masha grow; returns her record and the code that Anna was sent."""
    masha = await child(world, person=NEARLY)
    assert await coming_of_age.let_grow(world.database, BIRTHDAY - SECOND) == 0
    assert await coming_of_age.let_grow(world.database, BIRTHDAY) == 1
    assert await coming_of_age.let_grow(world.database, BIRTHDAY) == 0
    note = await _note(world, "grown")
    assert note.words["patient"] == "Мария С."
    return masha, note.words["code"]


async def _note(world: World, kind: str) -> notifications.Note:
    def work(tx):
        rows = outgoing.claim_due(tx, family.NOTE, BIRTHDAY, BIRTHDAY, 100)
        return notifications.note(tx, world.database.keyring, next(row for row in rows if row.kind == kind))

    return await world.database.write(work)


async def test_on_the_eighteenth_birthday_by_moscow_the_child_leaves_with_a_link(world: World) -> None:
    masha, _ = await _grown(world)
    assert await family.members(world.database, ANNA) == []
    with pytest.raises(NotFound):
        await family.member(world.database, ANNA, masha.id, NOW)
    assert await actions(world, masha.id) == ["unshared", "created"]


async def test_a_ward_of_age_stays_and_one_who_came_of_age_goes(world: World) -> None:
    await world.patient(ANNA)
    adult = Person("Смирнов", "Олег", "", date(1950, 1, 1))
    await family.add_ward(world.database, ANNA, codes.new_id(), adult, NOW)
    await family.add_ward(world.database, ANNA, codes.new_id(), NEARLY, NOW)
    assert await coming_of_age.let_grow(world.database, BIRTHDAY) == 1
    assert [row.person.given_name for row in await family.members(world.database, ANNA)] == ["Олег"]


async def test_the_grown_child_takes_the_record_with_its_visits_along(world: World) -> None:
    masha = await child(world, person=NEARLY)
    visit = await book(world, ANNA, masha.id, await world.slot_id(CHEKHOV, 14))
    await coming_of_age.let_grow(world.database, BIRTHDAY)
    code = (await _note(world, "grown")).words["code"]
    own = await register(world, BORIS, Person("Иванова", "Мария", "Ивановна", NEARLY.born_on, snils="5"), NOW)
    second = await book(world, BORIS, own.id, await world.slot_id(BULGAKOV, 15))
    for _ in range(2):
        await invitations.accept(world.database, BORIS, code, BIRTHDAY)
    (record,) = await patients.patients(world.database, BORIS)
    assert (record.id, record.relation) == (masha.id, SELF)
    assert await world.database.read(journal.first_broken) is None
    assert (record.person.surname, record.person.snils, record.person.policy) == ("Иванова", "5", "1234")
    coming = (await visits.coming(world.database, BORIS, BIRTHDAY, 0, 5)).items
    assert [seen.appointment.id for seen in coming] == [visit.appointment.id, second.appointment.id]
    assert coming[0].booked_by is not None
    reminded = await world.rows(
        "SELECT DISTINCT telegram_id FROM notification JOIN account ON account.id = account_id"
        " WHERE appointment_id = ? AND state = 1",
        visit.appointment.id,
    )
    assert reminded == [(BORIS,)]


async def test_the_link_of_a_grown_child_gives_nothing_to_anybody_else(world: World) -> None:
    masha, code = await _grown(world)
    await world.patient(STRANGER, "Виктор")
    with pytest.raises(InvitationRefused, match="other_birthday"):
        await invitations.accept(world.database, STRANGER, code, BIRTHDAY)
    with pytest.raises(InvitationRefused, match="own"):
        await invitations.accept(world.database, ANNA, code, BIRTHDAY)
    await register(world, BORIS, NEARLY)
    with pytest.raises(InvitationRefused, match="expired"):
        await invitations.accept(world.database, BORIS, code, BIRTHDAY + rules.GROWN_LINK)
    await invitations.accept(world.database, BORIS, code, BIRTHDAY + rules.GROWN_LINK - SECOND)
    assert [row.id for row in await patients.patients(world.database, BORIS)] == [masha.id]


async def test_both_parents_get_a_link_and_one_of_them_works(world: World) -> None:
    masha = await child(world, person=NEARLY)
    await world.patient(BORIS, "Борис")
    link = await invitations.invite_parent(world.database, ANNA, masha.id, NOW)
    await invitations.accept(world.database, BORIS, link.code, NOW)
    assert await coming_of_age.let_grow(world.database, BIRTHDAY) == 2

    def work(tx):
        rows = outgoing.claim_due(tx, family.NOTE, BIRTHDAY, BIRTHDAY, 100)
        return [notifications.note(tx, world.database.keyring, row) for row in rows if row.kind == "grown"]

    first, second = await world.database.write(work)
    assert {first.telegram_id, second.telegram_id} == {ANNA, BORIS}
    await register(world, STRANGER, NEARLY)
    await invitations.accept(world.database, STRANGER, first.words["code"], BIRTHDAY)
    await register(world, 104, NEARLY)
    with pytest.raises(InvitationRefused, match="revoked"):
        await invitations.accept(world.database, 104, second.words["code"], BIRTHDAY)
