"""No statement reads a growing table from end to end: each one of a whole journey is asked for its plan."""

import hashlib
import inspect
import re
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from clinic import (
    agreement,
    asking,
    booking,
    codes,
    coming_of_age,
    days,
    exports,
    family,
    feedback,
    finding,
    history,
    imports,
    outcomes,
    patients,
    planning,
    profile,
    reminder_settings,
    reminding,
    reviews,
    rights,
    search,
    support,
    times,
    visits,
)
from clinic import habits as usual
from clinic import (
    invitations as family_links,
)
from clinic import preferences as kept
from clinic.booking import Request
from clinic.days import Look, Scope
from clinic.errors import TimeTaken, VisitsAhead
from clinic.history import Turn
from clinic.support import NewFile, NewPost, desk
from clinic.waiting import answers, entries, reserves, watching
from clinic.waiting import ends as waiting_ends
from clinic.wishes import WEEKEND, Window, Wish
from storage import (
    accounts,
    appointments,
    dialog_state,
    doctor_cards,
    doctors,
    documents,
    erasure,
    facilities,
    facility_lists,
    freed,
    gauges,
    habits,
    holds,
    inbox,
    invitations,
    journal,
    minors,
    names,
    nearby,
    nearest,
    no_times,
    notifications,
    obstacles,
    one_time_codes,
    outgoing,
    own_phrases,
    papers,
    people,
    places,
    preferences,
    regions,
    reminders,
    reserve,
    runs,
    services,
    specialties,
    specialty_lists,
    visit_files,
    waiting,
    waiting_offers,
    waiting_order,
    waiting_watch,
)
from storage import days as stored_days
from storage import feedback as stored_feedback
from storage import history as stored_history
from storage import outcomes as stored_outcomes
from storage import questions as stored_questions
from storage import reviews as stored_reviews
from storage import support as stored_support
from storage import support_posts as stored_posts
from storage import times as stored_times
from storage.crypto import Keyring
from storage.database import Database, Work, connect
from storage.doctors import DoctorFilters
from storage.documents import DocumentRow
from storage.facility_lists import NO_FILTERS, ORDERS, Filters
from storage.gauges import Marks
from storage.geography import Point
from storage.imports import files
from storage.imports import plan as imports_plan
from storage.imports import writing as imports_writing
from storage.inbox import NewUpdate
from storage.invitations import InvitationRow
from storage.no_times import AnswerRow
from storage.one_time_codes import CodeRow
from storage.people import Person
from storage.states import AppointmentStatus, CommentState, NotificationState, SlotStatus
from storage.types import Rows, Tx
from tests.world import (
    BULGAKOV,
    CARDIOLOGIST,
    CHECK_UP,
    CHEKHOV,
    MOSCOW,
    NOW,
    THERAPIST,
    StoppedClock,
    World,
    list_services,
)

T = TypeVar("T")
ANNA, BORIS = 101, 102
MODULES = (
    stored_feedback, stored_questions, stored_reviews, accounts, appointments, dialog_state, doctor_cards,
    doctors, documents, erasure, facilities, facility_lists, freed, gauges, habits, holds, inbox,
    invitations, journal, minors, names, nearby, nearest, no_times, notifications, obstacles,
    one_time_codes, outgoing, own_phrases, papers, people, places, preferences, regions, reminders,
    reserve, runs, services, specialties, specialty_lists, waiting, waiting_offers, waiting_order,
    waiting_watch, stored_days, stored_history, stored_outcomes, stored_posts, stored_support,
    stored_times, visit_files, imports_plan, imports_writing,
)  # fmt: skip
GROWING = {
    "slot", "appointment", "notification", "inbox", "hold", "account", "patient", "dialog_state", "care",
    "document", "document_content", "attachment", "invitation", "journal", "one_time_code", "held_slot",
    "appointment_slot", "waiting", "waiting_offer", "waiting_watch", "freed_time", "reserve",
    "no_times_answer", "feedback", "support_request", "support_post", "support_file", "support_copy",
}  # fmt: skip
"""Tables that grow with use; the catalogue is small and may be read whole."""
ALLOWED_SCANS = {  # function: the index that it may read whole
    # Once at a start. The partial index holds updates that wait and no others: none, or what a kill left.
    "waiting_chats": "inbox_waiting",
    # A command of the operator's, who imports tables: there are as many rows as schedules with a reserve.
    "_read": "SCAN reserve",
    # A new clinic or schedule: SQLite looks for rows that point at it only where some point at nothing.
    "_insert": "SCAN feedback",
    "_schedules": "appointment_of_patient",
    # A command of the operator's: the chain of hashes holds only if every entry is read.
    "first_broken": "SCAN journal",
    # The partial index holds updates that wait, and no more than gauges.COUNTED of them are counted.
    "read": "inbox_waiting",
    # These partial indexes hold what is about to be offered or looked for and nothing else: mostly nothing.
    "has_pending": "freed_pending",
    "untold": "feedback_untold",
    "next_pending": "freed_pending",
    "stands_still": "freed_pending",
    # Once when somebody deletes everything. Done updates are kept for two days.
    "wipe_chat": "SCAN inbox",
}


