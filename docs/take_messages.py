"""`python -m docs.take_messages`: the pictures of docs/messages.md, taken anew.

The letters of one invented visit as Chromium shows them, the text messages in the phone of the sandbox's
page, and the windows of the settings, played in the demo.
"""

import asyncio
import html
import io
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.demo import playground
from dialogs import texts, visit_letters
from dialogs.letters import Letter
from docs.take_screenshots import (
    FLAGS,
    PHONE,
    WIDE,
    choose,
    press,
    register,
    shot,
    side_by_side,
    to_the_morning,
)
from locales import LANGUAGES, Translator, translator
from sandbox.letters import TextMessage
from sandbox.server import Sandbox
from storage.appointments import AppointmentRow, Visit
from storage.facilities import FacilityRow
from storage.people import Person
from storage.places import Place
from storage.states import AppointmentStatus

FOLDER = Path(__file__).parent / "messages"
LETTER_WIDTH = 640
STARTS_AT = datetime(2026, 11, 24, 6, 20, tzinfo=UTC)
BOT = "talon_bot"
COLOURS = 64


def sample(language: str) -> Visit:
    """Invent a visit."""
    place = Place(
        1,
        FacilityRow(
            1, "RU-MOW", "Поликлиника № 1", "polyclinic", "all", "Москва", "ул. Садовая, 5",
            "+7 495 000-00-00", "Europe/Moscow", False,
        ),
        1, "Терапевт", "Physician", "Возьмите список лекарств, которые принимаете.",
        "Bring a list of the medicines that you take.", "Чехова", "Анна", "Павловна", "304", "Europe/Moscow",
    )  # fmt: skip
    row = AppointmentRow(
        id=1, number="5483944611", ticket_code="k3vJm0cA9sTn2Qx7LpRw", patient_id=1, account_id=1,
        telegram_id=1, language=language, slot_id=1, schedule_id=1,
        status=AppointmentStatus.BOOKED, starts_at=STARTS_AT, ends_at=STARTS_AT + timedelta(minutes=20),
        first_starts_at=STARTS_AT,
        queue_number=2, sequence=0, booked_at=STARTS_AT - timedelta(days=9),
        confirmed_at=None, cancelled_at=None, booked_by=1,
        changed_by=None, words={},
    )  # fmt: skip
    person = Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15), policy="7755310884000121")
    return Visit(row, place, person)


def moved(visit: Visit) -> Visit:
    """Move it by a day."""
    return replace(
        visit, appointment=replace(visit.appointment, sequence=1, starts_at=STARTS_AT + timedelta(days=1))
    )


def cancelled(visit: Visit) -> Visit:
    """Cancel it."""
    now = STARTS_AT - timedelta(days=2)
    row = replace(visit.appointment, sequence=1, cancelled_at=now, status=AppointmentStatus.CANCELLED)
    return replace(visit, appointment=row)


def family(visit: Visit) -> list[Visit]:
    """Invent the visits of a family's day: this one, and a child's after it."""
    child = Person("Смирнова", "Мария", "Ивановна", date(2018, 3, 1))
    row = replace(
        visit.appointment, id=2, number="2906551837", ticket_code="p8WqZs4nYb1Tg6RcHd0e", patient_id=2,
        starts_at=STARTS_AT + timedelta(minutes=40), ends_at=STARTS_AT + timedelta(minutes=60),
        queue_number=4, relation="child",
    )  # fmt: skip
    place = replace(
        visit.place, specialty_ru="Педиатр", specialty_en="Paediatrician", prepare_ru="", prepare_en="",
        doctor_surname="Вересаев", doctor_given_name="Викентий", doctor_patronymic="Викентьевич", room="112",
    )  # fmt: skip
    return [visit, replace(visit, appointment=row, person=child, place=place)]


LETTERS: dict[str, Callable[[Translator, Visit], Letter]] = {
    "booked": lambda tr, visit: visit_letters.news(tr, visit, BOT),
    "moved": lambda tr, visit: visit_letters.news(tr, moved(visit), BOT),
    "cancelled": lambda tr, visit: visit_letters.cancelled(tr, cancelled(visit), BOT),
    "reminder": lambda tr, visit: visit_letters.reminder(tr, [visit], BOT, STARTS_AT - timedelta(days=3)),
    "result": lambda tr, visit: visit_letters.result(tr, visit, BOT, is_changed=False),
    "family": lambda tr, visit: visit_letters.reminder(tr, family(visit), BOT, STARTS_AT - timedelta(days=3)),
}


FILES = {
    "cancelled": "visit.ics",
    "result": "",
    "family": "ticket-1.pdf, visit-1.ics, ticket-2.pdf, visit-2.ics",
}
"""What is attached to the letters that have not the page and the entry of one visit."""


