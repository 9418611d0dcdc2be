"""The chat page in a real browser, with the real bot behind it.

The browser is started once, and so all tests here share its event loop; each has a sandbox, a bot and a
window of its own, without a past.
"""

import os
import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import ClientSession
from playwright.async_api import Browser, Page, async_playwright, expect

from sandbox import events, updates
from sandbox.server import TOKEN, Sandbox
from tests.e2e.conftest import Stand, serving
from tests.e2e.steps import book_nearest, open_visit, starts_at

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("TALON_NEED_BROWSER"),
        reason="there is no chromium on this machine: apt-get install chromium",
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM or "chromium", args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def stand(empty_store: Path, tmp_path: Path) -> AsyncIterator[Stand]:
    async with Sandbox() as box, serving(box, empty_store, tmp_path) as stand:
        yield stand


@pytest_asyncio.fixture(loop_scope="module")
async def page(stand: Stand, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Page]:
    monkeypatch.setattr(events, "TICK", 0.2)
    monkeypatch.setattr(updates, "POLLED_LATELY", 0.5)
    mistakes: list[str] = []
    page = await browser.new_page(viewport={"width": 1280, "height": 860}, locale="ru-RU")
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.on("console", lambda line: mistakes.append(line.text) if line.type == "error" else None)
    await page.goto(stand.box.url)
    yield page
    await page.close()
    assert mistakes == []


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name).last.click()


async def book(page: Page) -> None:
    await page.get_by_test_id("start").click()
    for name in ("Записаться к врачу", "Москва", "Ближайшее", "Даю согласие"):
        await press(page, name)
    await press(page, "Отправить мой номер")
    await page.get_by_role("dialog").get_by_role("button", name="Отправить").click()
    for question, answer in (("Кого записать?", "Смирнова Анна Петровна"), ("Дата рождения?", "15.04.1986")):
        await expect(page.get_by_text(question).last).to_be_visible()
        await page.get_by_test_id("input").fill(answer)
        await page.get_by_test_id("send").click()
    for name in ("Всё верно", "✅ Записаться"):
        await press(page, name)
    await expect(page.get_by_text("Вы записаны.")).to_be_visible()


async def test_a_patient_books_on_the_page_and_sees_the_reminder(
    page: Page, stand: Stand, tmp_path: Path
) -> None:
    await book(page)
    await expect(page.get_by_text("ticket.pdf")).to_be_visible()
    await page.get_by_role("button", name="Открыть фото").click()
    await expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    await page.get_by_role("dialog").get_by_role("img").click()
    async with page.context.expect_page() as opened:
        await page.get_by_text("ticket.pdf").click()
    ticket = await page.request.get((await opened.value).url)
    assert ticket.headers["content-type"] == "application/pdf"
    assert (await ticket.body()).startswith(b"%PDF-")

    days = (starts_at(stand) - stand.box.clock.now() - timedelta(hours=23)) // timedelta(days=1)
    for _ in range(max(0, days)):
        await press(page, "+1 день")

    def is_far() -> bool:
        return starts_at(stand) - stand.box.clock.now() > timedelta(hours=6)

    while starts_at(stand) - stand.box.clock.now() > timedelta(hours=3):
        async with page.expect_response("**/sandbox/clock"):
            await press(page, "+3 часа" if is_far() else "+1 час")
    await expect(page.get_by_text("Придёте?").last).to_be_visible()
    await press(page, "Приду")
    await expect(page.get_by_role("status")).to_have_text("Спасибо, ждём вас!")
    await expect(page.get_by_test_id("violations").locator("li")).to_have_count(0)


async def test_people_do_not_see_each_others_chats(page: Page, stand: Stand) -> None:
    await page.get_by_test_id("start").click()
    await expect(page.get_by_text("Здравствуйте!")).to_be_visible()
    await page.get_by_test_id("person-1003").click()
    await expect(page.get_by_text("Здравствуйте!")).to_have_count(0)
    await page.get_by_test_id("start").click()
    await expect(page.get_by_text("Hello!")).to_be_visible()
    await page.get_by_role("button", name="Команды бота").click()
    await page.get_by_role("menuitem", name="/help").click()
    await expect(page.locator(".bubble").get_by_text("What I can do", exact=True)).to_be_visible()


async def test_a_press_spins_until_it_is_answered(page: Page, stand: Stand) -> None:
    await page.get_by_test_id("start").click()
    stand.box.faults.order("answerCallbackQuery", "late", seconds=0.7)
    stand.box.faults.order("editMessageText", "late", seconds=0.7)
    await press(page, "Помощь")
    await expect(page.locator(".key.waiting")).to_have_count(1)
    await expect(page.locator(".bubble").get_by_text("Что я умею", exact=True)).to_be_visible()
    await expect(page.locator(".key.waiting")).to_have_count(0)