class Recording:
    """A transaction that notes each statement, its parameters and the function that ran it."""

    def __init__(self, tx: Tx, ran: list[tuple[str, str, Any]], functions: set[tuple[str, str]]) -> None:
        self._tx = tx
        self._ran = ran
        self._functions = functions

    def execute(self, sql: str, parameters: Any = (), /) -> Rows:
        caller = sys._getframe(1)
        self._ran.append((caller.f_code.co_name, sql, parameters))
        self._functions.add((caller.f_globals["__name__"], caller.f_code.co_name))
        return self._tx.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> Rows:
        rows = list(parameters)
        caller = sys._getframe(1)
        self._ran += [(caller.f_code.co_name, sql, row) for row in rows[:1]]
        self._functions.add((caller.f_globals["__name__"], caller.f_code.co_name))
        return self._tx.executemany(sql, rows)


class RecordingDatabase(Database):
    """The store itself, with every transaction noted."""

    def __init__(self, url: str, keyring: Keyring) -> None:
        super().__init__(url, keyring)
        self.ran: list[tuple[str, str, Any]] = []
        self.functions: set[tuple[str, str]] = set()

    async def write(self, work: Work[T]) -> T:
        return await super().write(lambda tx: work(Recording(tx, self.ran, self.functions)))

    async def read(self, work: Work[T]) -> T:
        return await super().read(lambda tx: work(Recording(tx, self.ran, self.functions)))


@pytest.fixture
async def recorded(clinic_store: Path, tmp_path: Path) -> AsyncIterator[RecordingDatabase]:
    path = shutil.copy(clinic_store, tmp_path / "clinic.db")
    database = RecordingDatabase(f"sqlite+aiosqlite:///{path}", Keyring("a secret of the tests"))
    await database.open()
    await look_around(database)
    await book_and_change(database)
    await take_long(database)
    await send(database)
    await converse(database)
    await keep_records(database)
    await live_as_a_family(database)
    await look_back(database)
    await say_how_it_was(database)
    await wait_for_times(database)
    await ask_support(database)
    await use_rights(database)
    await import_tables(database, tmp_path)
    await database.read(count_all)
    yield database
    await database.close()


async def import_tables(database: Database, folder: Path) -> None:
    """Import a new clinic and changes of the old one."""
    tables = folder / "tables"
    tables.mkdir()
    hours = "doctor;facility;specialty;days;from;to;minutes\n"
    for name, text in {
        "facilities": "code;region;name;kind;audience;town;address;phone;latitude;longitude\n"
        "x;RU-MOW;Новая;centre;all;Москва;ул. Мира, 1;1;0;0\n"
        "m1;RU-MOW;Старая;polyclinic;all;Москва;2;2;0;0\n",
        "doctors": "code;surname;given_name;sex;practising_since\nx;Нова;Анна;female;2005\n",
        "schedules": "doctor;facility;specialty;room\nx;x;therapist;1\nd1;m1;therapist;1\n",
        "reserves": "doctor;facility;specialty;percent;open_days;open_load;on_cancel\n"
        "d2;m1;therapist;50;3;80;1\n",
        "times": hours + "x;x;therapist;20.06.2025;9:00;12:00;30\nd2;m1;therapist;24.06.2025;9:00;14:00;60\n",
    }.items():
        (tables / f"{name}.csv").write_text(text, "utf-8")
    await imports_writing.run(database, files.read(tables), NOW)


HERE = Point(0.0, 0.0)
NEAR = Filters(near=HERE)
EVERY_FILTER = [
    Filters(kind="polyclinic", specialty_id=THERAPIST, day=NOW.date(), order=order, near=near)
    for order in ORDERS
    for near in (None, HERE)
] + [Filters(day=NOW.date(), order=order) for order in ORDERS]


async def look_around(database: Database) -> None:
    assert await finding.look_up_nearest(database, 0, 10, NOW) is None
    for part in (None, "мос"):
        await finding.regions(database, "ru", 0, 8, part)
        for wanted in (NO_FILTERS, *EVERY_FILTER):
            assert (await finding.facilities(database, "RU-MOW", NOW, 0, 8, part, wanted)).items
        assert (await finding.facilities(database, None, NOW, 0, 8, part, NEAR)).items
        await finding.specialties_of_region(database, "RU-MOW", "ru", 0, 8, part)
        await finding.specialties(database, 1, "ru", NOW, 0, 8, part)
        await finding.all_specialties(database, "ru", 0, 8, part)
        await finding.specialty_groups(database, 1, "ru")
        await finding.doctors(database, 1, THERAPIST, NOW, 0, 8, part)
        filters = DoctorFilters(min_years=5, within_days=7, sex="male")
        await finding.doctors(database, 1, THERAPIST, NOW, 0, 8, part, filters=filters)
    for typed in ("терапевт в москве", "к чехову антону павловичу", "поликлиника на садовой"):
        await search.find(database, ANNA, typed, NOW)
    await database.read(lambda tx: names.specialties_at(tx, 1))
    assert await search.nearest_schedule(database, THERAPIST, "RU-MOW", None, NOW)
    await finding.facility(database, 1)
    await finding.facility_card(database, 1, NOW)
    await finding.doctor_card(database, CHEKHOV, NOW)
    await finding.timezone_of_region(database, "RU-MOW")
    await finding.specialty(database, THERAPIST)
    await finding.place(database, CHEKHOV)
    assert await finding.has_other_doctor(database, CHEKHOV)
    await database.read(lambda tx: doctors.of_schedule(tx, CHEKHOV, NOW))
    assert await database.read(lambda tx: regions.by_code(tx, "RU-MOW"))
    for scope in (
        Scope(CHEKHOV),
        Scope(specialty_id=THERAPIST, facility_id=1, region="RU-MOW"),
        Scope(specialty_id=THERAPIST, region="RU-MOW", is_wide=True),
    ):
        look = Look(scope, NOW, wish=Wish((Window(since=time(10)),), without_schedules=frozenset([BULGAKOV])))
        assert (await days.nearest(database, look)).days
        assert (await days.page(database, look, NOW.date(), 14)).days
        assert (await days.times_of(database, look, NOW.date())).times
        assert await days.by_doctor(database, look)
        assert isinstance(await days.is_seen_elsewhere(database, scope), bool)
        assert await days.by_doctor(database, look, NOW.date())
    assert await times.nearest_of_schedule(database, CHEKHOV, NOW)
    assert await times.nearest_at_facility(database, THERAPIST, 1, NOW)
    assert await times.nearest_in_region(database, CARDIOLOGIST, "RU-PRI", NOW)
    in_a_month, morning = NOW + timedelta(days=30), (9 * 3600, 12 * 3600)
    assert await database.read(
        lambda tx: stored_times.first_within_hours(tx, CHEKHOV, NOW, in_a_month, morning, 3 * 3600)
    )


