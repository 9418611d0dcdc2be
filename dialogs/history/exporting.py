"""The history taken along: as pages, as a table, and the coming visits for a calendar. Nothing is kept."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.types import BufferedInputFile
from aiogram_dialog import DialogManager, ShowMode

from clinic import codes, history
from clinic.clock import Clock
from clinic.history import PastVisit
from dialogs import cards, for_whom, journal
from dialogs.history import filters, words
from documents import ics, visits_csv, visits_pdf
from documents.visits_pdf import Notes, Row, Table
from locales import Translator
from storage.appointments import Visit
from storage.database import Database


async def window(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Say what would go out."""
    chat_id = dialog_manager.middleware_data["event_chat"].id
    amount = await history.amount(database, chat_id, filters.chosen(dialog_manager), clock.now())
    known = await for_whom.known(dialog_manager)
    on = ", ".join(filters.named(dialog_manager, known).values())
    lines = [tr("<b>Export</b>")]
    if on:
        lines.append(tr.html("Filters: {filters}", filters=on))
    lines.append(
        tr.plural("{count} past visit goes out.", "{count} past visits go out.", amount.past)
        if amount.past
        else tr("No past visits with these filters.")
    )
    if amount.past:
        lines.append(tr("PDF is to read and print, CSV opens in Excel."))
    if amount.coming:
        lines.append(
            tr.plural(
                "The calendar gets {count} coming visit.", "The calendar gets {count} coming visits.",
                amount.coming,
            )
        )  # fmt: skip
    lines.append(tr("The files tell of health: keep them where nobody else reads them."))
    return {"text": "\n".join(lines), "has_past": amount.past > 0, "has_coming": amount.coming > 0}


async def send_pdf(manager: DialogManager) -> None:
    """Send the past visits as pages."""
    visits, make = await _past(manager), partial(_pdf, manager.middleware_data["tr"])
    on = ", ".join(filters.named(manager, await for_whom.known(manager)).values())
    now = manager.middleware_data["clock"].now()
    await _send(manager, "pdf", visits and await asyncio.to_thread(make, visits, on, now))


async def send_csv(manager: DialogManager) -> None:
    """Send the past visits as a table."""
    visits = await _past(manager)
    await _send(
        manager, "csv", visits and await asyncio.to_thread(_csv, manager.middleware_data["tr"], visits)
    )


async def send_ics(manager: DialogManager) -> None:
    """Send the coming visits for a calendar."""
    middleware = manager.middleware_data
    now = middleware["clock"].now()
    coming = await history.calendar(
        middleware["database"], middleware["event_chat"].id, filters.chosen(manager), now
    )
    make = partial(_ics, middleware["tr"], middleware["bot_username"])
    await _send(manager, "ics", coming and await asyncio.to_thread(make, coming, now))


async def _past(manager: DialogManager) -> list[PastVisit]:
    middleware = manager.middleware_data
    return await history.export(
        middleware["database"],
        middleware["event_chat"].id,
        filters.chosen(manager),
        middleware["clock"].now(),
    )


async def _send(manager: DialogManager, kind: str, content: Any) -> None:
    """Send a file, or say that there is nothing to send; its name says nothing about anybody."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    if not content:
        manager.dialog_data["hint"] = tr("There is nothing to export.")
        return
    names = {"pdf": tr("visits.pdf"), "csv": tr("visits.csv"), "ics": tr("coming-visits.ics")}
    captions = {
        "pdf": tr("Past visits, to read and print."),
        "csv": tr("Past visits as a table."),
        "ics": tr("Open the file to add the visits to your calendar."),
    }
    await middleware["bot"].send_document(
        middleware["event_chat"].id, BufferedInputFile(content, names[kind]), caption=captions[kind]
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND


# --- the files, made in a thread


def _zone(tr: Translator, at: datetime, timezone: str) -> str:
    """Name a zone by its distance from Moscow: «МСК», «МСК+7»."""
    offset = at.astimezone(ZoneInfo(timezone)).utcoffset()
    home = at.astimezone(ZoneInfo(journal.ZONE)).utcoffset()
    hours = 0.0 if offset is None or home is None else (offset - home).total_seconds() / 3600
    return tr("MSK") + (f"{hours:+g}".replace("-", "−") if hours else "")


def _service(tr: Translator, visit: PastVisit) -> str:
    return "" if visit.service is None else tr.name(visit.service.name_ru, visit.service.name_en)


def _pdf(tr: Translator, visits: Sequence[PastVisit], on: str, now: datetime) -> bytes:
    made_at = cards.local(now, journal.ZONE)
    subtitle = [
        tr("As of {when}", when=f"{words.day(tr, made_at)} {tr.time(made_at)}"),
        tr("Filters: {filters}", filters=on) if on else "",
        tr("Visits: {count}", count=len(visits)),
    ]
    table = Table(
        tr("Past visits"),
        tuple(filter(None, subtitle)),
        (tr("When"), tr("Doctor and clinic"), tr("Patient"), tr("Status and number")),
        [_pdf_row(tr, visit) for visit in visits],
        tr("page {page} of {pages}", page="{page}", pages="{pages}"),
        tr.language,
        [_notes(tr, visit) for visit in visits],
    )
    return visits_pdf.render(table)


def _pdf_row(tr: Translator, visit: PastVisit) -> Row:
    row, place = visit.row, visit.place
    wall = cards.local(row.starts_at, place.facility.timezone)
    what = " · ".join(filter(None, (tr.name(place.specialty_ru, place.specialty_en), _service(tr, visit))))
    return (
        (words.day(tr, wall), f"{tr.time(wall)} {_zone(tr, row.starts_at, place.facility.timezone)}"),
        (place.doctor, what, f"{place.facility.name}, {cards.full_address(place)}"),
        ("", visit.patient.person.full_name),
        (words.outcome(tr, visit), codes.grouped(row.number)),
    )


def _notes(tr: Translator, visit: PastVisit) -> Notes:
    """Word what the clinic wrote, for below a visit's row."""
    written = visit.written
    said = (
        (tr("Result"), written.result),
        (tr("Recommendations"), written.recommendations),
        (tr("Files from the clinic"), ", ".join(written.files)),
    )
    return tuple((title, text) for title, text in said if text)


def _csv(tr: Translator, visits: Sequence[PastVisit]) -> bytes:
    header = (
        tr("Date"), tr("Time"), tr("Zone"), tr("Clinic"), tr("Address"), tr("Doctor"), tr("Specialty"),
        tr("Service"), tr("Patient"), tr("Status"), tr("Number"),
        tr("Result"), tr("Recommendations"), tr("Files from the clinic"),
    )  # fmt: skip
    return visits_csv.render(header, (_csv_row(tr, visit) for visit in visits))


def _csv_row(tr: Translator, visit: PastVisit) -> tuple[str, ...]:
    row, place = visit.row, visit.place
    wall = cards.local(row.starts_at, place.facility.timezone)
    return (
        words.day(tr, wall),
        tr.time(wall),
        _zone(tr, row.starts_at, place.facility.timezone),
        place.facility.name,
        cards.full_address(place),
        place.doctor,
        tr.name(place.specialty_ru, place.specialty_en),
        _service(tr, visit),
        visit.patient.person.full_name,
        words.outcome(tr, visit),
        codes.grouped(row.number),
        visit.written.result,
        visit.written.recommendations,
        "; ".join(visit.written.files),
    )


def _ics(tr: Translator, username: str, visits: Sequence[Visit], now: datetime) -> bytes:
    return ics.agenda([cards.calendar_visit(tr, visit, username, now) for visit in visits])
