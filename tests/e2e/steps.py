"""What tests do again and again in the chat of the small clinic."""

import re
from datetime import UTC, datetime

from sandbox.actor import Actor
from tests.e2e.conftest import Stand


async def choose_time(person: Actor, doctor: str = "⚡ Ближайшее") -> None:
    """Go from the menu to the nearest time of a therapist in Moscow."""
    await person.press("🩺 Записаться к врачу")
    await person.press("Москва")
    await person.press(doctor)
    if doctor != "⚡ Ближайшее":
        await person.press("⚡ Ближайшее")


async def register(person: Actor, name: str = "Смирнова Анна Петровна") -> None:
    """Answer the questions of registration, from the consent on."""
    await person.press("✅ Даю согласие")
    await person.expect("Нажмите внизу кнопку")
    await person.share_contact()
    await person.expect("Кого записать?")
    await person.send(name)
    await person.expect("Дата рождения?")
    await person.send("15.04.1986")
    await person.expect("Всё верно?")
    await person.press("✅ Всё верно")


async def say_purpose(person: Actor, words: str) -> None:
    """Add from the last look what the visit is for; it is shown there then."""
    await person.press("Добавить цель")
    await person.expect("С чем вы идёте")
    await person.send(words)
    await person.expect("Цель:")


async def confirm(person: Actor) -> None:
    """Book what is shown."""
    await person.press("✅ Записаться")


async def book_nearest(person: Actor) -> None:
    """Book the nearest time, from /start on, as somebody new; the ticket is there at the end."""
    await person.start()
    await person.expect("Здравствуйте!")
    await choose_time(person)
    await register(person)
    await confirm(person)
    await person.expect("Вы записаны")
    await person.expect_document(1)


async def open_visit(person: Actor) -> None:
    """Open the first visit of «Мои записи», whatever message comes in between."""
    await person.send("/my")
    await person.expect("Ваши записи")
    await person.press(" · ")


def visit_of(stand: Stand) -> dict[str, int]:
    """Read the only live visit of the store."""
    ((number, starts_at, slot_id),) = stand.rows(
        "SELECT id, starts_at, slot_id FROM appointment WHERE status = 1"
    )
    return {"id": number, "starts_at": starts_at, "slot_id": slot_id}


def starts_at(stand: Stand) -> datetime:
    """Tell when the only live visit begins."""
    return datetime.fromtimestamp(visit_of(stand)["starts_at"], UTC)


async def book_in_a_week(person: Actor) -> None:
    """Book 10:30 with Chekhov far ahead, from /start on, as somebody new; the ticket is there at the end."""
    await person.start()
    await person.expect("Здравствуйте!")
    await person.press("🩺 Записаться к врачу")
    await person.press("Москва")
    await person.press("Чехов")
    await person.press([label for label in person.buttons if " мест" in label][-1])
    await person.press("10:30")
    await register(person)
    await confirm(person)
    await person.expect("Вы записаны")
    await person.expect_document(1)


async def confirm_email(stand: Stand, person: Actor, address: str) -> None:
    """Give an e-mail in the profile, and type the code that comes to it."""
    await person.send("/settings")
    await person.press("👤 Мои данные")
    await person.press("Эл. почта")
    sent = list(stand.box.phone.letters)
    await person.send(address)
    await person.expect("код")
    letters = await stand.box.phone.wait_for_letters(len(sent) + 1)
    found = re.search(r"\d{6}", letters[-1].subject)
    assert found
    await person.send(found[0])
    await person.expect("Сохранено")
