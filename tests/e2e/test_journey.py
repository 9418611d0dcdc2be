"""A patient's whole way, press by press, as it looks in the chat."""

from sandbox.actor import Actor
from tests.e2e.conftest import Stand


async def register(person: Actor, name: str = "Смирнова Анна Петровна") -> None:
    """Answer the questions of registration, from the consent on."""
    await person.press("✅ Соглас")
    await person.expect("Нажмите внизу кнопку")
    await person.share_contact()
    await person.expect("Кого записать?")
    await person.send(name)
    await person.expect("Дата рождения?")
    await person.send("15.04.1986")
    await person.expect("Всё верно?")
    await person.press("✅ Всё верно")


async def choose_time(person: Actor) -> None:
    """Go from the menu to the nearest time of the first doctor in Moscow."""
    await person.press("🩺 Записаться к врачу")
    await person.press("Москва")
    await person.press("Терапевт")
    await person.press("⚡ Ближайшее")


async def test_the_whole_way(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await choose_time(anna)
    await register(anna)
    print(anna.transcript())
    await anna.press("Осмотр")
    await anna.expect("Проверьте, пожалуйста")
    await anna.press("✅ Записаться")
    await anna.expect("Вы записаны.")
    await anna.expect_document(1)
    print(anna.transcript())
