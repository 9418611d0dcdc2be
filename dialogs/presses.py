"""Buttons under messages that are no windows: tickets and reminders. They stay pressable for ever."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from locales import Translator


class VisitPress(CallbackData, prefix="v"):
    """A press about a visit. The id is random, and whose visit it is is asked when it is pressed."""

    act: str
    id: int


def _button(label: str, act: str, appointment_id: int) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=VisitPress(act=act, id=appointment_id).pack())


def under_ticket(tr: Translator, appointment_id: int) -> InlineKeyboardMarkup:
    """Buttons under the QR."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                _button(tr("📅 Calendar file"), "ics", appointment_id),
                _button(tr("✏️ Change"), "change", appointment_id),
            ],
            [_button(tr("🏠 Home"), "home", appointment_id)],
        ]
    )


def under_locked(tr: Translator, appointment_id: int) -> InlineKeyboardMarkup:
    """Button under a message of a locked chat: it asks for the PIN first."""
    return InlineKeyboardMarkup(inline_keyboard=[[_button(tr("Open"), "open", appointment_id)]])


def under_result(tr: Translator, appointment_id: int) -> InlineKeyboardMarkup:
    """Button under the word that the clinic wrote what came out of a visit."""
    return InlineKeyboardMarkup(inline_keyboard=[[_button(tr("📄 Open the result"), "open", appointment_id)]])


def under_reminder(tr: Translator, appointment_id: int, *, is_confirmed: bool) -> InlineKeyboardMarkup:
    """Buttons under a reminder."""
    rows = [
        [
            _button(tr("🔁 Move"), "move", appointment_id),
            _button(tr("❌ Cancel the visit"), "cancel", appointment_id),
        ]
    ]
    if not is_confirmed:
        rows.insert(0, [_button(tr("✅ I will come"), "come", appointment_id)])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def under_family_reminder(
    tr: Translator, visits: list[tuple[str, int]], first_id: int | None
) -> InlineKeyboardMarkup:
    """Buttons under a reminder of several visits: each by its label, and one for all.

    `first_id`: the first of those that are asked about; None where nothing is asked any more.
    """
    rows = [[_button(label, "open", number)] for label, number in visits]
    if first_id is not None:
        rows.insert(0, [_button(tr("✅ All will come"), "come_all", first_id)])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def under_changed_reminder(visits: list[tuple[str, int]]) -> InlineKeyboardMarkup | None:
    """Buttons under a reminder of which nothing stands: what was moved, by its new time."""
    rows = [[_button(label, "open", number)] for label, number in visits]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


# --- under offers of the waiting list


class OfferPress(CallbackData, prefix="w"):
    """A press about a time that is offered, or an entry of the waiting list; whose it is is asked then."""

    act: str
    id: int


def _offer_button(label: str, act: str, number: int) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=label, callback_data=OfferPress(act=act, id=number).pack())]


def under_offer(tr: Translator, offer_id: int) -> InlineKeyboardMarkup:
    """Buttons under a time that is offered."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            _offer_button(tr("✅ I take it"), "take", offer_id),
            _offer_button(tr("It does not suit"), "no", offer_id),
        ]
    )


def under_locked_offer(tr: Translator, offer_id: int) -> InlineKeyboardMarkup:
    """Button under an offer in a locked chat: it asks for the PIN first."""
    return InlineKeyboardMarkup(inline_keyboard=[_offer_button(tr("Open"), "open", offer_id)])


def under_waiting(tr: Translator, waiting_id: int) -> InlineKeyboardMarkup:
    """Button under a word about an entry that goes on waiting."""
    return InlineKeyboardMarkup(
        inline_keyboard=[_offer_button(tr("✏️ Change my wishes"), "entry", waiting_id)]
    )


def under_ended(tr: Translator) -> InlineKeyboardMarkup:
    """Buttons under the word that an entry has ended."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            _offer_button(tr("🩺 Book a doctor"), "book", 0),
            _offer_button(tr("🔔 Waiting list"), "list", 0),
        ]
    )


def under_watch(tr: Translator) -> InlineKeyboardMarkup:
    """Buttons under the daily word."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            _offer_button(tr("🔔 Waiting list"), "list", 0),
            _offer_button(tr("🔕 No daily word"), "quiet", 0),
        ]
    )


# --- about support


class SupportPress(CallbackData, prefix="h"):
    """A press that leads to support: `id` is a request's, or a visit's where its ticket is the matter."""

    act: str
    id: int


class MistakePress(CallbackData, prefix="e"):
    """«Write to support» under an apology; the number finds the failure in the log."""

    number: str


def _support_button(label: str, act: str, number: int) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=label, callback_data=SupportPress(act=act, id=number).pack())]


def under_answer(tr: Translator, request_id: int) -> InlineKeyboardMarkup:
    """Buttons under an answer of support."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            _support_button(tr("✅ The matter is settled"), "solved", request_id),
            _support_button(tr("✍️ Write more"), "more", request_id),
        ]
    )