async def book_and_change(database: Database) -> None:
    world = World(database, StoppedClock())
    slot, other = await world.slot_id(CHEKHOV, 2), await world.slot_id(BULGAKOV, 3)
    await booking.hold(database, ANNA, slot, NOW)
    await booking.hold(database, ANNA, slot, NOW, is_registering=True)
    await booking.held(database, ANNA, NOW)
    assert await booking.ending(database, NOW + timedelta(minutes=14, seconds=30))
    with pytest.raises(TimeTaken):
        await booking.hold(database, BORIS, slot, NOW)
    row = (await world.book(ANNA, slot, is_second_meant=False)).appointment
    assert await patients.account(database, ANNA)
    assert await patients.patients(database, ANNA)
    await booking.hold(database, ANNA, other, NOW, is_to_book=True)
    await booking.let_go(database, ANNA)
    await booking.hold(database, BORIS, other, NOW)
    assert await booking.release_expired(database, NOW + timedelta(hours=1))
    assert (await visits.coming(database, ANNA, NOW, 0, 5)).items
    assert (await visits.overview(database, ANNA, NOW)).last_place
    assert (await usual.known(database, ANNA, NOW)).doctors
    assert (await usual.known(database, ANNA, NOW, row.patient_id)).doctors
    await visits.visit(database, ANNA, row.id)
    await visits.confirm(database, ANNA, row.id, NOW)
    await visits.confirm_reminded(database, ANNA, NOW)
    assert await visits.reminded(database, ANNA, NOW) is None
    await visits.by_ticket(database, ANNA, row.ticket_code)
    await visits.ticket_again(database, ANNA, row.id, NOW)
    await visits.mail_ticket(database, ANNA, row.id, "anna@example.ru", NOW)
    await visits.move(database, ANNA, row.id, other, NOW, reason="work")
    assert await visits.by_ticket(database, ANNA, row.ticket_code)
    await visits.cancel(database, ANNA, row.id, NOW, reason="ill")
    second = await world.book(BORIS, slot)
    await reminder_settings.change(database, BORIS, None, NOW, hour=20)
    await reminder_settings.change(database, BORIS, second.appointment.patient_id, NOW, hour=9)
    await reminder_settings.as_for_all(database, BORIS, second.appointment.patient_id, NOW)
    for of_one in ((), (second.appointment.patient_id,), (None, second.appointment.id)):
        assert (await reminder_settings.of_chat(database, BORIS, *of_one)).following
    await patients.set_language(database, ANNA, "en")
    await kept.keep(database, ANNA, kept.FACILITIES, {"kind": "hospital"})
    assert await kept.recall(database, ANNA, kept.FACILITIES) == {"kind": "hospital"}
    await patients.set_blocked(database, ANNA, NOW)


async def take_long(database: Database) -> None:
    """Book, hold and give back what takes several times."""
    world = World(database, StoppedClock())
    await Database.write(database, list_services)  # type: ignore[arg-type]
    assert await finding.doctors(database, 1, THERAPIST, NOW, 0, 8, minutes=60)
    for scope in (Scope(CHEKHOV), Scope(specialty_id=THERAPIST, facility_id=1, region="RU-MOW")):
        look = Look(scope, NOW, minutes=60)
        assert (await days.nearest(database, look)).days
        assert (await days.times_of(database, look, NOW.date())).times
    assert await times.nearest_in_region(database, THERAPIST, "RU-MOW", NOW, minutes=60)
    slot = await world.slot_id(CHEKHOV, 9)
    await booking.hold(database, ANNA, slot, NOW, is_to_book=True, service_id=CHECK_UP)
    await booking.let_go(database, ANNA)
    visit = await world.book(ANNA, slot, service_id=CHECK_UP)
    await visits.cancel(database, ANNA, visit.appointment.id, NOW)


