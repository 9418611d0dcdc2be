"""Calendar files, read back by a calendar library."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from documents import ics

VISIT = ics.Visit(
    uid="4821093715@talon",
    sequence=0,
    starts_at=datetime(2026, 11, 24, 9, 20, tzinfo=ZoneInfo("Asia/Vladivostok")),
    duration=timedelta(minutes=20),
    summary="Кардиолог: Чехов А. П.",
    location="Демо-поликлиника № 3, Владивосток, ул. Светланская; вход, с торца",
    description="Запись 4821 093 715\nКабинет 214",
    organizer_name="Демо-поликлиника № 3",
    stamp=datetime(2026, 11, 20, 5, 0, tzinfo=UTC),
    url="https://t.me/talon_demo_bot?start=v_AbCdEfGhIjKlMnOpQrSt",
    alarm_text="Завтра: кардиолог, Чехов А. П.",
)


def event_of(content: bytes):
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_a_visit_comes_back_as_it_was() -> None:
    content = ics.invitation(VISIT)
    calendar = Calendar.from_ical(content)
    event = event_of(content)
    assert calendar["METHOD"] == "PUBLISH"
    assert event["UID"] == VISIT.uid
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    assert event.start == VISIT.starts_at
    assert event.end - event.start == VISIT.duration
    assert event["DTSTART"].params["TZID"] == "Asia/Vladivostok"
    assert str(event["SUMMARY"]) == VISIT.summary
    assert str(event["LOCATION"]) == VISIT.location
    assert str(event["DESCRIPTION"]) == VISIT.description
    assert event["DTSTAMP"].dt == VISIT.stamp


def test_it_rings_a_day_before() -> None:
    (alarm,) = event_of(ics.invitation(VISIT)).walk("VALARM")
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm["TRIGGER"].dt == timedelta(hours=-24)
    assert str(alarm["DESCRIPTION"]) == VISIT.alarm_text


def test_a_cancellation_names_the_same_entry() -> None:
    content = ics.cancellation(replace(VISIT, sequence=2))
    event = event_of(content)
    assert Calendar.from_ical(content)["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (VISIT.uid, 2, "CANCELLED")
    assert event.walk("VALARM") == []


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    content = ics.invitation(VISIT)
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("Europe/Kaliningrad", 2), ("Europe/Moscow", 3), ("Asia/Yekaterinburg", 5), ("Asia/Kamchatka", 12)],
)
def test_the_zone_is_described_for_programs_that_do_not_know_it(zone: str, hours: int) -> None:
    content = ics.invitation(replace(VISIT, starts_at=VISIT.starts_at.replace(tzinfo=ZoneInfo(zone))))
    (described,) = Calendar.from_ical(content).walk("VTIMEZONE")
    assert described["TZID"] == zone
    offsets = {part["TZOFFSETTO"].td for part in described.subcomponents}
    assert timedelta(hours=hours) in offsets


def test_a_visit_over_the_night_the_clocks_change_lasts_as_long_as_it_lasts() -> None:
    late = datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    event = event_of(ics.invitation(replace(VISIT, starts_at=late, duration=timedelta(hours=3))))
    assert event["DURATION"].dt == timedelta(hours=3)
    assert "DTEND" not in event
