"""What an account has besides visits: a PIN, a family, documents, and the rights to what is kept."""

import zipfile
from datetime import timedelta

from bot.tour.stage import Stage, StepFailed, far_enough
from sandbox.actor import Actor


async def open_settings(anna: Actor) -> None:
    """Open the settings, from wherever she is."""
    await anna.send("/settings")
    await anna.expect("Что изменить?")


async def lock(tour: Stage) -> None:
    """Set a PIN; after five minutes without a press it is asked for."""
    anna = tour.anna
    await open_settings(anna)
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


async def family(tour: Stage) -> None:
    """Add a child, whose surname follows from the parent's, and book a children's doctor for her."""
    anna = tour.anna
    await open_settings(anna)
    await anna.press("👪 Семья")
    await anna.press("➕ Добавить")
    await anna.press("🧒 Ребёнка")
    await anna.send("Мария Ивановна")
    await anna.expect("дата рождения?")
    await anna.send("01.03.2018")
    await anna.expect("Основание: свидетельство о рождении")
    await anna.press("✅ Добавить")
    await anna.expect("Смирнова Мария Ивановна")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Калининградская")
    await anna.press("Детская")
    await anna.send("педиатр")
    await anna.press("Приём педиатра")
    await far_enough(anna)
    await anna.expect("Пациент: Смирнова Мария Ивановна")
    before = len(anna.documents)
    await anna.press("✅ Записаться")
    await anna.expect("Запись сделана: Смирнова Мария Ивановна")
    await anna.expect_document(before + 1)


async def relative(tour: Stage) -> None:
    """Add a grandmother without Telegram, who tells the code that came to her phone."""
    anna = tour.anna
    await open_settings(anna)
    await anna.press("👪 Семья")
    await anna.press("➕ Добавить")
    await anna.press("🤝 Взрослого родственника")
    await anna.press("Telegram у него (неё) нет")
    await anna.expect("имя и отчество родственника")
    await anna.send("Петрова Вера Ильинична")
    await anna.expect("дата рождения?")
    await anna.send("15 апреля 1952")
    await anna.expect("мобильный телефон?")
    await anna.send("8 903 555-01-01")
    await anna.press("📩 Отправить код")
    await anna.expect("он назовёт вам код")
    message = tour.box.phone.messages[-1]
    if "Анна Смирнова хочет записывать вас" not in message.text:
        raise StepFailed(f"the text message says «{message.text}»")
    await anna.send("".join(sign for sign in message.text if sign.isdigit())[-6:])
    await anna.expect("Согласие есть")


async def documents(tour: Stage) -> None:
    """Send a referral, and see it in the list."""
    anna = tour.anna
    await open_settings(anna)
    await anna.press("📎 Документы")
    await anna.press("Смирнова Анна")
    await anna.press("➕ Добавить")
    await anna.press("Направление")
    await anna.expect("Пришлите фото или файл")
    await anna.upload((tour.folder / "ticket.pdf").read_bytes(), "направление.pdf")
    await anna.expect("Сохранён 1 файл")
    await anna.press("✅ Готово")
    await anna.expect("Направление: направление.pdf")


async def rights(tour: Stage) -> None:
    """Take out all that is known, and see who has looked at it."""
    anna = tour.anna
    await open_settings(anna)
    await anna.press("🔐 Мои права")
    await anna.expect("Мои права")
    before = len(anna.documents)
    await anna.press("📦 Скачать мои данные")
    path = tour.keep(await anna.expect_document(before + 1), "data.zip")
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
    if "data.json" not in names or not any("направление.pdf" in name for name in names):
        raise StepFailed(f"the archive has {', '.join(names)}")
    await anna.press("👁 Кто смотрел мои данные")
    await anna.expect("вы · скачивание")
