"""Wording letters about visits. Their subjects name neither doctor nor specialty: others see them too.

`unpaged` are the visits, by their ids, of which no page could be made: the letter says so and how to get one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from dialogs import cards
from dialogs.letters import Letter, Link, Part, letter
from dialogs.soon import how_soon
from locales import Translator, capital
from storage.appointments import Visit
from storage.history import CANCELLED
from storage.people import SELF


def ticket(tr: Translator, visit: Visit, username: str, unpaged: Collection[int] = ()) -> Letter:
    """Word the letter that brings the ticket to an address that was typed for it."""
    return letter(
        tr,
        tr("Ticket: {when}", when=_when(tr, visit)),
        tr("Your ticket for the visit to the doctor"),
        [_attached(tr, [visit], unpaged)],
        parts=[_part(tr, visit, username, unpaged)],
        footer=tr("You get this letter because this address was typed in the chat. It needs no answer."),
    )


def news(tr: Translator, visit: Visit, username: str, unpaged: Collection[int] = ()) -> Letter:
    """Say that a visit is booked or, after a move, at what time it is now."""
    is_moved = visit.appointment.sequence > 0
    if is_moved:
        subject = tr("Visit moved: {when}", when=_when(tr, visit))
        heading = _headed(visit, tr("the visit is moved"))
    else:
        subject = tr("Booked: {when}", when=_when(tr, visit))
        heading = _headed(visit, tr("you are booked with a doctor"))
    paragraphs = [_attached(tr, [visit], unpaged)]
    if is_moved and unpaged:
        paragraphs.insert(0, tr("The old ticket is not valid any more."))
    elif is_moved:
        paragraphs.insert(0, tr("The old ticket is not valid any more: take the one of this letter."))
    return letter(
        tr,
        subject,
        heading,
        paragraphs,
        parts=[_part(tr, visit, username, unpaged)],
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
        parts=[
            Part(cards.card(tr, visit, CANCELLED), [Link(tr("Book again"), cards.booking_link(username))])
        ],
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
            tr("What the clinic wrote is in the chat alone: others may read a letter."),
            tr("I could not write to you in the chat, so this letter comes."),
        ],
        parts=[
            Part(
                cards.when_line(tr, visit.appointment.starts_at, visit.place.facility.timezone),
                [Link(tr("Open the result"), cards.ticket_link(username, visit.appointment.ticket_code))],
            )
        ],
        footer=_footer(tr),
    )


def reminder(
    tr: Translator,
    visits: Sequence[Visit],
    username: str,
    at: datetime,
    instead_of: str | None = None,
    unpaged: Collection[int] = (),
) -> Letter:
    """Word a reminder that is sent then, with the question whether the patients will come.

    `visits`: one, or those of a family's day in their order.
    """
    first, count = visits[0], len(visits)
    paragraphs = [_attached(tr, visits, unpaged)]
    if any(visit.appointment.confirmed_at is None for visit in visits):
        paragraphs.insert(0, _nothing_changes(tr, count))
    if instead_of is not None:
        paragraphs.append(tr("I could not write to you in the chat, so this letter comes."))
    subject = tr("Reminder: {when}", when=_when(tr, first))
    if count > 1:
        day = tr.day(cards.local(first.appointment.starts_at, first.place.facility.timezone).date())
        subject = tr.plural(
            "Reminder: {count} visit, {day}", "Reminder: {count} visits, {day}", count, day=day
        )
    return letter(
        tr,
        subject,
        how_soon(tr, first, at),
        paragraphs,
        parts=[_part(tr, visit, username, unpaged, is_asked=True) for visit in visits],
        footer=_footer(tr),
    )


def _nothing_changes(tr: Translator, count: int) -> str:
    if count > 1:
        return tr("Below each visit please press what fits: the bot opens and asks once more.")
    return tr("Please press one of the two: the bot opens and asks once more, nothing changes before.")


def _part(
    tr: Translator, visit: Visit, username: str, unpaged: Collection[int], *, is_asked: bool = False
) -> Part:
    row = visit.appointment
    links = [Link(tr("Move or cancel"), cards.change_link(username, row.ticket_code))]
    if row.id in unpaged:
        links.insert(0, Link(tr("Get the ticket"), cards.ticket_link(username, row.ticket_code)))
    if is_asked and row.confirmed_at is None:
        links.insert(0, Link(tr("I will come"), cards.answer_link(username, row.ticket_code)))
    return Part(cards.card(tr, visit), links)


def _when(tr: Translator, visit: Visit) -> str:
    wall = cards.local(visit.appointment.starts_at, visit.place.facility.timezone)
    return f"{tr.day(wall.date())}, {tr.time(wall)}"


def _headed(visit: Visit, heading: str) -> str:
    """Name the patient before the heading where that is somebody else than the reader."""
    if visit.appointment.relation == SELF:
        return capital(heading)
    return f"{cards.escape(visit.person.given_name)}: {heading}"


def _attached(tr: Translator, visits: Sequence[Visit], unpaged: Collection[int]) -> str:
    """Say what is attached, and how to get a page that could not be made."""
    if unpaged and len(visits) > 1:
        return tr(
            "Not every ticket could be made as a page, but the visits stand. Below such a visit press"
            " «Get the ticket»: the bot sends it. Files for the calendar are attached."
        )
    if unpaged:
        return tr(
            "The ticket's page could not be made, but the visit stands. Press «Get the ticket»: in the bot it"
            " comes by the button «Ticket again». A file for the calendar is attached."
        )
    if len(visits) > 1:
        return tr(
            "The tickets are attached as PDF pages, and files for the calendar with them."
            " Show the pages at the desk, printed or on the screen."
        )
    return tr(
        "The ticket is attached as a PDF page, and a file for the calendar with it."
        " Show the page at the desk, printed or on the screen."
    )


def _footer(tr: Translator) -> str:
    return tr(
        "You get this letter because you confirmed this address in the chat. It needs no answer."
        " Which letters come is set in the chat: «Settings», «Reminders»."
    )
