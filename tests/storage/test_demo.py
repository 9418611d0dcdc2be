"""The demo clinic: always the same, plainly made up, alive, and possible."""

import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from storage.demo import names
from storage.demo.clinics import build
from storage.demo.records import Clinic, Work
from storage.demo.shifts import Mode, Shift, times
from storage.reference.reader import read_regions, read_specialties
from storage.states import SlotStatus

REGIONS = {region.code: region for region in read_regions()}
SPECIALTIES = {specialty.code: specialty for specialty in read_specialties()}
TODAY = date(2026, 10, 20)
# 30 days from then, and from the last days of the year
HOLIDAYS = frozenset(
    {date(2026, 11, 4), date(2026, 12, 31), date(2027, 1, 1), *(date(2027, 1, day) for day in range(2, 9))}
)


@cache
def clinic() -> Clinic:
    return build(REGIONS, SPECIALTIES)


@cache
def slots(today: date = TODAY, ahead: int = 30) -> dict[Work, list[tuple[int, SlotStatus]]]:
    return {
        work: list(
            times(
                work.doctor_code + work.house.code + work.specialty_code,
                work.hours,
                work.mode,
                SPECIALTIES[work.specialty_code].slot_minutes,
                (today, today + timedelta(days=ahead)),
                today,
                ZoneInfo(work.house.timezone),
                HOLIDAYS,
            )
        )
        for work in clinic().works
    }


def test_the_same_at_every_run() -> None:
    assert build(REGIONS, SPECIALTIES) == clinic()
    first = dict(slots())
    slots.cache_clear()
    assert slots() == first
    assert len(first) == len(clinic().works)


def test_enough_of_everything() -> None:
    houses = clinic().houses
    assert 8 <= len({house.region_code for house in houses}) <= 10
    assert all(3 <= count <= 6 for count in Counter(house.region_code for house in houses).values())
    at = datetime(2026, 10, 20, tzinfo=UTC)
    assert len({at.astimezone(ZoneInfo(house.timezone)).utcoffset() for house in houses}) >= 5
    assert {house.kind for house in houses} == {"polyclinic", "hospital", "centre"}
    for region in {house.region_code for house in houses}:
        assert {"adult", "child"} <= {house.audience for house in houses if house.region_code == region}
    doctors = defaultdict(set)
    for work in clinic().works:
        doctors[work.house.code].add(work.doctor_code)
    assert set(doctors) == {house.code for house in houses}
    assert all(4 <= len(staff) <= 15 for staff in doctors.values())


def test_houses_are_plainly_made_up() -> None:
    for house in clinic().houses:
        assert "демо" in house.name.casefold()
        assert len(house.name) <= 30
        assert house.timezone == REGIONS[house.region_code].timezone
        assert re.fullmatch(r"00\d{4}", house.official_code)
        number = phonenumbers.parse(house.phone)
        assert phonenumbers.is_valid_number(number)
        area = house.phone.split()[1]
        assert str(number.national_number).removeprefix(area).startswith("0")  # no one's number begins so
        region = REGIONS[house.region_code]
        assert abs(house.latitude - region.latitude) < 2
        assert abs(house.longitude - region.longitude) < 2
    for field in ("code", "phone", "official_code"):
        assert len({getattr(house, field) for house in clinic().houses}) == len(clinic().houses)


@pytest.mark.parametrize(
    ("man", "woman"),
    [
        ("Чехов", "Чехова"),
        ("Соловьёв", "Соловьёва"),
        ("Медведев", "Медведева"),
        ("Никитин", "Никитина"),
        ("Синицын", "Синицына"),
        ("Островский", "Островская"),
        ("Троицкий", "Троицкая"),
    ],
)
def test_feminine_surnames(man: str, woman: str) -> None:
    assert names.feminine(man) == woman


def test_a_surname_without_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="Петренко"):
        names.feminine("Петренко")


def test_names_agree_with_the_sex() -> None:
    for surname in names.SURNAMES:
        assert names.feminine(surname) != surname
    assert len(set(names.SURNAMES)) == len(names.SURNAMES)
    people = clinic().people
    for person in people:
        if person.sex == "female":
            assert person.surname.endswith(("ова", "ева", "ёва", "ина", "ына", "ая")), person
            assert person.patronymic.endswith(("овна", "евна", "ична")), person
            assert person.given_name in names.WOMEN
        else:
            assert person.surname.endswith(("ов", "ев", "ёв", "ин", "ын", "ий")), person
            assert person.patronymic.endswith("ич"), person
            assert person.given_name in names.MEN
    sexes = Counter(person.sex for person in people)
    assert 0.5 < sexes["female"] / len(people) < 0.9
    assert names.draw(Random(1), 1.0).sex == "female"
    assert names.draw(Random(1), 0.0).sex == "male"


def test_doctors_are_told_apart() -> None:
    people = clinic().people
    assert len({person.code for person in people}) == len(people)
    full = {(person.surname, person.given_name, person.patronymic) for person in people}
    assert len(full) == len(people)
    staff = defaultdict(list)
    for person in people:
        staff[person.code.rsplit("-", 1)[0]].append(person.surname)
    for surnames in staff.values():
        assert len(set(surnames)) == len(surnames)


def test_cards_have_something_to_say() -> None:
    for person in clinic().people:
        assert 1980 <= person.practising_since <= 2024
        assert str(person.practising_since) in person.education
        assert person.languages.split()[0] == "ru"
        if person.category in ("высшая категория", "первая категория"):
            assert person.practising_since < 2020
    assert len({person.category for person in clinic().people}) == 4


def test_doctors_see_whom_the_house_sees() -> None:
    for work in clinic().works:
        pair = {SPECIALTIES[work.specialty_code].audience, work.house.audience}
        assert pair != {"adult", "child"}, work


