"""Everything known of somebody, sent as an archive: for machines, to read, and the files."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from aiogram.types import BufferedInputFile
from aiogram_dialog import DialogManager

from clinic import codes, exports, own_requests, reminding
from clinic.exports import AccountData, PatientData
from dialogs import cards, journal, own_reminders, past_card, sent_files
from documents import own_data
from documents.own_data import OwnData, Section
from locales import Translator, later
from storage import outcomes
from storage.appointments import Visit
from storage.feedback import BOOKING, FeedbackRow
from storage.visit_files import VisitFileRow

PART = 45 * 1024 * 1024
"""Most bytes of documents in one archive: a bot may send 50 MB."""
_PART = 1000
"""Characters of a text that are one row."""
_FIELDS = {
    "surname": later("Surname"),
    "given_name": later("Given name"),
    "patronymic": later("Patronymic"),
    "born_on": later("Date of birth"),
    "sex": later("Sex"),
    "region": later("Region"),
    "snils": later("SNILS"),
    "inn": later("INN"),
    "policy": later("OMS policy"),
    "insurer": later("Insurer"),
    "identity_kind": later("Identity document"),
    "identity_number": later("Its number"),
    "benefit": later("Benefit"),
    "phone": later("Phone"),
}


async def send(manager: DialogManager) -> None:
    """Send one archive, or several where the documents are many; none of them can be forwarded."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    database, chat_id = middleware["database"], middleware["event_chat"].id
    data = await exports.collect(database, chat_id, middleware["clock"].now())
    pdf = await asyncio.to_thread(own_data.render, worded(tr, data))
    text = orjson.dumps(exports.as_json(data), option=orjson.OPT_INDENT_2)
    part = [("data.json", text), (tr("my-data.pdf"), pdf)]
    number = 0
    async for row, content in exports.files(database, chat_id, data.documents):
        if sum(len(one) for _, one in part) + len(content) > PART:
            await _send_part(manager, part, data.made_at)
            part = []
        number = data.documents.index(row) + 1
        part.append((exports.file_name(row, number), content))
    async for name, content in exports.clinics_files(database, chat_id, data):
        if sum(len(one) for _, one in part) + len(content) > PART:
            await _send_part(manager, part, data.made_at)
            part = []
        part.append((name, content))
    async for name, content in own_requests.files(database, chat_id, data.support):
        if sum(len(one) for _, one in part) + len(content) > PART:
            await _send_part(manager, part, data.made_at)
            part = []
        part.append((name, content))
    await _send_part(manager, part, data.made_at)


async def _send_part(manager: DialogManager, part: list[tuple[str, bytes]], made_at: datetime) -> None:
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    content = await asyncio.to_thread(own_data.archive, part, made_at)
    await middleware["bot"].send_document(
        middleware["event_chat"].id,
        BufferedInputFile(content, tr("my-data.zip")),
        caption=tr("All that we know of you. Keep it where nobody else reads it."),
    )


def worded(tr: Translator, data: AccountData) -> OwnData:
    """Word everything for the pages to read."""
    sections = [
        Section(
            tr("Account"),
            _rows(
                (tr("Phone"), data.contact.phone),
                (tr("E-mail"), data.contact.email),
                (tr("Consent"), _consent(tr, data)),
                (tr("Account since"), _at(tr, data.created_at)),
            ),
        )
    ]
    confirmed = ((reminding.EMAIL, data.email_confirmed_at), (reminding.SMS, data.phone_confirmed_at))
    reach = frozenset(way for way, at in confirmed if at is not None)
    sections.append(Section(tr("Reminders"), own_reminders.of_account(tr, reach, data.reminders)))
    for one in data.patients:
        sections += _patient(tr, one)
        if one.reminders is not None:
            own = own_reminders.rows(tr, reach, data.reminders, one.reminders)
            sections.append(Section(tr("Reminders, otherwise than for all"), own))
    if data.support:
        sections.append(Section(tr("Requests to support"), _requests(tr, data), is_chapter=True))
    return OwnData(
        tr("My data"),
        tr("As of {when}", when=_at(tr, data.made_at)),
        tuple(sections),
        tr("The documents' files and the same for machines (data.json) are beside this file."),
        tr.language,
    )


