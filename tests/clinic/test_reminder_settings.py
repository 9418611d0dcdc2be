"""Settings of reminders: whose they are, what they change at once, what stays of them."""

from datetime import date, timedelta

import pytest

from clinic import booking, exports, family, invitations, lead_words, reminder_settings, rights, rules, visits
from clinic.booking import Request
from clinic.errors import NotFound, NotRegistered, TooManyReminders
from clinic.reminding import CHAT, SMS
from dialogs import own_data
from locales import translator
from storage import accounts
from storage.accounts import Contact
from storage.people import Person
from tests.world import CHEKHOV, NOW, World

ANNA, BORIS = 101, 102
HOUR, DAY = 3600, 86_400


async def planned(world: World, chat: int = ANNA) -> list[tuple]:
    return await world.rows(
        "SELECT n.channel, n.lead FROM notification AS n JOIN account AS c ON c.id = n.account_id"
        " WHERE n.kind = 'reminder' AND n.state = 1 AND c.telegram_id = ? ORDER BY n.due_at",
        chat,
    )


async def with_email(world: World, chat: int) -> None:
    """Confirm an address, as `clinic.contacts` does."""

    def work(tx) -> None:
        account = accounts.of_chat(tx, chat)
        assert account is not None
        contact = Contact("+79161234567", f"{chat}@example.ru")
        accounts.set_contact(
            tx,
            world.database.keyring,
            account.id,
            contact,
            phone_confirmed_at=NOW,
            email_confirmed_at=NOW,
        )

    await world.database.write(work)


async def test_a_reminder_is_added_sent_another_way_and_taken_away(world: World) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 7, 3))
    database = world.database
    await reminder_settings.set_lead(database, ANNA, None, 2 * DAY, SMS, NOW)
    assert await planned(world) == [(SMS, 2 * DAY), (CHAT, DAY), (CHAT, 3 * HOUR)]
    await reminder_settings.set_lead(database, ANNA, None, DAY, None, NOW)
    await reminder_settings.set_lead(database, ANNA, None, 2 * DAY, CHAT, NOW)
    assert await planned(world) == [(CHAT, 2 * DAY), (CHAT, 3 * HOUR)]


async def test_what_was_sent_of_a_lead_is_not_planned_again_by_another_way(world: World) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 7, 3))
    await world.database.write(lambda tx: tx.execute("UPDATE notification SET state = 0 WHERE lead = 86400"))
    await reminder_settings.set_lead(world.database, ANNA, None, DAY, SMS, NOW)
    assert await planned(world) == [(CHAT, 3 * HOUR)]


async def test_new_visits_follow_the_settings_and_a_move_plans_by_them(world: World) -> None:
    await world.patient(ANNA)
    await reminder_settings.change(world.database, ANNA, None, NOW, leads={str(5 * HOUR): SMS}, quiet=None)
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 7))
    assert await planned(world) == [(SMS, 5 * HOUR)]
    await visits.move(world.database, ANNA, visit.appointment.id, await world.slot_id(CHEKHOV, 8), NOW)
    assert await planned(world) == [(SMS, 5 * HOUR)]
    await visits.cancel(world.database, ANNA, visit.appointment.id, NOW)
    assert await planned(world) == []


async def test_no_more_than_so_many_and_none_at_an_impossible_time(world: World) -> None:
    await world.patient(ANNA)
    for hours in range(4, 4 + rules.MOST_REMINDERS - 2):
        await reminder_settings.set_lead(world.database, ANNA, None, hours * HOUR, CHAT, NOW)
    with pytest.raises(TooManyReminders):
        await reminder_settings.set_lead(world.database, ANNA, None, 20 * HOUR, CHAT, NOW)
    for lead in (1799, 30 * DAY + 1):
        with pytest.raises(NotFound):
            await reminder_settings.set_lead(world.database, ANNA, None, lead, CHAT, NOW)
    with pytest.raises(NotFound):
        await reminder_settings.set_lead(world.database, ANNA, None, DAY, "pigeon", NOW)


async def test_nobody_else_sets_or_reads_a_patients_reminders(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 7))
    await world.patient(BORIS)
    theirs, database = visit.appointment.patient_id, world.database
    for act in (
        reminder_settings.of_chat(database, BORIS, theirs),
        reminder_settings.change(database, BORIS, theirs, NOW, hour=9),
        reminder_settings.set_lead(database, BORIS, theirs, DAY, None, NOW),
        reminder_settings.as_for_all(database, BORIS, theirs, NOW),
    ):
        with pytest.raises(NotFound):
            await act
    assert (await reminder_settings.of_chat(database, BORIS, None, visit.appointment.id)).following is None
    with pytest.raises(NotRegistered):
        await reminder_settings.of_chat(database, 999)
    assert await planned(world) == [(CHAT, DAY), (CHAT, 3 * HOUR)]


