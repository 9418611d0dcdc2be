"""What a clinic says of visits: who came, results, files. Refused where it cannot be, told once, sealed."""

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot import import_command, visit_tables
from clinic import (
    asking,
    booking,
    exports,
    family,
    feedback,
    history,
    imports,
    invitations,
    planning,
    reviews,
    rights,
    visits,
)
from clinic.errors import NotFound, NotRated, VisitArrived
from clinic.imports import Taken
from dialogs import own_data
from documents.recognise import LARGEST
from locales import translator
from reminders.outbox import why_pointless
from storage import erasure, journal, notifications, outcomes, outgoing, seals, visit_files
from storage.appointments import Visit
from storage.crypto import Keyring, UnreadableSeal
from storage.database import Database
from storage.history import DONE, MISSED, PASSED, Filters
from storage.imports import files as tables
from storage.imports.cells import LONGEST_TEXT
from storage.people import Person
from storage.reference.tables import WrongTable
from storage.reviews import Of
from storage.states import AppointmentStatus
from storage.types import Tx
from tests import reports
from tests.reports import PDF, PNG
from tests.world import BULGAKOV, CHEKHOV, World

ANNA, BORIS = 101, 102
RESULT = "ОРВИ лёгкого течения"
EXAMPLE = Path(__file__).parents[2] / "docs" / "import-example" / "evening"
ADVICE = "Пить тёплое, спать"


async def been(world: World, chat: int = ANNA, schedule: int = CHEKHOV, day: int = 1) -> Visit:
    """Book a visit and let its time pass: the clock stands at its end."""
    visit = await world.book(chat, await world.slot_id(schedule, day))
    world.clock.at = max(world.clock.at, visit.appointment.ends_at)
    return visit


async def report(
    world: World, folder: Path, visit: Visit, beside: dict[str, bytes] | None = None, **cells: str
) -> Taken:
    row = {"number": visit.appointment.number, **cells}
    return await reports.take(world.database, reports.table(folder, row, beside=beside), world.clock.now())


async def refused(world: World, folder: Path, *rows: dict[str, str], beside=None) -> list[str]:
    """See that rows are refused as a whole, by the dry run as well; returns what is said."""
    path = reports.table(folder, *rows, beside=beside)
    before = await state(world)
    said = []
    for attempt in (reports.look, reports.take):
        with pytest.raises(WrongTable) as error:
            await attempt(world.database, path, world.clock.now())
        said.append([str(one) for one in error.value.mistakes])
    assert await state(world) == before
    assert said[0] == said[1]
    return said[0]


async def state(world: World) -> list[list[tuple]]:
    return [
        await world.rows(f"SELECT * FROM {table} ORDER BY 1")
        for table in ("appointment", "visit_file", "notification", "journal", "feedback")
    ]


async def planned(world: World) -> list[tuple[str, int]]:
    return await world.rows(
        "SELECT kind, account_id FROM notification WHERE kind LIKE 'result%' AND state = 1 ORDER BY id"
    )


async def sent(world: World) -> None:
    """Let what is planned of results be sent."""
    now = world.clock.now()
    for (number,) in await world.rows("SELECT id FROM notification WHERE kind LIKE 'result%' AND state = 1"):
        await world.database.write(partial(outgoing.mark_sent, notification_id=number, now=now, message_id=1))


async def details(world: World, visit: Visit, chat: int = ANNA) -> history.Details:
    return await history.details(world.database, chat, visit.appointment.id, world.clock.now())


# --- what is written


async def test_a_result_with_recommendations_and_files_is_there_and_told_once(
    world: World, tmp_path: Path
) -> None:
    visit = await been(world)
    beside = {"анализ.pdf": PDF, "снимок.PNG": PNG}
    cells = {
        "status": "finished",
        "result": RESULT,
        "recommendations": ADVICE,
        "files": "анализ.pdf; снимок.PNG",
    }
    taken = await report(world, tmp_path, visit, beside, **cells)
    assert import_command.told(taken, is_applied=True) == [
        "visits: 1 finished",
        "results: 1 new",
        "files: 2 new",
        "messages to patients: 1",
        "Done.",
    ]
    found = await details(world, visit)
    assert (found.outcome, found.result, found.recommendations) == (DONE, RESULT, ADVICE)
    assert [(one.name, one.media_type) for one in found.files] == [
        ("анализ.pdf", "application/pdf"),
        ("снимок.PNG", "image/png"),
    ]
    assert await planned(world) == [(planning.RESULT_READY, visit.appointment.account_id)]
    before = await state(world)
    again = await report(world, tmp_path, visit, beside, **cells)
    assert import_command.told(again, is_applied=True) == [
        "Everything is as the tables say already: nothing to change."
    ]
    assert await state(world) == before


