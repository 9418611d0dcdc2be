"""Which middleware, handler and window an update meets, and in which order."""

from functools import partial

from aiogram import BaseMiddleware, Dispatcher
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import DisabledEventIsolation
from aiogram_dialog import setup_dialogs
from aiogram_dialog.context.media_storage import MediaIdStorage

from bot.dialog_manager import WindowManagerFactory, WindowMessages, use_unique_ids
from bot.middlewares import Languages, LogFields, pseudonym
from bot.routing import DialogRouter, WindowPresses
from clinic.clock import Clock
from dialogs import booking as booking_dialog
from dialogs import (
    confirmation,
    desk,
    documents,
    letter,
    menu,
    pin,
    profile,
    registration,
    rights,
    settings,
    support,
    visits,
    waiting,
)
from dialogs import family as family_dialog
from dialogs import feedback as feedback_dialog
from dialogs import history as history_dialog
from dialogs import reminders as reminders_dialog
from dialogs import search as search_dialog
from handlers import (
    chats,
    errors,
    fallback,
    feedback_presses,
    inline,
    offer_presses,
    support_messages,
    visit_presses,
)
from handlers import commands as command_handlers
from storage.database import Database


def build(
    database: Database,
    clock: Clock,
    state: BaseStorage,
    flood: BaseMiddleware,
    log_key: bytes,
    windows: WindowMessages,
) -> Dispatcher:
    """Put handlers, windows and middlewares together."""
    dispatcher = Dispatcher(storage=state, events_isolation=DisabledEventIsolation())
    dispatcher.workflow_data.update(database=database, clock=clock, pseudonym=partial(pseudonym, log_key))
    for middleware in (LogFields(log_key), Languages(database), flood):
        dispatcher.update.outer_middleware(middleware)
    dialogs = DialogRouter(
        booking_dialog.dialog(),
        visits.dialog(),
        history_dialog.dialog(),
        waiting.dialog(),
        menu.dialog(),
        search_dialog.dialog(),
        registration.dialog(),
        letter.dialog(),
        confirmation.dialog(),
        documents.dialog(),
        profile.dialog(),
        family_dialog.dialog(),
        rights.dialog(),
        feedback_dialog.dialog(),
        pin.dialog(),
        support.dialog(),
        desk.dialog(),
        reminders_dialog.dialog(),
        settings.dialog(),
    )
    dispatcher.include_routers(
        WindowPresses(dialogs),
        errors.router(),
        chats.router(),
        command_handlers.router(),
        visit_presses.router(),
        offer_presses.router(),
        feedback_presses.router(),
        support_messages.router(),
        inline.router(),
        dialogs,
        fallback.router(),
    )
    use_unique_ids()
    media = MediaIdStorage()  # type: ignore[no-untyped-call]
    setup_dialogs(
        dispatcher,
        dialog_manager_factory=WindowManagerFactory(windows, media),
        events_isolation=DisabledEventIsolation(),
    )
    return dispatcher
