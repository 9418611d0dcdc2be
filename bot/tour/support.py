"""A request to support, answered by the administrator in his own chat."""

from bot.tour.stage import Stage, StepFailed


async def ask(tour: Stage) -> None:
    """Write to support; Oleg replies, and the matter is settled."""
    anna, oleg = tour.anna, tour.box.person("Олег")
    await anna.send("поддержка")
    await anna.expect("О чём вопрос?")
    await anna.press("🎫 Талон, напоминания")
    await anna.expect("Напишите, что случилось")
    await anna.send("Можно ли прийти с талоном на телефоне, без бумаги?")
    await anna.expect("Нажмите «Отправить»")
    await anna.press("✅ Отправить")
    await anna.expect("Отправлено. Обращение")
    asked = await oleg.expect("Можно ли прийти")
    if "Смирнова" in oleg.transcript():
        raise StepFailed("the administrator is told more than was written")
    await oleg.reply(asked, "Да, покажите QR-код с экрана.")
    await anna.expect("Да, покажите QR-код с экрана.")
    await anna.press("✅ Вопрос решён")
    await oleg.expect("вопрос решён")
