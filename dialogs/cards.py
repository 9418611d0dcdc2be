"""Wording a visit: card, ticket, calendar file, and the pieces that many windows share."""

import html
from datetime import datetime
from zoneinfo import ZoneInfo

from clinic import codes
from clinic.errors import Offer
from documents.ics import Visit as CalendarVisit
from documents.ticket import Ticket
from locales import Translator, capital
from storage.appointments import Doer, Visit
from storage.facilities import FacilityRow
from storage.history import DONE
from storage.people import SELF
from storage.places import Place
from storage.services import ServiceRow
from storage.states import LIVE, AppointmentStatus


def escape(text: str) -> str:
    """Escape a value for Telegram's HTML."""
    return html.escape(text, quote=False)


def local(at: datetime, timezone: str) -> datetime:
    """Turn an instant into the wall clock of a facility."""
    return at.astimezone(ZoneInfo(timezone))


def day_and_time(tr: Translator, at: datetime, timezone: str, *, bare: bool = False) -> str:
    """Write when: «вторник, 24 ноября, 9:20 (местное время, МСК+7)»; `bare` leaves the zone to the caller."""
    wall = local(at, timezone)
    when = f"{tr.day(wall.date())}, {tr.time(wall)}"
    note = "" if bare else zone_note(tr, at, timezone)
    return f"{when} ({note})" if note else when


def short_day_and_time(tr: Translator, at: datetime, timezone: str) -> str:
    """Write when, for a button: «Вт 24 ноя 9:20»."""
    wall = local(at, timezone)
    return f"{tr.short_day(wall.date())} {tr.time(wall)}"


def brief_day_and_time(tr: Translator, at: datetime, timezone: str, now: datetime) -> str:
    """Write when, as short as it goes: «завтра 9:20», «26 ноя 9:20»."""
    wall = local(at, timezone)
    days = (wall.date() - local(now, timezone).date()).days
    if days in (0, 1):
        return f"{tr('today') if not days else tr('tomorrow')} {tr.time(wall)}"
    return f"{tr.short_day(wall.date()).split(' ', 1)[1]} {tr.time(wall)}"


def on_day_and_time(tr: Translator, at: datetime, timezone: str) -> str:
    """Say when somebody is expected: «в среду, 25 ноября, в 9:00 (местное время, МСК+7)»."""
    wall = local(at, timezone)
    when = tr("{on_day}, at {time}", on_day=tr.on_day(wall.date()), time=tr.time(wall))
    note = zone_note(tr, at, timezone)
    return f"{when} ({note})" if note else when


def until(tr: Translator, at: datetime, timezone: str) -> str:
    """Write until what o'clock: «14:05», or «14:05 по времени клиники» where that is not Moscow's."""
    time = tr.time(local(at, timezone))
    return tr("{time} by the clinic's clock", time=time) if zone_note(tr, at, timezone) else time


_HOME_ZONE = ZoneInfo("Europe/Moscow")


def zone_note(tr: Translator, at: datetime, timezone: str) -> str:
    """Name the facility's zone where its clock differs from Moscow's; empty where it does not.

    Telegram does not tell a person's zone; Moscow's is the one that tickets and timetables in Russia use.
    """
    offset = at.astimezone(ZoneInfo(timezone)).utcoffset()
    home = at.astimezone(_HOME_ZONE).utcoffset()
    if offset is None or home is None or offset == home:
        return ""
    hours = (offset - home).total_seconds() / 3600
    difference = f"{hours:+g}".replace("-", "−")
    return tr("local time, Moscow {difference} h", difference=difference)


def place_lines(tr: Translator, place: Place) -> list[str]:
    """Word a doctor and where they are seen, as lines of Telegram HTML."""
    specialty = tr.name(place.specialty_ru, place.specialty_en)
    lines = [
        tr.html("<b>{doctor}</b>, {specialty}", doctor=place.doctor, specialty=specialty.lower()),
        tr.html("{facility}, {address}", facility=place.facility.name, address=full_address(place)),
    ]
    if place.room:
        lines.append(tr.html("Room {room}", room=place.room))
    lines.append(registry_line(tr, place.facility))
    return lines


