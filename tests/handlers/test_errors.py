"""What becomes of an exception: refusals are worded, trouble is tried again, mistakes get a number."""

import logging
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import SendMessage

from clinic import errors, visits
from clinic.errors import NotFound, Offer, Refused
from dialogs import menu
from dialogs.wording import bad_input, refusal
from locales import LANGUAGES, translator
from sandbox.entities import parse_html
from tests.telegram import Line
from tests.world import CHEKHOV, NOW

SOURCES = Path(__file__).parents[2]
METHOD = SendMessage(chat_id=1, text="")


def refusals(base: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """Find every refusal that somebody can meet: those that others are derived from are none."""
    kinds = base.__subclasses__()
    if not kinds:
        yield base
    for kind in kinds:
        yield from refusals(kind)


KINDS = sorted(set(refusals()), key=lambda kind: kind.__name__)
SAMPLES: dict[str, object] = {
    "nearest": (Offer(1, NOW, "Europe/Moscow", "Чехов А. П."),),
    "appointment_id": 1,
    "is_allowed": True,
    "audience": "child",
    "from_age": 16,
    "how": "declined",
    "problem": "phone",
    "tries_left": 2,
    "why": "expired",
    "is_own": False,
    "is_shown": True,
    "by": "Олег",
    "seen": (1, 0),
    "papers": ("referral",),
}


def made(kind: type[Refused]) -> Refused:
    return (
        kind(**{field.name: SAMPLES[field.name] for field in fields(kind)}) if is_dataclass(kind) else kind()
    )


def test_the_list_of_refusals_is_the_module_itself() -> None:
    source = (SOURCES / "clinic" / "errors.py").read_text(encoding="utf-8")
    classes = set(re.findall(r"^class (\w+)\((?:Refused|TimeRefused)\)", source, re.MULTILINE))
    assert {kind.__name__ for kind in KINDS} == classes - {"TimeRefused"}
    assert len(KINDS) >= 12


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_refusal_has_words_of_its_own(kind: type[Refused], language: str) -> None:
    tr = translator(language)
    words, _ = parse_html(refusal(tr, made(kind)))
    assert bool(re.search("[а-яё]", re.sub("«.*?»|: .*$", "", words))) == (language == "ru"), words
    assert len(words) <= 300
    if kind is not NotFound:
        assert words != refusal(tr, NotFound())
    others = [refusal(tr, made(other)) for other in KINDS if other is not kind]
    assert refusal(tr, made(kind)) not in others


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_time_says_whether_there_are_others(language: str) -> None:
    tr = translator(language)
    for kind in (errors.TimeTaken, errors.TimePast, errors.TimeBarred):
        with_offers, without = refusal(tr, made(kind)), refusal(tr, kind())
        assert with_offers != without
        assert with_offers.endswith(":")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_of_something_typed_has_words(language: str) -> None:
    problems = {
        name
        for path in (SOURCES / "clinic").glob("*.py")
        for call in re.findall(r"BadInput\((.*)\)", path.read_text(encoding="utf-8"))
        for name in re.findall(r'"(\w+)"', call)
    }
    assert {"phone", "name_letters", "name_alphabets", "date_future", "snils_check", "email"} <= problems
    sentences = {bad_input(translator(language), problem) for problem in problems}
    assert len(sentences) == len(problems)


# --- in the chat


def break_the_menu(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let opening the settings raise."""

    async def broken(manager: object) -> None:
        raise error

    for widget in (menu.open_settings, menu.open_help):
        monkeypatch.setattr(menu, widget.__name__, broken)


async def test_a_refusal_is_said_above_the_window_as_it_now_is(line: Line) -> None:
    anna = line.person("Анна")
    visit = await line.world.book(anna.id, await line.world.slot_id(CHEKHOV, 2, 2))
    await anna.start()
    for label in ("📋 Мои записи", "Чехов", "✏️ Изменить", "❌ Отменить"):
        await anna.press(label)
    line.world.clock.at = visit.appointment.starts_at
    press = await anna.press("❌ Да, отменить")
    assert press.answer is None
    assert anna.text.startswith("Приём уже начался или прошёл: изменить запись нельзя.\n\nОтменить запись?")
    assert await line.world.rows("SELECT status FROM appointment") == [(1,)]


@pytest.mark.parametrize("label", ["🔁 Перенести", "❌ Отменить"])
async def test_a_visit_that_has_begun_meanwhile_is_not_asked_about_any_more(line: Line, label: str) -> None:
    anna = line.person("Анна")
    visit = await line.world.book(anna.id, await line.world.slot_id(CHEKHOV, 2, 2))
    await anna.start()
    for before in ("📋 Мои записи", "Чехов", "✏️ Изменить"):
        await anna.press(before)
    line.world.clock.at = visit.appointment.starts_at
    await anna.press(label)
    assert anna.text.endswith("Эту запись уже нельзя изменить.")
    assert anna.buttons == ["‹ Назад", "🏠 В начало"]


async def test_a_refusal_under_an_old_reminder_is_said_and_the_menu_is_there(line: Line) -> None:
    anna = line.person("Анна")
    visit = await line.world.book(anna.id, await line.world.slot_id(CHEKHOV, 2, 2))
    await anna.start()
    line.world.clock.at = visit.appointment.starts_at - timedelta(hours=3)
    await line.work()
    reminder = anna.screen
    await visits.cancel(line.world.database, anna.id, visit.appointment.id, line.world.clock.now())
    await anna.press("✅ Приду", message=reminder)
    assert "Эта запись уже отменена" in anna.text
    assert await line.world.rows("SELECT confirmed_at FROM appointment") == [(None,)]


async def test_a_mistake_gets_an_apology_with_the_number_that_the_log_has(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    break_the_menu(monkeypatch, ZeroDivisionError("on purpose"))
    line.restart()
    anna = line.person("Анна")
    await anna.start()
    with caplog.at_level(logging.ERROR, "handlers.errors"):
        await anna.press("⚙️ Настройки")
    number = re.search(r"[0-9a-f]{8}", anna.text)
    assert anna.text.startswith("Простите, у нас что-то сломалось.")
    assert number
    assert f"mistake {number[0]}: ZeroDivisionError" in caplog.text
    assert "on purpose" not in anna.said()
    await anna.start()
    assert "🩺 Записаться к врачу" in anna.buttons


@pytest.mark.parametrize(
    "error",
    [sqlite3.OperationalError("database is locked"), TelegramNetworkError(METHOD, "no answer")],
    ids=repr,
)
async def test_trouble_that_passes_is_left_to_the_intake_to_try_again(
    line: Line, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    break_the_menu(monkeypatch, error)
    line.restart()
    anna = line.person("Анна")
    await anna.start()
    with pytest.raises(type(error)):
        await anna.press("⚙️ Настройки")
    assert "сломалось" not in anna.said()


async def test_who_blocked_the_bot_meanwhile_is_left_alone(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    break_the_menu(monkeypatch, TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"))
    line.restart()
    anna = line.person("Анна")
    await anna.start()
    said = anna.said()
    line.telegram.press(anna.chat, anna.screen["message_id"], 2, 0)
    with caplog.at_level(logging.ERROR):
        await line.work()
    assert anna.said() == said
    assert caplog.records == []
