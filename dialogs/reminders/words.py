"""Wording the settings of reminders: lead times, channels, hours, what comes next."""

from datetime import datetime

from clinic import reminding
from clinic.reminder_settings import Reminding
from dialogs import cards
from locales import Translator

_MINUTE, _HOUR, _DAY, _WEEK = 60, 3_600, 86_400, 604_800


def span(tr: Translator, lead: int) -> str:
    """Say how long: «3 дня», «2 часа», «45 минут»; a day and a half is «36 часов»."""
    if lead % _DAY == 0:
        return tr.plural("{count} day", "{count} days", lead // _DAY)
    if lead % _HOUR == 0:
        return tr.plural("{count} hour", "{count} hours", lead // _HOUR)
    return tr.plural("{count} minute", "{count} minutes", lead // _MINUTE)


def before(tr: Translator, lead: int) -> str:
    """Say how long before: «За 3 дня», «За час»."""
    if lead in (_HOUR, _DAY, _WEEK):
        return {_HOUR: tr("An hour before"), _DAY: tr("A day before"), _WEEK: tr("A week before")}[lead]
    if lead % _DAY == 0:
        return tr.plural("{count} day before", "{count} days before", lead // _DAY)
    if lead % _HOUR == 0:
        return tr.plural("{count} hour before", "{count} hours before", lead // _HOUR)
    return tr.plural("{count} minute before", "{count} minutes before", lead // _MINUTE)


def way(tr: Translator, channel: str) -> str:
    """Name a channel on a button."""
    return {reminding.SMS: tr("text message"), reminding.EMAIL: tr("letter")}.get(channel, tr("chat"))


def by_way(tr: Translator, channel: str) -> str:
    """Say by which way something comes: «в чат», «по СМС», «письмом»."""
    return {reminding.SMS: tr("by text message"), reminding.EMAIL: tr("by letter")}.get(
        channel, tr("into the chat")
    )


def following(tr: Translator, found: Reminding, now: datetime) -> str:
    """Say which reminder comes next: «Следующее напоминание: завтра в 9:00, в чат»."""
    if found.following is None:
        return tr("Nothing is planned now: there is no visit ahead, or all reminders of it have come.")
    at = found.following.due_at
    wall, today = cards.local(at, found.timezone), cards.local(now, found.timezone).date()
    days = (wall.date() - today).days
    day = {0: tr("today"), 1: tr("tomorrow")}.get(days) or tr.day(wall.date())
    note = cards.zone_note(tr, at, found.timezone)
    return tr.html(
        "<b>Next reminder:</b> {day} at {time}{note}, {way}.",
        day=day,
        time=tr.time(wall),
        note=f" ({note})" if note else "",
        way=by_way(tr, found.following.channel),
    )


def on(tr: Translator, is_on: bool) -> str:
    """Say on a button whether something is on."""
    return tr("yes") if is_on else tr("no")
