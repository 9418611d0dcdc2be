"""What the windows about a booked visit share: reading it, and the reasons for giving its time up."""

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import rules, visits
from dialogs import alarms, typing
from locales import Translator
from storage.appointments import Visit
from storage.database import Database


async def own_visit(manager: DialogManager) -> Visit:
    """Read the visit this conversation is about; whose it is is asked at every look."""
    middleware = manager.middleware_data
    database: Database = middleware["database"]
    appointment_id: int = manager.dialog_data["appointment_id"]
    return await visits.visit(database, middleware["event_chat"].id, appointment_id)


def reasons(tr: Translator) -> dict[str, str]:
    """Name the reasons that are offered as buttons, by the value of each."""
    return {
        "ill": tr("I fell ill"),
        "plans": tr("My plans changed"),
        "better": tr("I feel better"),
        "other": tr("I will go elsewhere"),
    }


async def take_reason(manager: DialogManager, message: Message) -> bool:
    """Keep typed words as the reason, none for «нет»; False for what is neither, a «да» say.

    Signs of danger in them are answered above the next window.
    """
    reason = typing.parse_sentence(message.text)
    if reason is None:
        return False
    manager.dialog_data["reason"] = reason
    say_if_cut(manager, message)
    await alarms.say(manager, reason)
    return True


def say_if_cut(manager: DialogManager, message: Message) -> None:
    """Say that a purpose or a reason was longer than what is kept of it."""
    if typing.is_too_long(message.text):
        tr: Translator = manager.middleware_data["tr"]
        manager.dialog_data["hint"] = tr.plural(
            "That was long: the first {count} character is kept.",
            "That was long: the first {count} characters are kept.",
            rules.PURPOSE_LENGTH,
        )