async def ask_support(database: Database) -> None:
    admins, file = (901, 902), NewFile("image/png", b"content")
    row = await support.ask(database, ANNA, "ru", "other", NewPost(1, "help", (file,)), admins, NOW)
    await support.add(database, ANNA, row.id, NewPost(2, "more"), admins, NOW)
    await support.answer(database, 901, admins, row.id, NewPost(3, "done"), "Oleg", NOW)
    await support.solve(database, ANNA, row.id, admins, NOW)
    assert (await support.requests(database, ANNA, 0, 5))[0]
    assert (await support.thread(database, ANNA, row.id, 0, 5)).posts
    assert (await support.own_file(database, ANNA, 1, 0))[1] == b"content"
    await support.came(database, 901, 11, 1, 0)
    assert await support.replied(database, 901, 11, admins)
    assert await support.delivery(database, 1, 901)
    assert await database.read(lambda tx: stored_posts.copies_of_chat(tx, ANNA)) == [(901, 11)]
    await work_at_the_desk(database, admins)
    other = await support.ask(database, BORIS, "ru", "other", NewPost(4, "help"), admins, NOW)
    await support.delete(database, BORIS, other.id, NOW)
    await support.ask(database, BORIS, "ru", "other", NewPost(5, "help"), admins, NOW - timedelta(days=9))
    long_ago = NOW - timedelta(days=8)
    assert await database.write(lambda tx: stored_support.purge(tx, long_ago, 10)) == 1


async def send(database: Database) -> None:
    assert "chat" in await database.read(lambda tx: outgoing.due_channels(tx, NOW))
    until = NOW + timedelta(minutes=2)
    rows = await database.write(lambda tx: outgoing.claim_due(tx, "chat", NOW, until, 100))
    first, second, third, fourth, *_ = rows
    assert await database.read(lambda tx: outgoing.is_in_hand(tx, first))
    assert await database.write(lambda tx: outgoing.keep_in_hand(tx, first, until))
    await database.write(lambda tx: outgoing.let_go(tx, [fourth]))
    await database.write(lambda tx: outgoing.look_anew(tx, NOW, NOW, [fourth.id]))
    assert first.appointment_id is not None
    visit_id = first.appointment_id
    await database.read(lambda tx: appointments.of_account(tx, database.keyring, visit_id, first.account_id))
    await database.read(lambda tx: notifications.told_about(tx, visit_id, first.account_id))
    await database.read(lambda tx: invitations.of_account(tx, first.account_id))
    await database.write(lambda tx: accounts.set_consent(tx, first.account_id, "newer", NOW))
    await database.write(lambda tx: outgoing.mark_sent(tx, first.id, NOW, 77, (0,)))
    await database.write(lambda tx: outgoing.put_off(tx, second, NOW, "later", 1))
    await database.write(lambda tx: outgoing.end(tx, third, NotificationState.FAILED, "never"))
    await database.write(lambda tx: notifications.drop(tx, third.id, "never"))
    await database.read(lambda tx: notifications.sent_message_ids(tx, visit_id, first.account_id, first.kind))
    assert not await database.read(lambda tx: reminders.is_overtaken(tx, second.id, NOW))
    assert await database.read(lambda tx: reminders.messages_about(tx, visit_id, first.account_id)) == []
    assert await database.read(lambda tx: reminders.told_in(tx, first.account_id, 77)) == []
    span = (NOW, NOW + timedelta(days=9))
    assert not await database.read(lambda tx: reminders.joined(tx, first, *span, NOW))
    await database.write(lambda tx: appointments.confirm_coming(tx, 0, NOW))
    lost = replace(first, kind=reminders.REMINDER, channel=reminding.EMAIL, lead=3600)
    every = frozenset(reminding.CHANNELS)
    assert await database.write(lambda tx: planning.fall_over(tx, lost, every, NOW))


async def converse(database: Database) -> None:
    keyring, long_ago = database.keyring, NOW - timedelta(days=7)
    updates = [NewUpdate(number, ANNA, b"{}") for number in range(1, 5)]
    await database.write(lambda tx: inbox.receive(tx, keyring, updates, NOW, long_ago))
    assert await database.read(inbox.waiting_chats) == [ANNA]
    assert len(await database.read(lambda tx: inbox.waiting(tx, keyring, ANNA, 10))) == 4
    await database.write(lambda tx: inbox.mark_done(tx, 1))
    await database.write(lambda tx: inbox.mark_failed(tx, 2, "why"))
    await database.write(lambda tx: inbox.set_aside(tx, 3, "why"))
    later = NOW + timedelta(days=1)
    assert await database.write(lambda tx: inbox.purge(tx, later, later, 100)) == 2
    changes = {"stack": b"{}", "context": b"{}"}
    await database.write(lambda tx: dialog_state.save(tx, keyring, ANNA, changes, NOW))
    await database.write(lambda tx: dialog_state.save(tx, keyring, ANNA, {"stack": None}, NOW))
    assert await database.read(lambda tx: dialog_state.load(tx, keyring, ANNA)) == {"context": b"{}"}
    assert await database.write(lambda tx: dialog_state.purge(tx, later, 100)) == [ANNA]


def count_all(tx: Tx) -> None:
    found = gauges.read(tx, NOW + timedelta(hours=1))
    assert found.due
    until = gauges.marks(tx)
    assert gauges.entries_between(tx, Marks(0, 0), until)
    assert gauges.offers_between(tx, Marks(0, 0), until)


