"""«Лист ожидания»: joining it, one's places in it, times that are offered."""

from aiogram_dialog import Data, Dialog, DialogManager

from dialogs import for_whom, lists, wish_buttons
from dialogs.states import Waiting
from dialogs.waiting import draft, entries, offer
from dialogs.widgets import Act, Choices, Pager, screen
from locales import later

_EXPECT_WISH = later("I did not understand. Press, or type for example: after 18, on Saturdays.")


async def begin(data: Data, manager: DialogManager) -> None:
    """Keep what it was started with; a time taken under a message is asked about here, if need be."""
    await draft.begin(data, manager)
    if isinstance(data, dict) and data.get("wanted") == "take":
        await offer.take(manager)


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Waiting.list,
            entries.listed,
            Choices("e", entries.open_card),
            Pager(),
            Act("book", "🩺 Book a doctor", entries.book, shown_if="is_empty"),
            Act("off", "🔕 No daily word", entries.daily_off, shown_if="is_daily"),
            Act("on", "🔔 Write daily", entries.daily_on, shown_if="is_not_daily"),
            personal=True,
        ),
        screen(
            Waiting.card,
            entries.card,
            Act("offer", "👀 The time that is offered", entries.open_offer, shown_if="has_offer"),
            Act("wish", "🕘 Which times suit", draft.open_wish, shown_if="is_live"),
            Act("mode", "⚡ Ask first or book", draft.open_mode, shown_if="is_live"),
            Act("until", "📅 Until when", draft.open_until, shown_if="is_live"),
            Act("any", "🌙 Write at any hour", entries.any_hour, shown_if="can_any_hour"),
            Act("day", "☀️ Write from 8 to 21", entries.day_hours, shown_if="can_day_hour"),
            Act("leave", "🚪 Leave the list", entries.open_leave, shown_if="is_live"),
            personal=True,
        ),
        screen(
            Waiting.check,
            draft.check,
            Act("join", "✅ Join the list", draft.join),
            Act("wish", "🕘 Which times suit", draft.open_wish),
            Act("place", "👥 Another doctor or clinic", draft.turn_place, shown_if="can_choose_place"),
            Act("mode", "⚡ Ask first or book", draft.open_mode),
            Act("until", "📅 Until when", draft.open_until),
            typed=draft.type_join,
            expected=_EXPECT_WISH,
            personal=True,
        ),
        screen(
            Waiting.wish,
            draft.wish,
            *wish_buttons.widgets(),
            Act("clear", "✖️ Any time", draft.clear_wish, shown_if="has_wish"),
            Act("keep", "✅ Done", draft.keep_wish),
            typed=draft.type_wish,
            expected=_EXPECT_WISH,
            personal=True,
        ),
        screen(Waiting.mode, draft.mode, Choices("m", draft.choose_mode), personal=True),
        screen(Waiting.until, draft.until, Choices("u", draft.choose_until, width=2), personal=True),
        screen(
            Waiting.joined,
            draft.joined,
            Act("list", "🔔 Waiting list", entries.open_list),
            back=False,
            personal=True,
        ),
        screen(
            Waiting.leave,
            entries.leave_question,
            Act("yes", "🚪 Yes, leave", entries.leave),
            typed=entries.type_leave,
            personal=True,
        ),
        screen(
            Waiting.offer,
            offer.offer,
            Act("take", "✅ I take it", offer.take, shown_if="is_open"),
            Act("sure", "✅ All the same", offer.take_all_the_same, shown_if="is_question"),
            Act("no", "It does not suit", offer.decline, shown_if="can_decline"),
            Act("entry", "✏️ Change my wishes", offer.open_entry, shown_if="is_waiting"),
            typed=offer.type_answer,
            personal=True,
        ),
        screen(
            Waiting.patient,
            for_whom.question,
            Choices("p", draft.choose_patient),
            Pager(),
            typed=for_whom.understand(draft.choose_patient),
            expected=later("Please press a name, or type it."),
            personal=True,
        ),
        screen(
            Waiting.specialty,
            draft.specialties,
            Choices("s", draft.choose_specialty),
            lists.show_all(),
            Pager(),
            typed=lists.narrow,
        ),
        on_start=begin,
        on_process_result=draft.on_result,
    )
