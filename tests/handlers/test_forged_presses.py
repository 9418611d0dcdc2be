"""Presses with another person's ids, over every button of every window and every act under a message.

The windows and acts are found in the bot as it was put together: a new one is tried without being named here.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from aiogram.fsm.state import State
from aiogram_dialog import ShowMode, StartMode
from aiogram_dialog.manager.bg_manager import BgManagerFactoryImpl
from aiogram_dialog.widgets.kbd import Keyboard

from clinic import booking, support
from dialogs import presses, preview, samples
from dialogs.presses import MistakePress, SupportPress, VisitPress
from locales import translator
from storage.appointments import Visit
from storage.people import Person
from tests.telegram import ADMINS, Line, Someone
from tests.windows import STATES, dialogs, name
from tests.world import BULGAKOV, CHEKHOV

ANNA = 1001


def widgets(keyboard: Any) -> Iterator[Keyboard]:
    """Find the widgets of a window, also those within others."""
    if keyboard.widget_id:
        yield keyboard
    for inner in getattr(keyboard, "buttons", ()):
        yield from widgets(inner)


async def annas(line: Line) -> tuple[Visit, int]:
    """Let Anna have a visit and hold another time."""
    line.person("Анна").chat.person.started = True
    visit = await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, 2))
    held = await line.world.slot_id(CHEKHOV, 3, 1)
    await booking.hold(line.world.database, ANNA, held, line.world.clock.now())
    await line.work()
    return visit, held


async def her_rows(line: Line, visit: Visit) -> dict[str, list[tuple]]:
    """Read everything that is Anna's."""
    row = visit.appointment
    return {
        "account": await line.world.rows("SELECT * FROM account WHERE telegram_id = ?", ANNA),
        "patient": await line.world.rows("SELECT * FROM patient WHERE id = ?", row.patient_id),
        "care": await line.world.rows("SELECT * FROM care WHERE account_id = ?", row.account_id),
        "appointment": await line.world.rows(
            "SELECT * FROM appointment WHERE patient_id = ?", row.patient_id
        ),
        "hold": await line.world.rows("SELECT * FROM hold WHERE telegram_id = ?", ANNA),
        "slot": await line.world.rows(
            "SELECT * FROM slot WHERE id = ? OR id IN (SELECT slot_id FROM hold WHERE telegram_id = ?)",
            row.slot_id,
            ANNA,
        ),
        "notification": await line.world.rows("SELECT * FROM notification WHERE appointment_id = ?", row.id),
    }


async def open_window(
    line: Line, igor: Someone, state: State, start_data: dict[str, Any], data: dict[str, Any]
) -> str:
    """Put Igor's chat into a window of his own and return the number of that conversation."""
    bg = BgManagerFactoryImpl(line.dispatcher).bg(line.bot, igor.id, igor.id, stack_id="", load=False)
    async with bg.fg() as manager:
        await manager.start(state, start_data, mode=StartMode.RESET_STACK, show_mode=ShowMode.NO_UPDATE)
        manager.dialog_data.update(data)
        await manager.switch_to(state)
        return str(manager.current_context().id)


@pytest.mark.parametrize("state", STATES, ids=name)
async def test_no_button_of_a_window_does_anything_to_somebody_else(line: Line, state: State) -> None:
    window: Any = dialogs(line)[state.group].windows[state]
    visit, held = await annas(line)
    before = await her_rows(line, visit)
    assert all(before.values())
    igor = line.person("Игорь")
    await igor.start()
    database, now = line.world.database, line.world.clock.now()
    person = Person("Ветров", "Игорь", "Сергеевич", date(1980, 1, 1))
    sample = await samples.sample(database, igor.id, person, "+79990000102", BULGAKOV, now)
    row = visit.appointment
    ids = (row.id, row.patient_id, row.account_id, row.slot_id, held, row.number, row.ticket_code, ANNA)
    started_with = preview.STARTED_WITH.get(state.group, lambda *_: {})
    buttons = [widget.widget_id for widget in widgets(window.keyboard)]
    for button in buttons:
        for number in ids:
            data = preview.REMEMBERED[state](sample, translator("ru"))
            intent = await open_window(line, igor, state, started_with(sample, translator("ru")), data)
            press = line.telegram.press_raw(igor.chat, igor.messages[-1], f"{intent}\x1d{button}:{number}")
            await line.work()
            assert press.state == "answered"
    assert await her_rows(line, visit) == before
    assert "Смирнова" not in igor.said()


