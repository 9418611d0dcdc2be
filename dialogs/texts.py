"""Wording text messages about visits: the fullest wording that fits into one, never in other letters."""

from collections.abc import Sequence
from datetime import datetime

from dialogs import cards
from locales import Translator
from storage.appointments import Visit
from storage.people import SELF

ONE = 70
"""Signs of one message in Cyrillic (UCS-2, 3GPP TS 23.038); of several each has 67."""
SHOWN = 4


def reminder(tr: Translator, visit: Visit, at: datetime, policy: str) -> str:
    """Word a reminder that is sent then. `policy` says how much of its number is shown (reminding)."""
    place = visit.place
    where = _where(tr, visit)
    number = _policy(tr, visit.person.policy, policy)
    soon = _soon(tr, visit, at)
    doctor = place.doctor_short
    return _fitting(
        _whose(visit) + f"{soon} {_when(tr, visit)}: {doctor}, {where}{number}".strip(),
        _whose(visit) + f"{_when(tr, visit)} {doctor}, {where}{number}",
        _whose(visit) + f"{_when(tr, visit)} {place.doctor_surname}, {where}{number}",
    )


def family(tr: Translator, visits: Sequence[Visit], at: datetime) -> str:
    """Remind of several visits of a day, in their order; else of how many they are and of the first."""
    first = visits[0]
    timezone = first.place.facility.timezone
    wall = cards.local(first.appointment.starts_at, timezone)
    date = f"{_soon(tr, first, at)} {wall:%d.%m}".strip()
    times = [tr.time(cards.local(one.appointment.starts_at, one.place.facility.timezone)) for one in visits]
    named = [f"{time} {one.person.given_name}" for time, one in zip(times, visits, strict=True)]
    whom = [f"{name}, {one.place.doctor_surname}" for name, one in zip(named, visits, strict=True)]
    rooms = [f"{one}{_room(tr, visit)}" for one, visit in zip(whom, visits, strict=True)]
    count = tr.plural(
        "{date}: {count} visit to the doctor, the first at {time}",
        "{date}: {count} visits to the doctor, the first at {time}",
        len(visits),
        date=date,
        time=times[0],
    )
    wordings = [f"{date}: {'; '.join(some)}" for some in (rooms, whom, named)]
    return _fitting(*wordings, f"{count}, {first.place.facility.address}", count, otherwise=count)


def news(tr: Translator, visit: Visit) -> str:
    """Say that a visit is booked or, after a move, at what time it is now."""
    opening = tr("Visit moved") if visit.appointment.sequence else tr("You are booked")
    return _changed(tr, visit, opening, _where(tr, visit))


def cancelled(tr: Translator, visit: Visit) -> str:
    """Say that a visit is cancelled."""
    return _changed(tr, visit, tr("Visit cancelled"), "")


def result(tr: Translator, visit: Visit, *, is_changed: bool) -> str:
    """Say that the clinic wrote what came out of a visit; it is read in the chat alone."""
    wall = cards.local(visit.appointment.starts_at, visit.place.facility.timezone)
    words = (
        tr("Result of the visit of {day} was changed")
        if is_changed
        else tr("Result of the visit of {day} is ready")
    )
    return _whose(visit) + words.format(day=f"{wall:%d.%m}") + ". " + tr("It is in the chat with the bot")


def _changed(tr: Translator, visit: Visit, opening: str, where: str) -> str:
    after = f", {where}" if where else ""
    return _fitting(
        _whose(visit) + f"{opening}: {_when(tr, visit)}, {visit.place.doctor_short}{after}",
        _whose(visit) + f"{opening}: {_when(tr, visit)}, {visit.place.doctor_surname}{after}",
    )


def _fitting(*wordings: str, otherwise: str = "") -> str:
    """Take the first that fits into one message; else `otherwise`, or the first of all."""
    fitting = (one for one in wordings if len(one.encode("utf-16-le")) // 2 <= ONE)
    return next(fitting, otherwise or wordings[0])


def _soon(tr: Translator, visit: Visit, at: datetime) -> str:
    timezone = visit.place.facility.timezone
    days = (cards.local(visit.appointment.starts_at, timezone).date() - cards.local(at, timezone).date()).days
    return {0: tr("Today"), 1: tr("Tomorrow")}.get(days, "")


def _whose(visit: Visit) -> str:
    return "" if visit.appointment.relation == SELF else f"{visit.person.given_name}: "


def _when(tr: Translator, visit: Visit) -> str:
    wall = cards.local(visit.appointment.starts_at, visit.place.facility.timezone)
    return f"{wall:%d.%m} {tr.time(wall)}"


def _where(tr: Translator, visit: Visit) -> str:
    return visit.place.facility.address + _room(tr, visit)


def _room(tr: Translator, visit: Visit) -> str:
    return ", " + tr("rm. {room}", room=visit.place.room) if visit.place.room else ""


def _policy(tr: Translator, number: str, shown: str) -> str:
    if not number or shown == "none":
        return ""
    hidden = number if shown == "whole" else "*" + number[-SHOWN:]
    return ", " + tr("policy {number}", number=hidden)