def service_lines(tr: Translator, service: ServiceRow | None) -> list[str]:
    """Say what the visit is for, where the specialty has several services, and how long it takes."""
    if service is None:
        return []
    name = tr.name(service.name_ru, service.name_en)
    if not service.minutes:
        return [tr.html("Service: {service}", service=name)]
    how_long = tr.plural("{count} minute", "{count} minutes", service.minutes)
    return [tr.html("Service: {service}, {how_long}", service=name, how_long=how_long)]


def prepare(tr: Translator, visit: Visit) -> str:
    """Say how to prepare: for the service where it says so, else for the specialty."""
    service, place = visit.service, visit.place
    own = tr.name(service.prepare_ru, service.prepare_en) if service else ""
    return own or tr.name(place.prepare_ru, place.prepare_en)


def registry_line(tr: Translator, facility: FacilityRow) -> str:
    """Say where a person answers."""
    return tr.html("Registry: {phone}", phone=facility.phone)


def full_address(place: Place) -> str:
    """Write town and address in one line."""
    facility = place.facility
    return (
        facility.address
        if facility.address.startswith(facility.town)
        else f"{facility.town}, {facility.address}"
    )


def card(tr: Translator, visit: Visit, outcome: str = "") -> str:
    """Word a visit as a card: what the caption under the QR says, and what «Мои записи» shows.

    `outcome` (storage.history) is of one that is over: then nothing is said about coming and preparing.
    """
    row, place = visit.appointment, visit.place
    timezone = place.facility.timezone
    lines = [when_line(tr, row.starts_at, timezone, is_long_ago=bool(outcome)), *place_lines(tr, place)]
    lines += service_lines(tr, visit.service)
    lines.append("")
    lines.append(tr.html("Patient: {patient}", patient=visit.person.full_name))
    lines.append(
        tr.html(
            "Booking <code>{number}</code>, number in the queue: {queue}",
            number=codes.grouped(row.number),
            queue=row.queue_number,
        )
    )
    lines += doer_lines(tr, visit)
    if purpose := row.words.get("purpose"):
        lines.append(tr.html("Purpose: {purpose}", purpose=purpose))
    if not outcome and (advice := prepare(tr, visit)):
        lines.append(tr.html("How to prepare: {prepare}", prepare=advice))
    if row.status not in LIVE:
        lines.insert(0, status_line(tr, row.status))
    elif outcome == DONE:
        lines.insert(0, status_line(tr, AppointmentStatus.FULFILLED))
    elif outcome:
        lines.insert(0, tr("<b>Is over</b>"))
    elif row.status == AppointmentStatus.ARRIVED:
        lines.insert(0, tr("✅ <b>Arrival is noted</b>"))
    elif row.confirmed_at is not None:
        lines.append(tr("✅ You said that you will come."))
    if place.facility.is_demo:
        lines += ["", tr("<i>A demonstration: no such clinic exists.</i>")]
    return "\n".join(lines)


def doer_lines(tr: Translator, visit: Visit) -> list[str]:
    """Say who else than the one who looks booked a visit, and who moved or cancelled it last.

    Verbs of the past have a gender in Russian, so there are three texts of each; English needs one.
    """
    lines = []
    if visit.booked_by is not None:
        words = {"female": tr("Booked by: {name}"), "male": tr("Booked by {name}")}
        lines.append(_doer_line(visit.booked_by, words, tr("Who booked: {name}")))
    if visit.changed_by is not None and visit.appointment.cancelled_at is not None:
        words = {"female": tr("Cancelled by: {name}"), "male": tr("Cancelled by {name}")}
        lines.append(_doer_line(visit.changed_by, words, tr("Who cancelled: {name}")))
    elif visit.changed_by is not None:
        words = {"female": tr("Moved by: {name}"), "male": tr("Moved by {name}")}
        lines.append(_doer_line(visit.changed_by, words, tr("Who moved: {name}")))
    return lines


def _doer_line(doer: Doer, words: dict[str, str], otherwise: str) -> str:
    return words.get(doer.sex, otherwise).format(name=escape(doer.name))


