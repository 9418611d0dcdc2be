"""Searching in the chat: whatever answers no question is searched for, and leads on by a press."""

import pytest

from tests.e2e.steps import register
from tests.telegram import Line, Someone
from tests.world import CHEKHOV, VISIT

ANNA = 1001


async def begun(line: Line, text: str) -> Someone:
    anna = line.person("Анна")
    await anna.start()
    await anna.send(text)
    return anna


async def test_a_complaint_leads_to_a_doctor_and_says_that_it_is_no_diagnosis(line: Line) -> None:
    anna = await begun(line, "кашляю и температура")
    assert "К кому с этим обратиться" in anna.text
    assert "Это не диагноз" in anna.text
    await anna.press("Терапевт")
    assert "Где вам нужен врач?" in anna.text
    await anna.press("Москва")
    assert "Терапевт" in anna.text
    assert "любой врач" in anna.text
    await anna.press("⚡ Ближайшее")
    await register(anna)
    assert "Чехов" in anna.text or "Булгаков" in anna.text


async def test_a_doctors_name_leads_to_that_doctors_days(line: Line) -> None:
    anna = await begun(line, "запишите к Булгакову")
    await anna.press("Булгаков М. А.")
    assert "Булгаков Михаил Афанасьевич" in anna.text
    await anna.press("‹ Назад")
    assert "Нашлось" in anna.text


async def test_a_clinic_leads_to_its_specialties(line: Line) -> None:
    anna = await begun(line, "поликлиника на садовой")
    await anna.press("🏥 Поликлиника № 1")
    assert "Какой врач вам нужен?" in anna.text


async def test_who_has_booked_is_led_to_the_days_at_once(line: Line) -> None:
    await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, 1))
    anna = await begun(line, "терапевт")
    await anna.press("Терапевт · ")
    assert "любой врач" in anna.text


async def test_days_and_hours_in_the_text_are_carried_along(line: Line) -> None:
    anna = await begun(line, "к Чехову в пятницу до 11")
    await anna.press("Чехов А. П.")
    assert "Пожелания" in anna.text
    anna = await begun(line, "температура 3 дня")
    await anna.press("Терапевт")
    await anna.press("Москва")
    assert "Пожелания:" not in anna.text


async def test_danger_comes_first_and_doctors_are_still_offered(line: Line) -> None:
    anna = await begun(line, "мне трудно дышать")
    assert anna.text.startswith("<b>🚑") or anna.text.startswith("🚑")
    assert "103 или 112" in anna.text
    assert "Терапевт" in anna.said()
    anna = await begun(line, "не хочу жить")
    assert "8-800-2000-122" in anna.text


async def test_danger_is_answered_while_a_list_is_narrowed(line: Line) -> None:
    anna = await begun(line, "запись")
    assert "Где вам нужен врач?" in anna.text
    await anna.send("боль в груди")
    assert "103 или 112" in anna.text


async def test_what_a_list_has_not_is_looked_for_everywhere(line: Line) -> None:
    anna = await begun(line, "запись")
    await anna.send("чехов")
    await anna.press("🔎 Поискать везде")
    await anna.press("Чехов А. П.")
    assert "Чехов Антон Павлович" in anna.text


@pytest.mark.parametrize("text", ["какая сегодня погода", "йцукен", "🙂🙂", "777"])
async def test_an_unknown_request_says_what_can_be_asked(line: Line, text: str) -> None:
    anna = await begun(line, text)
    assert "болит горло" in anna.text
    await anna.press("🩺 Записаться к врачу")
    assert "Где вам нужен врач?" in anna.text


async def test_a_command_opens_its_window_and_cancels_nothing_unasked(line: Line) -> None:
    visit = await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, 3))
    anna = await begun(line, "мои записи")
    assert "Ваши записи" in anna.text
    anna = await begun(line, "отменить запись")
    assert "Отменить" in anna.said()
    assert (await line.world.status(visit.appointment.slot_id)) == 2
    anna = await begun(line, "забыл талон")
    assert "Чехов" in anna.text


async def test_the_next_message_is_a_new_search_also_without_a_window(line: Line) -> None:
    anna = line.person("Анна")
    await anna.start()
    await line.world.database.write(lambda tx: tx.execute("DELETE FROM dialog_state").rowcount)
    await anna.send("терапевт")
    assert "Нашлось" in anna.text
    await anna.send("кардиолог")
    await anna.press("Кардиолог")
    assert "Где вам нужен врач?" in anna.text


async def test_common_words_keep_their_meaning(line: Line) -> None:
    anna = await begun(line, "спасибо")
    assert "Пожалуйста" in anna.text
    anna = await begun(line, "назад")
    assert "Выберите, что нужно" in anna.text


async def test_a_question_is_answered_not_searched(line: Line) -> None:
    anna = await begun(line, "терапевт")
    await anna.press("Терапевт")
    await anna.press("Москва")
    await anna.press("⚡ Ближайшее")
    await anna.press("✅ Даю согласие")
    await anna.share_contact()
    await anna.send("Кардиолог Анна Петровна")
    assert "Дата рождения?" in anna.text


async def test_a_service_that_was_named_is_chosen_already(line: Line) -> None:
    await line.world.list_services()
    await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, 1), service_id=VISIT)
    anna = await begun(line, "пройти диспансеризацию")
    await anna.press("Диспансеризация · ")
    assert "🧾 Диспансеризация" in anna.buttons
    await anna.press("⚡ Ближайшее")
    assert "Услуга: Диспансеризация" in anna.text
    anna = await begun(line, "к Чехову на диспансеризацию")
    await anna.press("Чехов А. П.")
    assert "🧾 Диспансеризация" in anna.buttons
    anna = await begun(line, "терапевт")
    await anna.press("Терапевт · ")
    assert "🧾 Приём" in anna.buttons


async def test_a_service_stays_chosen_while_the_region_is_asked(line: Line) -> None:
    await line.world.list_services()
    anna = await begun(line, "хочу сделать экг")
    await anna.press("ЭКГ")
    await anna.press("Приморский")
    assert "🧾 ЭКГ" in anna.buttons
    await anna.press("⚡ Ближайшее")
    await register(anna)
    assert "Услуга: ЭКГ" in anna.text


async def test_the_waiting_list_is_found_by_its_name_by_whoever_waits_for_nothing_too(line: Line) -> None:
    anna = await begun(line, "лист ожидания")
    assert "Сейчас вы ничего не ждёте" in anna.text
