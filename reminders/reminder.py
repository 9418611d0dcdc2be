"""Wording a reminder, before it is answered and after."""

from datetime import datetime

from clinic import reminding, rules
from dialogs import cards
from dialogs.soon import how_soon
from locales import Translator
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
    if instead_of == reminding.SMS:
        lines += ["", tr("<i>The text message could not be delivered, so I write here.</i>")]
    elif instead_of == reminding.EMAIL:
        lines += ["", tr("<i>The letter could not be delivered, so I write here.</i>")]
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
