"""The commands. Each leaves what was open, gives a held time back and shows its window below."""

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import Message
from aiogram_dialog import DialogManager, ShowMode

from clinic import invitations, visits
from clinic.errors import InvitationRefused, NotFound
from dialogs import navigation
from dialogs.states import Booking, Family, Menu, Settings, Visits
from dialogs.wording import refusal
from locales import Translator
from storage.database import Database

_WINDOWS = {
    "book": Booking.region,
    "my": Visits.list,
    "help": Menu.help,
    "settings": Settings.main,
}


async def open_link(
    message: Message,
    command: CommandObject,
    dialog_manager: DialogManager,
    database: Database,
    tr: Translator,
) -> None:
    """Open what a link stands for: `v_<code>` is the visit of a ticket's QR, `i_<code>` an invitation.

    Anything else opens the menu.
    """
    payload = command.args or ""
    if payload.startswith("i_"):
        await _open_invitation(message, payload.removeprefix("i_"), dialog_manager)
        return
    if not payload.startswith("v_"):
        await start(message, dialog_manager)
        return
    await navigation.give_up_hold(dialog_manager)
    try:
        visit = await visits.by_ticket(database, message.chat.id, payload.removeprefix("v_"))
    except NotFound:
        await navigation.go_home(dialog_manager, hint=refusal(tr, NotFound()))
        return
    await _show(dialog_manager, Menu.main)
    await dialog_manager.start(Visits.card, {"appointment_id": visit.appointment.id})


async def _open_invitation(message: Message, code: str, manager: DialogManager) -> None:
    """Show what an invitation asks; one that does nothing (any more) is told why, and the menu comes."""
    data = manager.middleware_data
    tr: Translator = data["tr"]
    await navigation.give_up_hold(manager)
    try:
        asked = await invitations.look(data["database"], message.chat.id, code, data["clock"].now())
    except InvitationRefused as error:
        await navigation.go_home(manager, hint=refusal(tr, error))
        return
    if asked.is_done:
        await navigation.go_home(manager, hint=tr("You have said yes to this already."))
        return
    await _show(manager, Menu.main)
    await manager.start(Family.invitation, {"code": code})


async def start(message: Message, dialog_manager: DialogManager) -> None:
    """Show the menu; the first time with a word about safety."""
    is_first = dialog_manager.current_stack().last_message_id is None
    await navigation.give_up_hold(dialog_manager)
    await navigation.start(dialog_manager, Menu.main, {"is_first": True} if is_first else None)


async def cancel(message: Message, dialog_manager: DialogManager, tr: Translator) -> None:
    """Leave everything."""
    await navigation.go_home(dialog_manager, hint=tr("Everything is left as it was."))


async def open_window(message: Message, command: CommandObject, dialog_manager: DialogManager) -> None:
    """Open the window of a command, with the menu under it for «back»."""
    await navigation.give_up_hold(dialog_manager)
    await navigation.start(dialog_manager, _WINDOWS[command.command])


async def _show(manager: DialogManager, state: object) -> None:
    """Put the menu under what comes next, without showing it."""
    manager.show_mode = ShowMode.NO_UPDATE
    await navigation.start(manager, Menu.main)
    manager.show_mode = ShowMode.SEND


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="commands")
    router.message.register(open_link, CommandStart(deep_link=True))
    router.message.register(start, CommandStart())
    router.message.register(cancel, Command("cancel"))
    router.message.register(open_window, Command(*_WINDOWS))
    return router