async def keep_records(database: Database) -> None:
    keyring, later = database.keyring, NOW + timedelta(days=1)
    account = await patients.account(database, ANNA)
    assert account is not None
    (anna,) = await patients.patients(database, ANNA)

    def work(tx: Any) -> None:
        contact = accounts.contact_of(tx, keyring, account.id)
        phone_at, email_at = accounts.confirmed_at(tx, account.id)
        assert accounts.by_phone(tx, keyring, contact.phone) is not None
        accounts.set_contact(
            tx, keyring, account.id, contact, phone_confirmed_at=phone_at, email_confirmed_at=email_at
        )
        people.set_person(tx, keyring, anna.id, anna.person)
        assert people.person_of_account(tx, keyring, account.id) == anna.person
        assert people.patient_of(tx, keyring, anna.id, account.id) == anna
        people.end_care(tx, account.id, 7)
        accounts.set_pin(tx, keyring, account.id, "hash")
        accounts.set_pin_failures(tx, account.id, 2)
        assert accounts.has_pin(tx, ANNA)
        assert accounts.pin_of(tx, keyring, account.id) == accounts.PinRow("hash", 2)
        row = DocumentRow(5, anna.id, account.id, "passport", "image/png", 3, "паспорт.png", NOW)
        documents.insert(tx, keyring, row, documents.sealed_content(keyring, 5, b"abc"))
        assert documents.of_patient(tx, keyring, anna.id, 0, 5) == [row]
        assert documents.of_kind(tx, keyring, anna.id, "passport") == [row]
        (visit, *_) = appointments.of_patient(tx, keyring, anna.id, account.id)
        papers.attach(tx, visit.id, row.id)
        assert papers.attached(tx, visit.id) == [row.id]
        papers.detach(tx, visit.id, row.id)
        assert papers.set_required(tx, [("cardiologist", "referral"), ("shaman", "policy")]) == ["shaman"]
        assert papers.required(tx, CARDIOLOGIST) == ("referral",)
        assert not papers.needs_referral(tx, CARDIOLOGIST)
        assert documents.by_id(tx, keyring, 5) == row
        assert documents.kinds_of(tx, anna.id) == {"passport"}
        assert documents.count_of(tx, anna.id) == 1
        assert documents.opened_content(keyring, 5, documents.content(tx, 5) or b"") == b"abc"
        documents.delete(tx, 5)
        code = CodeRow(9, ANNA, "phone", b"target", b"hash", NOW, later, None)
        one_time_codes.insert(tx, code)
        assert one_time_codes.latest(tx, ANNA, "phone") == code
        one_time_codes.note_failure(tx, 9)
        assert one_time_codes.failures_since(tx, BORIS, [b"target"], NOW - timedelta(hours=1)) == 1
        assert one_time_codes.sent_since(tx, ANNA, [], NOW - timedelta(hours=1)) == 1
        one_time_codes.note_use(tx, 9, NOW)
        assert one_time_codes.purge(tx, later, 10) == 1
        answer = AnswerRow(NOW, later, None)
        no_times.write(tx, account.id, 1, CARDIOLOGIST, NOW.date(), answer)
        assert no_times.is_written(tx, account.id, 1, CARDIOLOGIST, NOW.date())
        assert no_times.latest(tx, account.id, 1, CARDIOLOGIST, NOW - timedelta(days=1), 5) == [answer]
        assert no_times.asked(tx, 1, CARDIOLOGIST).specialty_code == "cardiologist"
        assert [row for _, _, row in no_times.of_account(tx, account.id)] == [answer]
        assert no_times.purge(tx, later, 10) == 1
        invitation = InvitationRow(3, "parent", account.id, anna.id, NOW, later, None, None)
        invitations.insert(tx, invitation, b"hash")
        assert invitations.by_code(tx, b"hash") == invitation
        assert invitations.open_of(tx, account.id, NOW) == [invitation]
        assert invitations.use(tx, 3, account.id, NOW)
        assert not invitations.use(tx, 3, account.id, NOW)
        invitations.revoke(tx, 3, account.id, NOW)
        journal.note_view(tx, NOW, account.id, journal.PATIENT, anna.id, anna.id)
        journal.note_view(tx, NOW, account.id, journal.PATIENT, anna.id, anna.id)
        assert [entry.action for entry in journal.of_patient(tx, anna.id, 0, 2)].count("viewed") == 1
        assert journal.first_broken(tx) is None

    await database.write(work)


async def live_as_a_family(database: Database) -> None:
    world = World(database, StoppedClock())
    birthday = NOW + timedelta(days=10)
    person = Person("Смирнова", "Мария", "", birthday.date().replace(year=birthday.year - 18))
    masha = await family.add_child(database, ANNA, codes.new_id(), person, NOW)
    request = Request(ANNA, masha.id, await world.slot_id(CHEKHOV, 3), is_second_meant=True)
    await booking.book(database, request, NOW)
    link = await family_links.invite_parent(database, ANNA, masha.id, NOW)
    await family_links.look(database, BORIS, link.code, NOW)
    await family_links.accept(database, BORIS, link.code, NOW)
    await family.member(database, BORIS, masha.id, NOW)
    assert (await visits.coming(database, BORIS, NOW, 0, 5, masha.id)).items
    assert await family.remove(database, BORIS, masha.id, NOW)
    agreed = await family_links.invite_relative(database, ANNA, NOW)
    await family_links.accept(database, BORIS, agreed.code, NOW)
    (acting,) = await agreement.acting_for_me(database, BORIS)
    await agreement.take_back(database, BORIS, acting.account_id, NOW)
    last = await family.add_child(database, ANNA, codes.new_id(), person, NOW)
    with pytest.raises(VisitsAhead):
        await family.remove(database, ANNA, masha.id, NOW)
    assert await family.remove(database, ANNA, last.id, NOW)
    assert await coming_of_age.let_grow(database, birthday) == 1
    rows = await database.write(lambda tx: outgoing.claim_due(tx, family.NOTE, birthday, birthday, 100))
    (grown,) = [row for row in rows if row.kind == family.GROWN]
    note = await database.read(lambda tx: notifications.note(tx, database.keyring, grown))
    assert note is not None
    registration = patients.Registration(103, "ru", patients.CONSENT_VERSION, NOW, "+79160000000", person)
    await patients.register(database, registration, NOW)
    await family_links.accept(database, 103, note.words["code"], birthday)


