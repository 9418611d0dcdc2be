"""Every window of every conversation, rendered from sample data, held against what a small phone can show."""

import asyncio
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from aiogram.fsm.state import State
from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup

from dialogs import preview, samples
from dialogs.samples import Sample
from dialogs.states import (
    Booking,
    Desk,
    Feedback,
    Menu,
    Pin,
    Profile,
    Registration,
    Settings,
    Support,
    Visits,
    Waiting,
)
from dialogs.widgets import shorten_all
from locales import LANGUAGES, translator
from sandbox.entities import parse_html, units
from storage import seed
from storage.crypto import Keyring
from storage.database import Database
from storage.people import Person
from tests.telegram import Line
from tests.windows import STATES, dialogs, name
from tests.world import BULGAKOV, NOW, StoppedClock, World

LONGER_THAN_A_SCREEN = {Registration.consent_text}
"""A text of the law is as long as it is; all others say what they say in 600 characters."""
WITHOUT_NAVIGATION = {Menu.main, Booking.near, Registration.phone, Profile.phone, Pin.contact}
"""The menu is home; the phone is asked by a keyboard of another kind, with «back» on it."""
WITHOUT_BACK = {
    Booking.done,
    Registration.refused,
    Visits.cancelled,
    Visits.moved,
    Waiting.joined,
    Support.sent,
}
"""What has been done is not undone by going back."""
LONGEST = {1: 30, 2: 18, 3: 11}
"""Longest label by the buttons of its row: what a phone of 360 pixels shows whole."""
INJECTED = ("bot_username", "has_mail", "operator_name", "codes", "locks", "limits", "admin_ids", "pseudonym")
"""What windows show of what the app hands on."""
ANNA = Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15))
MARKUP = Person("<b>&", "</b>", "<i>&amp;", date(1986, 4, 15))
EMOJI = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")


@dataclass(frozen=True)
class Shown:
    """A window as a person sees it."""

    text: str
    rows: list[list[str]]
    data: list[str]


async def sample_of(line: Line, person: Person = ANNA, schedule: int = BULGAKOV) -> Sample:
    now = line.world.clock.now()
    return await samples.sample(line.world.database, 1001, person, "+79990000101", schedule, now)


async def show(line: Line, state: State, language: str, sample: Sample, **instead: object) -> Shown:
    window = await preview.render(
        dialogs(line)[state.group],
        state,
        sample,
        translator(language),
        instead,
        database=line.world.database,
        clock=line.world.clock,
        **{key: line.dispatcher.workflow_data[key] for key in INJECTED}
        | ({"admin_ids": (sample.chat_id,)} if state == Feedback.check or state.group is Desk else {}),
    )
    text, _ = parse_html(window.text or "")
    markup = window.reply_markup
    if isinstance(markup, ReplyKeyboardMarkup):
        return Shown(text, [[button.text for button in row] for row in markup.keyboard], [])
    assert isinstance(markup, InlineKeyboardMarkup)
    keys = markup.inline_keyboard
    return Shown(
        text,
        [[button.text for button in row] for row in keys],
        [button.callback_data or "" for row in keys for button in row],
    )


async def test_every_state_has_a_window_and_sample_data(line: Line) -> None:
    windows = {state for dialog in dialogs(line).values() for state in dialog.states()}
    assert set(STATES) - windows == set()
    assert windows <= set(STATES), "a conversation is missing in dialogs.states.GROUPS"
    assert set(preview.REMEMBERED) == set(STATES)


every_window = pytest.mark.parametrize("state", STATES, ids=name)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def complaints(state: State, shown: Shown) -> list[str]:
    """List what a person with a small phone would complain about."""
    found = []
    if not shown.text:
        found.append("it says nothing")
    if units(shown.text) > (4096 if state in LONGER_THAN_A_SCREEN else 600):
        found.append(f"{units(shown.text)} characters")
    rows = shown.rows
    if state not in WITHOUT_NAVIGATION:
        *rows, last = rows
        expected = 1 if state in WITHOUT_BACK else 2
        if len(last) != expected or not last[-1].startswith("🏠") or (expected == 2 and last[0][0] != "‹"):
            found.append(f"the last row is {last}")
    if len(rows) > 8:
        found.append(f"{len(rows)} rows of buttons")
    for row in rows:
        longest = LONGEST.get(len(row), 8)
        found += [f"the label «{label}» is long" for label in row if len(label) > longest]
        found += [f"more than one picture in «{label}»" for label in row if len(EMOJI.findall(label)) > 1]
        found += ["an empty label" for label in row if not label.strip()]
    counted = Counter(label for row in shown.rows for label in row if label not in ("·", "×", "?"))
    found += [f"{number} × «{label}»" for label, number in counted.items() if number > 1]
    found += [f"callback data {data!r}" for data in shown.data if not 1 <= len(data.encode()) <= 64]
    return found


@every_window
@both_languages
async def test_every_window_fits_a_small_phone(line: Line, state: State, language: str) -> None:
    shown = await show(line, state, language, await sample_of(line))
    assert complaints(state, shown) == []


@every_window
async def test_no_name_breaks_a_window(line: Line, state: State) -> None:
    await call_everything_markup(line)
    shown = await show(line, state, "ru", await sample_of(line, MARKUP))
    assert [what for what in complaints(state, shown) if "characters" not in what] == []