def acts() -> list[str]:
    """Find every act that a button under a message stands for."""
    tr = translator("ru")
    markups = [presses.under_ticket(tr, 1)]
    markups += [presses.under_reminder(tr, 1, is_confirmed=is_confirmed) for is_confirmed in (True, False)]
    buttons = [button for markup in markups for row in markup.inline_keyboard for button in row]
    return sorted({VisitPress.unpack(button.callback_data or "").act for button in buttons})


def test_the_acts_are_found() -> None:
    assert {"ics", "change", "move", "cancel", "come", "home"} <= set(acts())


@pytest.mark.parametrize("act", [*acts(), "card", "anything"])
@pytest.mark.parametrize("is_registered", [True, False], ids=["a patient", "nobody"])
async def test_no_button_under_a_message_does_anything_to_somebody_else(
    line: Line, act: str, is_registered: bool
) -> None:
    visit, _ = await annas(line)
    before = await her_rows(line, visit)
    igor = line.person("Игорь")
    if is_registered:
        await line.world.patient(igor.id, "Игорь")
    await igor.start()
    documents = len(igor.documents)
    await igor.press_raw(igor.screen, VisitPress(act=act, id=visit.appointment.id).pack())
    assert act == "home" or "Такой записи или такого времени больше нет" in igor.text
    assert await her_rows(line, visit) == before
    assert "Чехов" not in igor.said()
    assert len(igor.documents) == documents


@pytest.mark.parametrize("act", acts())
async def test_the_refusal_is_the_same_as_for_a_visit_that_never_was(line: Line, act: str) -> None:
    visit, _ = await annas(line)
    igor = line.person("Игорь")
    await line.world.patient(igor.id, "Игорь")
    await igor.start()
    answers = []
    for number in (visit.appointment.id, 12345):
        await igor.start()
        press = await igor.press_raw(igor.screen, VisitPress(act=act, id=number).pack())
        answers.append((press.answer, igor.text, igor.buttons))
    assert answers[0] == answers[1]


SUPPORT_ACTS = ("open", "more", "solved", "ticket", "anything")


@pytest.mark.parametrize("act", SUPPORT_ACTS)
async def test_no_button_of_support_does_anything_to_somebody_elses_request(line: Line, act: str) -> None:
    visit, _ = await annas(line)
    new = support.NewPost(7, "не приходит талон")
    now = line.world.clock.now()
    row = await support.ask(line.world.database, ANNA, "ru", "ticket", new, ADMINS, now)
    tables = ("support_request", "support_post")
    before = [await line.world.rows(f"SELECT * FROM {table}") for table in tables]
    igor = line.person("Игорь")
    await line.world.patient(igor.id, "Игорь")
    refusals = set()
    for number in (row.id, visit.appointment.id, 12345):
        await igor.start()
        await igor.press_raw(igor.screen, SupportPress(act=act, id=number).pack())
        refusals.add(igor.text)
    assert len(refusals) == 1
    assert "не приходит" not in igor.said()
    assert before == [await line.world.rows(f"SELECT * FROM {table}") for table in tables]


@pytest.mark.parametrize("forged", ["<b>1234", "0123abcg", "0123abcd5", "0123ABCD"])
async def test_a_forged_number_of_a_failure_is_left_out(line: Line, forged: str) -> None:
    igor = line.person("Игорь")
    await igor.start()
    await igor.press_raw(igor.screen, MistakePress(number=forged).pack())
    assert "Техническая проблема" in igor.text
    assert forged not in igor.text
    await igor.press_raw(igor.screen, MistakePress(number="0123abcd").pack())
    assert "0123abcd" in igor.text