def under_settled(tr: Translator, request_id: int) -> InlineKeyboardMarkup:
    """Button under an answer with which the matter was settled."""
    return InlineKeyboardMarkup(inline_keyboard=[_support_button(tr("✍️ Write more"), "more", request_id)])


def under_locked_answer(tr: Translator, request_id: int) -> InlineKeyboardMarkup:
    """Button under the word that an answer has come into a locked chat."""
    return InlineKeyboardMarkup(inline_keyboard=[_support_button(tr("Open"), "open", request_id)])


def under_apology(tr: Translator, number: str) -> InlineKeyboardMarkup:
    """Button under an apology."""
    button = InlineKeyboardButton(
        text=tr("🆘 Write to support"), callback_data=MistakePress(number=number).pack()
    )
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def under_missing_ticket(tr: Translator, appointment_id: int) -> InlineKeyboardMarkup:
    """Button under the word that a ticket could not be made."""
    return InlineKeyboardMarkup(
        inline_keyboard=[_support_button(tr("🆘 Write to support"), "ticket", appointment_id)]
    )


# --- under the question after a visit, and under comments


class FeedbackPress(CallbackData, prefix="f"):
    """A press about a visit's rating (`n` is it) or a comment (`n` is its revision).

    Whose it is, and whether an administrator presses, is asked then.
    """

    act: str
    id: int
    n: int = 0


DECISIONS = frozenset({"show", "hide", "check"})
"""Presses under comments, which administrators alone may make."""


def _feedback_button(label: str, act: str, number: int, n: int = 0) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=FeedbackPress(act=act, id=number, n=n).pack())


def under_question(tr: Translator, appointment_id: int) -> InlineKeyboardMarkup:
    """Buttons under the question how a visit was: a press rates."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_feedback_button(f"{value} ⭐", "rate", appointment_id, value) for value in range(1, 6)],
            [_feedback_button(tr("The visit did not take place"), "no", appointment_id)],
            [_feedback_button(tr("🔕 Do not ask me any more"), "off", appointment_id)],
        ]
    )


def under_silence(tr: Translator, appointment_id: int) -> InlineKeyboardMarkup:
    """Button under the word that nothing is asked any more."""
    return InlineKeyboardMarkup(
        inline_keyboard=[[_feedback_button(tr("🔔 Ask me after visits"), "on", appointment_id)]]
    )


def under_locked_question(tr: Translator, appointment_id: int) -> InlineKeyboardMarkup:
    """Button under the question in a locked chat: it asks for the PIN first."""
    return InlineKeyboardMarkup(inline_keyboard=[[_feedback_button(tr("Open"), "open", appointment_id)]])


def under_rated(tr: Translator, appointment_id: int) -> InlineKeyboardMarkup:
    """Button under the question once it is answered."""
    return InlineKeyboardMarkup(
        inline_keyboard=[[_feedback_button(tr("✏️ Change or add words"), "open", appointment_id)]]
    )


def under_rejected(tr: Translator, appointment_id: int) -> InlineKeyboardMarkup:
    """Button under the word that a comment is not shown."""
    return InlineKeyboardMarkup(
        inline_keyboard=[[_feedback_button(tr("✏️ Write it anew"), "comment", appointment_id)]]
    )


def under_comment(tr: Translator, feedback_id: int, revision: int) -> InlineKeyboardMarkup:
    """Buttons under a comment that waits."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                _feedback_button(tr("✅ Publish"), "show", feedback_id, revision),
                _feedback_button(tr("🚫 Reject"), "hide", feedback_id, revision),
            ]
        ]
    )


def under_locked_comment(tr: Translator, feedback_id: int) -> InlineKeyboardMarkup:
    """Button that opens a comment in its window."""
    return InlineKeyboardMarkup(inline_keyboard=[[_feedback_button(tr("Open"), "check", feedback_id)]])


def under_decided(tr: Translator, feedback_id: int) -> InlineKeyboardMarkup:
    """Button under a decision, for a second thought."""
    return InlineKeyboardMarkup(
        inline_keyboard=[[_feedback_button(tr("Open it once more"), "check", feedback_id)]]
    )
