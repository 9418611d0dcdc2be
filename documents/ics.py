"""Calendar files (iCalendar, RFC 5545): a visit to put into the calendar, or to take out of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

ALARM_BEFORE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as a calendar needs it.

    `starts_at` is aware and in the facility's zone (ZoneInfo), `stamp` is the instant of writing. The same
    `uid` with a higher `sequence` replaces the entry that is there.
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
    event = _event(visit)
    event.add("status", "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", visit.alarm_text)
    alarm.add("trigger", -ALARM_BEFORE)
    event.add_component(alarm)
    return _calendar(visit, "PUBLISH", event)


def cancellation(visit: Visit) -> bytes:
    """Make the file that takes the visit out of a calendar."""
    event = _event(visit)
    event.add("status", "CANCELLED")
    return _calendar(visit, "CANCEL", event)


def _event(visit: Visit) -> Event:
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("dtstamp", visit.stamp.astimezone(UTC))
    event.add("dtstart", visit.starts_at)
    event.add("duration", visit.duration)  # an end would be ambiguous in the hour that a clock change repeats
    event.add("summary", visit.summary)
    event.add("location", visit.location)
    event.add("description", visit.description)
    event.add("url", visit.url)
    organizer = vCalAddress("mailto:noreply@talon.invalid")
    organizer.params["cn"] = vText(visit.organizer_name)
    event.add("organizer", organizer)
    if visit.latitude is not None and visit.longitude is not None:
        event.add("geo", (visit.latitude, visit.longitude))
    return event


def _calendar(visit: Visit, method: str, event: Event) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Talon//Talon//RU")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_timezone(visit.starts_at))
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _timezone(at: datetime) -> Timezone:
    """Describe the zone for the two years around the visit: older programs do not know IANA's names."""
    if at.tzinfo is None:
        raise ValueError("a visit begins in a zone")
    day = at.date()
    return Timezone.from_tzinfo(
        at.tzinfo,
        first_date=day.replace(year=day.year - 1, day=1),
        last_date=day.replace(year=day.year + 1, day=1),
    )
