"""What was found for a message that answered no question: what to press, best first, danger before all."""

import re
from collections import Counter
from typing import Any

from aiogram.fsm.state import State
from aiogram_dialog import Dialog, DialogManager

from clinic import search, visits, wishes
from clinic.clock import Clock, moscow_day
from clinic.errors import NotFound
from clinic.search import Answer, CommandHit, DoctorHit, FacilityHit, Hit, SpecialtyHit
from dialogs import alarms, cards, for_whom, lock, navigation, sent_files
from dialogs.states import (
    Booking,
    Documents,
    Family,
    Menu,
    Pin,
    Profile,
    Rights,
    Search,
    Settings,
    Support,
    Visits,
    Waiting,
)
from dialogs.widgets import Act, Choice, Choices, noted, screen, shorten
from locales import Translator, later
from storage.database import Database

SHOWN = 6
"""Most hits on one screen."""
_COMMANDS: dict[str, tuple[str, State]] = {
    "cancel": (later("✖️ Cancel a visit"), Visits.list),
    "move": (later("🔁 Move a visit"), Visits.list),
    "visits": (later("📋 My visits"), Visits.list),
    "ticket": (later("🎫 Ticket"), Visits.list),
    "waiting": (later("🔔 Waiting list"), Waiting.list),
    "again": (later("🔁 The same doctor again"), Booking.region),
    "booking": (later("🩺 Book a doctor"), Booking.region),
    "documents": (later("📎 Documents"), Documents.list),
    "family": (later("👪 Family"), Family.list),
    "profile": (later("👤 My data"), Profile.main),
    "settings": (later("⚙️ Settings"), Settings.main),
    "language": (later("🌐 Language"), Settings.main),
    "pin": (later("🔒 PIN"), Pin.main),
    "rights": (later("🔐 My rights"), Rights.main),
    "support": (later("🆘 Write to support"), Support.main),
    "help": (later("❓ Help"), Menu.help),
}
_OF_ACCOUNT = frozenset({"documents", "profile", "rights"})
"""What somebody without an account has not."""
_SAYS_WHEN = re.compile(r"завтра|сегодня|запис|запиш|tomorrow|today", re.IGNORECASE)


async def _ask(manager: DialogManager) -> Answer:
    """Search for what was typed; while the chat is locked nothing is known of its person."""
    data = manager.middleware_data
    chat_id = None if await lock.is_locked(manager) else data["event_chat"].id
    return await search.find(data["database"], chat_id, query_of(manager), data["clock"].now())


def query_of(manager: DialogManager) -> str:
    """Return what is searched for."""
    query: str = manager.dialog_data.get("query") or navigation.start_data(manager).get("query", "")
    return query


