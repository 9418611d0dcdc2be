"""Wording letters: subject, plain text and HTML that say the same."""

import html
import re
from dataclasses import dataclass

from clinic import confirmation
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


def code(tr: Translator, code: str) -> Letter:
    """Word the letter with a one-time code; the code is in the subject too, to be read without opening."""
    paragraphs = [
        tr("Your code: <b>{code}</b>", code=code),
        tr("Type it in the chat with the bot. It works for 10 minutes."),
        tr("You did not ask for it? Then do nothing: without the code nobody gets anything."),
    ]
    return Letter(
        tr("Code {code}", code=code),
        "\n\n".join(map(_plain, paragraphs)) + "\n",
        _page(tr.language, paragraphs),
    )


def code_sms(tr: Translator, purpose: str, code: str, asked_by: str) -> str:
    """Word the text message with a one-time code, short enough for one."""
    if purpose == confirmation.AGREEMENT:
        return tr(
            "{name} wants to book doctors for you (Talon). Do you agree? Then tell them this code: {code}",
            name=asked_by,
            code=code,
        )
    return tr("{code} is your code for the chat with Talon", code=code)


def _plain(paragraph: str) -> str:
    return html.unescape(re.sub(r"</?(?:b|i|code)>", "", paragraph))


def _page(language: str, paragraphs: list[str], link: str = "") -> str:
    """Lay paragraphs of Telegram HTML out as a page that every mail program shows, without a style sheet."""
    anchor = f'<a href="{link}">{link}</a>'
    body = "".join(
        "<p style='margin:0 0 16px'>"
        + (paragraph.replace(link, anchor) if link else paragraph).replace("\n", "<br>")
        + "</p>"
        for paragraph in paragraphs
    )
    return (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'></head>"
        "<body style='margin:0;padding:24px;background:#ffffff;color:#111111;"
        "font:17px/1.5 Arial,Helvetica,sans-serif'>"
        f"<div style='max-width:560px'>{body}</div></body></html>\n"
    )
