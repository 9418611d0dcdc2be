"""«Да» and «нет», typed, where a window asks for one of them."""

from collections.abc import Awaitable, Callable

from aiogram.types import Message
from aiogram_dialog import DialogManager

from dialogs import navigation, typing
from dialogs.typed import OnTyped

Act = Callable[[DialogManager], Awaitable[None]]


def yes_or_no(yes: Act, no: Act = navigation.go_back) -> OnTyped:
    """Make what a window does with a typed answer: the same as its buttons; «no» goes back."""

    async def typed(manager: DialogManager, message: Message) -> bool:
        word = typing.command_word(message.text)
        if word == "yes":
            await yes(manager)
        elif word == "no":
            await no(manager)
        return word in ("yes", "no")

    return typed