async def test_a_dry_run_writes_nothing_and_says_no_word_of_anybody(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = await been(world)
    before = await state(world)
    row = {"number": visit.appointment.number, "result": RESULT, "files": "Смирнова.pdf"}
    path = reports.table(tmp_path, row, beside={"Смирнова.pdf": PDF})
    taken = await reports.look(world.database, path, world.clock.now())
    said = "\n".join(import_command.told(taken, is_applied=False))
    assert "results: 1 new" in said
    assert "ОРВИ" not in said
    assert "Смирнова" not in said
    assert await state(world) == before


async def test_empty_cells_leave_what_is_stored_and_a_dash_takes_it_away(
    world: World, tmp_path: Path
) -> None:
    visit = await been(world)
    await report(world, tmp_path, visit, {"a.pdf": PDF}, result=RESULT, recommendations=ADVICE, files="a.pdf")
    await report(world, tmp_path, visit, recommendations="Гулять")
    found = await details(world, visit)
    assert (found.result, found.recommendations, len(found.files)) == (RESULT, "Гулять", 1)
    taken = await report(world, tmp_path, visit, result="-", files="-")
    assert (taken.told, taken.visits.files) == (0, (0, 1))
    found = await details(world, visit)
    assert (found.result, found.recommendations, found.files) == ("", "Гулять", ())
    assert await world.rows("SELECT count(*) FROM visit_file_content") == [(0,)]
    taken = await report(world, tmp_path, visit, recommendations="-")
    assert import_command.told(taken, is_applied=True)[0] == "results: 1 taken away"
    assert await planned(world) == []


async def test_the_purpose_of_the_visit_stays_beside_the_result(world: World, tmp_path: Path) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    keyring = world.database.keyring
    await world.database.write(
        lambda tx: outcomes.set_words(tx, keyring, visit.appointment.id, {"purpose": "кашель"})
    )
    world.clock.at = visit.appointment.ends_at
    await report(world, tmp_path, visit, result=RESULT)
    again = await visits.visit(world.database, ANNA, visit.appointment.id)
    assert again.appointment.words == {"purpose": "кашель", outcomes.RESULT: RESULT}


async def test_the_cell_of_files_names_all_that_the_visit_has(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await report(world, tmp_path, visit, {"a.pdf": PDF, "b.png": PNG}, files="a.pdf;b.png")
    other = PDF.replace(b"1.4", b"1.5")
    taken = await report(world, tmp_path, visit, {"a.pdf": other}, files="a.pdf")
    assert taken.visits.files == (1, 2)
    (file,) = (await details(world, visit)).files
    row, content = await history.file_content(world.database, ANNA, file.id, world.clock.now())
    assert (row.name, content) == ("a.pdf", other)
    await report(world, tmp_path, visit, {"b.png": PNG}, files="a.pdf;b.png")
    found = (await details(world, visit)).files
    assert [(one.name, one.position) for one in found] == [("a.pdf", 0), ("b.png", 1)]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("came", AppointmentStatus.ARRIVED),
        ("Пришёл", AppointmentStatus.ARRIVED),
        ("finished", AppointmentStatus.FULFILLED),
        ("завершена", AppointmentStatus.FULFILLED),
        ("no_show", AppointmentStatus.NOSHOW),
        ("Неявка", AppointmentStatus.NOSHOW),
    ],
)
async def test_statuses_are_said_in_english_or_russian(
    world: World, tmp_path: Path, said: str, status: AppointmentStatus
) -> None:
    visit = await been(world)
    await report(world, tmp_path, visit, status=said)
    assert await world.rows("SELECT status FROM appointment") == [(int(status),)]
    assert await planned(world) == []


