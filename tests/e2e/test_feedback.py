"""From the end of a visit to the doctor's card: asked, rated, commented, checked, shown with its number."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clinic import rules
from sandbox.actor import Actor
from sandbox.server import Sandbox
from sandbox.transcript import words
from tests.e2e.conftest import Stand, serving
from tests.e2e.steps import book_nearest
from tests.e2e.test_rights import erase, open_rights

IGOR = 1002
"""He looks after the bot."""
SAID = "Всё объяснил. Звоните: 8 916 123-45-67"


@pytest.fixture
async def guarded(box: Sandbox, empty_store: Path, tmp_path: Path) -> AsyncIterator[Stand]:
    """The bot with an administrator, who has pressed «Start»."""
    async with serving(box, empty_store, tmp_path, admin_ids=(IGOR,)) as stand:
        igor = stand.box.person("Игорь")
        await igor.start()
        await igor.expect("Здравствуйте!")
        yield stand


async def asked(stand: Stand) -> Actor:
    """Let Anna have been at a doctor's, and be asked how it was."""
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    ((ends_at,),) = stand.rows("SELECT ends_at FROM appointment")
    due = datetime.fromtimestamp(ends_at, UTC) + rules.ASK_AFTER
    stand.box.forward(due - stand.box.clock.now() - timedelta(minutes=1))
    await asyncio.sleep(1.5)
    assert "Как прошёл приём?" not in anna.describe()
    stand.box.forward(timedelta(minutes=1))
    await anna.expect("Как прошёл приём?")
    return anna


async def open_card(person: Actor) -> None:
    await person.start()
    await person.press("🩺 Записаться к врачу")
    await person.press("Москва")
    await person.press("Булгаков")
    await person.press("ℹ️ О враче")


async def test_a_visit_is_rated_and_its_review_is_shown_once_it_was_checked(guarded: Stand) -> None:
    anna, igor = await asked(guarded), guarded.box.person("Игорь")
    await anna.press("4 ⭐")
    await anna.expect("1 из 5.")
    assert any("Спасибо! Ваша оценка: 4 из 5" in words(message) for message in anna.messages)
    await anna.press("5")
    await anna.expect("2 из 5.")
    await anna.press("Пропустить все ›")
    await anna.expect("Что рассказать о приёме другим пациентам?")
    await anna.send(SAID)
    await anna.expect("Отзыв ждёт проверки")

    vera = guarded.box.join(first_name="Вера", phone_number="79990002001", language_code="ru")
    await open_card(vera)
    await vera.expect("★ 4,0 · 1 оценка")
    assert "💬 Отзывы" not in vera.buttons

    found = await igor.expect("Отзыв на проверку")
    assert SAID in words(found)
    assert "Смирнова" not in igor.describe()
    await igor.press("✅ Опубликовать")
    await igor.expect("Отзыв опубликован")
    assert SAID not in igor.describe()

    await open_card(vera)
    await vera.press("💬 Отзывы")
    shown = await vera.expect("пациент, ")
    assert f"★★★★☆ · пациент, {_month(guarded)}\n{SAID}" in words(shown)
    assert "Смирнова" not in vera.describe()

    await guarded.restart()
    await asyncio.sleep(1.5)
    assert anna.describe().count("Как прошёл приём?") <= 1


def _month(stand: Stand) -> str:
    months = ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь",
              "ноябрь", "декабрь")  # fmt: skip
    now = stand.box.clock.now() + timedelta(hours=3)
    return f"{months[now.month - 1]} {now.year}"


async def test_whoever_deletes_everything_leaves_a_number_without_words(guarded: Stand) -> None:
    anna, igor = await asked(guarded), guarded.box.person("Игорь")
    await anna.press("5 ⭐")
    await anna.expect("1 из 5.")
    await anna.press("Пропустить все ›")
    await anna.expect("Что рассказать")
    await anna.send(SAID)
    await anna.expect("Отзыв ждёт проверки")
    await igor.expect("Отзыв на проверку")
    await open_rights(anna)
    await erase(anna)
    await anna.press("🗑 Удалить навсегда")
    await anna.expect("Всё о вас удалено")
    await igor.press("✅ Опубликовать")
    await igor.expect("Этот отзыв уже убрали")
    assert SAID not in igor.describe()
    assert guarded.rows("SELECT rating, account_id, comment FROM feedback") == [(5, None, None)]


async def test_a_review_waits_for_an_administrator_who_has_not_pressed_start(
    box: Sandbox, empty_store: Path, tmp_path: Path
) -> None:
    async with serving(box, empty_store, tmp_path, admin_ids=(IGOR,)) as stand:
        anna, igor = await asked(stand), stand.box.person("Игорь")
        await anna.press("5 ⭐")
        await anna.expect("1 из 5.")
        await anna.press("Пропустить все ›")
        await anna.expect("Что рассказать")
        await anna.send(SAID)
        await anna.expect("Отзыв ждёт проверки")
        await asyncio.sleep(1.5)
        assert [violation.method for violation in box.violations] == ["sendMessage"]
        box.violations.clear()
        await igor.start()
        await igor.expect("Здравствуйте!")
        stand.box.forward(timedelta(minutes=6))
        await igor.expect("Отзыв на проверку")
