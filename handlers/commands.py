"""The commands and links. Each shows its window below what is there.

/start, /book and /cancel leave what was open and give a held time back. Help, settings, the list of visits
and a ticket's link open over it: a draft is there again after «back».
"""

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import invitations, links, visits
from clinic.errors import InvitationRefused, NotFound
from clinic.links import PublicLink
from dialogs import answers, navigation
from dialogs.states import Booking, Desk, Family, Menu, Registration, Settings, Support, Visits
from dialogs.wording import refusal
from handlers.filters import OfAdministrator
from locales import Translator
from storage.database import Database

_OVER = {"my": Visits.list, "help": Menu.help, "settings": Settings.main, "support": Support.main}
_OF_VISIT = ("v_", "a_", "c_")
"""How links begin that stand for a visit."""
COMMANDS = frozenset({"start", "book", "cancel", *_OVER})


async def open_link(
    message: Message,
    command: CommandObject,
    dialog_manager: DialogManager,
    database: Database,
    tr: Translator,
) -> None:
    """Open what a link stands for: `v_<code>` a ticket's visit, `a_<code>` the same with the question whether
    the patient will come, `c_<code>` where it is changed, `i_<code>` an invitation, `book` a booking,
    `d_<number>` a doctor's days (`d_<number>_<number>` for a service), `f_<number>` a clinic. Opening one
    never does anything by itself.

    A draft survives a link: all but `book` open over it, `book` shows it as it stands.
    """
    payload = command.args or ""
    if payload == "book":
        if not await answers.begin_booking(dialog_manager):
            await navigation.show_present(dialog_manager, None)
    elif payload.startswith(_OF_VISIT):
        await _open_ticket(message, payload[:2], payload[2:], dialog_manager, database, tr)
    elif payload.startswith("i_"):
        await _open_invitation(message, payload.removeprefix("i_"), dialog_manager)
    elif (public := links.read_public(payload)) is not None:
        await _open_public(public, dialog_manager, tr)
    else:
        await start(message, dialog_manager)


async def _open_public(link: PublicLink, manager: DialogManager, tr: Translator) -> None:
    """Begin a booking at a doctor or a clinic; one that is going on stays below it."""
    if link.kind == links.DOCTOR:
        state, start = Booking.day, {"schedule_id": link.row_id, "service_id": link.service_id}
    else:
        state, start = Booking.specialty, {"facility_id": link.row_id}
    try:
        if manager.has_context() and manager.current_context().state.group in (Booking, Registration):
            await navigation.open_over(manager, state, start)
        else:
            await navigation.give_up_hold(manager)
            await navigation.start(manager, state, start)
    except NotFound:
        await navigation.go_home(manager, hint=tr("There is no such doctor or clinic any more."))


async def _open_ticket(
    message: Message, wanted: str, code: str, manager: DialogManager, database: Database, tr: Translator
) -> None:
    try:
        visit = await visits.by_ticket(database, message.chat.id, code)
    except NotFound:
        await navigation.show_present(manager, tr("There is no such ticket, or it is not yours."))
        return
    hint = None
    if visit.appointment.ticket_code != code:
        hint = tr("This ticket is old: the visit was moved. Here is your booking:")
    now = manager.middleware_data["clock"].now()
    is_coming = visits.can_change(visit, now)
    is_asked = wanted == "a_" and is_coming and visit.appointment.confirmed_at is None
    if is_asked:
        hint = hint or tr("Will you come? Press «✅ I will come», or move or cancel the visit.")
    await navigation.open_over(
        manager,
        Visits.change if wanted == "c_" and is_coming else Visits.card,
        {"appointment_id": visit.appointment.id, "is_asked": is_asked},
        hint=hint,
    )


async def _open_invitation(message: Message, code: str, manager: DialogManager) -> None:
    """Show what an invitation asks; one that does nothing (any more) is told why, over the open window."""
    data = manager.middleware_data
    tr: Translator = data["tr"]
    try:
        asked = await invitations.look(data["database"], message.chat.id, code, data["clock"].now())
    except InvitationRefused as error:
        await navigation.show_present(manager, refusal(tr, error))
        return
    if asked.is_done:
        await navigation.show_present(manager, tr("You have said yes to this already."))
        return
    await navigation.open_over(manager, Family.invitation, {"code": code})


async def start(message: Message, dialog_manager: DialogManager) -> None:
    """Greet and show the menu; the first time with a word about safety."""
    is_first = dialog_manager.current_stack().last_message_id is None
    await navigation.give_up_hold(dialog_manager)
    await navigation.start(dialog_manager, Menu.main, {"is_greeted": True, "is_first": is_first})


async def cancel(message: Message, dialog_manager: DialogManager, tr: Translator) -> None:
    """Leave everything."""
    await navigation.go_home(dialog_manager, hint=tr("Everything is left as it was."))


async def book(message: Message, dialog_manager: DialogManager) -> None:
    """Begin a booking anew, with the menu under it for «back»."""
    await navigation.give_up_hold(dialog_manager)
    await navigation.start(dialog_manager, Booking.region)


async def open_window(message: Message, command: CommandObject, dialog_manager: DialogManager) -> None:
    """Open the window of a command over what is open."""
    await navigation.open_over(dialog_manager, _OVER[command.command])


async def open_desk(message: Message, dialog_manager: DialogManager) -> None:
    """Open what waits for an administrator; for anybody else there is no such command."""
    await navigation.open_over(dialog_manager, Desk.main)


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="commands")
    router.message.register(open_link, CommandStart(deep_link=True))
    router.message.register(start, CommandStart())
    router.message.register(cancel, Command("cancel"))
    router.message.register(book, Command("book"))
    router.message.register(open_window, Command(*_OVER))
    router.message.register(open_desk, OfAdministrator(), Command("desk"))
    return router