async def test_a_number_that_a_spreadsheet_has_cut_is_still_the_visits(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await world.database.write(lambda tx: tx.execute("UPDATE appointment SET number = '0048210935'").rowcount)
    path = reports.table(tmp_path, {"number": "48210935", "status": "finished"})
    await reports.take(world.database, path, world.clock.now())
    assert (await details(world, visit)).outcome == DONE


async def test_what_a_clinic_writes_is_sealed_and_goes_with_the_person(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await report(world, tmp_path, visit, {"Смирнова.pdf": PDF}, result=RESULT, files="Смирнова.pdf")
    for table in ("appointment", "visit_file", "visit_file_content", "notification", "journal"):
        stored = str(await world.rows(f"SELECT * FROM {table}")) + str(
            await world.rows(f"SELECT group_concat(CAST({table}.rowid AS TEXT)) FROM {table}")
        )
        assert RESULT not in stored
        assert "Смирнова" not in stored
    ((content,),) = await world.rows("SELECT content FROM visit_file_content")
    assert PDF not in content
    ((number,),) = await world.rows("SELECT id FROM visit_file")
    with pytest.raises(UnreadableSeal):
        visit_files.opened_content(world.database.keyring, number + 1, content)
    await rights.erase(world.database, ANNA, world.clock.now())
    assert await world.rows("SELECT count(*) FROM visit_file") == [(0,)]
    assert await world.rows("SELECT count(*) FROM visit_file_content") == [(0,)]
    taken = await report(
        world, tmp_path, visit, {"a.pdf": PDF}, status="finished", result=RESULT, files="a.pdf"
    )
    assert "line 2: the patient has deleted all of theirs" in import_command.told(taken, is_applied=True)[-1]
    assert await world.rows("SELECT count(*) FROM visit_file") == [(0,)]
    assert await world.rows("SELECT words FROM appointment") == [(None,)]


async def test_a_change_of_keys_reaches_a_clinics_files(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await report(world, tmp_path, visit, {"a.pdf": PDF}, files="a.pdf")
    old = world.database.keyring
    new = Keyring("another key that is long enough 0123456789")
    both = Keyring("another key that is long enough 0123456789", "a secret of the tests")
    for seal in seals.SEALS:
        if seal.table.startswith("visit_file"):
            await world.database.write(partial(seals.rotate, keyring=both, seal=seal, after=None))
    ((number, content),) = await world.rows("SELECT file_id, content FROM visit_file_content")
    assert visit_files.opened_content(new, number, content) == PDF
    with pytest.raises(UnreadableSeal):
        visit_files.opened_content(old, number, content)


async def test_another_key_than_the_bots_writes_nothing(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    before = await state(world)
    path = reports.table(tmp_path, {"number": visit.appointment.number, "result": RESULT})
    other = Database(
        f"sqlite+aiosqlite:///{tmp_path / 'clinic.db'}",
        Keyring("some other key that is long enough 01234567"),
    )
    await other.open()
    try:
        with pytest.raises(UnreadableSeal):
            await reports.take(other, path, world.clock.now())
    finally:
        await other.close()
    assert await state(world) == before


async def test_the_example_of_the_docs_is_taken_where_its_visits_are(world: World) -> None:
    found = [await been(world, schedule=CHEKHOV, day=day) for day in (1, 2, 3)]
    for visit, number in zip(found, ("4821093715", "4821093728", "4821093731"), strict=True):
        await world.database.write(
            lambda tx, number=number, visit=visit: (  # type: ignore[misc]
                tx.execute(
                    "UPDATE appointment SET number = ? WHERE id = ?", (number, visit.appointment.id)
                ).rowcount
            )
        )
    taken = await reports.take(world.database, EXAMPLE, world.clock.now())
    assert import_command.told(taken, is_applied=True)[:3] == [
        "visits: 1 came, 1 finished, 1 no-show",
        "results: 1 new",
        "files: 1 new",
    ]
    assert "Лёгкие чистые" in (await details(world, found[0])).result


# --- what is refused


async def test_what_cannot_be_is_refused_by_line_and_column(world: World, tmp_path: Path) -> None:
    over = await been(world)
    cancelled = await world.book(ANNA, await world.slot_id(BULGAKOV, 4))
    await visits.cancel(world.database, ANNA, cancelled.appointment.id, world.clock.now())
    coming = await world.book(ANNA, await world.slot_id(CHEKHOV, 7))
    said = await refused(
        world,
        tmp_path,
        {"number": "1234 567 890", "status": "finished"},
        {"number": cancelled.appointment.number, "result": RESULT},
        {"number": coming.appointment.number, "status": "finished"},
        {"number": over.appointment.number, "status": "no_show", "result": RESULT},
    )
    assert said == [
        "visits.csv, line 2, column number: expected the number of a visit that was booked here,"
        " as its ticket has it",
        "visits.csv, line 3, column number: expected a visit that took place: this one was cancelled",
        "visits.csv, line 4, column status: expected a visit that has begun: this one begins on 09.06.2025"
        " at 09:00",
        "visits.csv, line 5, column status: expected came or finished where there is a result:"
        " nobody missed that visit",
    ]


@pytest.mark.parametrize("cells", [{"result": RESULT}, {"status": "no_show"}, {"files": "a.pdf"}])
async def test_nothing_is_known_of_a_visit_before_it_begins(
    world: World, tmp_path: Path, cells: dict[str, str]
) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    row = {"number": visit.appointment.number, **cells}
    world.clock.at = visit.appointment.starts_at - timedelta(seconds=1)
    (said,) = await refused(world, tmp_path, row, beside={"a.pdf": PDF})
    assert "expected a visit that has begun" in said
    world.clock.at = visit.appointment.starts_at
    path = reports.table(tmp_path, row)
    assert (await reports.take(world.database, path, world.clock.now())).visits.changes


async def test_words_that_are_too_long_are_refused_and_not_repeated(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    row = {"number": visit.appointment.number, "result": "Тайна " * (LONGEST_TEXT // 6 + 1)}
    path = reports.table(tmp_path, row)
    with pytest.raises(WrongTable) as error:
        await reports.take(world.database, path, world.clock.now())
    assert "column result: expected a text of at most 6000 characters; this one has 6005" in str(error.value)
    assert "Тайна" not in str(error.value)


@pytest.mark.parametrize(
    "lines",
    [
        ["number;status;result", "Тайна;finished;x"],
        ["number;status;result", "4821093715;Тайна;x"],
        ["4821093715;finished;Тайна", "4821093716;finished;Тайна"],
        ["number;status;result", "4821093715;finished;Тайна;Тайна"],
        ["number;status;result", "4821093715;finished;Тайна", "4821 093 715;finished;Тайна"],
        ["number;status;result", '4821093715;finished;"Тайна'],
    ],
)
def test_a_table_whose_columns_are_mixed_up_tells_nobodys_illness(tmp_path: Path, lines: list[str]) -> None:
    (tmp_path / "visits.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(WrongTable) as error:
        tables.read(tmp_path)
    assert "Тайна" not in str(error.value)


@pytest.mark.parametrize(
    ("named", "content", "why"),
    [
        ("нет.pdf", None, "there is none of this name"),
        ("a.pdf", PNG, "by its content it is PNG, not what its name says"),
        ("a.png", b"<html>", "it is neither PDF nor JPG nor PNG inside"),
        ("a.docx", PDF, "its name has to end in .pdf, .jpg or .png"),
        ("a.pdf", b"PK\x03\x04", "it is an archive or a text document: save it as PDF"),
        ("a.pdf", b"", "it is empty"),
        ("a.pdf", PDF[:20], "it is damaged or cut off"),
        ("a.pdf", PDF + b" " * LARGEST, "it is larger than 5 MB"),
    ],
)
async def test_a_file_that_is_not_what_it_should_be_is_refused(
    world: World, tmp_path: Path, named: str, content: bytes | None, why: str
) -> None:
    visit = await been(world)
    row = {"number": visit.appointment.number, "files": f"good.pdf;{named}"}
    beside = {"good.pdf": PDF} | ({} if content is None else {named: content})
    (said,) = await refused(world, tmp_path, row, beside=beside)
    assert said == (
        "visits.csv, line 2, column files: expected PDF, JPG or PNG of the folder files;"
        f" file 2 of this cell: {why}"
    )


async def test_two_files_whose_names_differ_by_capitals_go_each_to_its_own_visit(
    world: World, tmp_path: Path
) -> None:
    anna, boris = await been(world), await been(world, BORIS, BULGAKOV, day=2)
    hers, his = PDF.replace(b"1.4", b"1.5"), PDF.replace(b"1.4", b"1.6")
    rows = (
        {"number": anna.appointment.number, "files": "scan.pdf"},
        {"number": boris.appointment.number, "files": "Scan.pdf"},
    )
    path = reports.table(tmp_path, *rows, beside={"scan.pdf": hers, "Scan.pdf": his})
    await reports.take(world.database, path, world.clock.now())
    for visit, chat, content in ((anna, ANNA, hers), (boris, BORIS, his)):
        (file,) = (await details(world, visit, chat)).files
        assert (await history.file_content(world.database, chat, file.id, world.clock.now()))[1] == content


async def test_a_name_that_two_files_have_but_for_capitals_means_neither(
    world: World, tmp_path: Path
) -> None:
    visit = await been(world)
    row = {"number": visit.appointment.number, "files": "good.pdf;SCAN.PDF"}
    (said,) = await refused(
        world, tmp_path, row, beside={"good.pdf": PDF, "scan.pdf": PDF, "Scan.pdf": PDF + b"\n"}
    )
    assert said == (
        "visits.csv, line 2, column files: expected PDF, JPG or PNG of the folder files;"
        " file 2 of this cell: two files have this name but for capitals"
    )


@pytest.mark.parametrize("name", ["SCAN.pdf", unicodedata.normalize("NFD", "первый.pdf")])
async def test_one_file_is_found_by_a_name_in_other_capitals_or_of_a_mac(
    world: World, tmp_path: Path, name: str
) -> None:
    visit = await been(world)
    said = unicodedata.normalize("NFC", name).casefold()
    await report(world, tmp_path, visit, {name: PDF}, files=said)
    assert len((await details(world, visit)).files) == 1


@pytest.mark.parametrize(
    "cell", ["../a.pdf", "/etc/passwd", ".a.pdf", "a.pdf;a.pdf", ";".join("abcdefghijk")]
)
async def test_names_that_lead_elsewhere_are_no_names(world: World, tmp_path: Path, cell: str) -> None:
    visit = await been(world)
    with pytest.raises(WrongTable):
        await report(world, tmp_path, visit, {"a.pdf": PDF}, files=cell)


async def test_a_link_beside_the_table_is_not_followed(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    (tmp_path / "secret.pdf").write_bytes(PDF)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.pdf").symlink_to(tmp_path / "secret.pdf")
    with pytest.raises(WrongTable, match="none of this name"):
        await report(world, tmp_path, visit, files="a.pdf")


async def test_a_file_that_changes_meanwhile_stops_all_of_it(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    before = await state(world)
    row = {"number": visit.appointment.number, "status": "finished", "files": "a.pdf"}
    path = reports.table(tmp_path, row, beside={"a.pdf": PDF})
    read = tables.read(path)
    found = visit_tables.read(read, path)
    (path / "files" / "a.pdf").write_bytes(PDF + b"\n")
    with pytest.raises(WrongTable, match="nobody changes"):
        await imports.run(world.database, read, found, world.clock.now())
    assert await state(world) == before


async def test_one_mistake_stops_the_other_tables_too(world: World, tmp_path: Path) -> None:
    (tmp_path / "doctors.csv").write_text(
        "code;surname;given_name;patronymic;sex;practising_since\nnew;Новый;Иван;;male;2010\n",
        encoding="utf-8",
    )
    (said,) = await refused(world, tmp_path, {"number": "1234567890", "status": "came"})
    assert "column number" in said
    assert await world.rows("SELECT 1 FROM doctor WHERE code = 'new'") == []


# --- arrivals


async def test_who_came_cannot_cancel_and_has_had_the_visit_by_its_end(world: World, tmp_path: Path) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    number = visit.appointment.id
    world.clock.at = visit.appointment.starts_at - timedelta(hours=1)
    await report(world, tmp_path, visit, status="came")
    with pytest.raises(VisitArrived):
        await visits.cancel(world.database, ANNA, number, world.clock.now())
    slot = await world.slot_id(CHEKHOV, 2)
    with pytest.raises(VisitArrived):
        await visits.move(world.database, ANNA, number, slot, world.clock.now())
    found = await history.stretch(world.database, ANNA, Filters(outcome=DONE), None, world.clock.now(), 5)
    assert not found.items
    world.clock.at = visit.appointment.ends_at
    for outcome, count in ((DONE, 1), (PASSED, 0), (MISSED, 0)):
        filters = Filters(outcome=outcome)
        found = await history.stretch(world.database, ANNA, filters, None, world.clock.now(), 5)
        assert [one.outcome for one in found.items] == [outcome] * count


async def test_nobody_comes_on_a_day_before_the_visit(world: World, tmp_path: Path) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    (said,) = await refused(world, tmp_path, {"number": visit.appointment.number, "status": "came"})
    assert said.endswith(
        "column status: expected came on the day of the visit: this one begins on 04.06.2025 at 09:00"
    )


async def test_who_is_there_already_has_no_reminder_planned_any_more(world: World, tmp_path: Path) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1, 5))
    world.clock.at = visit.appointment.starts_at - timedelta(hours=4)
    states = "SELECT DISTINCT state FROM notification WHERE kind = 'reminder' AND due_at > ?"
    now = int(world.clock.now().timestamp())
    assert await world.rows(states, now) == [(1,)]
    await report(world, tmp_path, visit, status="came")
    assert await world.rows(states, now) == [(2,)]


async def test_a_visit_that_is_finished_stays_so_when_it_is_said_that_somebody_came(
    world: World, tmp_path: Path
) -> None:
    visit = await been(world)
    await report(world, tmp_path, visit, status="finished")
    taken = await report(world, tmp_path, visit, status="came")
    assert not taken.visits.changes
    assert (await details(world, visit)).outcome == DONE


# --- no-shows


async def question(world: World) -> list[tuple]:
    return await world.rows("SELECT state FROM notification WHERE kind = ?", asking.QUESTION)


async def sums(world: World) -> list[tuple]:
    return await world.rows("SELECT rating_sum, rating_count FROM doctor WHERE id = 1")


async def test_who_did_not_come_is_asked_nothing_and_rates_nothing(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await report(world, tmp_path, visit, status="no_show")
    found = await details(world, visit)
    assert (found.outcome, found.can_rate) == (MISSED, False)
    with pytest.raises(NotRated):
        await feedback.rate(world.database, ANNA, visit.appointment.id, 1, world.clock.now())
    again = await visits.visit(world.database, ANNA, visit.appointment.id)
    world.clock.move(timedelta(hours=4))
    assert asking.why_not_asked(again.appointment, again.appointment.sequence, world.clock.now())
    assert await question(world) == [(2,)]
    await report(world, tmp_path, visit, status="finished")
    assert await question(world) == [(1,)]


async def test_a_rating_of_a_visit_that_was_missed_counts_for_nothing_until_that_is_corrected(
    world: World, tmp_path: Path
) -> None:
    visit, other = await been(world), await been(world, BORIS, day=2)
    for chat, one, rating in ((ANNA, visit, 1), (BORIS, other, 5)):
        await feedback.rate(world.database, chat, one.appointment.id, rating, world.clock.now())
    number, words = visit.appointment.id, "Долго ждала."
    await feedback.comment(world.database, ANNA, number, words, world.clock.now())
    assert await sums(world) == [(6, 2)]
    await report(world, tmp_path, visit, status="no_show")
    assert await sums(world) == [(5, 1)]
    assert (await reviews.stretch(world.database, Of(doctor_id=1), None, 5)).items == ()
    found = await details(world, visit)
    assert (found.rating, found.is_void) == (1, True)
    await report(world, tmp_path, visit, status="finished")
    assert await sums(world) == [(6, 2)]
    shown = (await reviews.stretch(world.database, Of(doctor_id=1), None, 5)).items
    assert [one.comment for one in shown] == [words]


async def test_a_rating_that_counts_no_more_can_be_taken_back(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await feedback.rate(world.database, ANNA, visit.appointment.id, 4, world.clock.now())
    await report(world, tmp_path, visit, status="no_show")
    await feedback.take_back(world.database, ANNA, visit.appointment.id, world.clock.now())
    assert await sums(world) == [(0, 0)]
    await report(world, tmp_path, visit, status="finished")
    assert await sums(world) == [(0, 0)]


async def test_a_visit_of_which_nobody_spoke_counts_as_having_taken_place(world: World) -> None:
    visit = await been(world)
    found = await details(world, visit)
    assert (found.outcome, found.can_rate) == (PASSED, True)
    await feedback.rate(world.database, ANNA, visit.appointment.id, 4, world.clock.now())
    assert await sums(world) == [(4, 1)]


# --- who is told, and what is noted


async def test_what_is_changed_before_it_was_told_is_told_once_and_later_as_changed(
    world: World, tmp_path: Path
) -> None:
    visit = await been(world)
    whose = visit.appointment.account_id
    await report(world, tmp_path, visit, result=RESULT)
    await report(world, tmp_path, visit, recommendations=ADVICE)
    assert await planned(world) == [(planning.RESULT_READY, whose)]
    await sent(world)
    for number in range(2):
        await report(world, tmp_path, visit, result=f"{RESULT} {number}")
        assert await planned(world) == [(planning.RESULT_UPDATED, whose)]
        await sent(world)
    await report(world, tmp_path, visit, status="finished")
    assert await planned(world) == []


async def test_what_is_taken_back_before_it_was_told_is_not_told(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await report(world, tmp_path, visit, result=RESULT)
    await report(world, tmp_path, visit, result="-")
    assert await planned(world) == []


async def test_at_night_it_is_told_in_the_morning_by_the_clinics_clock(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    midnight = world.clock.at.replace(hour=20, minute=30)  # half past eleven in Moscow
    world.clock.at = midnight
    await report(world, tmp_path, visit, result=RESULT)
    due = midnight.replace(day=midnight.day + 1, hour=4, minute=0)  # seven
    assert await world.rows("SELECT due_at FROM notification WHERE kind = 'result_ready'") == [
        (int(due.timestamp()),)
    ]


async def test_it_is_never_too_late_to_tell_a_result(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await report(world, tmp_path, visit, status="finished", result=RESULT)
    again = await visits.visit(world.database, ANNA, visit.appointment.id)
    row = notifications.NotificationRow(
        1, visit.appointment.id, 1, planning.RESULT_READY, "chat", 0, world.clock.now(), 1
    )
    assert why_pointless(row, again.appointment, world.clock.now() + timedelta(days=9)) == ""


async def test_both_parents_are_told_and_one_whose_access_ended_sees_nothing(
    world: World, tmp_path: Path
) -> None:
    database, now = world.database, world.clock.now()
    anna, boris = await world.patient(ANNA), await world.patient(BORIS, "Борис")
    child = Person("Смирнова", "Мария", "", date(2015, 3, 1))
    masha = await family.add_child(database, ANNA, 70, child, now)
    link = await invitations.invite_parent(database, ANNA, masha.id, now)
    await invitations.accept(database, BORIS, link.code, now)
    slot = await world.slot_id(CHEKHOV, 1)
    visit = await booking.book(database, booking.Request(ANNA, masha.id, slot), now)
    world.clock.at = visit.appointment.ends_at
    await report(world, tmp_path, visit, {"a.pdf": PDF}, result=RESULT, files="a.pdf")
    kinds = [(planning.RESULT_READY, one) for one in (anna.account_id, boris.account_id)]
    assert sorted(await planned(world)) == sorted(kinds)
    (file,) = (await details(world, visit, BORIS)).files
    await sent(world)
    await database.write(partial(erasure.leave_patient, patient_id=masha.id, account_id=boris.account_id))
    await report(world, tmp_path, visit, result="Здорова")
    assert await planned(world) == [(planning.RESULT_UPDATED, anna.account_id)]
    await unseen(world, visit, file.id, BORIS)
    assert (await details(world, visit)).result == "Здорова"


async def unseen(world: World, visit: Visit, file_id: int, chat: int) -> None:
    """See that a chat gets nothing of a visit, by whatever way."""
    database, now = world.database, world.clock.now()
    with pytest.raises(NotFound):
        await history.details(database, chat, visit.appointment.id, now)
    with pytest.raises(NotFound):
        await history.file_content(database, chat, file_id, now)
    assert not [one for one in await history.export(database, chat, Filters(), now) if one.written.result]


async def test_a_stranger_and_whoever_has_no_account_see_nothing(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await world.patient(BORIS)
    await report(world, tmp_path, visit, {"a.pdf": PDF}, result=RESULT, files="a.pdf")
    (file,) = (await details(world, visit)).files
    before = await world.rows("SELECT count(*) FROM journal")
    for chat in (BORIS, 999):
        with pytest.raises(NotFound):
            await history.file_content(world.database, chat, file.id, world.clock.now())
        with pytest.raises(NotFound):
            await history.details(world.database, chat, visit.appointment.id, world.clock.now())
    with pytest.raises(NotFound):
        await history.file_content(world.database, ANNA, file.id + 1, world.clock.now())
    assert await world.rows("SELECT count(*) FROM journal") == before


async def test_ones_own_data_have_what_the_clinic_wrote(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await report(world, tmp_path, visit, {"a.pdf": PDF}, result=RESULT, files="a.pdf")
    now = world.clock.now()
    data = await exports.collect(world.database, ANNA, now)
    (said,) = exports.as_json(data)["patients"][0]["visits"]
    assert said["words"][outcomes.RESULT] == RESULT
    (file,) = said["clinics_files"]
    assert file["name"] == "a.pdf"
    found = [one async for one in exports.clinics_files(world.database, ANNA, data)]
    assert found == [(file["file"], PDF)]
    rows = [row for section in own_data.worded(translator("ru"), data).sections for row in section.rows]
    assert ("Результат", RESULT) in rows
    assert ("Файлы от клиники", "a.pdf") in rows


async def test_the_export_of_the_history_reads_what_was_written(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    await report(
        world, tmp_path, visit, {"a.pdf": PDF, "б.png": PNG}, recommendations=ADVICE, files="a.pdf;б.png"
    )
    (found,) = await history.export(world.database, ANNA, Filters(), world.clock.now())
    assert found.written == outcomes.Written("", ADVICE, ("a.pdf", "б.png"))


async def test_from_the_chat_it_goes_to_the_phone_and_from_there_to_the_mail(
    world: World, tmp_path: Path
) -> None:
    visit = await been(world)
    whose = (visit.appointment.id, visit.appointment.account_id)
    everything = frozenset({"chat", "sms", "email"})

    def failed(channel: str) -> Callable[[Tx], bool]:
        row = notifications.NotificationRow(
            1, *whose, planning.RESULT_READY, channel, 0, world.clock.now(), 12
        )
        return lambda tx: planning.fall_over(tx, row, everything, world.clock.now())

    assert await world.database.write(failed("chat"))
    assert not await world.database.write(failed("sms")), "there is no address"
    await world.database.write(lambda tx: tx.execute("UPDATE account SET email_confirmed_at = 1").rowcount)
    assert await world.database.write(failed("sms"))
    assert not await world.database.write(failed("email"))
    rows = await world.rows("SELECT channel, instead_of FROM notification WHERE kind = 'result_ready'")
    assert sorted(rows) == [("email", "sms"), ("sms", "chat")]


async def test_the_journal_says_that_the_clinic_did_it_and_who_read_it(world: World, tmp_path: Path) -> None:
    visit = await been(world)
    number = visit.appointment.id
    await report(world, tmp_path, visit, {"a.pdf": PDF}, status="finished", result=RESULT, files="a.pdf")
    (file,) = (await details(world, visit)).files
    await history.file_content(world.database, ANNA, file.id, world.clock.now())
    found = await rights.looked_at(world.database, ANNA, None, 0, 4)
    assert [(one.who, one.entry.action, one.entry.record, one.entry.record_id) for one in found.lines] == [
        (rights.YOU, journal.VIEWED, journal.RESULT, file.id),
        (rights.YOU, journal.VIEWED, journal.VISIT, number),
        (rights.CLINIC, journal.CREATED, journal.RESULT, number),
        (rights.CLINIC, journal.CHANGED, journal.ATTENDANCE, number),
    ]
    assert await world.database.read(journal.first_broken) is None
