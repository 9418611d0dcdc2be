"""Wording the letter to the head doctor: in Russian whoever asks for it, its reader is a Russian clinic."""

from datetime import datetime

from clinic import masks
from clinic.limits import HOURS
from clinic.no_times import Letter
from dialogs import cards
from documents.letter import Letter as Page
from locales import Translator, translator
from storage.no_times import AnswerRow
from storage.people import SELF, Person


def page(letter: Letter, bot_username: str) -> Page:
    """Word the whole letter."""
    tr = translator("ru")
    facility, asked = letter.facility, letter.wait.asked
    town = "" if facility.address.startswith(facility.town) else f"{facility.town}, "
    insurer = letter.patient.person.insurer
    to = [tr("To the head doctor"), facility.name, f"{town}{facility.address}"]
    if insurer:
        to.append(tr("Copy: the insurer {insurer}", insurer=insurer))
    limit, timezone = letter.wait.limit, asked.timezone
    after = [
        tr("The longest wait: {rule} ({source}).", rule=limit.rule, source=limit.source),
        tr(
            "Counted from {first}, the last moment is {until}.",
            first=_at(tr, letter.answers[0].at, timezone),
            until=_until(tr, letter.answers[0], timezone, limit.unit),
        ),
        tr(
            "I ask you: 1) to book the patient within this time to see «{specialty}», free of charge, here or"
            " at another clinic of the state programme; 2) to let me know date and time of the visit, or"
            " the reason of a refusal; 3) to reply to this letter in writing.",
            specialty=asked.specialty,
        ),
    ]
    return Page(
        tuple(to),
        tuple(_senders(tr, letter)),
        tr("Statement: no times within the term that the state guarantees"),
        (
            tr(
                "I tried to book a visit to «{specialty}» ({official}) through the booking service @{bot}."
                " These answers were given:",
                specialty=asked.specialty,
                official=asked.official_name,
                bot=bot_username,
            ),
        ),
        tuple(_answer(tr, row, timezone) for row in letter.answers),
        tuple(after),
        tr("Date: {date}", date=f"{cards.local(letter.written_at, timezone):%d.%m.%Y}"),
        tr("Signature: ____________________ {name}", name=_initials(letter.applicant)),
        tr(
            "The answers are those that the service gave and wrote down, one a day; «no free time» means that"
            " the clinic's timetable had none of any doctor of this specialty at that moment."
        ),
        "ru",
    )


def _senders(tr: Translator, letter: Letter) -> list[tuple[str, str]]:
    person, applicant = letter.patient.person, letter.applicant
    rows = [(tr("From"), f"{applicant.full_name}, {applicant.born_on:%d.%m.%Y}")]
    if letter.patient.relation != SELF:
        rows.append((tr("For the patient"), f"{person.full_name}, {person.born_on:%d.%m.%Y}"))
    rows += [
        (
            tr("OMS policy"),
            ", ".join(filter(None, (person.policy, person.insurer))) or "_" * 20,
        ),
        (tr("Phone"), masks.shown_phone(letter.contact.phone) if letter.contact.phone else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _answer(tr: Translator, row: AnswerRow, timezone: str) -> str:
    at = _at(tr, row.at, timezone)
    if row.nearest_at is None:
        return tr("{at}: no free time.", at=at)
    nearest = cards.local(row.nearest_at, timezone)
    return tr(
        "{at}: no free time within the term; the nearest one is on {day}.",
        at=at,
        day=tr.bare_day(nearest.date()) + f" {nearest.year}",
    )


def _until(tr: Translator, row: AnswerRow, timezone: str, unit: str) -> str:
    if unit == HOURS:
        return _at(tr, row.until, timezone)
    day = cards.local(row.until, timezone).date()
    return f"{tr.bare_day(day)} {day.year}"


def _at(tr: Translator, at: datetime, timezone: str) -> str:
    """Write when: «24 ноября 2026, 10:42 МСК», with the zone's difference where it is another one."""
    wall = cards.local(at, timezone)
    zone = cards.zone_note(tr, at, timezone)
    return f"{tr.bare_day(wall.date())} {wall.year}, {tr.time(wall)} " + (
        f"({zone})" if zone else tr("Moscow time")
    )


def _initials(person: Person) -> str:
    parts = (person.given_name, person.patronymic)
    return f"({person.surname} {' '.join(f'{part[0]}.' for part in parts if part)})"
