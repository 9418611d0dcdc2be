"""Feedback in the chat: the question after a visit, a press that rates, what follows, reviews on cards."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from clinic import booking, feedback, pin, reviews, rules, visits
from clinic.booking import Request
from dialogs.presses import FeedbackPress
from sandbox.transcript import buttons, words
from storage.appointments import Visit
from storage.states import CommentState
from tests import reports
from tests.telegram import Line, Someone
from tests.world import BULGAKOV, CHEKHOV, NOW

DOCTOR = "Чехов Антон Павлович"
QUESTION = "⭐ Как прошёл приём?"
PIN = "4071"


async def been(
    line: Line, name: str = "Анна", schedule: int = CHEKHOV, day: int = 1
) -> tuple[Someone, Visit]:
    """Let somebody have had a visit: it has just ended, at half past nine."""
    person = line.person(name)
    await person.start()
    patient = await line.world.patient(person.id, name)
    slot = await line.world.slot_id(schedule, day)
    visit = await booking.book(
        line.world.database,
        Request(person.id, patient.id, slot, is_second_meant=True),
        line.world.clock.now(),
    )
    await line.work()
    line.world.clock.at = visit.appointment.ends_at
    await line.work()
    return person, visit


async def asked(line: Line, name: str = "Анна", **where: Any) -> tuple[Someone, Visit, dict[str, Any]]:
    """Let somebody be asked how it was; returns the message too."""
    person, visit = await been(line, name, **where)
    line.world.clock.move(rules.ASK_AFTER)
    await line.work()
    return person, visit, question(person)


def question(person: Someone) -> dict[str, Any]:
    return next(message for message in person.chat.newest_first() if QUESTION in words(message))


async def test_the_question_comes_three_hours_after_the_end_once(line: Line) -> None:
    anna, visit = await been(line)
    line.world.clock.move(rules.ASK_AFTER - timedelta(seconds=1))
    await line.work()
    assert QUESTION not in anna.said()
    line.world.clock.move(timedelta(seconds=1))
    await line.work()
    text = words(question(anna))
    assert "Чехов Антон Павлович, терапевт" in text
    assert "Вторник, 3 июня, 9:00" in text
    assert "Смирнова" not in text
    assert buttons(question(anna)) == [
        "1 ⭐",
        "2 ⭐",
        "3 ⭐",
        "4 ⭐",
        "5 ⭐",
        "Приёма не было",
        "🔕 Больше не спрашивать",
    ]
    line.world.clock.move(timedelta(days=3))
    await line.work()
    assert anna.said().count(QUESTION) == 1
    assert visit.appointment.sequence == 0


async def test_at_night_it_waits_for_the_morning(line: Line) -> None:
    anna, visit = await been(line)
    line.world.clock.at = visit.appointment.ends_at + timedelta(hours=11, minutes=31)  # 21:01 in Moscow
    await line.work()
    assert QUESTION not in anna.said()
    line.world.clock.at = visit.appointment.ends_at + timedelta(hours=22, minutes=30)  # 8:00
    await line.work()
    assert QUESTION in anna.said()


async def test_who_cancelled_or_rated_already_is_not_asked(line: Line) -> None:
    anna, visit = await been(line)
    await feedback.rate(line.world.database, anna.id, visit.appointment.id, 4, line.world.clock.now())
    igor = line.person("Игорь")
    await igor.start()
    gone = await line.world.book(igor.id, await line.world.slot_id(CHEKHOV, 2))
    await visits.cancel(line.world.database, igor.id, gone.appointment.id, line.world.clock.now())
    line.world.clock.move(timedelta(days=2))
    await line.work()
    assert QUESTION not in anna.said() + igor.said()


async def test_a_press_rates_and_the_rest_is_asked_each_to_be_skipped(line: Line) -> None:
    anna, _, message = await asked(line)
    await anna.press("4 ⭐", message=message)
    assert "Спасибо! Ваша оценка: 4 из 5" in words(anna.chat.messages[message["message_id"]])
    assert "1 из 5. Подтверждение записи пришло вовремя?" in anna.text
    await anna.press("5")
    assert "2 из 5." in anna.text
    await anna.send("3")
    assert "3 из 5. Записаться было удобно?" in anna.text
    await anna.press("Пропустить ›")
    assert "4 из 5." in anna.text
    await anna.press("‹ Назад")
    assert "3 из 5." in anna.text
    await anna.press("Пропустить все ›")
    assert "«пациент, июнь 2025»" in anna.text
    await anna.press("Пропустить ›")
    assert "Ваша оценка: 4 из 5" in anna.text
    assert "Ответов о сервисе: 2 из 5" in anna.text
    assert "Изменить можно до 3 июля" in anna.text
    assert await line.world.rows("SELECT rating, timely, information, convenience FROM feedback") == [
        (4, 5, 3, None)
    ]


async def test_two_presses_at_once_are_one_rating(line: Line) -> None:
    anna, _, message = await asked(line)
    data = anna.data_of("2 ⭐")
    await anna.press("5 ⭐", message=message)
    for _ in range(2):
        await anna.press_raw(anna.chat.messages[message["message_id"]], data)
    assert "Простите" not in anna.said()
    assert await line.world.rows("SELECT rating FROM feedback") == [(2,)]
    assert await line.world.rows("SELECT rating_sum, rating_count FROM doctor WHERE id = 1") == [(2, 1)]


async def test_an_old_button_says_that_the_time_is_over(line: Line) -> None:
    anna, _, message = await asked(line)
    line.world.clock.move(rules.RATE_WITHIN)
    await anna.press("5 ⭐", message=message)
    assert "Оценить приём можно 30 дней: этот срок прошёл." in anna.text
    assert await line.world.rows("SELECT count(*) FROM feedback") == [(0,)]


async def test_a_visit_that_was_not_is_asked_about_no_more(line: Line) -> None:
    anna, _, message = await asked(line)
    await anna.press("Приёма не было", message=message)
    shown = anna.chat.messages[message["message_id"]]
    assert "Об этом приёме больше не спрошу" in words(shown)
    assert buttons(shown) == []
    assert await line.world.rows("SELECT count(*) FROM feedback") == [(0,)]


async def test_who_wants_no_questions_gets_none_until_they_want_them_again(line: Line) -> None:
    anna, _, message = await asked(line)
    await anna.press("🔕 Больше не спрашивать", message=message)
    assert "Больше не спрошу. Оценить приём можно в истории." in words(
        anna.chat.messages[message["message_id"]]
    )
    await been(line, schedule=BULGAKOV, day=2)
    line.world.clock.move(rules.ASK_AFTER)
    await line.work()
    assert QUESTION not in anna.said()
    await anna.press("🔔 Спрашивать после приёмов", message=anna.chat.messages[message["message_id"]])
    await asked(line, schedule=BULGAKOV, day=3)
    assert anna.said().count(QUESTION) == 1


async def test_about_a_doctor_who_was_rated_lately_nobody_is_asked(line: Line) -> None:
    anna, _, message = await asked(line)
    await anna.press("5 ⭐", message=message)
    await been(line, day=2)
    line.world.clock.move(rules.ASK_AFTER)
    await line.work()
    assert QUESTION not in anna.said()
    await asked(line, schedule=BULGAKOV, day=3)
    assert anna.said().count(QUESTION) == 1


async def test_somebody_elses_question_gives_nothing(line: Line) -> None:
    _, visit, message = await asked(line)
    emily = line.person("Emily")
    await emily.start()
    await line.world.patient(emily.id, "Emily")
    for act in ("rate", "no", "off", "open", "comment", "show", "hide", "check"):
        await emily.press_raw(emily.screen, FeedbackPress(act=act, id=visit.appointment.id, n=5).pack())
        assert "Чехов" not in emily.said()
    assert await line.world.rows("SELECT count(*) FROM feedback") == [(0,)]
    assert message


async def test_a_locked_chat_learns_nothing_and_rates_after_the_pin(line: Line) -> None:
    anna, visit = await been(line)
    await pin.set_pin(line.world.database, anna.id, PIN, line.world.clock.now())
    line.restart()
    line.world.clock.move(rules.ASK_AFTER)
    await line.work()
    message = question(anna)
    assert "Чехов" not in words(message)
    assert buttons(message) == ["Открыть"]
    data = FeedbackPress(act="rate", id=visit.appointment.id, n=5).pack()
    await anna.press_raw(message, data)
    assert "Здесь личное" in anna.text
    assert await line.world.rows("SELECT count(*) FROM feedback") == [(0,)]
    for key in (*PIN, "✓"):
        await anna.press(key)
    assert "1 из 5." in anna.text
    assert await line.world.rows("SELECT rating FROM feedback") == [(5,)]


async def test_a_past_visit_is_rated_from_its_card_and_all_is_taken_back(line: Line) -> None:
    anna, _ = await been(line)
    await anna.send("история")
    await anna.press("03.06.25")
    await anna.press("⭐ Оценить приём")
    await anna.press("5 ⭐")
    await anna.press("Пропустить все ›")
    await anna.send("нет")
    assert "Ваша оценка: 5 из 5" in anna.text
    await anna.press("✍️ Написать отзыв")
    await anna.send("Всё понравилось, спасибо!")
    assert "Спасибо, записал." in anna.text
    assert "Его видят другие пациенты" in anna.text
    await anna.press("✏️ Изменить отзыв")
    assert "Сейчас: «Всё понравилось" in anna.text
    await anna.press("🗑 Убрать отзыв")
    assert "Отзыв убран." in anna.text
    await anna.press("🗑 Убрать оценку и отзыв")
    await anna.send("да")
    assert "Оценка и отзыв убраны." in anna.text
    assert "⭐ Оценить приём" in anna.buttons
    assert await line.world.rows("SELECT rating_sum, rating_count FROM doctor WHERE id = 1") == [(0, 0)]


async def test_the_card_says_what_was_given_and_what_did_not_take_place_has_no_button(line: Line) -> None:
    anna, visit = await been(line)
    await line.world.database.write(lambda tx: tx.execute("UPDATE appointment SET status = 5"))
    await anna.send("история")
    await anna.press("03.06.25")
    assert not any("⭐" in label for label in anna.buttons)
    await line.world.database.write(lambda tx: tx.execute("UPDATE appointment SET status = 3"))
    await feedback.rate(line.world.database, anna.id, visit.appointment.id, 3, line.world.clock.now())
    await anna.send("история")
    await anna.press("03.06.25")
    assert "Ваша оценка: 3 из 5" in anna.text
    assert "⭐ Изменить оценку" in anna.buttons
    line.world.clock.move(rules.RATE_WITHIN + timedelta(seconds=1))
    await anna.send("история")
    await anna.press("03.06.25")
    await anna.press("⭐ Моя оценка")
    assert "🗑 Убрать оценку и отзыв" in anna.buttons
    assert not any("Изменить" in label for label in anna.buttons)


# --- after booking


async def book_in_the_chat(person: Someone) -> None:
    await person.start()
    await person.press("🩺 Записаться к врачу")
    await person.press("Москва")
    await person.press("Чехов")
    await person.press("⚡ Ближайшее")
    await person.press("✅ Записаться")


async def test_how_booking_went_is_asked_once_in_a_while_in_the_window_itself(line: Line) -> None:
    anna = line.person("Анна")
    await line.world.patient(anna.id)
    await line.person("Олег").start()
    await book_in_the_chat(anna)
    assert "Как прошла запись? 1 – плохо, 5 – отлично." in anna.text
    await anna.press("2 ⭐")
    assert "Спасибо за оценку!" in anna.text
    assert "2 ⭐" not in anna.buttons
    await anna.press("✍️ Добавить пару слов")
    await anna.send("Долго искал кнопку")
    assert "Запись: 2 из 5" in anna.text
    oleg = line.person("Олег")
    assert "Долго искал кнопку" in oleg.said()
    assert "Смирнова" not in oleg.said()
    assert await line.world.rows("SELECT about, rating, state FROM feedback") == [("booking", 2, 4)]
    ((visit,),) = await line.world.rows("SELECT id FROM appointment")
    await visits.cancel(line.world.database, anna.id, visit, NOW, reason="ill")
    await book_in_the_chat(anna)
    assert "Вы записаны" in anna.text
    assert "Как прошла запись?" not in anna.text


# --- comments


async def commented(line: Line, text: str, name: str = "Анна", **where: Any) -> tuple[Someone, Visit]:
    """Let somebody rate a visit with a five and write a comment; an administrator has opened the bot."""
    await line.person("Олег").start()
    person, visit = await been(line, name, **where)
    await line.person(name).press_raw(
        person.screen, FeedbackPress(act="rate", id=visit.appointment.id, n=5).pack()
    )
    await person.press("Пропустить все ›")
    await person.send(text)
    return person, visit


async def test_a_waiting_comment_is_let_through_by_an_administrator(line: Line) -> None:
    anna, _ = await commented(line, "Смирнова рекомендует. Звоните 8 916 123-45-67")
    assert "Отзыв ждёт проверки" in anna.text
    assert "телефон или другой личный номер, имя пациента" in anna.text
    oleg = line.person("Олег")
    shown = oleg.messages[-1]
    assert "💬 Отзыв на проверку" in words(shown)
    assert "Звоните 8 916 123-45-67" in words(shown)
    assert "Анна" not in words(shown)
    assert buttons(shown) == ["✅ Опубликовать", "🚫 Отклонить"]
    await oleg.press("✅ Опубликовать", message=shown)
    after = oleg.chat.messages[shown["message_id"]]
    assert "✅ Отзыв опубликован: Чехов А. П." in words(after)
    assert "8 916" not in words(after)
    await oleg.press("Открыть ещё раз", message=after)
    await oleg.press("🚫 Отклонить")
    assert "🚫 Отзыв отклонён" in oleg.text
    assert "Ваш отзыв не показан" in anna.said()


async def test_a_comment_that_was_decided_on_since_it_was_opened_is_not_decided_on_again(line: Line) -> None:
    await commented(line, "Звоните 8 916 123-45-67")
    oleg, database = line.person("Олег"), line.world.database
    ((number, revision),) = await line.world.rows("SELECT id, revision FROM feedback WHERE state = 2")
    await oleg.press_raw(oleg.messages[-1], FeedbackPress(act="check", id=number).pack())
    assert "✅ Опубликовать" in oleg.buttons
    now = line.world.clock.now()
    await reviews.decide(
        database, 99, (oleg.id, 99), number, revision, now, is_shown=False, seen=CommentState.WAITING
    )
    await oleg.press("✅ Опубликовать")
    assert "Уже сделано: этот отзыв отклонён." in oleg.text
    assert "🚫 Отклонить" not in oleg.buttons
    assert await line.world.rows("SELECT state FROM feedback WHERE id = ?", number) == [(3,)]
    await oleg.press("✅ Опубликовать")  # a second thought, of what they have seen
    assert "✅ Отзыв опубликован" in oleg.text


async def test_a_rejected_comment_is_told_why_and_written_anew(line: Line) -> None:
    anna, _ = await commented(line, "Врач идиот")
    oleg = line.person("Олег")
    await oleg.press("🚫 Отклонить")
    told = next(m for m in anna.chat.newest_first() if "Ваш отзыв не показан" in words(m))
    assert "Причина: в нём есть грубое слово. Оценка учтена." in words(told)
    await anna.press("✏️ Написать заново", message=told)
    await anna.send("Врач торопился")
    assert "Его видят другие пациенты" in anna.text
    assert await line.world.rows("SELECT state, doubts FROM feedback") == [(1, "")]


async def test_an_administrator_decides_on_what_they_have_read_alone(line: Line) -> None:
    anna, _ = await commented(line, "Звоните 8 916 123-45-67")
    oleg = line.person("Олег")
    first = oleg.messages[-1]
    await anna.press("✏️ Изменить отзыв")
    await anna.send("Врач идиот")
    press = await oleg.press("✅ Опубликовать", message=first)
    assert "Сначала прочитайте новый" in str(press.answer)
    assert await line.world.rows("SELECT state FROM feedback") == [(2,)]
    await anna.press("✏️ Изменить отзыв")
    await anna.press("🗑 Убрать отзыв")
    second = oleg.messages[-1]
    press = await oleg.press("✅ Опубликовать", message=second)
    assert "Этот отзыв уже убрали." in str(press.answer)


async def test_a_long_comment_is_cut_and_that_is_said(line: Line) -> None:
    anna, _ = await commented(line, "Хорошо! " * 60)
    assert "сохранены первые 300 символов" in anna.text


# --- on the cards


async def open_card(person: Someone, doctor: str = "Чехов") -> None:
    await person.start()
    await person.press("🩺 Записаться к врачу")
    await person.press("Москва")
    await person.press(doctor)
    await person.press("ℹ️ О враче")


async def test_the_card_shows_the_rating_with_its_number_and_the_reviews(line: Line) -> None:
    await commented(line, "Всё объяснил, спасибо!")
    igor = line.person("Игорь")
    await open_card(igor)
    assert "★ 5,0 · 1 оценка" in igor.text
    await igor.press("💬 Отзывы")
    assert "Отзывы: Чехов Антон Павлович" in igor.text
    assert "★★★★★ · пациент, июнь 2025\nВсё объяснил, спасибо!" in igor.text
    assert "Смирнова" not in igor.said()
    await igor.press("‹ Назад")
    await igor.press("🏥 О клинике")
    assert "★ 5,0 · 1 оценка" in igor.text
    await igor.press("💬 Отзывы")
    assert "★★★★★ · Чехов А. П. · пациент, июнь 2025" in igor.text
    await open_card(igor, "Булгаков")
    assert "Оценок пока нет" in igor.text
    assert "💬 Отзывы" not in igor.buttons


async def test_reviews_are_whole_and_turned_page_by_page(line: Line) -> None:
    texts = [f"{number}: " + "спасибо, всё хорошо! " * (number * 2) for number in range(1, 7)]
    days = (1, 2, 3, 4, 7, 8)
    for number, text in enumerate(texts):
        await commented(line, text.strip(), "Анна", day=days[number])
    igor = line.person("Игорь")
    await open_card(igor)
    assert "★ 5,0 · 6 оценок" in igor.text
    await igor.press("💬 Отзывы")
    seen: list[str] = []
    for _ in range(9):
        assert len(igor.text) <= 600
        found = [text[0] for text in texts if text.strip() in igor.text]
        assert found
        seen += found[::-1]
        if "›" not in igor.buttons:
            break
        await igor.press("›")
    assert seen == ["6", "5", "4", "3", "2", "1"]
    back = [text[0] for text in texts if text.strip() in igor.text]
    while "‹" in igor.buttons:
        await igor.press("‹")
        assert len(igor.text) <= 600
        back += [text[0] for text in texts if text.strip() in igor.text]
    assert back == ["1", "2", "3", "4", "5", "6"]


async def test_doctors_are_filtered_by_the_ratings_that_were_given(line: Line) -> None:
    await commented(line, "Всё хорошо", schedule=CHEKHOV)
    anna, visit = await been(line, schedule=BULGAKOV, day=2)
    await feedback.rate(line.world.database, anna.id, visit.appointment.id, 2, line.world.clock.now())
    igor = line.person("Игорь")
    await igor.start()
    await igor.press("🩺 Записаться к врачу")
    await igor.press("Москва")
    assert "★ 2,0" in igor.text
    assert "★ 5,0" in igor.text


async def test_in_english_the_same_is_said(line: Line) -> None:
    emily, visit = await been(line, "Emily")
    await line.world.database.write(lambda tx: tx.execute("UPDATE account SET language = 'en'"))
    line.world.clock.move(rules.ASK_AFTER)
    await line.work()
    message = next(m for m in emily.chat.newest_first() if "How was the visit?" in words(m))
    await emily.press("5 ⭐", message=message)
    assert "Did the confirmation of the booking come at once?" in emily.text
    await emily.press("Skip them all ›")
    assert "«patient, June 2025»" in emily.text
    await emily.send("Very kind, took time")
    assert "Other patients see it, without your name." in emily.text
    assert visit.appointment.language


async def test_a_rating_of_a_visit_that_the_clinic_says_was_missed_is_said_not_to_count(
    line: Line, tmp_path: Path
) -> None:
    anna, visit = await been(line)
    database, now = line.world.database, line.world.clock.now()
    await feedback.rate(database, anna.id, visit.appointment.id, 2, now)
    await feedback.comment(database, anna.id, visit.appointment.id, "Долго ждала.", now)
    row = {"number": visit.appointment.number, "status": "no_show"}
    await reports.take(database, reports.table(tmp_path, row), now)
    await anna.send("история")
    await anna.press("🚫 ")
    assert "Ваша оценка: 2 из 5. Она не учитывается: клиника отметила неявку." in anna.text
    await anna.press("⭐ Моя оценка")
    assert "Она не учитывается" in anna.text
    assert "видят" not in anna.text
    assert any("Удалить" in label or "Забрать" in label or "🗑" in label for label in anna.buttons)
