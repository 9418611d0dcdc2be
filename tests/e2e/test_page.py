"""The chat page in a real browser, with the real bot behind it."""

import os
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.e2e.conftest import Stand
from tests.e2e.steps import starts_at

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("TALON_NEED_BROWSER"),
        reason="there is no chromium on this machine: apt-get install chromium",
    ),
]


@pytest.fixture
async def page(stand: Stand) -> AsyncIterator[Page]:
    mistakes: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM or "chromium", args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 860}, locale="ru-RU")
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.on("console", lambda line: mistakes.append(line.text) if line.type == "error" else None)
        await page.goto(stand.box.url)
        yield page
        await browser.close()
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
    while starts_at(stand) - stand.box.clock.now() > timedelta(hours=3):
        async with page.expect_response("**/sandbox/clock"):
            await press(page, "+1 час")
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
    stand.box.faults.order("answerCallbackQuery", "late", seconds=1.5)
    stand.box.faults.order("editMessageText", "late", seconds=1.5)
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
    await page.get_by_role("button", name="Часы и вызовы").click()
    await press(page, "+1 день")
    await expect(page.locator("#offset")).to_have_text("впереди настоящих на 1 дн. 0 ч")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Люди").click()
    await page.get_by_test_id("person-1002").click()
    await expect(page.get_by_test_id("start")).to_be_visible()


async def test_what_people_type_is_never_taken_for_markup(page: Page, stand: Stand) -> None:
    await page.get_by_test_id("start").click()
    await page.get_by_test_id("input").fill("<img src=x onerror=alert(1)><b>жирный</b>")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_text("<img src=x onerror=alert(1)><b>жирный</b>")).to_be_visible()
    assert await page.locator(".bubble img, .bubble b").count() == 0
