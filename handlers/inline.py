"""Inline mode: «@bot кардиолог» in any chat offers doctors with their nearest times, and a way to book.

What is sent is public: a doctor, a clinic, a time, and a link with the number of the doctor's schedule.
"""

import logging

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InlineQueryResultUnion,
    InputTextMessageContent,
)

from clinic import links, search
from clinic.clock import Clock
from clinic.locks import Locks
from clinic.search import DoctorHit, FacilityHit, Suggested
from dialogs import alarms, cards
from locales import Translator
from storage.database import Database

logger = logging.getLogger(__name__)

CACHED = 10
"""Seconds for which Telegram may give the same answer again: times are taken meanwhile."""
SHOWN = 10


async def suggest(
    query: InlineQuery,
    bot: Bot,
    bot_username: str,
    database: Database,
    clock: Clock,
    locks: Locks,
    tr: Translator,
) -> None:
    """Answer what is typed after the bot's name; while the chat is locked nothing is known of its person.

    An answer that Telegram does not want any more, or that cannot be sent now, is of no use later either.
    """
    chat_id = query.from_user.id
    known = None if await locks.is_locked(chat_id) else chat_id
    found = await search.suggest(database, known, query.query, clock.now())
    results = _results(tr, found, bot_username)[:SHOWN]
    words = tr("Open the bot") if results else tr("Nothing found. Ask in the chat with me")
    try:
        await bot.answer_inline_query(
            query.id,
            results,
            cache_time=CACHED,
            is_personal=True,
            button=InlineQueryResultsButton(text=words, start_parameter="book"),
        )
    except TelegramAPIError as error:
        logger.info("an inline query was not answered: %s", type(error).__name__)


def _results(tr: Translator, found: Suggested, username: str) -> list[InlineQueryResultUnion]:
    results: list[InlineQueryResultUnion] = []
    if found.dangers:
        said = alarms.words(tr, found.dangers)
        results.append(
            InlineQueryResultArticle(
                id="alarm",
                title=tr("🚑 103 or 112"),
                description=tr("If this is happening now, call at once"),
                input_message_content=InputTextMessageContent(message_text=said),
            )
        )
    results += [_doctor(tr, hit, username) for hit in found.doctors]
    results += [_facility(tr, hit, username) for hit in found.facilities]
    return results


def _doctor(tr: Translator, hit: DoctorHit, username: str) -> InlineQueryResultArticle:
    specialty = tr.name(hit.specialty_ru, hit.specialty_en)
    if hit.service is not None:
        specialty = tr.name(hit.service.name_ru, hit.service.name_en)
    if hit.nearest_at is None:
        when = tr("no free times now")
    else:
        when = cards.short_day_and_time(tr, hit.nearest_at, hit.timezone)
    said = tr.html(
        "<b>{doctor}</b>, {specialty}\n{facility}, {town}, {address}\n\nNearest time: {when}",
        doctor=hit.short_name,
        specialty=specialty if hit.service else specialty.lower(),
        facility=hit.facility,
        town=hit.town,
        address=hit.address,
        when=when,
    )
    payload = links.public_payload(links.DOCTOR, hit.schedule_id, hit.service.id if hit.service else None)
    return InlineQueryResultArticle(
        id=payload,
        title=f"{hit.short_name} · {when}",
        description=f"{specialty} · {hit.facility}, {hit.town}, {hit.address}",
        input_message_content=InputTextMessageContent(message_text=said),
        reply_markup=_link(tr("🩺 Book"), username, payload),
    )


def _facility(tr: Translator, hit: FacilityHit, username: str) -> InlineQueryResultArticle:
    payload = links.public_payload(links.FACILITY, hit.facility_id)
    said = tr.html("<b>{name}</b>\n{town}, {address}", name=hit.name, town=hit.town, address=hit.address)
    return InlineQueryResultArticle(
        id=payload,
        title=hit.name,
        description=f"{hit.town}, {hit.address}",
        input_message_content=InputTextMessageContent(message_text=said),
        reply_markup=_link(tr("🩺 Choose a doctor"), username, payload),
    )


def _link(label: str, username: str, payload: str) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text=label, url=f"https://t.me/{username}?start={payload}")
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="inline")
    router.inline_query.register(suggest)
    return router
