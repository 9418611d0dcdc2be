"""Searches for what people type, over 2,000 facilities and 20,000 doctors, beside a plain bot's way: LIKE.

A search is called as a chat calls it. The plain way is one statement that looks for the text as it stands in
the names of doctors and facilities, on an open connection.
"""

import itertools
import random
import sqlite3
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.table import Line, noted, within
from clinic import search
from storage import schema, seed
from storage.crypto import Keyring
from storage.database import Database
from storage.types import epoch

FACILITIES, DOCTORS = 2_000, 20_000
NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
_BEGINNINGS = (
    "Ал", "Бар", "Вер", "Гор", "Дол", "Жар", "Заг", "Ив", "Кар", "Лом", "Мак", "Ник", "Ор", "Пет", "Рад",
    "Сам", "Тар", "Ус", "Фад", "Хар", "Чер", "Шап", "Щуп", "Яр",
)  # fmt: skip
_MIDDLES = ("ан", "ед", "ил", "ом", "ут", "ыр", "ач", "ех", "иш", "ок")
_ENDINGS = ("ов", "ев", "ин", "ский", "енко", "ук", "ицын", "аров")
_TOWNS = ("Москва", "Самара", "Казань", "Тверь", "Омск", "Тула", "Пермь", "Уфа")
_STREETS = ("Садовая", "Парковая", "Лесная")
TYPED = (
    "кардиолог", "кордиолог", "к лору завтра утром", "болит горло", "ребенок 3 года кашляет неделю",
    "у мамы скачет давление", "тянет низ живота", "rfhlbjkju", "nevrolog", "отменить запись", "мои записи",
    "поликлиника № 312", "поликлиника на Садовой", "терапевт в Самаре", "запишите к Горедову",
    "Чернышовой", "верилин", "к Макомову", "Самутев кардиолог", "Анна Петровна", "задыхаюсь", "не хочу жить",
    "абракадабра", "какая сегодня погода", "стреляет в пояснице и отдает в ногу", "справка в бассейн",
    "прививка от гриппа", "шелушится кожа на руках", "болит зуб и опухла щека", "сдать кровь на сахар",
)  # fmt: skip


def _fill(path: Path) -> None:
    randomly = random.Random(7)
    surnames = ["".join(parts) for parts in itertools.product(_BEGINNINGS, _MIDDLES, _ENDINGS)]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    regions = [row[0] for row in connection.execute("SELECT code FROM region ORDER BY code")]
    specialties = [row[0] for row in connection.execute("SELECT id FROM specialty ORDER BY id")]
    connection.executemany(
        "INSERT INTO facility (id, code, region_code, name, kind, audience, town, address, phone, timezone,"
        " latitude, longitude, official_code, is_demo)"
        " VALUES (?, ?, ?, ?, 'polyclinic', 'all', ?, ?, '', 'Europe/Moscow', 0, 0, '', 0)",
        [
            (number, f"f{number}", regions[number % len(regions)], f"Поликлиника № {number}",
             _TOWNS[number % len(_TOWNS)], f"{_STREETS[number % len(_STREETS)]} улица, д. {number}")
            for number in range(1, FACILITIES + 1)
        ],
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO doctor (id, code, surname, given_name, patronymic, sex, category, education,"
        " practising_since, languages) VALUES (?, ?, ?, ?, ?, 'male', '', '', 2005, '')",
        [
            (number, f"d{number}", randomly.choice(surnames),
             randomly.choice(("Анна", "Иван", "Пётр", "Мария", "Олег")),
             randomly.choice(("Петровна", "Иванович", "Олегович", "Сергеевна")))
            for number in range(1, DOCTORS + 1)
        ],
    )  # fmt: skip
    connection.execute(
        "INSERT INTO schedule (id, doctor_id, facility_id, specialty_id, region_code, room)"
        " SELECT d.id, d.id, f.id,"
        " (SELECT value FROM json_each(?1) WHERE key = d.id % json_array_length(?1)), f.region_code, '1'"
        " FROM doctor AS d JOIN facility AS f ON f.id = d.id % ?2 + 1",
        (str(specialties), FACILITIES),
    )
    connection.execute(
        "WITH RECURSIVE k(m) AS (SELECT 0 UNION ALL SELECT m + 1 FROM k WHERE m < 9)"
        " INSERT INTO slot (schedule_id, starts_at, minutes, status)"
        " SELECT id, ?1 + (m * 97 + id % 50) * 3600, 15, 0 FROM schedule CROSS JOIN k",
        (epoch(NOW),),
    )
    connection.execute("COMMIT")
    connection.close()


async def measure(folder: Path, rounds: int, typed: tuple[str, ...] = TYPED) -> list[Line]:
    """Search for each of `typed` some times over."""
    path = folder / "words.db"
    url = f"sqlite+aiosqlite:///{path}"
    schema.upgrade(url)
    database = Database(url, Keyring("nothing personal"))
    await database.open()
    await seed.seed_reference(database)
    _fill(path)
    begun = time.perf_counter()
    await search.warm(database)
    warming = (time.perf_counter() - begun) * 1000
    plain = sqlite3.connect(path, isolation_level=None)
    took: list[float] = []
    worked: list[float] = []
    by_hand: list[float] = []
    try:
        for _ in range(rounds * 4):
            for text in typed:
                begun, cpu = time.perf_counter(), time.process_time()
                await search.find(database, 1, text, NOW)
                took.append((time.perf_counter() - begun) * 1000)
                worked.append((time.process_time() - cpu) * 1000)
                begun = time.perf_counter()
                plain.execute(
                    "SELECT id FROM doctor WHERE surname || ' ' || given_name || ' ' || patronymic LIKE ?1"
                    " UNION ALL SELECT id FROM facility WHERE name || ' ' || address LIKE ?1 LIMIT 50",
                    (f"%{text}%",),
                ).fetchall()
                by_hand.append((time.perf_counter() - begun) * 1000)
    finally:
        plain.close()
        await database.close()
    return lines(took, worked, by_hand, warming)


def lines(took: list[float], worked: list[float], by_hand: list[float], warming: float) -> list[Line]:
    against = f"CPU {statistics.median(worked):.2f} ms; one LIKE by hand {statistics.median(by_hand):.1f} ms"
    name = f"search for what is typed, of {DOCTORS:,} doctors"
    ordered = sorted(took)
    return [
        within(f"{name}, median", statistics.median(took), most=5, against=against),
        noted(f"{name}, p99", f"{ordered[int(len(ordered) * 0.99)]:.2f} ms"),
        noted("the first one after a change of the catalogue", f"{warming:.0f} ms"),
    ]
