"""Calendar files, read back by a calendar library."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


def test_several_visits_are_one_calendar_with_each_zone_once() -> None:
    moscow = replace(
        VISIT, uid="2@talon", starts_at=datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Europe/Moscow"))
    )
    later = replace(VISIT, uid="3@talon", starts_at=VISIT.starts_at + timedelta(days=70))
    calendar = Calendar.from_ical(ics.agenda([VISIT, moscow, later]))
    assert calendar["METHOD"] == "PUBLISH"
    assert [str(one["UID"]) for one in calendar.walk("VEVENT")] == [VISIT.uid, "2@talon", "3@talon"]
    assert [one["DTSTART"].dt for one in calendar.walk("VEVENT")] == [
        VISIT.starts_at,
        moscow.starts_at,
        later.starts_at,
    ]
    assert sorted(str(one["TZID"]) for one in calendar.walk("VTIMEZONE")) == [
        "Asia/Vladivostok",
        "Europe/Moscow",
    ]
    assert len(calendar.walk("VALARM")) == 3


def test_a_calendar_without_visits_is_none() -> None:
    with pytest.raises(ValueError):
        ics.agenda([])


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    content = ics.invitation(VISIT)
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in content.replace(b"\r\n", b"")


ZONES = {
    "Europe/Kaliningrad": 2,
    "Europe/Moscow": 3,
    "Europe/Samara": 4,
    "Asia/Yekaterinburg": 5,
    "Asia/Omsk": 6,
    "Asia/Krasnoyarsk": 7,
    "Asia/Irkutsk": 8,
    "Asia/Yakutsk": 9,
    "Asia/Vladivostok": 10,
    "Asia/Magadan": 11,
    "Asia/Kamchatka": 12,
}


@pytest.mark.parametrize(("zone", "hours"), ZONES.items())
@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 7, 15), date(2028, 2, 29)])
def test_the_zone_is_described_for_programs_that_do_not_know_it(zone: str, hours: int, day: date) -> None:
    visit = replace(VISIT, starts_at=datetime.combine(day, time(8), ZoneInfo(zone)))
    for content in (ics.invitation(visit), ics.cancellation(visit)):
        (described,) = Calendar.from_ical(content).walk("VTIMEZONE")
        assert described["TZID"] == zone
        assert {part["TZOFFSETTO"].td for part in described.subcomponents} == {timedelta(hours=hours)}
        assert f"DTSTART;TZID={zone}:{day:%Y%m%d}T080000".encode() in content
        event = event_of(content)
        assert event.start.utcoffset() == timedelta(hours=hours)
        assert event.start.astimezone(UTC) == visit.starts_at.astimezone(UTC)


def test_a_zone_that_changes_its_clock_is_described_with_its_changes() -> None:
    summer = datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    (described,) = Calendar.from_ical(ics.invitation(replace(VISIT, starts_at=summer))).walk("VTIMEZONE")
    offsets = {(part.name, part["TZOFFSETTO"].td) for part in described.subcomponents}
    assert offsets == {("STANDARD", timedelta(hours=1)), ("DAYLIGHT", timedelta(hours=2))}


def test_a_visit_over_the_night_the_clocks_change_lasts_as_long_as_it_lasts() -> None:
    late = datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    event = event_of(ics.invitation(replace(VISIT, starts_at=late, duration=timedelta(hours=3))))
    assert event["DURATION"].dt == timedelta(hours=3)
    assert "DTEND" not in event


WRITABLE = st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from('\n\t;,:\\"^')


@settings(max_examples=100, deadline=None)
@given(st.text(WRITABLE, max_size=200), st.text(WRITABLE, max_size=80))
def test_any_words_come_back_as_they_were(words: str, clinic: str) -> None:
    visit = replace(VISIT, summary=words, location=words, description=words, organizer_name=clinic)
    for content in (ics.invitation(visit), ics.cancellation(visit)):
        event = event_of(content)
        written = words.replace("\\N", "\n")  # icalendar takes it for the end of a line
        assert [str(event[name]) for name in ("SUMMARY", "LOCATION", "DESCRIPTION")] == [written] * 3
        assert event["ORGANIZER"].params["CN"] == " ".join(clinic.replace("\\", "/").split())
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_no_words_make_a_file_that_cannot_be_read(words: str) -> None:
    visit = replace(
        VISIT, summary=words, location=words, description=words, organizer_name=words, alarm_text=words
    )
    assert event_of(ics.invitation(visit))["UID"] == VISIT.uid
    assert event_of(ics.cancellation(visit))["UID"] == VISIT.uid


def test_words_cannot_bring_in_lines_of_their_own() -> None:
    content = ics.invitation(
        replace(VISIT, summary="Врач\r\nATTENDEE:mailto:x@example.org", organizer_name='а"\r\nURL:http://x')
    )
    event = event_of(content)
    assert "ATTENDEE" not in event
    assert str(event["SUMMARY"]) == "Врач\nATTENDEE:mailto:x@example.org"
    assert str(event["URL"]) == VISIT.url


def test_what_the_text_escapes_is_written_as_the_standard_says() -> None:
    content = ics.invitation(replace(VISIT, summary="a;b,c\\d\ne"))
    assert b"SUMMARY:a\\;b\\,c\\\\d\\ne\r\n" in content


def test_the_place_on_the_map_is_told_where_it_is_known() -> None:
    geo = event_of(ics.invitation(replace(VISIT, latitude=53.02, longitude=158.65)))["GEO"]
    assert (geo.latitude, geo.longitude) == (53.02, 158.65)
    assert "GEO" not in event_of(ics.invitation(VISIT))
    assert "GEO" not in event_of(ics.invitation(replace(VISIT, latitude=53.02)))


def test_equal_visits_are_equal_files() -> None:
    assert ics.invitation(VISIT) == ics.invitation(replace(VISIT))


@pytest.mark.parametrize("name", ["starts_at", "stamp"])
def test_a_time_without_a_zone_is_refused(name: str) -> None:
    naive = getattr(VISIT, name).replace(tzinfo=None)
    with pytest.raises(ValueError):
        ics.invitation(replace(VISIT, **{name: naive}))
