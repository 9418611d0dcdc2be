"""Wording a reminder, before it is answered and after."""

from datetime import datetime

from clinic import reminding, rules
from dialogs import cards
from dialogs.soon import how_soon
from locales import Translator, capital
from storage.appointments import Visit


def word_locked(tr: Translator, visit: Visit) -> str:
    """Word a reminder for a locked chat, before it is answered or after: it names no details."""
    text = tr("🔔 You see a doctor soon.")
    if visit.appointment.confirmed_at is not None:
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
    lines += _instead(tr, instead_of)
    lines.append("")
    if row.confirmed_at is not None:
        lines.append(tr("✅ You said that you will come."))
        return "\n".join(lines)
    lines.append(tr("Will you come?"))
    free_until = rules.free_until(row.starts_at)
    if now < free_until:
        lines.append(
            tr("Until {time} you can move or cancel without a reason.",
               time=tr.time(cards.local(free_until, place.facility.timezone)))
        )  # fmt: skip
    return "\n".join(lines)


def _instead(tr: Translator, instead_of: str | None) -> list[str]:
    """Say that another channel failed before."""
    if instead_of == reminding.SMS:
        return ["", tr("<i>The text message could not be delivered, so I write here.</i>")]
    if instead_of == reminding.EMAIL:
        return ["", tr("<i>The letter could not be delivered, so I write here.</i>")]
    return []


def word_family(tr: Translator, visits: list[Visit], sent_at: datetime, instead_of: str | None) -> str:
    """Word a reminder of several visits of a day, in their order."""
    day = cards.local(visits[0].appointment.starts_at, visits[0].place.facility.timezone).date()
    lines = [f"🔔 <b>{how_soon(tr, visits[0], sent_at)}</b>", capital(tr.day(day)), ""]
    for visit in visits:
        row, place = visit.appointment, visit.place
        timezone = place.facility.timezone
        time = tr.time(cards.local(row.starts_at, timezone))
        note = cards.zone_note(tr, row.starts_at, timezone)
        lines.append(
            tr.html(
                "{mark} <b>{time}</b>{note} {patient}: {doctor}, {specialty}",
                mark="✅" if row.confirmed_at is not None else "•",
                time=time,
                note=f" ({note})" if note else "",
                patient=visit.person.short_name,
                doctor=place.doctor_short,
                specialty=tr.name(place.specialty_ru, place.specialty_en).lower(),
            )
        )
        room = ", " + tr("rm. {room}", room=place.room) if place.room else ""
        lines.append(
            tr.html("{facility}, {address}", facility=place.facility.name, address=cards.full_address(place))
            + cards.escape(room)
        )
    lines += _instead(tr, instead_of)
    if not all(visit.appointment.confirmed_at is not None for visit in visits):
        lines += ["", tr("Will all come? One of them can be opened, moved or cancelled below.")]
    return "\n".join(lines)
