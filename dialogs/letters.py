"""Wording letters: subject, plain text and HTML that say the same."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from clinic import confirmation
from locales import Translator


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's words."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Link:
    """What can be pressed in a letter: it opens the bot, and does nothing by itself."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """A visit in a letter: its card, and what can be pressed below it."""

    card: str
    links: Sequence[Link] = ()


def code(tr: Translator, code: str) -> Letter:
    """Word the letter with a one-time code; the code is in the subject too, to be read without opening."""
    paragraphs = [
        tr("Your code: <b>{code}</b>", code=code),
        tr("Type it in the chat with the bot. It works for 10 minutes."),
        tr("You did not ask for it? Then do nothing: without the code nobody gets anything."),
    ]
    return letter(tr, tr("Code {code}", code=code), "", paragraphs)


def code_sms(tr: Translator, purpose: str, code: str, asked_by: str) -> str:
    """Word the text message with a one-time code, short enough for one."""
    if purpose == confirmation.AGREEMENT:
        return tr(
            "{name} wants to book doctors for you (Talon). Do you agree? Then tell them this code: {code}",
            name=asked_by,
            code=code,
        )
    return tr("{code} is your code for the chat with Talon", code=code)


def letter(
    tr: Translator,
    subject: str,
    heading: str,
    paragraphs: Sequence[str],
    *,
    parts: Sequence[Part] = (),
    footer: str = "",
) -> Letter:
    """Put a letter together: heading, parts, paragraphs, footer; all of it Telegram's HTML."""
    shown = [heading]
    for part in parts:
        shown += [part.card, *(f"{link.label}: {link.address}" for link in part.links)]
    text = "\n\n".join(_plain(one) for one in (*shown, *paragraphs, footer) if one) + "\n"
    return Letter(subject, text, _page(tr.language, heading, paragraphs, parts, footer))


def _plain(paragraph: str) -> str:
    return html.unescape(re.sub(r"</?(?:b|i|code)>", "", paragraph))


_CARD = "margin:0 0 20px;padding:16px 20px;border:1px solid #c9d8d2;border-left:6px solid #1d7a5f"
_BUTTON = (
    "display:inline-block;margin:0 12px 12px 0;padding:12px 22px;border:1px solid #1d7a5f;border-radius:8px;"
    "text-decoration:none;font-weight:bold;"
)
_COLOURS = ("background:#1d7a5f;color:#ffffff", "background:#ffffff;color:#1d7a5f")
"""Of the first button, and of the others."""


def _page(
    language: str,
    heading: str,
    paragraphs: Sequence[str],
    parts: Sequence[Part],
    footer: str,
) -> str:
    """Lay a letter out as a page that every mail program shows: no style sheet, no pictures."""
    blocks = []
    if heading:
        blocks.append(f"<h1 style='margin:0 0 16px;font-size:24px;line-height:1.3'>{heading}</h1>")
    for part in parts:
        blocks.append(f"<div style='{_CARD}'>{_lines(part.card)}</div>")
        buttons = "".join(
            f"<a href='{link.address}' style='{_BUTTON}{_COLOURS[min(number, 1)]}'>{link.label}</a>"
            for number, link in enumerate(part.links)
        )
        if buttons:
            blocks.append(f"<p style='margin:0 0 8px'>{buttons}</p>")
    blocks += [f"<p style='margin:0 0 16px'>{_lines(paragraph)}</p>" for paragraph in paragraphs]
    if footer:
        blocks.append(
            f"<p style='margin:24px 0 0;padding:16px 0 0;border-top:1px solid #dddddd;font-size:14px;"
            f"color:#555555'>{_lines(footer)}</p>"
        )
    return (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'></head>"
        "<body style='margin:0;padding:24px;background:#ffffff;color:#111111;"
        "font:17px/1.5 Arial,Helvetica,sans-serif'>"
        f"<div style='max-width:560px'>{''.join(blocks)}</div></body></html>\n"
    )


def _lines(text: str) -> str:
    return text.replace("\n", "<br>")
