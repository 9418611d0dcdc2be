"""A patient's way through search: a complaint in words, a doctor, a ticket; and the inline mode."""

from tests.e2e.conftest import Stand
from tests.e2e.steps import confirm, register


async def test_a_complaint_in_words_leads_to_a_ticket(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.send("темпиратура и кашель третий день")
    await anna.expect("Это не диагноз")
    await anna.press("Терапевт")
    await anna.press("Москва")
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await confirm(anna)
    await anna.expect("Вы записаны")
    await anna.expect_document(1)
    await anna.send("мои записи")
    await anna.expect("Ваши записи")


async def test_inline_mode_offers_doctors_and_its_link_opens_the_booking(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    answer = await anna.ask_inline("чехов")
    result = answer["results"][0]
    assert result["title"].startswith("Чехов А. П. · ")
    sent = await anna.choose_inline(answer, result["id"])
    url = sent["reply_markup"]["inline_keyboard"][0][0]["url"]
    await anna.start(url.partition("?start=")[2])
    await anna.expect("Чехов Антон Павлович")
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await confirm(anna)
    await anna.expect("Вы записаны")
