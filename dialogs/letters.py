"""Wording letters: subject, plain text and HTML that say the same."""

import html
import re
from dataclasses import dataclass

from dialogs import cards
from locales import Translator
from storage.appointments import Visit


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's words."""

    subject: str
    text: str
    html: str


def ticket(tr: Translator, visit: Visit, username: str) -> Letter:
    """Word the letter that brings the ticket; its subject names neither doctor nor specialty."""
    row = visit.appointment
    wall = cards.local(row.starts_at, visit.place.facility.timezone)
    subject = tr("Ticket: {day}, {time}", day=tr.day(wall.date()), time=tr.time(wall))
    link = cards.ticket_link(username, row.ticket_code)
    paragraphs = [
        tr("Hello! Here is the ticket for the visit to the doctor."),
        cards.card(tr, visit),
        tr(
            "The ticket is attached as a PDF page, and a file for the calendar with it."
            " Show the page at the desk, printed or on the screen."
        ),
        tr("Plans changed? Move or cancel the visit in the chat: {link}", link=link),
        tr("You get this letter because this address was typed in the chat. It needs no answer."),
    ]
    return Letter(subject, "\n\n".join(map(_plain, paragraphs)) + "\n", _page(tr.language, paragraphs, link))


def _plain(paragraph: str) -> str:
    return html.unescape(re.sub(r"</?(?:b|i|code)>", "", paragraph))


def _page(language: str, paragraphs: list[str], link: str) -> str:
    """Lay paragraphs of Telegram HTML out as a page that every mail program shows, without a style sheet."""
    anchor = f'<a href="{link}">{link}</a>'
    body = "".join(
        "<p style='margin:0 0 16px'>" + paragraph.replace(link, anchor).replace("\n", "<br>") + "</p>"
        for paragraph in paragraphs
    )
    return (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'></head>"
        "<body style='margin:0;padding:24px;background:#ffffff;color:#111111;"
        "font:17px/1.5 Arial,Helvetica,sans-serif'>"
        f"<div style='max-width:560px'>{body}</div></body></html>\n"
    )
