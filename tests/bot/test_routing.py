"""Which router a press or a message comes to, without asking the others on the way."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject, User
from aiogram_dialog import Dialog, Window
from aiogram_dialog.api.entities import Context
from aiogram_dialog.api.internal import CONTEXT_KEY
from aiogram_dialog.widgets.text import Const

from bot.routing import DialogRouter, WindowPresses

PERSON = User(id=1, is_bot=False, first_name="Anna")
TYPED = Message(message_id=1, date=datetime(2026, 11, 25, tzinfo=UTC), chat=Chat(id=1, type="private"))


class Booking(StatesGroup):
    day = State()


class Help(StatesGroup):
    main = State()


class Unknown(StatesGroup):
    main = State()


class Recorder(Dialog):
    """A dialog that only notes what comes."""

    def __init__(self, state: State) -> None:
        super().__init__(Window(Const("-"), state=state))
        self.came: list[str] = []

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        self.came.append(update_type)


def press(data: str | None) -> CallbackQuery:
    return CallbackQuery(id="1", from_user=PERSON, chat_instance="1", data=data)


def opened(state: State) -> dict[str, Any]:
    return {CONTEXT_KEY: Context("id", "stack", state, {})}


@pytest.fixture
def dialogs() -> tuple[Recorder, Recorder]:
    return Recorder(Booking.day), Recorder(Help.main)


async def test_a_press_on_a_window_comes_to_its_dialog_alone(dialogs: tuple[Recorder, Recorder]) -> None:
    presses = WindowPresses(DialogRouter(*dialogs))
    answer = await presses.propagate_event("callback_query", press("id\x1dday:1"), **opened(Help.main))
    assert answer is not UNHANDLED
    assert [one.came for one in dialogs] == [[], ["callback_query"]]


@pytest.mark.parametrize("event", [press("visit:come:1"), press(None), TYPED])
async def test_what_is_no_press_on_a_window_is_left_to_the_routers_that_come_after(
    dialogs: tuple[Recorder, Recorder], event: TelegramObject
) -> None:
    presses = WindowPresses(DialogRouter(*dialogs))
    assert await presses.propagate_event("any", event, **opened(Booking.day)) is UNHANDLED
    assert [one.came for one in dialogs] == [[], []]


async def test_a_message_comes_to_the_dialog_whose_window_is_open(
    dialogs: tuple[Recorder, Recorder],
) -> None:
    await DialogRouter(*dialogs).propagate_event("message", TYPED, **opened(Booking.day))
    assert [one.came for one in dialogs] == [["message"], []]


@pytest.mark.parametrize("around", [{}, {CONTEXT_KEY: None}, opened(Unknown.main)])
async def test_without_an_open_window_nothing_is_taken(
    dialogs: tuple[Recorder, Recorder], around: dict[str, Any]
) -> None:
    assert await DialogRouter(*dialogs).propagate_event("message", TYPED, **around) is UNHANDLED
    assert [one.came for one in dialogs] == [[], []]
