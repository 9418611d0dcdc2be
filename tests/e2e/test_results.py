"""What a clinic writes of visits reaches the chat while the bot serves: told, opened, read, sent."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot import import_command
from dialogs.presses import VisitPress
from sandbox.actor import Actor
from sandbox.transcript import buttons, words
from tests import reports
from tests.e2e.conftest import KEY, Stand
from tests.e2e.steps import book_nearest, open_visit, starts_at
from tests.e2e.test_pin import set_pin, tap
from tests.reports import PDF, PNG

RESULT = "Лёгкие чистые, температура 37,4."
ADVICE = "Пить тёплое & спать. " + "Каждый день гулять по полчаса. " * 60
SECRETS = ("Лёгкие", "Пить", "Смирнова", "рапевт", "анализ", "Чехов", "Булгаков")


@pytest.fixture
async def anna(stand: Stand) -> Actor:
    """Anna some minutes after the end of a visit; she is asked how it was only later."""
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    after = starts_at(stand) + timedelta(minutes=31)
    stand.box.forward(after - stand.box.clock.now())
    return anna


def number(stand: Stand) -> str:
    ((found,),) = stand.rows("SELECT number FROM appointment")
    return str(found)


async def evening(
    stand: Stand,
    folder: Path,
    patch: pytest.MonkeyPatch,
    beside: dict[str, bytes] | None = None,
    **cells: str,
) -> int:
    """Call the command as the clinic's own system does each evening, beside the bot that serves."""
    path = reports.table(folder, {"number": number(stand), **cells}, beside=beside)
    patch.setattr(import_command, "SystemClock", lambda: stand.box.clock)
    url = stand.config.database_url
    return await asyncio.to_thread(import_command.run, url, path, lambda: (KEY,), is_applied=True)


async def test_a_result_comes_is_opened_read_and_sent_as_a_file(
    stand: Stand, anna: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = {"анализ Смирновой.pdf": PDF, "снимок.png": PNG}
    cells = {
        "status": "finished",
        "result": RESULT,
        "recommendations": ADVICE,
        "files": "анализ Смирновой.pdf; снимок.png",
    }
    assert await evening(stand, tmp_path, monkeypatch, beside, **cells) == 0
    told = await anna.expect("Готов результат приёма")
    assert not [one for one in SECRETS if one in "\n".join((words(told), *buttons(told)))]
    await anna.press("📄 Открыть результат", message=told)
    card = words(await anna.expect("Приём состоялся"))
    assert "Результат\nЛёгкие чистые" in card
    assert "Файлы от клиники\n🏥 анализ Смирновой.pdf\n🏥 снимок.png" in card
    assert "Ваши документы" not in card
    await anna.press("📄 Прочитать целиком")
    await anna.expect("Рекомендации")
    await anna.press("›")
    assert "Лёгкие" not in words(await anna.expect("Рекомендации"))
    await anna.press("‹ Назад")
    count = len(anna.documents)
    await anna.press("🏥 анализ")
    sent = await anna.expect_document(count + 1)
    assert sent["document"]["file_name"].startswith("приём-")
    assert sent["document"]["file_name"].endswith("-1.pdf")
    assert sent["caption"].startswith("Файл от клиники, приём ")
    assert "Смирнов" not in sent["caption"]
    assert stand.box.download(sent["document"]) == PDF

    since = len(anna.messages)
    assert await evening(stand, tmp_path, monkeypatch, beside, **cells) == 0
    assert await evening(stand, tmp_path, monkeypatch, result=RESULT) == 0
    stand.box.forward(timedelta(seconds=2))
    await stand.restart()
    assert len(anna.messages) == since
    assert await evening(stand, tmp_path, monkeypatch, recommendations="Гулять") == 0
    told = await anna.expect("Обновлён результат приёма")
    await anna.press("📄 Открыть результат", message=told)
    assert "Рекомендации\nГулять" in words(await anna.expect("Приём состоялся"))

    await anna.send("/settings")
    await anna.press("🔐 Мои права")
    await anna.press("Кто смотрел мои данные")
    said = words(await anna.expect("клиника"))
    assert "клиника · изменение: результат приёма" in said
    assert "вы · просмотр: результат приёма" in said


async def test_a_locked_chat_asks_for_the_pin_before_the_result(
    stand: Stand, anna: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_pin(anna)
    stand.box.forward(timedelta(minutes=10))
    await evening(stand, tmp_path, monkeypatch, result=RESULT)
    told = await anna.expect("Готов результат приёма")
    assert words(told) == "📄 Готов результат приёма\n\nЧтобы прочитать, нажмите кнопку."
    await anna.press("📄 Открыть результат", message=told)
    await anna.expect("PIN")
    assert not any("Лёгкие" in words(message) for message in anna.messages)
    await tap(anna)
    await anna.expect("Лёгкие чистые")


async def test_who_blocked_the_bot_gets_a_text_message_that_says_nothing_of_it(
    stand: Stand, anna: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await anna.block()
    await evening(stand, tmp_path, monkeypatch, result=RESULT)
    async with asyncio.timeout(15):
        with stand.box.world.listening() as events:
            while not stand.box.phone.messages:
                await events.get()
    (message,) = stand.box.phone.messages
    assert message.text.startswith("Готов результат приёма ")
    assert not [one for one in SECRETS if one in message.text]


async def test_nobody_else_opens_a_result_or_its_files(
    stand: Stand, anna: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await evening(stand, tmp_path, monkeypatch, {"a.pdf": PDF}, result=RESULT, files="a.pdf")
    await anna.expect("Готов результат приёма")
    ((visit, file),) = stand.rows("SELECT appointment_id, id FROM visit_file")
    igor = stand.box.person("Игорь")
    await book_nearest(igor)
    await igor.press_raw(igor.photos[0], VisitPress(act="open", id=visit).pack())
    await open_visit(igor)
    window = await igor.expect("Пациент")
    data = window["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    count = len(igor.documents)
    await igor.press_raw(window, f"{data.rpartition(chr(29))[0]}{chr(29)}given:{file}")
    await asyncio.sleep(0.5)
    assert len(igor.documents) == count
    assert not any("Лёгкие" in words(message) for message in igor.messages)


async def test_a_visit_that_was_missed_is_in_the_history_and_not_asked_about(
    stand: Stand, anna: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await evening(stand, tmp_path, monkeypatch, status="неявка")
    stand.box.forward(timedelta(hours=5))
    await anna.send("история")
    await anna.expect("неявка")
    await anna.send("неявки")
    await anna.expect("неявка")
    await anna.press("🚫 ")
    card = words(await anna.expect("Приём пропущен"))
    assert "Вы были на этом приёме? Позвоните в клинику" in card
    assert not any("⭐" in label for label in anna.buttons)
    assert stand.rows("SELECT state FROM notification WHERE kind = 'how_was_it'") == [(2,)]


async def test_who_is_there_is_led_to_no_cancel(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    stand.box.forward(starts_at(stand) - timedelta(minutes=20) - stand.box.clock.now())
    await open_visit(anna)
    await anna.expect("Пациент")
    await evening(stand, tmp_path, monkeypatch, status="came")
    await anna.press("❌ Отменить")
    await anna.expect("Приход отмечен")
    assert not any("Отменить" in label for label in anna.buttons)