NARROW = stored_history.Filters(NOW.date(), NOW.date() + timedelta(days=20), doctor_id=1, facility_id=1)
EVERY_PAST = [
    replace(filters, outcome=outcome)
    for outcome in ("", *stored_history.OUTCOMES)
    for filters in (stored_history.NO_FILTERS, NARROW)
]


async def look_back(database: Database) -> None:
    """Go through the history a week later, both ways and through every filter."""
    later = NOW + timedelta(days=7)
    assert await history.has_past(database, ANNA, later)
    (one, *_) = (await history.stretch(database, ANNA, EVERY_PAST[1], None, later, 5)).items
    for filters in EVERY_PAST:
        for turn in (None, Turn(one.row.id, is_newer=True), Turn(one.row.id)):
            await history.stretch(database, ANNA, filters, turn, later, 5)
        await history.amount(database, ANNA, filters, later)
        await history.export(database, ANNA, filters, later)
        await history.calendar(database, ANNA, filters, later)
    assert await history.seen(database, ANNA, later, is_doctors=True)
    assert await history.seen(database, ANNA, later, is_doctors=False)
    await history.details(database, ANNA, one.row.id, later)


async def report_on(database: Database, number: str, later: datetime) -> None:
    """Let the clinic say everything of a visit, then other things, and that nobody came."""

    def said(status: str, words: str, *given: outcomes.NewFile) -> list[outcomes.Report]:
        row = files.Row("visits.csv", 2, {})
        return [outcomes.Report(row, number, status, words, words, given)]

    digest = hashlib.sha256(b"content").hexdigest()
    file = outcomes.NewFile("a.pdf", "application/pdf", 7, digest, lambda: b"content")
    for reported in (
        said("no_show", ""),
        said("finished", "x", file),
        said("finished", "y"),
        said("finished", ""),
        said("finished", "z", file),
    ):
        await imports.run(database, files.Files({}), reported, later)


async def say_how_it_was(database: Database) -> None:
    """Rate, answer, comment, let it be shown, read it, take it back; two weeks later."""
    later = NOW + timedelta(days=14)
    (past,) = (await history.stretch(database, BORIS, stored_history.NO_FILTERS, None, later, 1)).items
    visit = past.row.id
    for about in (stored_feedback.VISIT, stored_feedback.BOOKING):
        await feedback.rate(database, BORIS, visit, 4, later, about)
    await feedback.rate(database, BORIS, visit, 5, later)
    await feedback.answer(database, BORIS, visit, "timely", 5, later)
    said = await feedback.comment(database, BORIS, visit, "пишите на a@example.ru", later)
    assert said.row is not None
    assert await reviews.tell_untold(database, (ANNA,), later) == 1
    await reviews.decide(
        database,
        ANNA,
        (ANNA,),
        said.row.id,
        said.row.revision,
        later,
        is_shown=True,
        seen=CommentState.WAITING,
    )
    for of in (stored_reviews.Of(doctor_id=1), stored_reviews.Of(facility_id=1)):
        assert await database.read(partial(stored_reviews.has_shown, of=of))
        for after in (None, (said.row.id, True), (said.row.id, False)):
            assert (await reviews.stretch(database, of, after, 5)).items
    await asking.asks_about_booking(database, BORIS, visit, later)
    for is_wanted in (False, True):
        await reminder_settings.want_questions(database, BORIS, later, is_wanted=is_wanted)
    other = (await history.stretch(database, ANNA, stored_history.NO_FILTERS, None, later, 1)).items[0]
    assert await asking.why_unasked(database, ANNA, other.row.id, later) == ""
    await report_on(database, past.row.number, later)
    found = await history.details(database, BORIS, visit, later)
    await history.file_content(database, BORIS, found.files[0].id, later)
    booked = partial(stored_outcomes.set_status, appointment_id=visit, status=AppointmentStatus.BOOKED)
    await database.write(booked)  # what follows looks at coming visits
    await feedback.take_comment_back(database, BORIS, visit, later)
    await feedback.take_back(database, BORIS, visit, later, stored_feedback.BOOKING)


