"""An administrator works through what waits: requests and reviews, in their own chat; nobody else does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.actor import Actor
from sandbox.server import Sandbox
from tests.e2e.conftest import Stand, serving
from tests.e2e.steps import book_nearest, starts_at
from tests.e2e.test_documents import picture
from tests.e2e.test_rights import erase, open_rights
from tests.e2e.test_support import OLEG, VERA, write


@pytest.fixture
async def stand(box: Sandbox, empty_store: Path, tmp_path: Path) -> AsyncIterator[Stand]:
    """The bot with two administrators: Олег of the sandbox, and Вера, who joins it."""
    box.join(first_name="Вера", phone_number="79990000105", started=True)
    async with serving(box, empty_store, tmp_path, admin_ids=(OLEG, VERA)) as stand:
        yield stand


async def open_desk(admin: Actor, number: str) -> None:
    """Open the list, and a request in it."""
    await admin.send("/desk")
    await admin.expect("Ждут ответа")
    await admin.press(number)
    await admin.expect(f"Обращение {number} · ")


async def test_requests_are_worked_through_from_the_one_that_waits_longest(stand: Stand) -> None:
    anna, igor, oleg, vera = (stand.box.person(name) for name in ("Анна", "Игорь", "Олег", "Вера"))
    await anna.start()
    await anna.send("/support")
    await anna.press("🎫 Талон")
    await anna.upload(picture(), "снимок.png", as_photo=True)
    await anna.expect("1 файл")
    await anna.send("Талон не приходит")
    await anna.expect("Талон не приходит")
    await anna.press("✅ Отправить")
    await oleg.expect("файл 1 из 1")
    stand.box.forward(timedelta(hours=3, minutes=5))
    await igor.start()
    number = await write(igor, "Забыл ПИН-код")
    await oleg.expect("Забыл ПИН-код")

    await oleg.send("/desk")
    said = (await oleg.expect("Ждут ответа: 2"))["text"]
    assert said.index("ждёт 3 ч\nТалон не приходит") < said.index("ждёт 0 мин\nЗабыл ПИН-код")
    seen = len(oleg.photos)
    await oleg.press("· 3 ч")
    await oleg.expect("ждёт ответа 3 ч")
    assert len(oleg.photos) == seen  # it has come by itself before
    await oleg.press("📎 Показать 1 файл")
    await oleg.expect("файл 1 из 1")
    await oleg.expect("ждёт ответа 3 ч")
    assert len(oleg.photos) == seen + 1
    await oleg.send("Талон отправили ещё раз")
    await oleg.expect("Вы пишете: «Талон отправили ещё раз»")
    await oleg.press("✅ Отправить")
    await oleg.expect("Ваш ответ отправляется")
    await anna.expect("Талон отправили ещё раз")
    await vera.expect("отвечает Олег")

    await oleg.expect("Ждут ответа: 1")
    await oleg.press(number)
    await oleg.expect("Забыл ПИН-код")
    await oleg.press("✅ Закрыть")
    await oleg.expect("Всем ответили")
    await igor.expect(f"Ваше обращение {number} закрыто")
    await vera.expect("закрыто: Олег")
    await igor.press("✍️ Дописать")
    await igor.send("Ещё не всё")
    await igor.press("✅ Отправить")
    await oleg.expect("дополнение")
    await oleg.send("/desk")
    await oleg.expect("Ждут ответа: 1")


async def test_of_two_administrators_the_second_is_told_that_it_is_done(stand: Stand) -> None:
    anna, oleg, vera = (stand.box.person(name) for name in ("Анна", "Олег", "Вера"))
    await anna.start()
    number = await write(anna, "беда")
    for admin in (oleg, vera):
        await admin.expect("беда")
        await open_desk(admin, number)
    await oleg.press("✍️ Ответить")
    await oleg.expect("Ваш ответ")
    await oleg.send("Готово")
    await oleg.expect("Вы пишете: «Готово»")
    await vera.press("✍️ Ответить")
    await vera.expect("Ваш ответ")
    await vera.send("Уже чиним")
    await vera.expect("Вы пишете: «Уже чиним»")
    await oleg.press_twice("✅ Отправить")
    await anna.expect("Готово")
    await vera.press("✅ Отправить")
    await vera.expect("Ответ уже отправлен: Олег.")
    await asyncio.sleep(0.3)
    assert stand.rows("SELECT count(*) FROM support_post WHERE is_staff") == [(1,)]
    await vera.press("‹ Назад")
    await vera.expect("Готово")
    await vera.press("✅ Закрыть")
    await vera.expect("Всем ответили")
    assert [m["text"] for m in anna.messages if "Уже чиним" in m.get("text", "")] == []


async def test_the_words_of_whoever_deletes_everything_leave_the_open_windows(stand: Stand) -> None:
    anna, oleg, vera = (stand.box.person(name) for name in ("Анна", "Олег", "Вера"))
    await book_nearest(anna)
    number = await write(anna, "моя тайна")
    await vera.expect("моя тайна")
    await oleg.send("/desk")
    await oleg.expect("Ждут ответа: 1")
    await open_desk(vera, number)
    assert all("моя тайна" in admin.screen["text"] for admin in (oleg, vera))
    await open_rights(anna)
    await erase(anna)
    await anna.press("🗑 Удалить навсегда")
    await anna.expect("удалено")
    await oleg.expect("Всем ответили")
    await vera.expect("Этого обращения больше нет: человек его удалил.")
    for admin in (oleg, vera):
        assert not any("моя тайна" in message.get("text", "") for message in admin.messages)


async def test_nobody_else_has_the_desk_nor_its_command(stand: Stand) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")
    await anna.start()
    await write(anna, "моё обращение")
    said = []
    for unknown in ("/dqsk", "/desk"):
        await anna.start()
        await anna.expect("Здравствуйте!")
        await anna.send(unknown)
        await asyncio.sleep(0.5)
        said.append((anna.screen["text"], anna.buttons))
    assert said[0] == said[1]
    assert "Ждут ответа" not in anna.transcript()
    commands = stand.box.world.commands
    with_desk = {place for place, found in commands.items() if "desk" in [one["command"] for one in found]}
    assert with_desk == {f"chat:{who}:{code}" for who in (OLEG, VERA) for code in ("", "en")}

    await oleg.send("/desk")
    await oleg.expect("Ждут ответа: 1")
    await stand.stop()  # he is no administrator any more, and his window is still open
    stand.config = stand.config.model_copy(update={"admin_ids": (VERA,)})
    await stand.restart_after_stop()
    await oleg.press("мин")
    await oleg.expect("больше нет")
    assert "моё обращение" not in oleg.screen["text"]
    await oleg.send("/desk")
    await asyncio.sleep(0.5)
    assert "Ждут ответа" not in oleg.screen["text"]


async def test_reviews_that_wait_are_published_or_rejected_one_after_the_other(stand: Stand) -> None:
    anna, oleg, vera = (stand.box.person(name) for name in ("Анна", "Олег", "Вера"))
    await book_nearest(anna)
    stand.box.forward(starts_at(stand) - stand.box.clock.now() + timedelta(hours=4))
    await anna.expect("Как прошёл приём?")
    await anna.press("5 ⭐")
    await anna.expect("1 из 5")
    await anna.press("Пропустить все ›")
    await anna.send("Звоните мне: 8 916 123-45-67")
    await anna.expect("ждёт проверки")
    shown = await oleg.expect("Отзыв на проверку")
    for admin in (oleg, vera):
        await admin.send("/desk")
        await admin.expect("Всем ответили")
        await admin.press("💬 Отзывы на проверке: 1")
        await admin.expect("8 916 123-45-67")
    await oleg.press("🚫 Отклонить")
    await oleg.expect("Всё проверено")
    await anna.expect("Ваш отзыв не показан")
    await vera.press("✅ Опубликовать")
    await vera.expect("Уже сделано: этот отзыв отклонён.")
    await oleg.press("✅ Опубликовать", message=shown)
    await oleg.expect("Уже сделано: этот отзыв отклонён.")
    assert stand.rows("SELECT state FROM feedback WHERE comment IS NOT NULL") == [(3,)]
