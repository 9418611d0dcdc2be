"""Somebody writes to support, administrators answer in their own chats, and nobody else learns of it."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from clinic import codes, visits
from documents import ticket
from sandbox.actor import Actor
from sandbox.server import Sandbox
from tests.e2e.conftest import Stand, serving
from tests.e2e.steps import book_nearest, choose_time, confirm, register
from tests.e2e.test_documents import PDF, picture

OLEG, VERA = 1004, 1005


@pytest.fixture
async def stand(box: Sandbox, empty_store: Path, tmp_path: Path) -> AsyncIterator[Stand]:
    """The bot with two administrators: Олег of the sandbox, and Вера, who joins it."""
    box.join(first_name="Вера", phone_number="79990000105", started=True)
    async with serving(box, empty_store, tmp_path, admin_ids=(OLEG, VERA)) as stand:
        yield stand


async def write(person: Actor, text: str, kind: str = "Техническая проблема") -> str:
    """Write to support, from /support to the thanks; returns the number."""
    await person.send("/support")
    await person.expect("О чём вопрос?")
    await person.press(kind)
    await person.expect("Напишите, что случилось")
    await person.send(text)
    await person.expect("Нажмите «Отправить»")
    await person.press("✅ Отправить")
    said = (await person.expect("Отправлено. Обращение"))["text"]
    return re.search(r"\d{3}-\d{4}", said)[0]


async def test_a_request_is_answered_and_goes_on_in_both_chats(stand: Stand) -> None:
    anna, oleg, vera = (stand.box.person(name) for name in ("Анна", "Олег", "Вера"))
    await anna.start()
    number = await write(anna, "Не приходит <талон> & письмо")
    asked = await oleg.expect(f"Обращение {number}")
    assert "Не приходит <талон> & письмо" in asked["text"]
    assert "Смирнова" not in asked["text"]
    assert str(anna.id) not in asked["text"]
    await vera.expect(f"Обращение {number}")

    await oleg.reply(asked, "Талон отправили ещё раз")
    await oleg.expect(f"Ваш ответ отправляется: обращение {number}")
    answer = await anna.expect(f"Ответ на обращение {number}")
    assert "Талон отправили ещё раз" in answer["text"]
    noted = await vera.expect("отвечает Олег")
    assert "Талон отправили ещё раз" in noted["text"]

    await anna.reply(answer, "Пришёл, спасибо! А письмо?")
    await anna.expect(f"Передано: обращение {number}")
    more = await vera.expect("дополнение")
    assert "А письмо?" in more["text"]
    await vera.reply_with(more, picture(), "снимок.png", caption="Посмотрите сюда", as_photo=True)
    await anna.expect("Посмотрите сюда")
    shown = await anna.expect("файл 1 из 1")
    assert stand.box.download(shown["photo"][-1]) == picture()

    await anna.press("✅ Вопрос решён")
    await oleg.expect("человек пишет, что вопрос решён")
    await anna.send("/support")
    await anna.expect("О чём вопрос?")
    await anna.press("📨 Мои обращения")
    await anna.press(f"✅ {number}")
    await anna.expect("вопрос решён")
    assert stand.rows("SELECT state FROM support_request") == [(2,)]


async def test_screenshots_go_along_an_album_too_and_what_is_none_is_said(stand: Stand) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")
    await anna.start()
    await anna.send("/support")
    await anna.press("🎫 Талон")
    await anna.upload(b"MZ\x90\0 no picture", "снимок.png")
    await anna.expect("PDF, JPG или PNG")
    for colour in ("red", "green"):
        stand.box.world.file(
            anna.chat, picture("JPEG", colour), "1.jpg", as_photo=True, album="7", caption="Вот так"
        )
    await anna.expect("2 файла")
    await anna.upload(PDF, "талон.pdf")
    await anna.expect("3 файла")
    await anna.press("✅ Отправить")
    await anna.expect("Отправлено")
    await oleg.expect("Вот так")
    await oleg.expect("файл 3 из 3")
    assert [stand.box.download(one["photo"][-1]) for one in oleg.photos] == [
        picture("JPEG", "red"),
        picture("JPEG", "green"),
    ]
    (file,) = oleg.documents
    assert stand.box.download(file["document"]) == PDF
    assert "талон" not in file["document"]["file_name"]


async def test_a_post_goes_on_with_the_part_at_which_telegram_failed(stand: Stand) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")
    await anna.start()
    await anna.send("/support")
    await anna.expect("О чём вопрос?")
    await anna.press("🎫 Талон")
    await anna.expect("Напишите, что случилось")
    for number, colour in enumerate(("red", "green"), 1):
        await anna.upload(picture("JPEG", colour), "1.jpg", as_photo=True)
        await anna.expect(f"{number} файл")
    await anna.send("вот снимки")
    await anna.expect("вот снимки")
    stand.box.faults.order("sendPhoto", "400", 1)  # then it goes as a file
    stand.box.faults.order("sendDocument", "403", 2)  # to either administrator
    await anna.press("✅ Отправить")
    await oleg.expect("вот снимки")
    await asyncio.sleep(0.5)
    await stand.restart()
    stand.box.forward(timedelta(minutes=6))
    await oleg.expect("файл 2 из 2")
    texts = [one for one in oleg.messages if "вот снимки" in one.get("text", "")]
    assert len(texts) == 1
    assert len(oleg.photos) + len(oleg.documents) == 2


async def test_a_stranger_who_replies_gets_nothing_and_gives_nothing(stand: Stand) -> None:
    anna, igor, oleg = (stand.box.person(name) for name in ("Анна", "Игорь", "Олег"))
    await anna.start()
    await write(anna, "секретная беда")
    asked = await oleg.expect("секретная беда")
    await igor.start()
    for message_id in range(1, 30):  # numbers of messages are the same in every chat
        igor.chat.messages.setdefault(
            message_id, {**asked, "message_id": message_id, "chat": igor.chat.person.chat()}
        )
    before = stand.rows("SELECT count(*) FROM support_post")
    for message_id in (1, asked["message_id"], 29):
        await igor.reply({"message_id": message_id}, "это я, администратор")
    await asyncio.sleep(0.5)
    assert stand.rows("SELECT count(*) FROM support_post") == before
    assert "это я, администратор" not in anna.transcript()
    assert all("секретная" not in str(m.get("text")) for m in igor.messages if m["message_id"] > 29)


async def test_a_restart_between_any_two_steps_loses_nothing(stand: Stand) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")
    await anna.start()
    await anna.send("/support")
    await anna.press("Техническая проблема")
    await anna.send("первая строка")
    await anna.expect("первая строка")
    await stand.restart()
    await anna.send("вторая строка")
    await anna.expect("вторая строка")
    await anna.press("✅ Отправить")
    await anna.expect("Отправлено")
    await stand.restart()
    asked = await oleg.expect("вторая строка")
    assert "первая строка\nвторая строка" in asked["text"]
    await stand.restart()
    await oleg.reply(asked, "Разбираемся")
    await oleg.expect("Ваш ответ отправляется")
    await stand.restart()
    await anna.expect("Разбираемся")
    sent = [m for m in anna.messages if "Разбираемся" in m.get("text", "")]
    assert len(sent) == 1


async def test_what_was_planned_while_the_bot_was_down_goes_out_and_not_to_a_former_administrator(
    stand: Stand,
) -> None:
    anna, oleg, vera = (stand.box.person(name) for name in ("Анна", "Олег", "Вера"))
    await anna.start()
    await write(anna, "раз")
    await oleg.expect("раз")
    await vera.expect("раз")
    await stand.stop()
    stand.config = stand.config.model_copy(update={"admin_ids": (OLEG,)})
    await stand.restart_after_stop()
    stand.box.forward(timedelta(hours=5))
    await oleg.expect("пока никто не ответил")
    assert "пока никто не ответил" not in vera.transcript()


async def test_danger_in_a_request_is_answered_at_once(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.send("/support")
    await anna.expect("О чём вопрос?")
    await anna.send("не могу записаться, а у меня сильная боль в груди")
    said = (await anna.expect("Нажмите «Отправить»"))["text"]
    assert "103 или 112" in said
    await anna.press("✅ Отправить")
    await stand.box.person("Олег").expect("боль в груди")


async def test_in_english(stand: Stand) -> None:
    emily, oleg = stand.box.person("Emily"), stand.box.person("Олег")
    await emily.start()
    await emily.send("support")
    await emily.press("Something does not work")
    await emily.send("The ticket does not come")
    await emily.press("✅ Send")
    await emily.expect("Sent. Request")
    asked = await oleg.expect("Обращение")
    assert "The ticket does not come" in asked["text"]
    await oleg.reply(asked, "It is on its way")
    answer = await emily.expect("Answer to your request")
    assert "It is on its way" in answer["text"]


async def test_an_apology_leads_to_a_request_with_its_number_which_the_log_has_too(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")
    await anna.start()
    await anna.expect("Здравствуйте!")

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(visits, "overview", broken)
    with caplog.at_level(logging.ERROR):
        await anna.send("/help")
        said = (await anna.expect("Номер ошибки"))["text"]
    monkeypatch.undo()
    number = re.search(r"\b[0-9a-f]{8}\b", said)[0]
    (record,) = [one for one in caplog.records if getattr(one, "mistake", "") == number]
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
    await anna.press("🆘 Написать в поддержку")
    await anna.expect(number)
    await anna.send("нажала «Помощь»")
    await anna.press("✅ Отправить")
    asked = await oleg.expect("Номер ошибки")
    assert number in asked["text"]


async def test_a_locked_chat_shows_an_answer_only_after_the_pin(stand: Stand) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")
    await book_nearest(anna)
    await anna.send("/settings")
    await anna.press("PIN-код")
    await anna.press("Поставить PIN-код")
    for key in "4071✓4071✓":
        await anna.press(key)
    await anna.expect("PIN-код включён")
    number = await write(anna, "личное дело")
    asked = await oleg.expect("личное дело")
    stand.box.forward(timedelta(minutes=6))
    await oleg.reply(asked, "личный ответ")
    told = await anna.expect(f"Ответ на обращение {number}")
    assert "личный ответ" not in told["text"]
    posts = stand.rows("SELECT count(*) FROM support_post")
    await anna.reply(told, "подсмотрю")  # somebody else with the phone in the hand
    await anna.expect("Здесь личное")
    assert stand.rows("SELECT count(*) FROM support_post") == posts
    await anna.send("4071")
    await anna.expect("личный ответ")


async def test_somebody_who_forgot_the_pin_can_write_and_nothing_that_was_written_is_shown(
    stand: Stand,
) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")
    await book_nearest(anna)
    await anna.send("/settings")
    await anna.press("PIN-код")
    await anna.press("Поставить PIN-код")
    for key in "4071✓4071✓":
        await anna.press(key)
    await anna.expect("PIN-код включён")
    stand.box.forward(timedelta(minutes=6))
    await anna.send("/my")
    await anna.expect("Здесь личное")
    await anna.send("/support")
    await anna.expect("О чём вопрос?")
    await anna.press("👤 Мои данные")
    await anna.expect("Напишите, что случилось")
    await anna.send("забыла ПИН, а телефон новый")
    said = (await anna.expect("Нажмите «Отправить»"))["text"]
    assert "забыла ПИН" not in said
    assert "Написано 27 знаков" in said
    await anna.press("✅ Отправить")
    await anna.expect("Отправлено")
    await oleg.expect("забыла ПИН")
    await anna.press("📨 Мои обращения")
    await anna.expect("Здесь личное")


async def test_files_of_an_answer_are_shown_again_from_the_request(stand: Stand) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")
    await anna.start()
    await write(anna, "где кнопка?")
    asked = await oleg.expect("где кнопка?")
    await oleg.reply_with(asked, PDF, "инструкция.pdf", caption="Вот инструкция")
    await anna.expect("файл 1 из 1")
    await anna.press("📨 Мои обращения")
    await anna.expect("вопрос решён")
    await anna.press("💬")
    await anna.expect("Вот инструкция")
    await anna.press("📎 Показать 1 файл")
    shown = await anna.expect_document(2)
    assert stand.box.download(shown["document"]) == PDF
    await anna.expect("есть ответ")


async def test_a_group_never_gets_anything(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await write(anna, "беда")
    await stand.box.person("Олег").expect("беда")
    chats = {call.chat_id for call in stand.box.calls if call.method.startswith("send")}
    assert chats
    assert all(int(chat) > 0 for chat in chats if chat is not None)


async def test_a_ticket_that_cannot_be_made_leads_to_a_request_that_names_the_visit(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")

    def broken(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(ticket, "render", broken)
    await anna.start()
    await anna.expect("Здравствуйте!")
    await choose_time(anna)
    await register(anna)
    await confirm(anna)
    await anna.expect("Файл талона не получился, но вы записаны")
    assert stand.rows("SELECT status FROM appointment") == [(1,)]
    await anna.press("🆘 Написать в поддержку")
    await anna.expect("Не получился талон на приём")
    await anna.press("✅ Отправить")
    await anna.expect("Отправлено")
    asked = (await oleg.expect("Техническая проблема"))["text"]
    ((number,),) = stand.rows("SELECT number FROM appointment")
    assert codes.grouped(number) in asked


async def test_without_administrators_people_are_told_whom_to_call_and_the_log_says_so(
    box: Sandbox, empty_store: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with serving(box, empty_store, tmp_path) as stand:
            anna = box.person("Анна")
            await anna.start()
            await anna.expect("Здравствуйте!")
            await anna.send("не работает")
            await anna.expect("Её телефон есть в вашем талоне")
            assert "🩺 Запись к врачу" not in anna.buttons
            await anna.send("садовая поликлиника")
            said = (await anna.expect("люди это не читают"))["text"]
            assert "Нажмите, о чём вопрос" not in said
            await anna.press("🏥 Поликлиника № 1")
            await anna.expect("Какой врач вам нужен?")
            await anna.press("О клинике")
            await anna.expect("+7 495 000-00-00")
            await book_nearest(anna)
            await anna.send("/support")
            await anna.expect("+7 495 000-00-00")
            await anna.send("помогите же, сильная боль в груди")
            said = (await anna.expect("люди это не читают"))["text"]
            assert "103 или 112" in said
            assert stand.rows("SELECT * FROM support_request") == []
    assert "ADMIN_IDS is not set" in caplog.text


async def test_who_blocks_the_bot_gets_the_answer_after_coming_back(stand: Stand) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")
    await anna.start()
    await write(anna, "вернусь позже")
    asked = await oleg.expect("вернусь позже")
    await anna.block()
    await oleg.reply(asked, "ждём вас")
    await oleg.expect("ответ не дошёл")
    await anna.block(blocked=False)
    await anna.expect("ждём вас")


async def test_an_answer_to_a_deleted_request_is_said_to_go_nowhere(stand: Stand) -> None:
    anna, oleg = stand.box.person("Анна"), stand.box.person("Олег")
    await anna.start()
    await write(anna, "уже не нужно")
    asked = await oleg.expect("уже не нужно")
    await anna.press("📨 Мои обращения")
    await anna.expect("вопрос решён")
    await anna.press("⏳")
    await anna.expect("ждёт ответа")
    await anna.press("✅ Вопрос решён")
    await anna.expect("Рады, что помогли")
    await anna.press("🗑 Удалить обращение")
    await anna.expect("Обращение удалено")
    await oleg.reply(asked, "пожалуйста")
    await oleg.expect("Этого обращения больше нет")
    assert stand.rows("SELECT * FROM support_post") == []
