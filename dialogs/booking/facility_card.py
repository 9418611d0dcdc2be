"""The card of a clinic: where it is, when it is open, whose policies it takes, and its place on the map."""

from datetime import datetime, time
from typing import Any

from aiogram_dialog import DialogManager, ShowMode

from clinic import finding, insurance, opening
from clinic.clock import Clock
from dialogs import cards, for_whom, lock, navigation
from dialogs.booking import known
from dialogs.feedback.words import rating_line
from dialogs.states import Booking
from locales import Translator, capital, later
from storage.database import Database
from storage.facilities import FacilityCard
from storage.people import PatientRow

_KINDS = {
    "polyclinic": later("polyclinic"),
    "hospital": later("hospital"),
    "centre": later("specialised centre"),
}


async def open_card(manager: DialogManager) -> None:
    """Show the card of the clinic that is looked at."""
    await navigation.go(manager, Booking.about_facility)


async def about(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Word the card."""
    now = clock.now()
    card = await finding.facility_card(database, dialog_manager.dialog_data["facility_id"], now)
    row = card.row
    patient = for_whom.pick(dialog_manager, await for_whom.known(dialog_manager))
    kind = tr(_KINDS.get(row.kind, ""))
    if row.audience == "child":
        kind = ", ".join(filter(None, (kind, tr("for children"))))
    doctors = tr.plural("{count} doctor", "{count} doctors", card.doctors)
    lines = [
        tr.html("<b>{name}</b>", name=row.name),
        capital(", ".join(filter(None, (kind, doctors)))),
        tr.html("📍 {town}, {address}", town=row.town, address=row.address),
        tr.html("☎️ Registry: {phone}", phone=row.phone) if row.phone else "",
        rating_line(tr, card.rating),
        "",
        *hours_lines(tr, card, cards.local(now, row.timezone)),
        _nearest_line(tr, card),
        "",
        await _insurance_line(dialog_manager, tr, card, patient),
        tr.html("Code of the clinic: {code}", code=card.official_code) if card.official_code else "",
        tr("<i>A demonstration: no such clinic exists.</i>") if row.is_demo else "",
    ]
    text = "\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line or before)
    return {
        "text": text.strip(),
        "has_place": bool(card.point.latitude or card.point.longitude),
        "has_reviews": card.has_reviews,
        "mine": await known.mine(dialog_manager, tr, patient),
    }


def hours_lines(tr: Translator, card: FacilityCard, wall: datetime) -> list[str]:
    """Say whether it is open now, by its own clock, and when it is on which days."""
    state = opening.at(card.opening_hours, wall)
    if state is None:
        return [tr("Opening hours: please ask the registry")]
    if state.changes_at is None:
        return [tr("🟢 Open around the clock")]
    if state.is_open:
        now = tr("🟢 Open now, until {time}", time=tr.time(state.changes_at))
    else:
        now = tr("🔴 Closed now, opens {when}", when=_opens(tr, state.changes_at, wall))
    if note := cards.zone_note(tr, wall, card.row.timezone):
        now += f" ({note})"
    return [now, _week(tr, card.opening_hours)]


def _opens(tr: Translator, at: datetime, wall: datetime) -> str:
    ahead = (at.date() - wall.date()).days
    if ahead == 0:
        return tr("at {time}", time=tr.time(at))
    if ahead == 1:
        return tr("tomorrow at {time}", time=tr.time(at))
    return tr("{on_day}, at {time}", on_day=tr.on_day(at.date()), time=tr.time(at))


def _week(tr: Translator, hours: opening.Hours) -> str:
    """Write the hours of the week: «Пн–Пт 8:00–20:00, Сб 9:00–15:00, Вс закрыто»."""
    letters = tr.weekday_letters()
    parts = []
    for first, last, shift in opening.runs(hours):
        days = letters[first] if first == last else f"{letters[first]}–{letters[last]}"
        parts.append(f"{days} {_shift(tr, shift)}")
    return ", ".join(parts)


def _shift(tr: Translator, shift: tuple[int, int] | None) -> str:
    if shift is None:
        return tr("closed")
    if shift == (0, 24 * 60):
        return tr("around the clock")
    opens, closes = (tr.time(time(minutes // 60 % 24, minutes % 60)) for minutes in shift)
    return f"{opens}–{closes}"


def _nearest_line(tr: Translator, card: FacilityCard) -> str:
    if card.nearest_at is None:
        return tr("There are no free times now.")
    when = cards.day_and_time(tr, card.nearest_at, card.row.timezone, bare=True)
    return tr("Nearest free time: {when}", when=when)


async def _insurance_line(
    manager: DialogManager, tr: Translator, card: FacilityCard, patient: PatientRow | None
) -> str:
    """Say whether the patient's policy is taken, carefully; while the chat is locked, whose policies are."""
    own = "" if patient is None or await lock.is_locked(manager) else patient.person.insurer
    if not card.insurers:
        return tr("OMS policy: please ask the registry whether yours is taken")
    if not own:
        return tr.html("OMS policies taken: {insurers}", insurers=", ".join(card.insurers))
    if insurance.accepting(card.insurers, own) is not None:
        return tr.html("✅ Your policy ({insurer}) is taken here", insurer=own)
    return tr.html("Your policy ({insurer}): please ask the registry", insurer=own)


async def send_map(manager: DialogManager) -> None:
    """Send the place into the chat, for any map; the window comes anew below it."""
    middleware = manager.middleware_data
    database: Database = middleware["database"]
    card = await finding.facility_card(
        database, manager.dialog_data["facility_id"], middleware["clock"].now()
    )
    await middleware["bot"].send_venue(
        middleware["event_chat"].id,
        latitude=card.point.latitude,
        longitude=card.point.longitude,
        title=card.row.name,
        address=f"{card.row.town}, {card.row.address}",
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def choose_doctor_here(manager: DialogManager) -> None:
    """Go on to the specialties of this clinic."""
    await navigation.go(manager, Booking.specialty)