def text_messages(tr: Translator, visit: Visit) -> list[str]:
    """Word every text message of it."""
    return [
        texts.news(tr, visit),
        texts.news(tr, moved(visit)),
        texts.reminder(tr, visit, STARTS_AT - timedelta(days=1), "last4"),
        texts.result(tr, visit, is_changed=False),
        texts.family(tr, family(visit), STARTS_AT - timedelta(days=1)),
        texts.cancelled(tr, cancelled(visit)),
    ]


async def letter_picture(browser: Browser, letter: Letter, files: str) -> Image.Image:
    """Render a letter below its subject and its attachments."""
    head = (
        "<div style='font:15px Arial,sans-serif;padding:14px 24px;margin:-24px -24px 24px;background:#eee'>"
        f"<b>{html.escape(letter.subject)}</b><br>anna@example.ru<br>{files}</div>"
    )
    page = await browser.new_page(viewport={"width": LETTER_WIDTH, "height": 300}, device_scale_factor=1.25)
    await page.set_content(re.sub(r"<body[^>]*>", lambda found: found[0] + head, letter.html, count=1))
    picture = await page.screenshot(full_page=True)
    await page.close()
    return Image.open(io.BytesIO(picture))


def keep(name: str, picture: Image.Image) -> None:
    """Write a picture with few colours: letters are text on white."""
    FOLDER.mkdir(exist_ok=True)
    packed = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    packed.save(FOLDER / name, "PNG", optimize=True)
    size = (FOLDER / name).stat().st_size
    sys.stdout.write(f"{name}: {picture.width}×{picture.height}, {size // 1000} kB\n")


async def phone_picture(box: Sandbox, page: Page) -> bytes:
    """Put the text messages into the phone of the page and open it."""
    for language in reversed(LANGUAGES):
        for number, text in enumerate(text_messages(translator(language), sample(language))):
            at = box.clock.now().timestamp()
            message = TextMessage("+79990000101", text, f"{language}{number}", at)
            box.phone.messages.append(message)
            box.world.tell("sms", message.as_json())
    await page.get_by_role("button", name="Телефон и почта").first.click()
    await expect(page.locator("article.sms").first).to_be_visible()
    return await shot(page)


async def windows(page: Page) -> list[bytes]:
    """Take the windows of the settings."""
    await page.get_by_test_id("input").fill("/settings")
    await page.get_by_test_id("send").click()
    pictures = []
    for name, said in (
        ("🔔 Напоминания", "Следующее напоминание"),
        ("За день · чат", "Как напомнить"),
        ("‹ Назад", "Следующее напоминание"),
        ("➕ Ещё напоминание", "За сколько до приёма"),
    ):
        await press(page, name)
        await expect(page.get_by_text(said).last).to_be_visible()
        if name != "‹ Назад":
            pictures.append(await shot(page))
    return pictures


async def whom(page: Page, person_id: int) -> None:
    """Be another person; a window as narrow as a phone has no list of them."""
    await page.set_viewport_size(WIDE)
    await page.get_by_test_id(f"person-{person_id}").click()
    await page.set_viewport_size(PHONE)


async def results(page: Page) -> list[bytes]:
    """Take what a result brings: the word in the chat, the visit's card, the history."""
    await whom(page, 1005)
    await expect(page.get_by_text("Готов результат приёма").last).to_be_visible()
    pictures = [await shot(page)]
    await press(page, "📄 Открыть результат")
    await expect(page.get_by_text("ОРВИ лёгкого течения").last).to_be_visible()
    pictures.append(await shot(page))
    await page.get_by_test_id("input").fill("история")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_text("неявка").last).to_be_visible()
    return [*pictures, await shot(page)]


async def main() -> None:
    """Take all pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("there is no chromium on this machine: apt-get install chromium")
    async with playground() as box, async_playwright() as playwright:
        to_the_morning(box)
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for language in LANGUAGES:
            tr = translator(language)
            for name, word in LETTERS.items():
                files = FILES.get(name, "ticket.pdf, visit.ics")
                picture = await letter_picture(browser, word(tr, sample(language)), files)
                keep(f"letter-{name}-{language}.png", picture)
        page = await browser.new_page(
            viewport=PHONE, device_scale_factor=1.25, locale="ru-RU", timezone_id="Europe/Moscow"
        )
        await page.goto(box.url)
        keep("results.png", side_by_side(await results(page)))
        await whom(page, 1001)
        await choose(page)
        await register(page)
        await press(page, "✅ Записаться")
        await expect(page.locator(".document", has_text="ticket.pdf")).to_be_visible()
        keep("settings.png", side_by_side(await windows(page)))
        keep("phone.png", Image.open(io.BytesIO(await phone_picture(box, page))))
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