async def test_on_a_phone_the_chat_fills_the_screen(page: Page, stand: Stand) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_test_id("start").click()
    await expect(page.get_by_text("Здравствуйте!")).to_be_visible()
    chat = await page.locator(".phone").bounding_box()
    assert chat is not None
    assert (chat["x"], chat["width"]) == (0, 390)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    ahead = stand.box.clock.offset
    await page.get_by_role("button", name="Часы и вызовы").click()
    await press(page, "+1 день")
    days = (ahead + timedelta(days=1)).days
    await expect(page.locator("#offset")).to_contain_text(re.compile(rf"впереди настоящих на {days} д"))
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Люди").click()
    await page.get_by_test_id("person-1002").click()
    await expect(page.get_by_test_id("start")).to_be_visible()


async def test_what_people_type_is_never_taken_for_markup(page: Page, stand: Stand) -> None:
    await page.get_by_test_id("start").click()
    await page.get_by_test_id("input").fill("<img src=x onerror=alert(1)><b>жирный</b>")
    await page.get_by_test_id("send").click()
    bubble = page.locator(".bubble").filter(has_text="<img src=x onerror=alert(1)><b>жирный</b>")
    await expect(bubble).to_have_count(1)
    assert await bubble.locator("img, b").count() == 0  # the bot's own answer may be bold
    assert await page.locator(".bubble img").count() == 0


async def test_while_the_bot_is_away_the_chat_says_so_and_loses_nothing(page: Page, stand: Stand) -> None:
    await page.get_by_test_id("start").click()
    await expect(page.get_by_text("Здравствуйте!")).to_be_visible()
    await stand.stop()
    await press(page, "Помощь")
    await press(page, "Помощь")
    await expect(page.locator(".key.waiting")).to_have_count(1)
    await expect(page.locator("#bot-status")).to_have_text("не на связи, 2 события ждут", timeout=9_000)
    stand.box.world.query_lifetime = 0.1
    await expect(page.get_by_role("status")).to_have_text("Бот не ответил на нажатие.")
    await expect(page.locator(".key.waiting")).to_have_count(0)
    stand.box.world.query_lifetime = 15.0
    await stand.restart_after_stop()
    await expect(page.locator(".bubble").get_by_text("Что я умею", exact=True)).to_be_visible()
    await expect(page.locator("#bot-status")).to_have_text("бот · @talon_demo_bot")
    stand.box.violations.clear()  # answers to presses that had run out: Telegram refuses them as well


async def test_everything_a_person_can_send(page: Page, stand: Stand, tmp_path: Path) -> None:
    await page.get_by_test_id("start").click()
    await expect(page.get_by_text("Здравствуйте!")).to_be_visible()
    notes = tmp_path / "анализы.txt"
    notes.write_text("всё хорошо", encoding="utf-8")
    await page.get_by_test_id("file").set_input_files(notes)
    await page.get_by_role("dialog").get_by_role("button", name="Отправить").click()
    await expect(page.locator(".mine .document")).to_contain_text("анализы.txt")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Скачать анализы.txt").click()
    assert (await (await download.value).path()).read_bytes() == notes.read_bytes()
    await page.get_by_role("button", name="Прикрепить").click()
    await page.get_by_role("menuitem", name="Место").click()
    await page.get_by_role("dialog").get_by_role("button", name="Казань").click()
    await expect(page.locator(".mine").get_by_text("55.7963, 49.1064")).to_be_visible()
    await page.get_by_role("button", name="Прикрепить").click()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine").get_by_text("Сосед Снизу")).to_be_visible()
    await page.get_by_test_id("input").fill("первая строка")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("вторая")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine .bubble").last).to_contain_text("первая строка\nвторая")
    await expect(page.get_by_test_id("input")).to_have_value("")


async def test_what_the_bot_sends_looks_as_in_telegram(page: Page, stand: Stand) -> None:
    await page.get_by_test_id("start").click()
    await expect(page.get_by_text("Здравствуйте!")).to_be_visible()
    anna = stand.box.person("Анна").id
    async with Bot(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(stand.box.url))).context() as bot:
        await bot.send_message(
            anna,
            "<b>Жирный <i>и курсив</i></b> <tg-spoiler>тайна</tg-spoiler> <code>42</code>"
            " <a href='https://example.org/'>сюда</a>",
            parse_mode="HTML",
        )
    last = page.locator(".bubble").last
    await expect(last.locator("b > i")).to_have_text("и курсив")
    await expect(last.get_by_role("link", name="сюда")).to_have_attribute("href", "https://example.org/")
    await last.get_by_role("button", name="тайна").focus()
    await page.keyboard.press("Enter")
    await expect(last.locator(".spoiler.open")).to_have_text("тайна")
    await stand.box.person("Игорь").start()
    await expect(page.get_by_test_id("person-1002").get_by_label("новых")).to_have_text("1")


