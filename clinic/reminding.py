"""When and by which way somebody is reminded of a visit: pure, from what they wish to what is planned.

Booking, moving, joining a family and changing the settings all plan by `planned` alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from clinic import rules

CHAT, SMS, EMAIL = "chat", "sms", "email"
"""The channels by which a reminder can go."""
CHANNELS = (CHAT, SMS, EMAIL)
NUMBER_SHOWN = ("last4", "whole", "none")
"""How much of the policy's number a text message says."""
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Settings:
    """What somebody wishes for; what they never said is as it is for everybody."""

    leads: Mapping[int, str] | None = None
    """channel by how many seconds before the visit; None: the usual ones"""
    hour: int | None = None
    """at this hour of the clinic's clock come reminders of a day and more before"""
    quiet: tuple[int, int] | None = rules.QUIET_HOURS
    """from this hour to that one nothing comes; None: any time is right"""
    is_together: bool = True
    """the visits of a family on one day are told in one message"""
    has_letters: bool = True
    """letters say what was booked, moved and cancelled"""
    has_texts: bool = False
    """so do text messages"""
    policy: str = NUMBER_SHOWN[0]
    has_questions: bool = True
    """of an account: it is asked how visits and bookings were"""

    def by_lead(self, reach: frozenset[str]) -> dict[int, str]:
        """Return the channel of each reminder, the earliest first; one that is not there: the chat.

        `reach`: the channels by which they can be reached besides the chat.
        """
        if self.leads is not None:
            wished = {lead: way if way in reach else CHAT for lead, way in self.leads.items()}
        else:
            first, *others = (int(lead.total_seconds()) for lead in rules.REMINDERS)
            wished = dict.fromkeys(others, CHAT) | ({first: EMAIL} if EMAIL in reach else {})
        return dict(sorted(wished.items(), reverse=True))


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that is to be sent."""

    channel: str
    lead: int
    """in seconds; of each there is one message"""
    due_at: datetime = field(compare=False)


def read(*written: str | None) -> Settings:
    """Read settings as they were written, those of one patient after those of the account.

    What cannot be read, or was written by another version, is as it is for everybody.
    """
    said: dict[str, Any] = {}
    for one in filter(None, written):
        said |= json.loads(one)
    if not said:
        return Settings()
    if "leads" in said:
        said["leads"] = {int(lead): way for lead, way in said["leads"].items() if way in CHANNELS}
    if said.get("quiet") is not None and "quiet" in said:
        said["quiet"] = tuple(said["quiet"])
    names = {one.name for one in fields(Settings)}
    return replace(Settings(), **{name: value for name, value in said.items() if name in names})


def says(written: str | None, name: str) -> bool:
    """Tell whether something was ever said of a setting."""
    return written is not None and name in json.loads(written)


def changed(written: str | None, **said: Any) -> str | None:
    """Write a change over settings as they were written."""
    present = json.loads(written) if written else {}
    return json.dumps(present | said, sort_keys=True)


def planned(
    starts_at: datetime, timezone: tzinfo, settings: Settings, reach: frozenset[str], now: datetime
) -> list[Planned]:
    """Return what is to be sent before a visit, the earliest first; what should have come is left out.

    `timezone` is the clinic's: by its clock the visit is, so by its clock it is night.
    """
    found: list[Planned] = []
    for lead, way in settings.by_lead(reach).items():
        at = _due_at(starts_at, lead, timezone, settings, now)
        if at is None:
            continue
        found = [one for one in found if one.channel != way or abs(at - one.due_at) >= rules.APART]
        found.append(Planned(way, lead, at))
    return found


def _due_at(
    starts_at: datetime, lead: int, timezone: tzinfo, settings: Settings, now: datetime
) -> datetime | None:
    at = starts_at - timedelta(seconds=lead)
    if settings.hour is not None and lead >= _DAY:
        day = starts_at.astimezone(timezone).date() - timedelta(days=lead // _DAY)
        at = _on(day, settings.hour, timezone)
        return at if now < at < starts_at else None
    if at <= now:
        return None
    if settings.quiet is None or not is_quiet(at.astimezone(timezone).hour, settings.quiet):
        return at
    first, last = settings.quiet
    wall = at.astimezone(timezone)
    evening_of = wall.date() - timedelta(days=wall.hour < last <= first)
    evening = _on(evening_of, first, timezone) - rules.BEFORE_QUIET
    if evening > now:
        return evening
    morning = _on(evening_of + timedelta(days=last <= first), last, timezone)
    return morning if morning + rules.AFTER_QUIET <= starts_at else None


def is_quiet(hour: int, quiet: tuple[int, int]) -> bool:
    """Tell whether an hour is among the quiet ones, which may go over midnight."""
    first, last = quiet
    return first <= hour < last if first < last else hour >= first or hour < last


def after_quiet(now: datetime, timezone: tzinfo, settings: Settings) -> datetime:
    """Return when what can wait until the morning is told: at once, or when the quiet hours end."""
    wall = now.astimezone(timezone)
    if settings.quiet is None or not is_quiet(wall.hour, settings.quiet):
        return now
    last = settings.quiet[1]
    return _on(wall.date() + timedelta(days=wall.hour >= last), last, timezone)


def _on(day: date, hour: int, timezone: tzinfo) -> datetime:
    """Return an hour of a day by a clock, as an instant; one that the clock jumps over is the one after."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=timezone).astimezone(UTC)


def ways_of_changes(settings: Settings, reach: frozenset[str]) -> tuple[str, ...]:
    """Name the channels by which changes of visits are told besides the chat, which tells them always."""
    wished = {EMAIL: settings.has_letters, SMS: settings.has_texts}
    return tuple(way for way, is_wished in wished.items() if is_wished and way in reach)


def next_way(failed: str, before: str | None, reach: frozenset[str], *, is_blocked: bool) -> str | None:
    """Return the channel that takes over from one that failed, and maybe another one before; None: no other.

    Who blocked the bot is not there in the chat.
    """
    ways = [way for way in CHANNELS if (way == CHAT and not is_blocked) or way in reach]
    return next((way for way in ways if way not in (failed, before)), None)
