"""What an account wished for last time holds next time as well, as long as it is not taken off."""

from aiogram_dialog import DialogManager

from clinic import preferences, wishes
from clinic.wishes import Wish, editing
from dialogs import calendar
from dialogs.booking import known


async def recall(manager: DialogManager) -> None:
    """Wish for what was wished for last; in a chat that is locked nothing is, since it would show."""
    middleware = manager.middleware_data
    chat_id: int = middleware["event_chat"].id
    if not await middleware["locks"].is_locked(chat_id):
        kept = await preferences.recall(middleware["database"], chat_id, preferences.WISH)
        calendar.set_wish(manager, wishes.from_json(kept))


async def keep(manager: DialogManager) -> None:
    """Keep what may hold next time: no dates, nobody who was meant alone."""
    middleware = manager.middleware_data
    lasting = wishes.to_json(editing.lasting(calendar.wish_of(manager)))
    await preferences.keep(middleware["database"], middleware["event_chat"].id, preferences.WISH, lasting)


async def drop(manager: DialogManager, value: str = "") -> None:
    """Take the wishes off: all times are shown again, next time too."""
    await known.note_dropped(manager)
    calendar.set_wish(manager, Wish())
    await keep(manager)