async def wait_for_times(database: Database) -> None:
    """Wait, be offered and booked, look, decline, miss, end, in the morning and at night; open a reserve."""
    world, now = World(database, StoppedClock()), NOW + timedelta(hours=3)
    slot = await world.slot_id(CHEKHOV, 7)

    async def join(chat: int, **wanted: Any) -> Any:
        patient = await world.patient(chat)
        asked = entries.Wanted(patient.id, THERAPIST, "RU-MOW", **wanted)
        return await entries.join(database, chat, asked, now)

    async def settle(at: datetime = now) -> None:
        await watching.tick(database, at)

    async def open_offers() -> list[tuple]:
        due = await database.read(lambda tx: waiting_offers.due(tx, now + timedelta(days=99), 10))
        accounts = dict(
            await world.rows("SELECT id, telegram_id FROM account WHERE telegram_id IN (104, 105)")
        )
        found = []
        for one in due:
            row = await database.read(partial(waiting.by_id, waiting_id=one.row.waiting_id))
            if row is not None and row.account_id in accounts:
                found.append((accounts[row.account_id], one.row.id))
        return found

    for chat in (104, 105):
        await join(chat)
        assert await entries.entries(database, chat)
    await settle()
    chat, offer = (await open_offers())[0]
    await answers.tell(database, chat, offer, now)
    await answers.decline(database, chat, offer, now)
    await settle(now + timedelta(days=3))
    await settle(now + timedelta(days=3))
    chat, offer = (await open_offers())[0]
    await answers.accept(database, chat, offer, now + timedelta(days=3))
    visit = (await visits.coming(database, chat, now, 0, 1)).items[0].appointment
    await entries.join(database, chat, entries.Wanted(0, 0, "", appointment_id=visit.id), now)
    await visits.move(database, chat, visit.id, await world.slot_id(CHEKHOV, 9, 3), now)
    await settle()
    for chat_id, offer in await open_offers():
        await answers.decline(database, chat_id, offer, now)
    await settle()
    await visits.cancel(database, chat, visit.id, now)
    here = await join(106, schedule_id=CHEKHOV, mode=entries.BOOK)
    await settle()
    here = await join(107, schedule_id=BULGAKOV, days=7)
    await entries.change(database, 107, here.row.id, now, days=14, wish=Wish((Window(weekdays=WEEKEND),)))
    await profile.change(database, 107, here.row.patient_id, "benefit", "pensioner", now)
    await entries.come_back(database, 107, now)
    await watching.switch(database, 107, now, is_on=False)
    await watching.switch(database, 107, now, is_on=True)
    await watching.note_said(database, 107, 5)
    assert (await watching.word(database, 107, now)).entries
    await settle(now + timedelta(days=20))

    other = await world.patient(104)

    def open_reserve(tx: Tx) -> None:
        reserve.set_rules(tx, reserve.ReserveRow(CHEKHOV, 10, 3, 80, True, MOSCOW))
        stored_times.take(tx, slot, SlotStatus.RESERVED, from_status=SlotStatus.FREE)
        assert reserves.open_due(tx, NOW, 0) == (0, 0)
        reserves.open_one(tx, CHEKHOV, NOW)
        reserve.drop(tx, CHEKHOV)
        own_phrases.put(tx, own_phrases.DANGER, [own_phrases.OwnPhrase("danger", ("x",), "", False, ("y",))])
        assert freed.note_written(tx, 0) >= 0
        waiting.give_to(tx, 1, 2)
        notifications.message_of(tx, 1)
        waiting_offers.delete(tx, 1)
        waiting.delete(tx, 1)
        freed.purge(tx, now, 10)
        waiting.ended_before(tx, now, 10)
        watching.stands_still(tx, now)
        waiting_ends.merge(tx, here.row.patient_id, other.id, now)
        assert appointments.first_starts_at(tx, visit.id)

    await join(107, facility_id=1)
    await database.write(open_reserve)
    await settle()


async def work_at_the_desk(database: Database, admins: tuple[int, ...]) -> None:
    asked = [
        await support.ask(database, BORIS, "ru", "other", NewPost(20 + number, "help"), admins, NOW)
        for number in range(2)
    ]
    found = await desk.waiting(database, 901, admins, None, 1, NOW)
    assert found.next_mark
    assert (await desk.waiting(database, 901, admins, found.next_mark, 1, NOW)).requests
    opened = await desk.opened(database, 901, admins, asked[0].id, None, NOW)
    assert opened.posts
    await desk.unchanged(database, 901, admins, asked[0].id, opened.seen)
    await support.close(database, 901, admins, asked[0].id, "Oleg", NOW, opened.seen)
    await support.delete(database, BORIS, asked[1].id, NOW)
    await reviews.waiting(database, 901, admins, None, 9, NOW)


async def use_rights(database: Database) -> None:
    (anna,) = await patients.patients(database, ANNA)
    assert (await exports.collect(database, ANNA, NOW)).patients
    assert (await rights.looked_at(database, ANNA, anna.id, 0, 5)).lines
    (boris,) = await patients.patients(database, BORIS)
    assert (await rights.outlook(database, BORIS, NOW)).visits == 1
    child = 77

    def share(tx: Any) -> None:
        people.insert_patient(tx, database.keyring, child, anna.person, NOW)
        for carer in (anna.account_id, boris.account_id):
            people.add_care(tx, carer, child, relation="child", basis="invitation", now=NOW)

    await database.write(share)
    changes = {"forgotten": b"{}"}
    await database.write(lambda tx: dialog_state.save(tx, database.keyring, BORIS, changes, NOW))
    await rights.erase(database, BORIS, NOW)


def queries() -> set[tuple[str, str]]:
    """Name the functions of the query modules that run a statement themselves."""
    found = set()
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and "tx.execute" in inspect.getsource(function):
                found.add((module.__name__, name))
    return found


async def test_the_journey_runs_every_query_there_is(recorded: RecordingDatabase) -> None:
    assert queries() - recorded.functions == set()


def test_the_query_modules_are_all_of_them() -> None:
    folder = Path(appointments.__file__).parent
    files_ = [*folder.glob("*.py"), *(folder / "imports").glob("*.py")]
    with_queries = {path.stem for path in files_ if "tx.execute(" in path.read_text("utf-8")}
    assert with_queries - {"seed", "seals", "afterwards", "database"} == {
        module.__name__.rpartition(".")[2] for module in MODULES
    }


def plan(connection: sqlite3.Connection, sql: str, parameters: Any) -> list[str]:
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]


