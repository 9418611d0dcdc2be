"""How soon a visit is, in words: for chat, letter and text message alike."""

from datetime import datetime, timedelta

from dialogs import cards
from locales import Translator
from storage.appointments import Visit

_SOON = timedelta(hours=6)
"""What is so near is told in hours, past midnight too."""
_HOUR = 55
"""From so many minutes on it is an hour."""


def how_soon(tr: Translator, visit: Visit, at: datetime) -> str:
    """Say at an instant how soon the visit is: «Завтра у вас приём», «Приём у врача через 3 часа»."""
    starts_at, timezone = visit.appointment.starts_at, visit.place.facility.timezone
    left = starts_at - at
    days = (cards.local(starts_at, timezone).date() - cards.local(at, timezone).date()).days
    if left < _SOON or days == 0:
        minutes = max(1, round(left.total_seconds() / 60))
        if minutes < _HOUR:
            return tr.plural(
                "You see a doctor in {count} minute", "You see a doctor in {count} minutes", minutes
            )
        hours = round(minutes / 60)
        return tr.plural("You see a doctor in {count} hour", "You see a doctor in {count} hours", hours)
    if days == 1:
        return tr("You see a doctor tomorrow")
    return tr.plural("You see a doctor in {count} day", "You see a doctor in {count} days", days)
