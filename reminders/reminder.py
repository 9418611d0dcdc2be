"""Wording a reminder, before it is answered and after."""

from datetime import datetime, timedelta

from clinic import rules
from dialogs import cards
from locales import Translator
from storage.appointments import Visit


def word_locked(tr: Translator, visit: Visit) -> str:
    """Word a reminder for a locked chat, before it is answered or after: it names no details."""
    text = tr("🔔 You see a doctor soon.")
    if visit.appointment.confirmed_at is not None:
        text += "\n\n" + tr("✅ You said that you will come.")
    return text


def word(tr: Translator, visit: Visit, left: timedelta, now: datetime) -> str:
    """Word a reminder that comes `left` before the visit, or the same one after it was answered."""
    row, place = visit.appointment, visit.place
    hours = left.total_seconds() / 3600
    if hours > 20:
        opening = tr("🔔 <b>You see a doctor tomorrow</b>")
    else:
        opening = tr.plural(
            "🔔 <b>You see a doctor in {count} hour</b>",
            "🔔 <b>You see a doctor in {count} hours</b>",
            max(1, round(hours)),
        )
    lines = [
        opening,
        "",
        cards.when_line(tr, row.starts_at, place.facility.timezone),
        *cards.place_lines(tr, place),
        *cards.service_lines(tr, visit.service),
        *cards.patient_lines(tr, visit),
    ]
    if prepare := cards.prepare(tr, visit):
        lines.append(tr.html("How to prepare: {prepare}", prepare=prepare))
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
