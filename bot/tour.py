"""`python bot.py tour`: a patient's whole way, played through the chat and printed as text.

Longer than other modules: the steps follow one another, and are read so.
"""

import asyncio
import sys
import tempfile
import textwrap
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from icalendar import Calendar

from bot import log
from bot.demo import playground
from bot.middlewares import Flood
from bot.send_limits import SendLimits
from sandbox.actor import Actor
from sandbox.server import Sandbox

STEP_SECONDS = 30

Step = Callable[["_Tour"], Awaitable[None]]


class StepFailed(Exception):
    """A step of the tour did not do what it must."""


class _Tour:
    """Anna, what she has in her hands, and where her files go."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        self.box = box
        self.anna: Actor = box.person("Анна")
        self.folder = folder

    def keep(self, message: dict[str, object], name: str) -> Path:
        """Write a document of the chat into the folder."""
        path = self.folder / name
        path.write_bytes(self.box.download(message["document"]))  # type: ignore[arg-type]
        return path


async def register(tour: _Tour) -> None:
    """Choose a time and register while it is held."""
    anna = tour.anna
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.press("Записаться к врачу")
    await anna.press("Калининградская")
    await _first_choice(anna)
    await anna.send("терапевт")
    await anna.expect("Найдено")
    await anna.press("Терапевт")
    await anna.press("Приём терапевта")
    await _far_enough(anna)
    await anna.expect("согласны")
    await anna.press("Даю согласие")
    await anna.share_contact()
    await anna.expect("Кого записать?")
    await anna.send("смирнова анна петровна")
    await anna.expect("Дата рождения?")
    await anna.send("1986-04-15")
    await anna.expect("Смирнова Анна Петровна")
    await anna.press("Всё верно")


async def _first_choice(anna: Actor) -> None:
    await anna.press(anna.buttons[0])


async def _far_enough(anna: Actor) -> None:
    """Choose the first doctor with a time some days ahead, so that both reminders come."""
    if "Выберите врача" in anna.text:
        doctors = [label for label in anna.buttons if label[-1:].isdigit() and "⚡" not in label]
        await anna.press(doctors[0])
    days = [label for label in anna.buttons if " · " in label and "⚡" not in label]
    await anna.press(days[-1])
    times = [label for label in anna.buttons if label[:1].isdigit() and ":" in label]
    await anna.press(times[-1])


async def book(tour: _Tour) -> None:
    """Check, say what the visit is for, book; QR and ticket come into the chat."""
    anna = tour.anna
    await anna.press("Добавить цель")
    await anna.press("Осмотр")
    await anna.expect("Проверьте, пожалуйста")
    await anna.press_twice("✅ Записаться")
    await anna.expect("Вы записаны")
    ticket = await anna.expect_document(1)
    if len(anna.photos) != 1:
        raise StepFailed(f"there are {len(anna.photos)} QR pictures, not one")
    pdf = tour.keep(ticket, "ticket.pdf").read_bytes()
    if not pdf.startswith(b"%PDF-"):
        raise StepFailed("the ticket is no PDF")


async def calendar(tour: _Tour) -> None:
    """Take the calendar file from under the QR."""
    anna = tour.anna
    await anna.press("В календарь", message=anna.photos[-1])
    message = await anna.expect_document(2)
    _check_calendar(tour.keep(message, "visit.ics"), 0)


def _check_calendar(path: Path, sequence: int) -> datetime:
    """Read when the entry begins; raises StepFailed when it is not the one that is expected."""
    (event,) = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    if event["SEQUENCE"] != sequence:
        raise StepFailed(f"the calendar file has SEQUENCE {event['SEQUENCE']}, not {sequence}")
    starts_at = event.decoded("DTSTART")
    if not isinstance(starts_at, datetime) or starts_at.tzinfo is None:
        raise StepFailed("the calendar file does not say in which zone the visit is")
    return starts_at


async def mail(tour: _Tour) -> None:
    """Send the ticket to a typed address from the visit's card; the letter brings page and calendar file."""
    anna = tour.anna
    await anna.send("/my")
    await anna.expect("Ваши записи")
    await _first_choice(anna)
    await anna.press("На почту")
    await anna.expect("Куда прислать талон?")
    await anna.send("anna@example.ru")
    await anna.expect("талон на anna@example.ru")
    (letter,) = await tour.box.phone.wait_for_letters(1)
    if letter.to != "anna@example.ru" or sorted(letter.files) != ["ticket.pdf", "visit.ics"]:
        raise StepFailed(f"the letter to {letter.to} brings {', '.join(letter.files) or 'nothing'}")


