"""What tests do again and again in the chat of the small clinic."""

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
