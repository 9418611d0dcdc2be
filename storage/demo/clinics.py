"""The houses of the demo, who works in them, and on which days: the same at every run."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from storage.demo import extras, names, places
from storage.demo.extras import SEED
from storage.demo.places import DISTRICTS, District, Town
from storage.demo.records import Clinic, House, Person, Work
from storage.demo.rosters import ROSTERS, SECOND, SIZES
from storage.demo.shifts import MODES, draw_hours
from storage.reference.reader import Region, Specialty

MOST_DOCTORS = 15


_HOUSES = {
    places.ADULTS: ("Демо-поликлиника № {number}", "polyclinic", "adult"),
    places.CHILDREN: ("Детская демо-поликлиника № {number}", "polyclinic", "child"),
    places.HOSPITAL: ("Демо-больница № {number}", "hospital", "all"),
    places.DENTAL: ("Демо-центр стоматологии", "centre", "all"),
    places.HEART: ("Демо-центр сердца и сосудов", "centre", "all"),
    places.HEALTH: ("Демо-центр «Здоровье»", "centre", "all"),
}
_FEMALE_SHARE = {
    "urologist": 0.15,
    "orthopedist": 0.25,
    "surgeon": 0.35,
    "pediatrician": 0.9,
    "gynecologist": 0.85,
}
_SECOND_LANGUAGE = {"RU-TA": "tt", "RU-KGD": "de", "RU-PRI": "zh"}
_HOME_DAYS, _OTHER_DAYS = frozenset({0, 2, 4}), frozenset({1, 3})
"""Weekdays of a doctor with two schedules: they never meet."""


def build(regions: Mapping[str, Region], specialties: Mapping[str, Specialty]) -> Clinic:
    """Make up the clinic; both mappings are by code and must hold what the demo names (KeyError)."""
    taken: set[tuple[str, str, str]] = set()
    houses: list[House] = []
    people: list[Person] = []
    works: list[Work] = []
    for district in DISTRICTS:
        random = Random(f"{SEED} {district.region_code}")
        own: dict[str, list[Work]] = {}
        for serial, (sort, position) in enumerate(district.houses, 1):
            town = district.towns[position]
            house = _house(random, district, regions[district.region_code], serial, sort, town)
            houses.append(house)
            staff = list(_staff(random, house, sort, town, specialties, taken))
            people += [person for person, _ in staff]
            own[house.code] = [work for _, work in staff]
        works += _with_second(random, own, specialties)
    return Clinic(tuple(houses), tuple(people), tuple(works))


def _house(random: Random, district: District, region: Region, serial: int, sort: str, town: Town) -> House:
    name, kind, audience = _HOUSES[sort]
    number = 1 + sum(1 for other, _ in district.houses[: serial - 1] if other == sort)
    code = f"demo-{region.code.removeprefix('RU-').lower()}-{serial}"
    return House(
        code=code,
        region_code=region.code,
        name=name.format(number=number),
        kind=kind,
        audience=audience,
        town=town.name,
        address=f"{random.choice(town.streets)}, д. {random.randint(1, 90)}",
        phone=_phone(town.area_code, serial),
        timezone=region.timezone,
        latitude=round(town.latitude + random.uniform(-0.03, 0.03), 5),
        longitude=round(town.longitude + random.uniform(-0.05, 0.05), 5),
        official_code=f"00{district.number:02d}{serial:02d}",  # no region's codes begin with 00
        **extras.of_house(code, kind),
    )


def _phone(area_code: str, serial: int) -> str:
    """Make up a number that nobody can have: within an area no Russian number begins with 0."""
    digits = f"{serial:0{10 - len(area_code)}d}"
    return f"+7 {area_code} {digits[:-4]}-{digits[-4:-2]}-{digits[-2:]}"


def _staff(
    random: Random,
    house: House,
    sort: str,
    town: Town,
    specialties: Mapping[str, Specialty],
    taken: set[tuple[str, str, str]],
) -> Iterator[tuple[Person, Work]]:
    surnames: set[str] = set()
    for serial, code in enumerate(ROSTERS[sort][: random.randint(*SIZES[sort])], 1):
        specialty = specialties[code]
        while True:
            name = names.draw(random, _FEMALE_SHARE.get(code, 0.7))
            # buttons show surname and initials: no two alike in one house
            if name[:3] not in taken and name.surname.removesuffix("а") not in surnames:
                break
        taken.add(name[:3])
        surnames.add(name.surname.removesuffix("а"))
        person = _person(random, f"{house.code}-{serial:02d}", name, specialty, town, house.region_code)
        mode = MODES[0] if serial == 1 else random.choices(MODES, (86, 7, 7))[0]
        on_sundays = house.kind == "hospital" and serial == 1
        work = Work(
            person.code, house, code, _room(random, serial), draw_hours(random, on_sundays=on_sundays), mode
        )
        yield person, work


def _person(
    random: Random, code: str, name: names.Name, specialty: Specialty, town: Town, region_code: str
) -> Person:
    since = random.randint(1986, 2023)
    if "стоматолог" in specialty.official_name or "ортодонт" in specialty.official_name:
        faculty = "стоматология"
    elif specialty.audience == "child":
        faculty = "педиатрия"
    else:
        faculty = "лечебное дело"
    category = ""
    if since < 2018:
        category = random.choice(
            ("высшая категория", "высшая категория", "первая категория", "вторая категория", "")
        )
    languages = "ru"
    if random.random() < 0.3:
        languages += " " + random.choice(("en", _SECOND_LANGUAGE.get(region_code, "en")))
    return Person(
        code=code,
        surname=name.surname,
        given_name=name.given_name,
        patronymic=name.patronymic,
        sex=name.sex,
        category=category,
        education=f"{town.university}, {faculty}, {since}",
        practising_since=since,
        languages=languages,
        photo="",
    )


def _room(random: Random, serial: int) -> str:
    return f"{random.randint(1, 4)}{serial:02d}"


def _with_second(
    random: Random, own: Mapping[str, list[Work]], specialties: Mapping[str, Specialty]
) -> Iterator[Work]:
    """Give some a second specialty in their house, and lend one of each house to another in the town."""
    doctors = {code: len(staff) for code, staff in own.items()}
    for code, staff in own.items():
        town = staff[0].house.town
        others = [works[0].house for key, works in own.items() if key != code and works[0].house.town == town]
        lent = random.randrange(1, len(staff))
        for position, work in enumerate(staff):
            second, house, room = SECOND.get(work.specialty_code), work.house, work.room
            if second is None or not _fits(specialties[second], house) or random.random() > 0.3:
                second = None
            if second is None and position == lent:
                fitting = [
                    other
                    for other in others
                    if _fits(specialties[work.specialty_code], other) and doctors[other.code] < MOST_DOCTORS
                ]
                if fitting:
                    house, second = random.choice(fitting), work.specialty_code
                    doctors[house.code] += 1
                    room = _room(random, 50)
            if second is None:
                yield work
                continue
            yield replace(work, hours=work.hours.on(_HOME_DAYS))
            hours = draw_hours(random).on(_OTHER_DAYS)
            yield replace(work, house=house, specialty_code=second, room=room, hours=hours)


def _fits(specialty: Specialty, house: House) -> bool:
    return "all" in (specialty.audience, house.audience) or specialty.audience == house.audience