async def reminder(tour: _Tour) -> None:
    """Move the clock to a day before the visit; the reminder comes and is answered."""
    anna = tour.anna
    starts_at = _check_calendar(tour.folder / "visit.ics", 0)
    anna._mark()
    tour.box.forward(starts_at - tour.box.clock.now() - timedelta(hours=24) + timedelta(seconds=5))
    await anna.expect("Завтра у вас приём")
    await anna.press("Приду")


async def move(tour: _Tour) -> None:
    """Move the visit, late and so with a reason; a new ticket comes, the old one is marked."""
    anna = tour.anna
    await anna.press("Перенести")
    if "Почему переносите" in anna.text:
        await anna.press("Изменились планы")
    days = [label for label in anna.buttons if " · " in label and "⚡" not in label]
    await anna.press(days[-1])
    times = [label for label in anna.buttons if label[:1].isdigit() and ":" in label]
    await anna.press(times[0])
    await anna.expect("Станет:")
    await anna.press("✅ Перенести")
    await anna.expect("Приём перенесён")
    ticket = await anna.expect_document(3)
    tour.keep(ticket, "ticket.pdf")
    await anna.press("В календарь", message=anna.photos[-1])
    _check_calendar(tour.keep(await anna.expect_document(4), "visit.ics"), 1)
    if "Недействителен" not in (anna.photos[0].get("caption") or ""):
        raise StepFailed("the old ticket is not marked as not valid")


async def lock(tour: _Tour) -> None:
    """Set a PIN; after five minutes without a press it is asked for."""
    anna = tour.anna
    await anna.send("/settings")
    await anna.press("PIN-код")
    await anna.press("Поставить PIN-код")
    for key in "4071✓4071✓":
        await anna.press(key)
    await anna.expect("PIN-код включён")
    tour.box.forward(timedelta(minutes=5))
    await anna.send("/my")
    await anna.expect("Здесь личное")
    await anna.send("4071")
    await anna.expect("Ваши записи")


async def cancel(tour: _Tour) -> None:
    """Cancel the visit from «Мои записи»."""
    anna = tour.anna
    await anna.send("/my")
    await anna.expect("Ваши записи")
    await _first_choice(anna)
    await anna.press("❌ Отменить", message=anna.screen)
    if "Почему отменяете" in anna.text:
        await anna.press("Изменились планы")
    await anna.press("Да, отменить")
    await anna.expect("отменена")
    await anna.send("/my")
    await anna.expect("Предстоящих записей нет")
    if tour.box.violations:
        raise StepFailed(f"Telegram would not allow: {tour.box.violations[0].what}")


STEPS: tuple[Step, ...] = (register, book, calendar, mail, reminder, move, lock, cancel)


async def play(folder: Path) -> tuple[str, str | None]:
    """Play all steps; returns the chat as text, and the step that failed with why, or None."""
    async with playground(flood=Flood(burst=1_000), limits=SendLimits(1_000, 1_000, 1_000)) as box:
        tour = _Tour(box, folder)
        for step in STEPS:
            try:
                await asyncio.wait_for(step(tour), STEP_SECONDS)
            except (AssertionError, StepFailed, TimeoutError, LookupError) as error:
                return tour.anna.transcript(), f"{step.__name__}: {error or type(error).__name__}"
        return tour.anna.transcript(), None


def run_tour(folder: Path | None) -> int:
    """Play, print, and leave ticket.pdf and visit.ics in a folder; 1 when a step failed."""
    log.set_up("ERROR")
    folder = folder or Path(tempfile.mkdtemp(prefix="talon-tour-"))
    folder.mkdir(parents=True, exist_ok=True)
    transcript, failure = asyncio.run(play(folder))
    lines = [textwrap.fill(line, 100, subsequent_indent="    ") for line in transcript.splitlines()]
    sys.stdout.write("\n".join(lines) + "\n\n")
    if failure is not None:
        sys.stdout.write(f"The tour stopped at {failure}\n")
        return 1
    sys.stdout.write(f"The tour is through. ticket.pdf and visit.ics are in {folder}\n")
    return 0
