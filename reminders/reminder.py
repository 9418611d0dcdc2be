"""Wording a reminder, before it is answered and after."""

from datetime import datetime

from clinic import reminding, rules
from clinic.family_days import Told
from dialogs import cards
from dialogs.soon import how_soon
from locales import Translator, capital
from storage.appointments import Visit
from storage.states import AppointmentStatus


def is_asked(visit: Visit, now: datetime) -> bool:
    """Tell whether it is still asked if the patient will come."""
    row = visit.appointment
    is_ahead = row.status == AppointmentStatus.BOOKED and rules.can_change(row.starts_at, now)
    return is_ahead and row.confirmed_at is None


def word_locked(tr: Translator, told: Told) -> str:
    """Word a reminder for a locked chat, before it is answered or after: it names no details."""
    if told.moved and not told.standing:
        return tr("🔁 <b>The visit was moved</b>")
    if told.cancelled and not told.standing:
        return tr("❌ <b>Visit cancelled</b>")
    if not told.standing:
        return tr("🔕 <b>This reminder has lost its point</b>")
    text = tr("🔔 You see a doctor soon.")
    if all(visit.appointment.confirmed_at is not None for visit in told.standing):
        text += "\n\n" + tr("✅ You said that you will come.")
    return text


def word(
    tr: Translator, visit: Visit, sent_at: datetime, now: datetime, instead_of: str | None = None
) -> str:
    """Word a reminder that is sent then, or was sent then and is answered by now.

    `instead_of`: the channel on which it could not be delivered.
    """
    row, place = visit.appointment, visit.place
    lines = [
        f"🔔 <b>{how_soon(tr, visit, sent_at)}</b>",
        "",
        cards.when_line(tr, row.starts_at, place.facility.timezone),
        *cards.place_lines(tr, place),
        *cards.service_lines(tr, visit.service),
        *cards.patient_lines(tr, visit),
    ]
    if prepare := cards.prepare(tr, visit):
        lines.append(tr.html("How to prepare: {prepare}", prepare=prepare))
    lines += [*_instead(tr, instead_of), ""]
    if row.confirmed_at is not None:
        lines.append(tr("✅ You said that you will come."))
    elif is_asked(visit, now):
        lines += _question(tr, visit, now)
    return "\n".join(lines)


def _question(tr: Translator, visit: Visit, now: datetime) -> list[str]:
    lines = [tr("Will you come?")]
    free_until = rules.free_until(visit.appointment.starts_at)
    if now < free_until:
        time = tr.time(cards.local(free_until, visit.place.facility.timezone))
        lines.append(tr("Until {time} you can move or cancel without a reason.", time=time))
    return lines


def _instead(tr: Translator, instead_of: str | None) -> list[str]:
    """Say that another channel failed before."""
    if instead_of == reminding.SMS:
        return ["", tr("<i>The text message could not be delivered, so I write here.</i>")]
    if instead_of == reminding.EMAIL:
        return ["", tr("<i>The letter could not be delivered, so I write here.</i>")]
    return []


def word_family(tr: Translator, told: Told, now: datetime) -> str:
    """Word a reminder of several visits of a day, of which one at least still stands."""
    first = told.standing[0]
    day = cards.local(first.appointment.starts_at, first.place.facility.timezone).date()
    lines = [f"🔔 <b>{how_soon(tr, first, told.sent_at)}</b>", capital(tr.day(day)), ""]
    for visit in told.standing:
        row, place = visit.appointment, visit.place
        timezone = place.facility.timezone
        time = tr.time(cards.local(row.starts_at, timezone))
        note = cards.zone_note(tr, row.starts_at, timezone)
        lines.append(
            tr.html(
                "{mark} <b>{time}</b>{note} {patient}: {doctor}, {specialty}",
                mark="•" if row.confirmed_at is None and row.status != AppointmentStatus.ARRIVED else "✅",
                time=time,
                note=f" ({note})" if note else "",
                patient=visit.person.short_name,
                doctor=place.doctor_short,
                specialty=_specialty(tr, visit),
            )
        )
        room = ", " + tr("rm. {room}", room=place.room) if place.room else ""
        lines.append(
            tr.html("{facility}, {address}", facility=place.facility.name, address=cards.full_address(place))
            + cards.escape(room)
        )
    lines += [*_gone(tr, told), *_instead(tr, told.instead_of)]
    asked = [visit for visit in told.standing if is_asked(visit, now)]
    if asked and len(told.standing) == 1:
        lines += ["", *_question(tr, asked[0], now)]
    elif asked:
        lines += ["", tr("Will all come? One of them can be opened, moved or cancelled below.")]
    return "\n".join(lines)


def word_changed(tr: Translator, told: Told) -> str:
    """Word what stands in place of a reminder of which no visit stands as it told."""
    return "\n".join([tr("🔕 <b>This reminder has lost its point</b>"), "", *_gone(tr, told)])


def _gone(tr: Translator, told: Told) -> list[str]:
    """Say of visits that were moved where they are now, of others that they are cancelled, or over."""
    lines = []
    for visit in told.moved:
        when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
        lines.append(
            tr.html(
                "🔁 {patient}, {specialty}: moved to {when}",
                patient=visit.person.short_name, specialty=_specialty(tr, visit), when=when,
            )
        )  # fmt: skip
    lines += [
        tr.html(
            "❌ {patient}, {specialty}: cancelled",
            patient=visit.person.short_name,
            specialty=_specialty(tr, visit),
        )
        for visit in told.cancelled
    ]
    lines += [
        tr.html(
            "🕓 {patient}, {specialty}: the time of the visit has passed",
            patient=visit.person.short_name,
            specialty=_specialty(tr, visit),
        )
        for visit in told.over
    ]
    return lines


def _specialty(tr: Translator, visit: Visit) -> str:
    return tr.name(visit.place.specialty_ru, visit.place.specialty_en).lower()
