"""A small clinic: two facilities in two zones, three doctors, half an hour a visit, every weekday 9 to 12."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinic import booking, patients
from clinic.booking import Request
from storage.appointments import Visit
from storage.database import Database
from storage.people import PatientRow, Person

THERAPIST, CARDIOLOGIST = 1, 2
VISIT, CHECK_UP, WHOLE_MORNING, ECG, HOLTER = 1, 2, 3, 4, 5
"""Services, of a world to which `list_services` was done: a time, two, six; the last two a cardiologist's."""
CHEKHOV, BULGAKOV, VERESAEV = 1, 2, 3
"""Schedules: Chekhov and Bulgakov are therapists in Moscow, Veresaev a cardiologist in Vladivostok."""
MOSCOW, VLADIVOSTOK = "Europe/Moscow", "Asia/Vladivostok"
DAYS = 30
TIMES_A_DAY = 6
NOW = datetime(2025, 6, 2, 3, 0, tzinfo=UTC)
"""A Monday, six in the morning in Moscow."""


class StoppedClock:
    """A clock that moves only when it is told."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


def fill(tx: sqlite3.Connection, today: date = date(2025, 6, 2)) -> None:
    """Write the clinic."""
    tx.executemany(
        "INSERT INTO region VALUES (?, ?, ?, ?, 0, 0)",
        [("RU-MOW", "Москва", "Moscow", MOSCOW), ("RU-PRI", "Приморский край", "Primorye", VLADIVOSTOK)],
    )
    tx.executemany(
        "INSERT INTO specialty (id, code, name_ru, name_en, official_name, group_ru, group_en, audience, sex,"
        " needs_referral, slot_minutes, words_ru, prepare_ru, prepare_en)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'all', 'any', 0, 30, ?, ?, ?)",
        [
            (1, "therapist", "Терапевт", "Therapist", "врач-терапевт", "Общие", "General", "", "", ""),
            (2, "cardiologist", "Кардиолог", "Cardiologist", "врач-кардиолог", "Сердце", "Heart", "сердце",
             "Возьмите прошлую ЭКГ.", "Bring your last ECG."),
        ],
    )  # fmt: skip
    tx.executemany(
        "INSERT INTO facility (id, code, region_code, name, kind, audience, town, address, phone, timezone,"
        " latitude, longitude, official_code, is_demo) VALUES"
        " (?, ?, ?, ?, 'polyclinic', 'all', ?, ?, '+7 495 000-00-00', ?, 0, 0, ?, 1)",
        [
            (1, "m1", "RU-MOW", "Поликлиника № 1", "Москва", "ул. Садовая, 5", MOSCOW, "101"),
            (2, "v1", "RU-PRI", "Поликлиника № 2", "Владивосток", "ул. Морская, 7", VLADIVOSTOK, "102"),
        ],
    )
    tx.executemany(
        "INSERT INTO doctor (id, code, surname, given_name, patronymic, sex, category, education,"
        " practising_since, languages) VALUES (?, ?, ?, ?, ?, 'male', 'высшая', 'МГУ', 2005, 'русский')",
        [
            (1, "d1", "Чехов", "Антон", "Павлович"),
            (2, "d2", "Булгаков", "Михаил", "Афанасьевич"),
            (3, "d3", "Вересаев", "Викентий", "Викентьевич"),
        ],
    )
    tx.executemany(
        "INSERT INTO schedule VALUES (?, ?, ?, ?, ?, ?)",
        [
            (CHEKHOV, 1, 1, 1, "RU-MOW", "214"),
            (BULGAKOV, 2, 1, 1, "RU-MOW", "215"),
            (VERESAEV, 3, 2, 2, "RU-PRI", "3"),
        ],
    )
    zones = {CHEKHOV: MOSCOW, BULGAKOV: MOSCOW, VERESAEV: VLADIVOSTOK}
    slots = []
    for schedule, zone in zones.items():
        for day in (today + timedelta(days=number) for number in range(DAYS)):
            if day.weekday() < 5:
                opening = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo(zone))
                first = int(opening.timestamp())
                slots += [(schedule, first + number * 1800) for number in range(TIMES_A_DAY)]
    tx.executemany("INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (?, ?, 30, 0)", slots)


def list_services(tx: sqlite3.Connection) -> None:
    """Give the specialties several services; without them each is one visit like the other."""
    tx.executemany(
        "INSERT INTO service VALUES (?, ?, ?, ?, ?, ?, ?, 0, 'all', '', ?, ?)",
        [
            (VISIT, "visit", "therapist", "Приём", "Visit", "first", None, "", ""),
            (CHECK_UP, "check_up", "therapist", "Диспансеризация", "Check-up", "examination", 60,
             "Приходите натощак.", "Come on an empty stomach."),
            (WHOLE_MORNING, "morning", "therapist", "Наблюдение", "Observation", "procedure", 180, "", ""),
            (ECG, "ecg", "cardiologist", "ЭКГ", "ECG", "examination", None, "", ""),
            (HOLTER, "holter", "cardiologist", "Холтер", "Holter", "examination", 45, "", ""),
        ],
    )  # fmt: skip


@dataclass
class World:
    """The clinic in a store, and shorthand for what tests do with it."""

    database: Database
    clock: StoppedClock

    async def slot_id(self, schedule: int, day: int, number: int = 0) -> int:
        """Find a time: `day` days from today (0 is today), `number` of that day, from 0."""
        zone = VLADIVOSTOK if schedule == VERESAEV else MOSCOW
        on = NOW.astimezone(ZoneInfo(zone)).date() + timedelta(days=day)
        at = datetime(on.year, on.month, on.day, 9, tzinfo=ZoneInfo(zone)) + timedelta(minutes=30 * number)
        row = await self.database.read(
            lambda tx: tx.execute(
                "SELECT id FROM slot WHERE schedule_id = :s AND starts_at = :at",
                {"s": schedule, "at": int(at.timestamp())},
            ).fetchone()
        )
        return int(row[0])

    async def patient(
        self,
        telegram_id: int,
        name: str = "Анна",
        language: str = "ru",
        born_on: date = date(1986, 4, 15),
    ) -> PatientRow:
        """Register someone."""
        person = Person("Смирнова", name, "Петровна", born_on)
        registration = patients.Registration(
            telegram_id, language, patients.CONSENT_VERSION, self.clock.now(), "+79161234567", person
        )
        return await patients.register(self.database, registration, self.clock.now())

    async def list_services(self) -> None:
        """Give the specialties several services."""
        await self.database.write(lambda tx: list_services(tx))  # type: ignore[arg-type]

    async def book(
        self, telegram_id: int, slot_id: int, *, is_second_meant: bool = True, service_id: int | None = None
    ) -> Visit:
        """Book a time for someone who is registered, or is now."""
        patient = await self.patient(telegram_id)
        request = Request(
            telegram_id, patient.id, slot_id, service_id=service_id, is_second_meant=is_second_meant
        )
        return await booking.book(self.database, request, self.clock.now())

    async def status(self, slot_id: int) -> int:
        """Read the status of a time."""
        return int((await self.rows("SELECT status FROM slot WHERE id = ?", slot_id))[0][0])

    async def rows(self, query: str, *values: object) -> list[tuple]:
        """Read whatever a test wants to see."""
        return await self.database.read(lambda tx: tx.execute(query, values).fetchall())
