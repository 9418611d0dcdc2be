"""Wording letters about visits. Their subjects name neither doctor nor specialty: others see them too."""

from datetime import datetime

from dialogs import cards
from dialogs.letters import Letter, Link, letter
from dialogs.soon import how_soon
from locales import Translator, capital
from storage.appointments import Visit
from storage.history import CANCELLED
from storage.people import SELF


def ticket(tr: Translator, visit: Visit, username: str) -> Letter:
    """Word the letter that brings the ticket to an address that was typed for it."""
    return letter(
        tr,
        tr("Ticket: {when}", when=_when(tr, visit)),
        tr("Your ticket for the visit to the doctor"),
        [_attached(tr)],
        card=cards.card(tr, visit),
        links=[_change(tr, visit, username)],
        footer=tr("You get this letter because this address was typed in the chat. It needs no answer."),
    )


def news(tr: Translator, visit: Visit, username: str) -> Letter:
    """Say that a visit is booked or, after a move, at what time it is now."""
    is_moved = visit.appointment.sequence > 0
    if is_moved:
        subject = tr("Visit moved: {when}", when=_when(tr, visit))
        heading = _headed(visit, tr("the visit is moved"))
    else:
        subject = tr("Booked: {when}", when=_when(tr, visit))
        heading = _headed(visit, tr("you are booked with a doctor"))
    paragraphs = [_attached(tr)]
    if is_moved:
        paragraphs.insert(0, tr("The old ticket is not valid any more: take the one of this letter."))
    return letter(
        tr,
        subject,
        heading,
        paragraphs,
        card=cards.card(tr, visit),
        links=[_change(tr, visit, username)],
        footer=_footer(tr),
    )


def cancelled(tr: Translator, visit: Visit, username: str) -> Letter:
    """Say that a visit is cancelled, and by whom where that was somebody else."""
    return letter(
        tr,
        tr("Visit cancelled: {when}", when=_when(tr, visit)),
        _headed(visit, tr("the visit is cancelled")),
        [
            tr("The file that is attached takes the visit out of your calendar."),
            tr("Do you need another time? The bot shows the free ones."),
        ],
        card=cards.card(tr, visit, CANCELLED),
        links=[Link(tr("Book again"), cards.booking_link(username))],
        footer=_footer(tr),
    )


def result(tr: Translator, visit: Visit, username: str, *, is_changed: bool) -> Letter:
    """Say that the clinic wrote what came out of a visit; what it is the chat alone shows."""
    when = _when(tr, visit)
    if is_changed:
        subject = tr("Result changed: visit of {when}", when=when)
        heading = _headed(visit, tr("the result of the visit was changed"))
    else:
        subject = tr("Result ready: visit of {when}", when=when)
        heading = _headed(visit, tr("the result of the visit is ready"))
    return letter(
        tr,
        subject,
        heading,
        [
            tr(
                "The visit of {when}. What the clinic wrote is in the chat alone: others may read a letter.",
                when=when,
            ),
            tr("I could not write to you in the chat, so this letter comes."),
        ],
        links=[Link(tr("Open the result"), cards.ticket_link(username, visit.appointment.ticket_code))],
        footer=_footer(tr),
    )  # fmt: skip


def reminder(
    tr: Translator, visit: Visit, username: str, at: datetime, instead_of: str | None = None
) -> Letter:
    """Word a reminder that is sent then, with the question whether the patient will come."""
    row = visit.appointment
    answer = Link(tr("I will come"), cards.answer_link(username, row.ticket_code))
    paragraphs = [
        tr("Please press one of the two: the bot opens and asks once more, nothing changes before.")
    ]
    if row.confirmed_at is not None:
        paragraphs = []
    paragraphs.append(_attached(tr))
    if instead_of is not None:
        paragraphs.append(tr("I could not write to you in the chat, so this letter comes."))
    return letter(
        tr,
        tr("Reminder: {when}", when=_when(tr, visit)),
        how_soon(tr, visit, at),
        paragraphs,
        card=cards.card(tr, visit),
        links=[*([] if row.confirmed_at else [answer]), _change(tr, visit, username)],
        footer=_footer(tr),
    )


def _when(tr: Translator, visit: Visit) -> str:
    wall = cards.local(visit.appointment.starts_at, visit.place.facility.timezone)
    return f"{tr.day(wall.date())}, {tr.time(wall)}"


def _headed(visit: Visit, heading: str) -> str:
    """Name the patient before the heading where that is somebody else than the reader."""
    if visit.appointment.relation == SELF:
        return capital(heading)
    return f"{cards.escape(visit.person.given_name)}: {heading}"


def _attached(tr: Translator) -> str:
    return tr(
        "The ticket is attached as a PDF page, and a file for the calendar with it."
        " Show the page at the desk, printed or on the screen."
    )


def _change(tr: Translator, visit: Visit, username: str) -> Link:
    return Link(tr("Move or cancel"), cards.change_link(username, visit.appointment.ticket_code))


def _footer(tr: Translator) -> str:
    return tr(
        "You get this letter because you confirmed this address in the chat. It needs no answer."
        " Which letters come is set in the chat: «Settings», «Reminders»."
    )
