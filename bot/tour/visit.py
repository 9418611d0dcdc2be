"""A visit from the first press to its cancel: booked, in the calendar, by e-mail, reminded of, moved."""

from datetime import datetime, timedelta
from pathlib import Path

from icalendar import Calendar

from bot.tour.stage import Stage, StepFailed, far_enough, first_choice


async def register(tour: Stage) -> None:
    """Choose a time and register while it is held."""
    anna = tour.anna
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.press("Записаться к врачу")
    await anna.press("Калининградская")
    await first_choice(anna)
    await anna.send("терап")
    await anna.expect("Найдено")
    await anna.press("Терапевт")
    await anna.press("Приём терапевта")
    await far_enough(anna)
    await anna.expect("согласны")
    await anna.press("Даю согласие")
    await anna.share_contact()
    await anna.expect("Кого записать?")
    await anna.send("смирнова анна петровна")
    await anna.expect("Дата рождения?")
    await anna.send("1986-04-15")
    await anna.expect("Смирнова Анна Петровна")
    await anna.press("Всё верно")


async def book(tour: Stage) -> None:
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


async def calendar(tour: Stage) -> None:
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


async def mail(tour: Stage) -> None:
    """Send the ticket to a typed address from the visit's card; the letter brings page and calendar file."""
    anna = tour.anna
    await anna.send("/my")
    await anna.expect("Ваши записи")
    await first_choice(anna)
    await anna.press("На почту")
    await anna.expect("Куда прислать талон?")
    await anna.send("anna@example.ru")
    await anna.expect("талон на anna@example.ru")
    (letter,) = await tour.box.phone.wait_for_letters(1)
    if letter.to != "anna@example.ru" or sorted(letter.files) != ["ticket.pdf", "visit.ics"]:
        raise StepFailed(f"the letter to {letter.to} brings {', '.join(letter.files) or 'nothing'}")


async def channels(tour: Stage) -> None:
    """Confirm an e-mail, and have one more reminder, by text message."""
    anna = tour.anna
    await anna.send("/settings")
    await anna.press("👤 Мои данные")
    await anna.press("Эл. почта")
    await anna.send("anna@example.ru")
    letters = await tour.box.phone.wait_for_letters(2)
    await anna.send("".join(sign for sign in letters[-1].subject if sign.isdigit()))
    await anna.expect("Сохранено")
    await anna.send("/settings")
    await anna.press("🔔 Напоминания")
    await anna.press("➕ Ещё напоминание")
    await anna.send("за 30 часов")
    await anna.press("По СМС")
    await anna.expect("За 30 часов: по СМС")


async def letter(tour: Stage) -> None:
    """Move the clock on: three days before a letter comes, 30 hours before a text message."""
    starts_at = _check_calendar(tour.folder / "visit.ics", 0)
    if starts_at - tour.box.clock.now() > timedelta(days=3, hours=1):
        _to(tour, timedelta(days=3))
        letters = await tour.box.phone.wait_for_letters(3)
        if not letters[-1].subject.startswith("Напоминание о приёме"):
            raise StepFailed(f"the letter says «{letters[-1].subject}»")
    _to(tour, timedelta(hours=30))
    with tour.box.world.listening() as events:
        while not tour.box.phone.messages:
            await events.get()
    text = tour.box.phone.messages[-1].text
    if "каб." not in text:
        raise StepFailed(f"the text message says «{text}»")


def _to(tour: Stage, before: timedelta) -> None:
    starts_at = _check_calendar(tour.folder / "visit.ics", 0)
    tour.box.forward(starts_at - tour.box.clock.now() - before + timedelta(seconds=5))


async def reminder(tour: Stage) -> None:
    """Move the clock to a day before the visit; the reminder comes and is answered."""
    anna = tour.anna
    anna._mark()
    _to(tour, timedelta(hours=24))
    await anna.expect("Завтра у вас приём")
    await anna.press("Приду")


async def move(tour: Stage) -> None:
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


async def cancel(tour: Stage) -> None:
    """Cancel the visit from «Мои записи»."""
    anna = tour.anna
    await anna.send("/my")
    await anna.expect("Ваши записи")
    await first_choice(anna)
    await anna.press("❌ Отменить", message=anna.screen)
    if "Почему отменяете" in anna.text:
        await anna.press("Изменились планы")
    await anna.press("Да, отменить")
    await anna.expect("отменена")
    await anna.send("/my")
    await anna.expect("Предстоящих записей нет")
