"""What is asked where no text message and no letter can go: nothing that would need a code."""

from reminders.codes import Codes
from tests.telegram import Line


async def test_without_a_gateway_only_ones_own_contact_is_a_phone_and_no_email_is_asked(line: Line) -> None:
    line.dispatcher.workflow_data["codes"] = Codes(None, None)
    anna = line.person("Анна")
    await anna.start()
    for label in ("🩺 Записаться к врачу", "Москва", "⚡ Ближайшее", "✅ Даю согласие"):
        await anna.press(label)
    assert "придёт код" not in anna.text
    await anna.send("+7 916 123-45-67")
    assert "Набранный номер проверить нельзя" in anna.text
    await anna.share_contact()
    await anna.send("Смирнова Анна Петровна")
    await anna.send("15.04.1986")
    await anna.press("✅ Всё верно")
    await anna.send("/settings")
    await anna.press("👤 Мои данные")
    assert "Телефон: +7 999 •••-••-01" in anna.text
    assert "Почта" not in anna.text
    await anna.press("Телефон")
    await anna.send("+7 916 123-45-67")
    assert "Набранный номер проверить нельзя" in anna.text