def cancelled_by_other(tr: Translator, visit: Visit) -> str:
    """Word the message to an account whose patient's visit somebody else has cancelled."""
    row, place = visit.appointment, visit.place
    when = day_and_time(tr, row.starts_at, place.facility.timezone)
    lines = [
        tr.html("❌ <b>Visit cancelled</b>: {when}, {doctor}", when=when, doctor=place.doctor),
        *(patient_lines(tr, visit) or [tr.html("Patient: {patient}", patient=visit.person.full_name)]),
        *doer_lines(tr, visit)[-1:],
    ]
    return "\n".join(lines)


def result_news(tr: Translator, visit: Visit, *, is_changed: bool, is_locked: bool = False) -> str:
    """Say that the clinic wrote what came out of a visit, or changed that; not what, nor of which doctor.

    While the chat is locked, not of which day and whose either.
    """
    if is_locked:
        text = (
            tr("📄 <b>A result of a visit was changed</b>")
            if is_changed
            else tr("📄 <b>A result is ready</b>")
        )
    else:
        wall = local(visit.appointment.starts_at, visit.place.facility.timezone)
        words = (
            tr("📄 <b>The result of the visit of {day} was changed</b>")
            if is_changed
            else tr("📄 <b>The result of the visit of {day} is ready</b>")
        )
        text = words.format(day=tr.bare_day(wall.date()))
        text = "\n".join([text, *patient_lines(tr, visit)])
    return text + "\n\n" + tr("Press the button to read what the clinic wrote.")


def patient_lines(tr: Translator, visit: Visit) -> list[str]:
    """Name the patient where that is somebody else than the person who reads."""
    if visit.appointment.relation == SELF:
        return []
    return [tr.html("Patient: {patient}", patient=visit.person.full_name)]


def status_line(tr: Translator, status: AppointmentStatus) -> str:
    """Name the state of a visit that is not coming any more."""
    words = {
        AppointmentStatus.CANCELLED: tr("❌ <b>Cancelled</b>"),
        AppointmentStatus.FULFILLED: tr("<b>Took place</b>"),
        AppointmentStatus.NOSHOW: tr("<b>Missed</b>"),
    }
    return words.get(status, "")


def when_line(tr: Translator, at: datetime, timezone: str, *, is_long_ago: bool = False) -> str:
    """Write when a visit is, as the first line of a card; of one that may be long ago with the year."""
    note = zone_note(tr, at, timezone)
    when = capital(day_and_time(tr, at, timezone, bare=True))
    if is_long_ago:
        wall = local(at, timezone)
        when = f"{capital(tr.day_with_year(wall.date()))}, {tr.time(wall)}"
    return f"🗓 <b>{when}</b>" + (f" ({note})" if note else "")


def expected(tr: Translator, visit: Visit, opening: str, *, is_locked: bool) -> str:
    """Say, after `opening`, when and where the patient is awaited: «Ждём вас в среду, 25 ноября, в 9:00».

    While the chat is locked neither is said.
    """
    if is_locked:
        return opening + " " + tr("We expect you.")
    row, place = visit.appointment, visit.place
    wall = local(row.starts_at, place.facility.timezone)
    note = zone_note(tr, row.starts_at, place.facility.timezone)
    parts = [
        tr("We expect you {day} at {time}", day=tr.on_day(wall.date()), time=tr.time(wall))
        + (f" ({note})" if note else "")
    ]
    if place.room:
        parts.append(tr.html("room {room}", room=place.room))
    return opening + " " + ", ".join(parts) + "."


_ROOM = 28
"""So much of a visit's name fits a button beside a picture: two letters of a surname would help nobody."""


def visit_label(tr: Translator, visit: Visit) -> str:
    """Name a visit on a button: «Вт 24 ноя 9:20 · Чехова», with the name before it when it is another's."""
    when = short_day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
    whose = "" if visit.appointment.relation == SELF else f"{visit.person.given_name} · "
    label = f"{whose}{when} · {visit.place.doctor_surname}"
    return f"{whose}{when}" if whose and len(label) > _ROOM else label