def growing_scans(sql: str, steps: list[str]) -> list[str]:
    """Find the steps that read a growing table, or one of its indexes, from end to end."""
    named = [(alias, table) for table, alias in re.findall(r"\b(?:FROM|JOIN)\s+(\w+)\s+AS\s+(\w+)", sql)]
    tables = dict(named) | {table: table for table in GROWING}
    scans = []
    for step in steps:
        found = re.match(r"SCAN (\w+)", step)
        if found and tables.get(found[1]) in GROWING:
            scans.append(step)
    return scans


async def test_no_statement_reads_a_growing_table_from_end_to_end(recorded: RecordingDatabase) -> None:
    connection = connect(recorded.path, read_only=True)
    scans, asked = {}, set()
    for function, sql, parameters in recorded.ran:
        asked.add(sql)
        for step in growing_scans(sql, plan(connection, sql, parameters)):
            scans[function] = re.sub(r"SCAN \w+ USING (COVERING )?INDEX ", "", step)
    connection.close()
    assert len(asked) > 45
    assert scans == ALLOWED_SCANS


async def test_the_check_finds_a_scan(recorded: RecordingDatabase) -> None:
    connection = connect(recorded.path, read_only=True)
    for sql in (
        "SELECT 1 FROM slot WHERE minutes = 30",
        "SELECT 1 FROM appointment AS a WHERE a.queue_number = 1",
        "UPDATE notification SET state = 0 WHERE channel = 'chat'",
        "DELETE FROM hold WHERE created_at < 5",
    ):
        assert growing_scans(sql, plan(connection, sql, ())), sql
    connection.close()


async def test_searches_for_free_times_read_the_index_of_free_times(recorded: RecordingDatabase) -> None:
    """Taken and past times are no part of it, so a search costs the same after years."""
    connection = connect(recorded.path, read_only=True)
    searches = [
        (function, sql, parameters) for function, sql, parameters in recorded.ran if "status = 0 AND" in sql
    ]
    assert {function for function, _, _ in searches} >= {
        "free_counts", "free_of", "last_free", "free_times", "nearest_in_region",
        "nearest_at_facility",
        "_merge", "of_specialty", "of_schedule", "_nearest",
    }  # fmt: skip
    for function, sql, parameters in searches:
        of_slot = [step for step in plan(connection, sql, parameters) if re.match(r"SEARCH slot", step)]
        assert of_slot, function
        assert all("INDEX slot_free (schedule_id=? AND starts_at>" in step for step in of_slot), of_slot
    connection.close()


async def test_a_page_of_facilities_is_read_along_the_index_of_its_order(recorded: RecordingDatabase) -> None:
    """Neither all facilities are read nor are they sorted: thousands are as fast as six."""
    connection = connect(recorded.path, read_only=True)
    indexes = set()
    for function, sql, parameters in recorded.ran:
        is_of_facilities = "FROM facility AS f" in sql or "JOIN facility AS f" in sql
        if not is_of_facilities or function not in ("listed", "_in_box", "_entries", "card", "changed"):
            continue
        steps = plan(connection, sql, parameters)
        assert not [step for step in steps if re.match(r"SCAN (f|facility)\b", step)], (function, steps)
        # of a specialty every doctor's first time is looked up: there are as many as clinics that have it
        if "AS first JOIN" not in sql:
            assert not [step for step in steps if "TEMP B-TREE FOR ORDER" in step], (function, steps)
        indexes |= {name for step in steps for name in re.findall(r"INDEX (facility_\w+)", step)}
    assert indexes == {
        "facility_by_name", "facility_by_standing", "facility_free_first", "facility_on_map",
        "facility_on_map_of_region",
    }  # fmt: skip
    connection.close()


async def test_the_history_is_read_along_its_index(recorded: RecordingDatabase) -> None:
    """Neither sorted nor counted off: what a page costs does not grow with the visits."""
    connection = connect(recorded.path, read_only=True)
    pages = [
        (sql, parameters)
        for function, sql, parameters in recorded.ran
        if function == "_of_patient" and "FROM appointment" in sql
    ]
    assert len({sql for sql, _ in pages}) > 8
    for sql, parameters in pages:
        steps = plan(connection, sql, parameters)
        assert re.search(
            r"INDEX appointment_of_patient \(patient_id=\? AND starts_at>\? AND starts_at<\?\)", steps[0]
        )
        assert not [step for step in steps if "TEMP B-TREE" in step], steps
        assert "OFFSET" not in sql
    connection.close()


async def test_a_page_of_reviews_is_read_along_its_index(recorded: RecordingDatabase) -> None:
    """What a page costs does not grow with the ratings, most of which have no comment."""
    connection = connect(recorded.path, read_only=True)
    indexes = set()
    for function, sql, parameters in recorded.ran:
        if function not in ("shown", "has_shown"):
            continue
        steps = plan(connection, sql, parameters)
        assert not [step for step in steps if "TEMP B-TREE" in step], steps
        indexes |= set(re.findall(r"INDEX (review_\w+ \(\w+=\?(?: AND given_at[<>]\?)?\))", "\n".join(steps)))
        assert "OFFSET" not in sql
    assert len(indexes) == 6
    connection.close()


async def test_messages_that_are_due_are_found_without_those_that_were_sent(
    recorded: RecordingDatabase,
) -> None:
    connection = connect(recorded.path, read_only=True)
    for function, sql, parameters in recorded.ran:
        if function in ("claim_due", "due_channels"):
            steps = plan(connection, sql, parameters)
            found = [step for step in steps if "notification_next (channel=? AND leased_until<?)" in step]
            assert len(found) == (2 if function == "claim_due" else 1), steps
            assert not [step for step in steps if "SCAN notification" in step and "INDEX" not in step], steps
    connection.close()
