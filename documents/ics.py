"""Calendar files (iCalendar, RFC 5545): a visit to put into the calendar, or to take out of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

ALARM_BEFORE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as a calendar needs it.

    `starts_at` is aware and in the facility's zone (ZoneInfo), `stamp` is the instant of writing. The same
    `uid` with a higher `sequence` replaces the entry that is there. Naive times raise ValueError.
    """

    uid: str
    sequence: int
    starts_at: datetime
    duration: timedelta
    summary: str
    location: str
    description: str
    organizer_name: str
    stamp: datetime
    url: str
    alarm_text: str
    latitude: float | None = None
    longitude: float | None = None


def invitation(visit: Visit) -> bytes:
    """Make visit.ics. It is published, not an invitation to answer: phones import it without questions."""
    return agenda([visit])


def agenda(visits: Sequence[Visit]) -> bytes:
    """Make one calendar of several visits, published like a single one; raises ValueError where none is."""
    if not visits:
        raise ValueError("a calendar has an entry")
    return _calendar(visits, "PUBLISH", [_booked(visit) for visit in visits])


def _booked(visit: Visit) -> Event:
    event = _event(visit)
    event.add("status", "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _clean(visit.alarm_text))
    alarm.add("trigger", -ALARM_BEFORE)
    event.add_component(alarm)
    return event


def cancellation(visit: Visit) -> bytes:
    """Make the file that takes the visit out of a calendar."""
    event = _event(visit)
    event.add("status", "CANCELLED")
    return _calendar([visit], "CANCEL", [event])


def _event(visit: Visit) -> Event:
    if visit.stamp.tzinfo is None:
        raise ValueError("a stamp is an instant")
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("dtstamp", visit.stamp.astimezone(UTC))
    event.add("dtstart", visit.starts_at)
    event.add("duration", visit.duration)  # an end would be ambiguous in the hour that a clock change repeats
    event.add("summary", _clean(visit.summary))
    event.add("location", _clean(visit.location))
    event.add("description", _clean(visit.description))
    event.add("url", visit.url)
    organizer = vCalAddress("mailto:noreply@talon.invalid")
    organizer.params["cn"] = vText(_parameter(visit.organizer_name))
    event.add("organizer", organizer)
    if visit.latitude is not None and visit.longitude is not None:
        event.add("geo", (visit.latitude, visit.longitude))
    return event


def _calendar(visits: Sequence[Visit], method: str, events: Sequence[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Talon//Talon//RU")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for zone, months in _months_by_zone(visits).items():
        calendar.add_component(_timezone(zone, min(months), max(months)))
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _clean(text: str) -> str:
    """Leave out what a calendar file cannot hold; lines and tabs stay."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _parameter(text: str) -> str:
    """Make a text fit for a parameter: one line; a backslash at its end would swallow what follows."""
    return " ".join(_clean(text).replace("\\", "/").split())


def _zone_and_month(at: datetime) -> tuple[tzinfo, date]:
    if at.tzinfo is None:
        raise ValueError("a visit begins in a zone")
    return at.tzinfo, at.date().replace(day=1)


def _months_by_zone(visits: Sequence[Visit]) -> dict[tzinfo, set[date]]:
    found: dict[tzinfo, set[date]] = {}
    for visit in visits:
        zone, month = _zone_and_month(visit.starts_at)
        found.setdefault(zone, set()).add(month)
    return found


@lru_cache(maxsize=256)
def _timezone(zone: tzinfo, first: date, last: date) -> Timezone:
    """Describe the zone from a year before the visits to a year after: older programs do not know its name.

    Looking for the changes of its clock takes far longer than writing the rest of the file.
    """
    return Timezone.from_tzinfo(
        zone, first_date=first.replace(year=first.year - 1), last_date=last.replace(year=last.year + 1)
    )