def offer_label(tr: Translator, offer: Offer) -> str:
    """Name an offered time on a button."""
    return f"{short_day_and_time(tr, offer.starts_at, offer.timezone)} · {offer.doctor}"


def invitation_link(username: str, code: str) -> str:
    """Make a one-time link that opens the bot; nothing in it says who invites or whom it is about."""
    return f"https://t.me/{username}?start=i_{code}"


def ticket_link(username: str, ticket_code: str) -> str:
    """Make what the QR carries: a link that opens the bot; nothing in it says whose visit it is."""
    return f"https://t.me/{username}?start=v_{ticket_code}"


def answer_link(username: str, ticket_code: str) -> str:
    """Make a link that opens the bot at a visit with the question whether the patient will come."""
    return f"https://t.me/{username}?start=a_{ticket_code}"


def change_link(username: str, ticket_code: str) -> str:
    """Make a link that opens the bot where a visit is moved or cancelled."""
    return f"https://t.me/{username}?start=c_{ticket_code}"


def booking_link(username: str) -> str:
    """Make a link that opens the bot where a visit is booked."""
    return f"https://t.me/{username}?start=book"


def ticket(tr: Translator, visit: Visit, username: str) -> Ticket:
    """Word the paper ticket."""
    row, place = visit.appointment, visit.place
    timezone = place.facility.timezone
    wall = local(row.starts_at, timezone)
    day = tr.day_with_year(wall.date())
    rows = [
        (tr("Patient"), visit.person.full_name),
        (tr("Doctor"), place.doctor),
        (tr("Specialty"), tr.name(place.specialty_ru, place.specialty_en)),
        (tr("Service"), tr.name(visit.service.name_ru, visit.service.name_en) if visit.service else ""),
        (tr("Room"), place.room),
        (tr("Queue number"), str(row.queue_number)),
        (tr("Where"), place.facility.name),
        (tr("Address"), full_address(place)),
        (tr("Registry"), place.facility.phone),
    ]
    return Ticket(
        title=tr("Doctor's appointment"),
        clinic=place.facility.name,
        number_label=tr("Booking"),
        number=codes.grouped(row.number),
        date=day[:1].upper() + day[1:],
        time=tr.time(wall),
        zone_note=zone_note(tr, row.starts_at, timezone) or None,
        rows=tuple((label, value) for label, value in rows if value),
        prepare_title=tr("How to prepare"),
        prepare=prepare(tr, visit) or None,
        footer=tr(
            "Plans changed? Move or cancel the visit in the chat, so that somebody else gets the time."
        ),
        qr_payload=ticket_link(username, row.ticket_code),
        qr_caption=tr("Show this at the desk"),
        demo_note=tr("A demonstration: no such clinic exists.") if place.facility.is_demo else None,
        language=tr.language,
    )


def calendar_visit(tr: Translator, visit: Visit, username: str, now: datetime) -> CalendarVisit:
    """Word the calendar entry; its UID stays through moves, its SEQUENCE grows."""
    row, place = visit.appointment, visit.place
    specialty = tr.name(place.specialty_ru, place.specialty_en)
    parts = [tr("Booking {number}", number=codes.grouped(row.number))]
    if place.room:
        parts.append(tr("Room {room}", room=place.room))
    if visit.service is not None:
        parts.append(tr.name(visit.service.name_ru, visit.service.name_en))
    if advice := prepare(tr, visit):
        parts.append(advice)
    return CalendarVisit(
        uid=f"{row.number}@talon",
        sequence=row.sequence,
        starts_at=local(row.starts_at, place.facility.timezone),
        duration=row.ends_at - row.starts_at,
        summary=f"{specialty}: {place.doctor_short}",
        location=f"{place.facility.name}, {full_address(place)}",
        description="\n".join(parts),
        organizer_name=place.facility.name,
        stamp=now,
        url=ticket_link(username, row.ticket_code),
        alarm_text=tr("Tomorrow: {what}", what=f"{specialty}, {place.doctor_short}"),
    )