async def found(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Say what was found; for nothing, what can be asked."""
    answer = await _ask(dialog_manager)
    hits = answer.hits[:SHOWN]
    named = Counter(hit.short_name for hit in hits if isinstance(hit, DoctorHit))
    is_wished = "wish" in await _wish(dialog_manager)
    text = "\n\n".join(
        filter(None, (_opening(tr, answer), "\n".join(_lines(tr, hits)), _caution(tr, answer)))
    )
    return {
        "text": text,
        "choices": [Choice(*_button(tr, hit, is_dated=not is_wished, twice=named)) for hit in hits],
        "has_nothing": not hits,
    }


def _opening(tr: Translator, answer: Answer) -> str:
    if answer.dangers:
        said = alarms.words(tr, answer.dangers)
        return f"{said}\n\n{tr('Later, or if it is over, these doctors help:')}" if answer.hits else said
    if not answer.hits:
        return tr(
            "I did not find that. Write whom you look for or what troubles you, for example:\n"
            "• cardiologist\n• my throat hurts\n• cancel a visit"
        )
    if not answer.is_complaint:
        return tr("<b>Found.</b> Press what you need:")
    if answer.is_for_child:
        return tr("<b>Whom to turn to with this, for a child:</b>")
    return tr("<b>Whom to turn to with this:</b>")


def _caution(tr: Translator, answer: Answer) -> str:
    if not answer.is_complaint:
        return ""
    return tr("This is no diagnosis: I only suggest by your words whom to see.")


def _lines(tr: Translator, hits: tuple[Hit, ...]) -> list[str]:
    """Say of each hit what its button has no room for."""
    lines = []
    for hit in hits:
        if isinstance(hit, DoctorHit):
            specialty = tr.name(hit.specialty_ru, hit.specialty_en).lower()
            if hit.service is not None:
                specialty = tr.name(hit.service.name_ru, hit.service.name_en)
            lines.append(
                tr.html(
                    "• <b>{doctor}</b>, {specialty}: {facility}, {town}",
                    doctor=hit.short_name, specialty=specialty, facility=hit.facility, town=hit.town,
                )
            )  # fmt: skip
        elif isinstance(hit, FacilityHit):
            lines.append(
                tr.html(
                    "• <b>{name}</b>, {town}, {address}", name=hit.name, town=hit.town, address=hit.address
                )
            )
        elif isinstance(hit, SpecialtyHit) and not hit.is_here:
            name = _name(tr, hit)
            where = tr("not in your region") if hit.region_code else tr("nobody sees patients here yet")
            lines.append(tr.html("• {name}: {where}", name=name, where=where))
        elif isinstance(hit, SpecialtyHit) and hit.needs_referral:
            lines.append(tr.html("• {name}: usually by referral", name=_name(tr, hit)))
    return lines


def _name(tr: Translator, hit: SpecialtyHit) -> str:
    """Name a specialty, or the one of its services that was named."""
    named = hit if hit.service is None else hit.service
    return tr.name(named.name_ru, named.name_en)


def _button(tr: Translator, hit: Hit, *, is_dated: bool, twice: Counter[str]) -> tuple[str, str]:
    """Word a button, and say what it stands for.

    Whoever named a day is not told the nearest one: what suits stands in the next window. Of a doctor who is
    found `twice` the specialty is said as well.
    """
    if isinstance(hit, CommandHit):
        return tr(_COMMANDS[hit.code][0]), f"c.{hit.code}"
    if isinstance(hit, FacilityHit):
        return shorten("🏥 " + hit.name), f"f.{hit.facility_id}"
    if isinstance(hit, DoctorHit):
        value, name = _joined("d", hit.schedule_id), hit.short_name
        if twice[name] > 1:
            name = f"{name}, {tr.name(hit.specialty_ru, hit.specialty_en).lower()}"
    else:
        place = (hit.region_code, hit.facility_id) if hit.is_here and hit.region_code else ()
        value, name = _joined("s", hit.specialty_id, *place), _name(tr, hit)
    if hit.service is not None:
        value = f"{hit.service.id}/{value}"
    if hit.nearest_at is None or not is_dated:
        return shorten(name), value
    return noted(name, tr.short_day(cards.local(hit.nearest_at, hit.timezone).date())), value


def _joined(*parts: str | int | None) -> str:
    return ".".join(str(part) for part in parts if part)


async def choose(manager: DialogManager, value: str) -> None:
    """Go on into the booking, the clinic or the window that was found."""
    service, _, value = value.rpartition("/")
    kind, _, rest = value.partition(".")
    if kind == "c":
        if rest in _COMMANDS:
            await open_command(manager, rest)
        return
    number, _, place = rest.partition(".")
    wish = await _wish(manager)
    if service:
        wish["service_id"] = for_whom.as_id(service)
    if kind == "d":
        await manager.start(Booking.day, {"schedule_id": for_whom.as_id(number), **wish})
    elif kind == "f":
        await manager.start(Booking.specialty, {"facility_id": for_whom.as_id(number), **wish})
    elif kind == "s":
        region, _, facility = place.partition(".")
        start = {
            "specialty_id": for_whom.as_id(number),
            "region": region or None,
            "facility_id": for_whom.as_id(facility) if facility else None,
        }
        await manager.start(Booking.day if region else Booking.region, {**start, **wish})
    else:
        raise NotFound


async def _wish(manager: DialogManager) -> dict[str, Any]:
    """Carry the days and hours that were named along; «болит 3 дня» names none."""
    query = query_of(manager)
    today = moscow_day(manager.middleware_data["clock"].now())
    wish = wishes.parse(query, today)[0]
    if not wish or ((await _ask(manager)).is_complaint and not _SAYS_WHEN.search(query)):
        return {}
    return {"wish": wishes.to_json(wish)}


async def open_command(manager: DialogManager, code: str) -> None:
    """Open the window of a command; with a single visit ahead, that visit."""
    data = manager.middleware_data
    state = _COMMANDS[code][1]
    if code == "again":
        known = await visits.overview(data["database"], data["event_chat"].id, data["clock"].now())
        if known.last_place is not None:
            await manager.start(Booking.day, {"schedule_id": known.last_place.schedule_id})
            return
    elif code in ("cancel", "move", "ticket"):
        ahead = await visits.coming(data["database"], data["event_chat"].id, data["clock"].now(), 0, 2)
        if len(ahead.items) == 1:
            start = {"appointment_id": ahead.items[0].appointment.id}
            await manager.start(Visits.card if code == "ticket" else Visits.change, start)
            return
    await manager.start(state)


async def begin(_: Any, manager: DialogManager) -> None:
    """A single command that was found opens at once."""
    answer = await _ask(manager)
    if len(answer.hits) == 1 and not answer.dangers and isinstance(answer.hits[0], CommandHit):
        code = answer.hits[0].code
        if code not in _OF_ACCOUNT:
            await open_command(manager, code)


async def open_catalogue(manager: DialogManager) -> None:
    """Begin a booking."""
    await manager.start(Booking.region)


async def open_help(manager: DialogManager) -> None:
    """Show the help."""
    await manager.start(Menu.help)


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Search.found,
            found,
            Choices("h", choose),
            Act("book", "🩺 Book a doctor", open_catalogue, shown_if="has_nothing"),
            Act("help", "❓ Help", open_help, shown_if="has_nothing"),
            typed=sent_files.take_unasked,
            discreet=True,
        ),
        on_start=begin,
    )
