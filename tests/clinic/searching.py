"""A clinic with everybody in it, and phrases with what they are to find there."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from clinic import search
from clinic.search import Answer, Asker, CommandHit, DoctorHit, FacilityHit, Hit, SpecialtyHit
from storage.database import Database
from storage.types import Tx
from tests.world import NOW

FOLDER = Path(__file__).parent / "search_phrases"


@dataclass(frozen=True)
class Phrase:
    """What somebody types; one of `expected` is to come first; empty where the alarm alone counts."""

    text: str
    expected: tuple[str, ...]
    asker: Asker
    is_danger: bool


def phrases(name: str) -> list[Phrase]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Phrase(
                row["phrase"],
                tuple(part.strip() for part in row["expected"].split(";") if part.strip()),
                Asker(int(row["age"]) if row["age"] else None, row["sex"] or None),
                row["danger"] == "1",
            )
            for row in csv.DictReader(file)
        ]


def staff(tx: Tx) -> None:
    """Let every specialty of the store be seen by somebody, in Moscow."""
    missing = tx.execute(
        "SELECT id, code FROM specialty WHERE id NOT IN (SELECT specialty_id FROM schedule)"
    ).fetchall()
    for specialty_id, code in missing:
        doctor_id = 100_000 + specialty_id
        tx.execute(
            "INSERT INTO doctor (id, code, surname, given_name, patronymic, sex, category, education,"
            " practising_since, languages) VALUES (?, ?, 'Ъ', 'Ъ', 'Ъ', 'male', '', '', 2005, '')",
            (doctor_id, f"only-{code}"),
        )
        tx.execute(
            "INSERT INTO schedule (doctor_id, facility_id, specialty_id, region_code, room)"
            " SELECT ?, MIN(id), ?, 'RU-MOW', '1' FROM facility WHERE region_code = 'RU-MOW'",
            (doctor_id, specialty_id),
        )


def name_of(hit: Hit) -> str:
    if isinstance(hit, SpecialtyHit):
        return hit.code
    if isinstance(hit, CommandHit):
        return f"cmd:{hit.code}"
    if isinstance(hit, DoctorHit):
        return f"doctor:{hit.surname}"
    return f"facility:{hit.name}, {hit.address}"


def is_expected(hit: Hit, expected: tuple[str, ...]) -> bool:
    """Tell whether a hit is one of those; of a facility a piece of the name or address is enough."""
    name = name_of(hit)
    if isinstance(hit, FacilityHit):
        return any(one.startswith("facility:") and one.removeprefix("facility:") in name for one in expected)
    return name in expected


@dataclass
class Report:
    first: int = 0
    third: int = 0
    judged: int = 0
    missed_alarms: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


async def ask(database: Database, text: str, asker: Asker | None = None) -> Answer:
    return await database.read(lambda tx: search.search(tx, database, text, asker or Asker(), NOW))


async def judge(database: Database, asked: list[Phrase]) -> Report:
    report = Report()
    for phrase in asked:
        answer = await ask(database, phrase.text, phrase.asker)
        if phrase.is_danger and not answer.dangers:
            report.missed_alarms.append(phrase.text)
        if not phrase.is_danger and answer.dangers:
            report.false_alarms.append(phrase.text)
        if not phrase.expected:
            continue
        report.judged += 1
        hits = answer.hits
        is_first = is_expected(hits[0], phrase.expected) if hits else "nothing" in phrase.expected
        is_third = any(is_expected(hit, phrase.expected) for hit in hits[:3]) or (
            not hits and "nothing" in phrase.expected
        )
        report.first += is_first
        report.third += is_third
        if not is_first:
            shown = ", ".join(map(name_of, hits[:4])) or "nothing"
            report.failures.append(f"{phrase.text!r}: {shown}; not {'; '.join(phrase.expected)}")
    return report