async def test_faults_are_ordered_and_taken_back(page: Page, stand: Stand) -> None:
    await page.locator("summary", has_text="Неполадки").click()
    await page.get_by_label("Неполадка").select_option("500")
    await page.get_by_label("Метод").fill("sendMessage")
    await press(page, "Заказать")
    await expect(page.locator("#faults li")).to_have_text("500: ошибка сервера × 1, sendMessage")
    await press(page, "Убрать все")
    await expect(page.locator("#faults li")).to_have_count(0)
    assert stand.box.faults.as_json() == []
    await page.get_by_label("Почта не работает").check()
    await page.get_by_label("СМС не работают").check()
    await expect(page.locator("#fault-count")).to_have_text("2")
    await page.reload()
    await expect(page.locator("#fault-count")).to_have_text("2")
    assert stand.box.phone.is_mail_down
    assert stand.box.phone.is_sms_down
    await page.locator("summary", has_text="Неполадки").click()
    await page.get_by_label("Почта не работает").uncheck()
    await expect(page.locator("#fault-count")).to_have_text("1")
    await page.get_by_label("Ограничения на отправку").select_option("strict")
    await expect(page.locator("#limits")).to_have_value("strict")
    await page.get_by_test_id("start").click()
    await expect(page.get_by_text("Здравствуйте!")).to_be_visible()
    await page.get_by_label("Анна: бот заблокирован").check()
    await expect(page.get_by_test_id("start")).to_have_text("Разблокировать и запустить")


async def test_letters_and_text_messages_stand_beside_the_chat(page: Page, stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await open_visit(anna)
    await anna.press("На почту")
    await anna.send("anna@example.ru")
    tab = page.get_by_role("tab", name="Телефон и почта")
    await expect(tab.get_by_label("новых")).to_have_text("1")
    await tab.click()
    letter = page.get_by_role("article", name="Письмо на anna@example.ru")
    await expect(letter.get_by_text("Смирнова Анна Петровна")).to_be_visible()
    await expect(letter.locator("> strong")).to_contain_text("Талон: ")
    async with page.context.expect_page() as opened:
        await letter.get_by_text("ticket.pdf").click()
    pdf = await page.request.get((await opened.value).url)
    assert pdf.headers["content-type"] == "application/pdf"
    assert (await pdf.body()).startswith(b"%PDF-")
    await expect(tab.get_by_label("новых")).to_be_hidden()

    await page.get_by_role("tab", name="Часы и вызовы").click()
    await sms(stand, "+79990000101", "654321 — ваш код")
    await expect(tab.get_by_label("новых")).to_have_text("1")
    await page.reload()
    await expect(tab.get_by_label("новых")).to_have_text("1")
    await tab.click()
    bubble = page.get_by_role("article", name="СМС на +7")
    await expect(bubble).to_contain_text("+7\u00a0999\u00a0000\u201101\u201101")
    await expect(bubble.locator("code")).to_have_text("654321")
    await expect(page.locator("#box-list article")).to_have_count(2)
    await letter.get_by_role("link", name="https://t.me/").press("Enter")
    await expect(page.locator(".mine").get_by_text("/start c_")).to_be_visible()


async def test_on_a_phone_letters_and_text_messages_are_behind_the_envelope(page: Page, stand: Stand) -> None:
    await page.set_viewport_size({"width": 360, "height": 780})
    await sms(stand, "+79161234567", "Анна Смирнова хочет записывать вас к врачам. Согласны? Код: 123456")
    envelope = page.get_by_role("button", name="Телефон и почта")
    await expect(envelope.get_by_label("новых")).to_have_text("1")
    await envelope.click()
    await expect(page.get_by_role("article", name="СМС на +7")).to_contain_text("Согласны?")
    await expect(page.get_by_role("tab", name="Телефон и почта")).to_be_focused()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await page.evaluate(
        "document.getElementById('panel').scrollWidth <= document.getElementById('panel').clientWidth"
    )
    await page.keyboard.press("Escape")
    await expect(envelope.get_by_label("новых")).to_be_hidden()


async def sms(stand: Stand, to: str, text: str) -> None:
    headers = {"Idempotency-Key": text}
    async with ClientSession() as session:
        await session.post(stand.box.sms_url, json={"to": to, "text": text}, headers=headers)


async def test_a_message_is_replied_to_and_the_reply_can_be_taken_back(page: Page, stand: Stand) -> None:
    await page.get_by_test_id("start").click()
    await expect(page.get_by_text("Здравствуйте!")).to_be_visible()
    anna = stand.box.person("Анна")
    asked = anna.screen["message_id"]
    arrow = page.get_by_test_id(f"message-{asked}").get_by_label("Ответить на сообщение")
    await arrow.click()
    await expect(page.locator("#reply")).to_be_visible()
    await page.get_by_label("Не отвечать").click()
    await expect(page.locator("#reply")).to_be_hidden()
    await arrow.click()
    await page.get_by_test_id("input").fill("терапевт")
    await page.get_by_test_id("send").click()
    await expect(page.locator(".quote")).to_be_visible()
    await expect(page.locator("#reply")).to_be_hidden()
    replied = [one["reply_to_message"]["message_id"] for one in anna.messages if "reply_to_message" in one]
    assert replied == [asked]