async def test_each_change_is_in_the_journal_the_export_and_goes_with_the_account(world: World) -> None:
    patient = await world.patient(ANNA)
    await reminder_settings.change(world.database, ANNA, None, NOW, hour=9)
    await reminder_settings.change(world.database, ANNA, patient.id, NOW, quiet=None)
    rows = await world.rows("SELECT count(*) FROM journal WHERE action = 'changed' AND record = 'account'")
    assert rows == [(2,)]
    data = exports.as_json(await exports.collect(world.database, ANNA, NOW))
    assert data["account"]["reminders"] == {"hour": 9}
    assert data["patients"][0]["reminders"] == {"quiet": None}
    await rights.erase(world.database, ANNA, NOW)
    assert await world.rows("SELECT reminders FROM account UNION ALL SELECT reminders FROM care") == []


async def test_the_pages_of_ones_own_data_say_all_that_is_set(world: World) -> None:
    patient = await world.patient(ANNA)
    await with_email(world, ANNA)
    database = world.database
    await reminder_settings.change(database, ANNA, None, NOW, hour=9, quiet=(23, 8), policy="none")
    await reminder_settings.change(
        database, ANNA, patient.id, NOW, leads={str(2 * DAY): SMS}, quiet=None, has_texts=True
    )
    await reminder_settings.want_questions(database, ANNA, NOW, is_wanted=False)
    pages = own_data.worded(translator("ru"), await exports.collect(database, ANNA, NOW))
    found = {section.title: dict(section.rows) for section in pages.sections}
    assert found["Напоминания"] == {
        "За 3 дня": "письмом",
        "За день": "в чат",
        "За 3 часа": "в чат",
        "Время напоминаний за день и раньше": "в 9:00 по часам клиники",
        "Не беспокоить": "с 23:00 до 8:00",
        "Письма об изменениях": "да",
        "СМС об изменениях": "нет",
        "Полис в СМС": "нет",
        "День семьи одним сообщением": "да",
        "Вопросы о приёмах": "нет",
    }
    own = found["Напоминания: свои настройки"]
    assert own["За 2 дня"] == "по СМС"
    assert "За день" not in own
    assert (own["Не беспокоить"], own["СМС об изменениях"]) == ("нет", "да")


async def test_both_parents_are_told_of_a_cancel_in_the_chat_and_by_letter(world: World) -> None:
    await world.patient(ANNA)
    await world.patient(BORIS, "Борис")
    child = Person("Смирнова", "Мария", "", date(2018, 3, 1))
    masha = await family.add_child(world.database, ANNA, 7, child, NOW)
    link = await invitations.invite_parent(world.database, ANNA, masha.id, NOW)
    await invitations.accept(world.database, BORIS, link.code, NOW)
    for chat in (ANNA, BORIS):
        await with_email(world, chat)
    request = Request(ANNA, masha.id, await world.slot_id(CHEKHOV, 7, 3))
    visit = await booking.book(world.database, request, NOW)
    news = "SELECT telegram_id, channel FROM notification JOIN account ON account.id = account_id"
    assert await world.rows(news + " WHERE kind = 'news' ORDER BY 1") == [(ANNA, "email"), (BORIS, "email")]
    for chat in (ANNA, BORIS):
        assert ("email", 3 * DAY) in await planned(world, chat)
    await visits.cancel(world.database, ANNA, visit.appointment.id, NOW)
    assert await world.rows(news + " WHERE kind = 'cancelled' ORDER BY 1, 2") == [
        (ANNA, "chat"),
        (ANNA, "email"),
        (BORIS, "chat"),
        (BORIS, "email"),
    ]


async def test_the_next_reminder_of_all_of_a_patient_and_of_a_visit(world: World) -> None:
    first = (await world.book(ANNA, await world.slot_id(CHEKHOV, 7, 3))).appointment
    second = (await world.book(ANNA, await world.slot_id(CHEKHOV, 4, 3))).appointment
    for patient_id, visit_id, starts_at in (
        (None, None, second.starts_at),
        (first.patient_id, None, second.starts_at),
        (None, first.id, first.starts_at),
    ):
        found = await reminder_settings.of_chat(world.database, ANNA, patient_id, visit_id)
        assert found.following is not None
        assert (found.following.due_at, found.following.channel) == (starts_at - timedelta(days=1), CHAT)
        assert found.timezone == "Europe/Moscow"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5 часов", 5 * HOUR),
        ("за 2 дня", 2 * DAY),
        ("За день до приёма", DAY),
        ("полчаса", 1800),
        ("неделя", 7 * DAY),
        ("40 мин", 2400),
        ("3ч", 3 * HOUR),
        ("два часа", 2 * HOUR),
        ("сутки", DAY),
        ("2 days", 2 * DAY),
        ("an hour before", HOUR),
        ("кот", None),
        ("0 дней", None),
        ("", None),
        ("1" * 500, None),
    ],
)
def test_a_lead_time_is_understood_as_people_type_it(text: str, seconds: int | None) -> None:
    assert lead_words.parse(text) == seconds
