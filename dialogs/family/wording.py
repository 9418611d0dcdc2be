"""Words about a family that several of its windows share."""

from datetime import date, datetime

from clinic import rules
from clinic.clock import MOSCOW
from clinic.invitations import Open
from locales import Translator
from storage.invitations import PARENT
from storage.people import PatientRow


def relation(tr: Translator, row: PatientRow) -> str:
    """Say what a person is to the account."""
    words = {"child": tr("child"), "ward": tr("ward"), "relative": tr("relative, agreed")}
    return words.get(row.relation, tr("you yourself"))


def age(tr: Translator, row: PatientRow, today: date) -> str:
    """Say how old a person is: «7 лет»."""
    return tr.plural("{count} year old", "{count} years old", rules.age_on(row.person.born_on, today))


def until(tr: Translator, at: datetime) -> str:
    """Say until when a link works: «среда, 25 ноября, 14:05 (по Москве)»."""
    wall = at.astimezone(MOSCOW)
    return tr("{day}, {time} (Moscow time)", day=tr.day(wall.date()), time=tr.time(wall))


def link_label(tr: Translator, number: int, link: Open) -> str:
    """Name an open link on the button that takes it back."""
    what = link.patient if link.kind == PARENT else tr("a relative")
    wall = link.expires_at.astimezone(MOSCOW)
    return tr("Take back {number}: {what}, {time}", number=number, what=what, time=tr.time(wall))
