"""`python -m docs.take_screenshots`: the pictures of docs/screenshots, taken anew.

Runs the demo, books by pressing what a person sees, and takes pictures on the way. They depend on the day
and on the fonts of the machine: Roboto looks like a phone's (`apt-get install fonts-roboto-unhinted`).
"""

import asyncio
import io
import shutil
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageOps
from playwright.async_api import Page, ViewportSize, async_playwright, expect

from bot.demo import playground
from sandbox.server import Sandbox

FOLDER = Path(__file__).parent / "screenshots"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
MOST_BYTES = 300_000
PHONE: ViewportSize = {"width": 390, "height": 844}
TALL: ViewportSize = {"width": 390, "height": 905}
"""As high as a card with its QR and its buttons."""
WIDE: ViewportSize = {"width": 1280, "height": 860}


async def press(page: Page, name: str) -> None:
    """Press the newest button that says this."""
    await page.get_by_role("button", name=name).last.click()


async def say(page: Page, question: str, answer: str) -> None:
    """Wait for a question and type the answer."""
    await expect(page.get_by_text(question).last).to_be_visible()
    await page.get_by_test_id("input").fill(answer)
    await page.get_by_test_id("send").click()


async def choose(page: Page) -> bytes:
    """Go from «Запустить» to a time; returns a picture of the days."""
    await page.get_by_test_id("start").click()
    await press(page, "Записаться к врачу")
    await press(page, "Калининград")
    await expect(page.get_by_text("Где вам удобно").or_(page.get_by_text("Выберите")).last).to_be_visible()
    await page.locator(".key").first.click()
    await say(page, "Какой врач вам нужен", "терап")
    await expect(page.get_by_text("Найдено").last).to_be_visible()
    await press(page, "Терапевт")
    await press(page, "Приём терапевта")
    days = page.get_by_text("Выберите день")
    doctors = page.get_by_text("Выберите врача")
    await expect(days.or_(doctors).last).to_be_visible()
    if await doctors.count():
        await page.locator(".key", has_text=". ").first.click()
    await expect(days.last).to_be_visible()
    picture = await shot(page)
    await page.locator(".key", has_text=" · ").last.click()
    await expect(page.get_by_text("Выберите время").last).to_be_visible()
    await page.locator(".key", has_text=":").nth(2).click()
    return picture


async def register(page: Page) -> None:
    """Answer what somebody new is asked."""
    await press(page, "Даю согласие")
    await press(page, "Отправить мой номер")
    await page.get_by_role("dialog").get_by_role("button", name="Отправить").click()
    await say(page, "Кого записать?", "Смирнова Анна Петровна")
    await say(page, "Дата рождения?", "15.04.1986")
    await press(page, "Всё верно")


async def shot(page: Page) -> bytes:
    """Take a picture of the window when it has come to rest."""
    await expect(page.locator(".key.waiting")).to_have_count(0)
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement.blur()")
    await page.wait_for_timeout(400)
    return await page.screenshot()


def keep(name: str, picture: Image.Image) -> None:
    """Write a picture with as many colours as fit into MOST_BYTES."""
    picture = picture.convert("RGB")
    for colours in (256, 128, 64):
        packed = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() < MOST_BYTES:
            break
    (FOLDER / name).write_bytes(packed.getvalue())
    sys.stdout.write(f"{name}: {picture.width}×{picture.height}, {packed.tell() // 1000} kB\n")


def side_by_side(pictures: Sequence[bytes], gap: int = 40) -> Image.Image:
    """Put phones next to each other on white, with round corners and a thin rim."""
    phones = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in pictures]
    width, height = phones[0].size
    sheet = Image.new("RGB", ((width + gap) * len(phones) + gap, height + 2 * gap), "white")
    for number, phone in enumerate(phones):
        place = (gap + number * (width + gap), gap)
        for inset, content in ((-2, Image.new("RGB", (width + 4, height + 4), "#c3d2cc")), (0, phone)):
            sheet.paste(content, (place[0] + inset, place[1] + inset), _rounded(content.size, 54))
    return sheet


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    large = Image.new("L", (size[0] * 2, size[1] * 2), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, size[0] * 2, size[1] * 2), radius * 2, fill=255)
    return large.resize(size)


def to_the_morning(box: Sandbox) -> None:
    """Move the clock to twenty to ten in Moscow: nobody books in the middle of the night."""
    now = box.clock.now()
    morning = now.replace(hour=6, minute=40, second=0)
    box.forward((morning - now) % timedelta(days=1))


async def main() -> None:
    """Take all pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("there is no chromium on this machine: apt-get install chromium")
    FOLDER.mkdir(exist_ok=True)
    async with playground() as box, async_playwright() as playwright:
        to_the_morning(box)
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await browser.new_page(
            viewport=TALL, device_scale_factor=1.5, locale="ru-RU", timezone_id="Europe/Moscow"
        )
        await page.goto(box.url)
        days = await choose(page)
        await register(page)
        await press(page, "Добавить цель")
        await press(page, "Осмотр")
        await expect(page.get_by_text("Проверьте, пожалуйста").last).to_be_visible()
        check = await shot(page)
        await press(page, "✅ Записаться")
        ticket = page.locator(".document", has_text="ticket.pdf")
        await expect(ticket).to_be_visible()
        await page.locator(".photo").evaluate("photo => photo.closest('article').scrollIntoView()")
        card = await shot(page)
        keep("chat.png", side_by_side((days, check, card)))
        await page.set_viewport_size(PHONE)
        await page.locator("#feed").evaluate("feed => { feed.scrollTop = feed.scrollHeight; }")
        keep("phone.png", Image.open(io.BytesIO(await shot(page))))
        await page.set_viewport_size(WIDE)
        keep("panel.png", Image.open(io.BytesIO(await shot(page))))
        address = await ticket.get_by_role("link").first.get_attribute("href")
        pdf = await page.request.get(f"{box.url}{address}")
        sheet = pypdfium2.PdfDocument(await pdf.body())[0].render(scale=1.4).to_pil()
        keep("ticket.png", ImageOps.expand(sheet, 2, "#c3d2cc"))
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