async def call_everything_markup(line: Line) -> None:
    """Give doctors, houses, rooms and specialties names that would be tags if they were not escaped."""

    def rename(tx) -> None:
        tx.execute("UPDATE doctor SET surname = '<b>&' || id, given_name = '</b>', patronymic = '&lt;'")
        tx.execute("UPDATE facility SET name = '<i>' || name, town = '&', address = '</a>', phone = '<8>'")
        tx.execute("UPDATE specialty SET name_ru = '<u>' || name_ru, prepare_ru = '<pre>', prepare_en = '&'")
        tx.execute("UPDATE region SET name_ru = '<s>' || name_ru")
        tx.execute("UPDATE schedule SET room = '<13>'")

    await line.world.database.write(rename)


async def test_a_name_with_signs_of_html_is_shown_as_it_is(line: Line) -> None:
    await call_everything_markup(line)
    shown = await show(line, Booking.confirm, "ru", await sample_of(line, MARKUP))
    assert "Пациент: <b>& </b> <i>&amp;" in shown.text
    assert "<b>&2 </b> &lt;" in shown.text
    assert samples.PURPOSE in shown.text


@both_languages
@pytest.mark.parametrize("state", [Booking.calendar, Visits.move_calendar], ids=["booking", "moving"])
async def test_the_second_page_of_the_grid_turns_both_ways(line: Line, state: State, language: str) -> None:
    shown = await show(line, state, language, await sample_of(line), grid="2025-06-16")
    assert complaints(state, shown) == []
    back, forth = shown.rows[-2]
    assert (back[0], forth[-1]) == ("‹", "›")
    assert [len(row) for row in shown.rows[:3]] == [7, 7, 7]


WISH = {"windows": [{"since": "10:00", "weekdays": [0, 1, 2, 3]}], "least_notice": 86_400}


@both_languages
@pytest.mark.parametrize("anybody", ["", "facility", "region"])
@pytest.mark.parametrize(
    "state", [Booking.doctor, Booking.day, Booking.calendar, Booking.time, Booking.wish, Booking.wish_places]
)
async def test_days_and_times_through_a_wish_fit_a_small_phone(
    demo: Line, state: State, anybody: str, language: str
) -> None:
    sample = await sample_of(demo, schedule=await busiest(demo.world))
    for wish in (WISH, {"windows": [{"weekdays": [6], "until": "06:00"}]}):
        shown = await show(
            demo, state, language, sample, wish=wish, any=anybody, doctors_on="2025-06-04", has_services=True
        )
        assert complaints(state, shown) == []


@pytest.fixture(scope="session")
def demo_store(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(empty_store, tmp_path_factory.mktemp("demo") / "demo.db"))

    async def fill() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}", Keyring("a secret of the tests"))
        await database.open()
        await seed.seed_demo(database, NOW)
        await database.close()

    asyncio.run(fill())
    return path


@pytest.fixture
async def demo(demo_store: Path, tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Line]:
    """The bot with the demo clinic: long names, many houses, doctors without times."""
    path = shutil.copy(demo_store, tmp_path / "demo.db")
    database = Database(f"sqlite+aiosqlite:///{path}", Keyring("a secret of the tests"))
    await database.open()
    yield Line(World(database, clock))
    await database.close()


@both_languages
async def test_all_lists_of_the_demo_clinic_fit_a_small_phone(demo: Line, language: str) -> None:
    rows = await demo.world.rows("SELECT DISTINCT facility_id, specialty_id FROM schedule")
    regions = await demo.world.rows("SELECT DISTINCT region_code FROM facility")
    lists = [(Booking.region, {"page": page}) for page in (0, 1)]
    lists += [(Booking.facility, {"region": code}) for (code,) in regions]
    lists += [
        (Booking.specialty, {"facility_id": facility, "page": page})
        for facility in {facility for facility, _ in rows}
        for page in range(4)
    ]
    lists += [
        (Booking.doctor, {"facility_id": facility, "specialty_id": specialty}) for facility, specialty in rows
    ]
    assert len(lists) > 400
    sample = await sample_of(demo, schedule=await busiest(demo.world))
    found = {}
    for state, where in lists:
        if what := complaints(state, await show(demo, state, language, sample, **where)):
            found[f"{state.state} {where}"] = what
    assert found == {}


async def busiest(world: World) -> int:
    """Find the doctor with the most free times."""
    found = await world.rows(
        "SELECT schedule_id FROM slot WHERE status = 0 AND starts_at > ?"
        " GROUP BY 1 ORDER BY count(*) DESC, 1",
        int(world.clock.now().timestamp()),
    )
    return int(found[0][0])


@both_languages
async def test_every_window_of_the_demo_clinic_fits_a_small_phone(demo: Line, language: str) -> None:
    sample = await sample_of(demo, schedule=await busiest(demo.world))
    for state in STATES:
        assert complaints(state, await show(demo, state, language, sample)) == [], state.state


def test_settings_and_menu_are_among_the_windows() -> None:
    assert {Menu.main, Settings.main} <= set(STATES)


def test_a_window_that_fits_nothing_is_complained_about() -> None:
    bad = Shown("x" * 601, [["🩺🩺 да", "да"], ["да"]] + [["a" * 31]] * 8, ["", "ы" * 33])
    words = " ".join(complaints(Booking.day, bad))
    for what in ("601 characters", "last row", "rows of buttons", "is long", "picture", "× «да»", "callback"):
        assert what in words


def test_labels_that_are_the_same_after_cutting_are_told_apart() -> None:
    long = "Городская клиническая больница № "
    labels = shorten_all([long + str(number) for number in range(3)])
    assert len(set(labels)) == 3
    assert max(map(len, labels)) <= 30
    assert labels[1].endswith("1")