def _requests(tr: Translator, data: AccountData) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            f"{codes.grouped_request(thread.request.number)} · {_at(tr, post.at)}",
            f"{tr('Support') if post.is_staff else tr('you')}: {post.text or tr('a file')}",
        )
        for thread in data.support
        for post, _ in thread.posts
    )


def _consent(tr: Translator, data: AccountData) -> str:
    version, when = data.account.consent_version, _at(tr, data.consented_at)
    return tr("version {version}, given on {when}", version=version, when=when)


def _patient(tr: Translator, data: PatientData) -> list[Section]:
    person = data.patient.person
    values: dict[str, Any] = {name: getattr(person, name) for name in _FIELDS}
    if person.no_benefit:
        values["benefit"] = tr("none")
    values["born_on"] = f"{person.born_on:%d.%m.%Y}"
    profile = _rows(*((tr(label), str(values[name])) for name, label in _FIELDS.items()))
    visits = tuple(
        row
        for visit, given in zip(data.visits, data.given, strict=True)
        for row in (
            (
                cards.short_day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone),
                _visit(tr, visit),
            ),
            *_written(tr, visit, given),
        )
    )
    papers = tuple((sent_files.kind_name(tr, row.kind), row.name) for row in data.documents)
    looked = tuple(
        (_at(tr, one.entry.at), f"{journal.who(tr, one)} · {journal.what(tr, one)}") for one in data.looked
    )
    said = tuple(_said(tr, data, row) for row in data.feedback)
    nothing = tr("There is nothing here yet.")
    return [
        Section(person.full_name, profile, is_chapter=True),
        Section(tr("Visits"), visits, "" if visits else nothing),
        *([Section(tr("Ratings and reviews"), said)] if said else []),
        Section(tr("Documents"), papers, "" if papers else nothing),
        Section(tr("Who saw the data"), looked, "" if looked else nothing),
    ]


def _visit(tr: Translator, visit: Visit) -> str:
    row, place = visit.appointment, visit.place
    words = [
        tr.name(place.specialty_ru, place.specialty_en),
        place.doctor,
        place.facility.name,
        tr("number {number}", number=row.number),
        tr("cancelled") if row.cancelled_at else "",
        row.words.get("purpose", ""),
    ]
    return ", ".join(filter(None, words))


def _written(tr: Translator, visit: Visit, given: Sequence[VisitFileRow]) -> Iterator[tuple[str, str]]:
    """Word what the clinic wrote of a visit; a long text takes several rows: none is broken by a page."""
    words = visit.appointment.words
    for title, text in (
        (tr("Result"), words.get(outcomes.RESULT, "")),
        (tr("Recommendations"), words.get(outcomes.RECOMMENDATIONS, "")),
        (tr("Files from the clinic"), ", ".join(row.name for row in given)),
    ):
        for part in past_card.cut(text, _PART, _PART):
            yield title, part


def _said(tr: Translator, data: PatientData, row: FeedbackRow) -> tuple[str, str]:
    """Word what was said of a visit or its booking, with the visit's number."""
    numbers = {visit.appointment.id: visit.appointment.number for visit in data.visits}
    answers = "/".join("–" if value is None else str(value) for value in row.points.values())
    words = [
        tr("about booking") if row.about == BOOKING else "",
        tr("number {number}", number=numbers.get(row.appointment_id or 0, "")),
        tr("{rating} of 5", rating=row.rating),
        tr("answers {answers}", answers=answers) if any(row.points.values()) else "",
        row.comment,
    ]
    return _at(tr, row.given_at), ", ".join(filter(None, words))


def _rows(*rows: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in rows if value)


def _at(tr: Translator, at: datetime) -> str:
    local = cards.local(at, journal.ZONE)
    return f"{local:%d.%m.%Y} {tr.time(local)}"