def test_some_work_in_two_places_and_some_in_two_specialties() -> None:
    places, specialties = defaultdict(set), defaultdict(set)
    for work in clinic().works:
        places[work.doctor_code].add(work.house)
        specialties[work.doctor_code].add(work.specialty_code)
    travellers = [houses for houses in places.values() if len(houses) > 1]
    assert travellers
    assert all(len({house.town for house in houses}) == 1 for houses in travellers)
    assert any(len(codes) > 1 for codes in specialties.values())
    keys = [(work.doctor_code, work.house.code, work.specialty_code) for work in clinic().works]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("today", [TODAY, date(2026, 12, 20)])
def test_nobody_works_at_night_or_on_holidays_and_few_on_sundays(today: date) -> None:
    weekdays: Counter[int] = Counter()
    days = set()
    for work, listed in slots(today).items():
        zone = ZoneInfo(work.house.timezone)
        minutes = SPECIALTIES[work.specialty_code].slot_minutes
        for at, _ in listed:
            start = datetime.fromtimestamp(at, zone)
            end = start + timedelta(minutes=minutes)
            assert start.time() >= time(8)
            assert end.time() <= time(20)
            assert end.date() == start.date()
            weekdays[start.weekday()] += 1
            days.add(start.date())
    assert not days & HOLIDAYS
    assert min(days) >= today
    assert max(days) < today + timedelta(days=30)
    assert 0 < weekdays[6] < sum(weekdays.values()) / 100
    assert weekdays[6] < weekdays[5] < weekdays[2]


def test_no_doctor_has_two_patients_at_once() -> None:
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for work, listed in slots().items():
        seconds = SPECIALTIES[work.specialty_code].slot_minutes * 60
        spans[work.doctor_code] += [(at, at + seconds) for at, _ in listed]
    checked = 0
    for taken in spans.values():
        taken.sort()
        for (_, end), (start, _) in pairwise(taken):
            assert end <= start
            checked += 1
    assert checked > 100_000


def test_polyclinics_change_shifts_with_the_date() -> None:
    turning = 0
    for work, listed in slots().items():
        if work.mode is Mode.NONE or work.hours.even_days == work.hours.odd_days:
            continue
        turning += 1
        hours = defaultdict(set)
        for at, _ in listed:
            start = datetime.fromtimestamp(at, ZoneInfo(work.house.timezone))
            if start.weekday() < 5:
                hours[start.day % 2].add(start.hour < 14)
        assert all(len(parts) == 1 for parts in hours.values()), work
        assert hours[0] != hours[1]
    assert turning > 50


def test_some_are_full_and_some_have_no_times() -> None:
    of_specialty: dict[tuple[str, str], list[SlotStatus]] = defaultdict(list)
    for work, listed in slots().items():
        of_specialty[work.house.code, work.specialty_code] += [status for _, status in listed]
        if work.mode is Mode.NONE:
            assert not listed
        if work.mode is Mode.FULL:
            assert {status for _, status in listed} == {SlotStatus.UNAVAILABLE}
    empty = [key for key, statuses in of_specialty.items() if not statuses]
    full = [key for key, statuses in of_specialty.items() if statuses and SlotStatus.FREE not in statuses]
    assert len(empty) >= 3
    assert len(full) >= 3
    assert len(empty) + len(full) < len(of_specialty) / 4
    unseen = set(SPECIALTIES) - {work.specialty_code for work in clinic().works}
    assert unseen  # a search for these finds nobody


def test_every_house_has_somebody_free() -> None:
    free = {
        work.house.code
        for work, listed in slots().items()
        if any(status is SlotStatus.FREE for _, status in listed)
    }
    assert free == {house.code for house in clinic().houses}


def test_near_days_are_fuller() -> None:
    gone, total = Counter[int](), Counter[int]()
    for work, listed in slots().items():
        if work.mode is Mode.OPEN:
            for at, status in listed:
                ahead = (datetime.fromtimestamp(at, ZoneInfo(work.house.timezone)).date() - TODAY).days
                total[ahead // 10] += 1
                gone[ahead // 10] += status is SlotStatus.UNAVAILABLE
    shares = [gone[tens] / total[tens] for tens in range(3)]
    assert 0.9 > shares[0] > shares[1] + 0.1
    assert shares[1] > shares[2] > 0.02


def test_a_day_is_the_same_from_wherever_it_is_reached() -> None:
    def starts(day: int, ahead: int) -> set[tuple[str, str, str, int]]:
        return {
            (work.doctor_code, work.house.code, work.specialty_code, at)
            for work, listed in slots(TODAY + timedelta(days=day), ahead).items()
            for at, _ in listed
        }

    assert starts(0, 30) == starts(0, 12) | starts(12, 18)


def test_a_shift_has_its_break() -> None:
    starts = list(Shift(480, 720).starts(20))
    assert starts == [480, 500, 520, 540, 560, 580, 620, 640, 660, 680, 700]
    assert list(Shift(480, 520).starts(45)) == []


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_wall_clock_times_hold_when_the_clocks_change(day: date) -> None:
    zone = ZoneInfo("Europe/Berlin")
    work = next(work for work in clinic().works if work.hours.sunday_turn is not None)
    for turn in range(2):
        hours = type(work.hours)(
            work.hours.even_days, work.hours.odd_days, work.hours.weekdays, None, sunday_turn=turn
        )
        listed = list(
            times("key", hours, Mode.OPEN, 30, (day, day + timedelta(days=1)), day, zone, frozenset())
        )
        if listed:
            assert datetime.fromtimestamp(listed[0][0], zone).time() == time(10)
            break
    else:
        pytest.fail("no Sunday came")
