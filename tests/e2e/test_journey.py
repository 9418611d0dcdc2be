"""A patient's whole way, press by press, as it looks in the chat."""

import io
from datetime import timedelta

import pypdf
import pypdfium2
import zxingcpp
from icalendar import Calendar

from sandbox.actor import Actor
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, choose_time, confirm, open_visit, register, starts_at, visit_of


async def test_from_start_to_ticket_reminder_move_and_cancel(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)

    caption = anna.photos[0]["caption"]
    assert "Смирнова Анна Петровна" in caption
    assert "Поликлиника № 1, Москва, ул. Садовая, 5" in caption
    pdf = stand.box.download(anna.documents[0]["document"])
    page = pypdfium2.PdfDocument(pdf)
    (code,) = zxingcpp.read_barcodes(page[0].render(scale=2).to_pil())
    page.close()
    (on_screen,) = zxingcpp.read_barcodes(_picture(stand.box.download(anna.photos[0]["photo"])))
    ((ticket_code,),) = stand.rows("SELECT ticket_code FROM appointment")
    assert code.text == on_screen.text == f"https://t.me/talon_demo_bot?start=v_{ticket_code}"
    assert "Смирнова Анна Петровна" in " ".join(
        pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split()
    )

    await anna.press("📅 В календарь")
    entry = _event(stand.box.download((await anna.expect_document(2))["document"]))
    assert entry["SEQUENCE"] == 0
    assert entry["DTSTART"].dt == starts_at(stand)

    first = visit_of(stand)
    await anna.press("✏️ Изменить")
    await anna.press("🔁 Перенести")
    if "Почему переносите" in anna.text:
        await anna.press("Болею")
    await anna.press(next(label for label in anna.buttons if " · 6" in label))
    await anna.press("9:30")
    await anna.expect("Станет:")
    await anna.press("✅ Перенести")
    await anna.expect("Приём перенесён")
    await anna.expect_document(3)
    assert "Недействителен" in anna.photos[0]["caption"]
    moved = visit_of(stand)
    assert moved["id"] == first["id"]
    assert moved["slot_id"] != first["slot_id"]
    assert stand.rows("SELECT status FROM slot WHERE id = ?", first["slot_id"]) == [(0,)]

    anna._mark()
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=24) + timedelta(seconds=2))
    await anna.expect("Завтра у вас приём")
    await anna.press("✅ Приду")
    assert stand.rows("SELECT confirmed_at IS NOT NULL FROM appointment") == [(1,)]
    await anna.expect("Вы подтвердили, что придёте")
    assert "✅ Приду" not in anna.buttons
    stand.box.forward(timedelta(hours=21))
    await anna.expect("Приём у врача через 3 часа")

    await anna.press("❌ Отменить")
    await anna.expect("Почему отменяете?")
    await anna.press("Изменились планы")
    await anna.press("❌ Да, отменить")
    await anna.expect("Запись отменена")
    assert stand.rows("SELECT status FROM slot WHERE id = ?", moved["slot_id"]) == [(0,)]
    assert stand.rows("SELECT count(*) FROM notification WHERE state = 1 AND kind <> 'cancelled'") == [(0,)]


def _picture(content: bytes):
    from PIL import Image

    return Image.open(io.BytesIO(content))


def _event(content: bytes):
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


async def test_somebody_known_books_without_registering_again(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.send("/book")
    await anna.press("Приморский край")
    await anna.press("⚡ Ближайшее")
    await anna.press("✏️ Добавить цель")
    await anna.press("Осмотр")
    text = (await anna.expect("Проверьте, пожалуйста"))["text"]
    assert "местное время, МСК+7" in text
    assert "Цель: Осмотр" in text
    await anna.press("✅ Записаться")
    await anna.expect("Вы записаны")
    assert stand.rows("SELECT count(*) FROM account") == [(1,)]


async def test_refusing_consent_ends_kindly_and_keeps_nothing(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.expect("Вы согласны")
    assert stand.rows("SELECT count(*) FROM hold") == [(1,)]
    await anna.press("Не даю согласия")
    await anna.expect("ничего о вас не сохранено")
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]
    assert stand.rows("SELECT count(*) FROM account") == [(0,)]
    assert "по телефону регистратуры: +7 495 000-00-00" in anna.text
    await anna.press("‹ К врачам")
    await anna.expect("Выберите врача")
    assert "⚡" in anna.buttons[0]
    await anna.press("🏠 В начало")
    await anna.expect("Выберите, что нужно:")


async def test_only_ones_own_number_is_taken_and_typed_ones_need_a_code(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.press("✅ Даю согласие")
    await anna.share_contact(own=False)
    await anna.expect("Это чужой номер")
    await anna.send("+7 916 123-45-67")
    await anna.expect("СМС с кодом отправлено")
    await anna.press("‹ Назад")
    await anna.expect("Нажмите внизу")
    await anna.share_contact()
    await anna.expect("Спасибо, номер есть")


async def test_a_wrong_entry_loses_nothing_that_was_entered(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.press("✅ Даю согласие")
    await anna.share_contact()
    await anna.expect("Кого записать?")
    await anna.send("Анна1")
    await anna.expect("только буквы и дефис")
    await anna.send("Смирнова Анна")
    await anna.expect("Дата рождения?")
    await anna.send("31.02.1986")
    await anna.expect("Такого дня нет")
    await anna.send("1986-04-15")
    text = (await anna.expect("Всё верно?"))["text"]
    assert "Смирнова Анна" in text
    assert "15.04.1986" in text
    await anna.press("Исправить имя")
    await anna.send("Смирнова Анна Петровна")
    await anna.expect("Смирнова Анна Петровна\nДата рождения 15.04.1986")
    await anna.press("✅ Всё верно")
    await anna.expect("Проверьте")


async def test_the_century_is_asked_where_a_year_of_two_digits_may_be_of_either(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.press("✅ Даю согласие")
    await anna.share_contact()
    await anna.send("Смирнова Анна Петровна")
    await anna.expect("Дата рождения?")
    await anna.send("15/04/19")
    await anna.expect("Какой год?")
    assert {"15.04.1919", "15.04.2019"} <= set(anna.buttons)
    await anna.send("не знаю")
    await anna.expect("Например: 15.04.1986 или 15 апреля 1986")
    await anna.press("15.04.1919")
    await anna.expect("Дата рождения 15.04.1919")
    await anna.press("Исправить дату рождения")
    await anna.expect("Дата рождения?")
    assert "15.04.1919" not in anna.buttons
    await anna.send("15 апреля 1986 г.")
    await anna.expect("Дата рождения 15.04.1986")


async def test_words_do_what_buttons_do(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.send("прим")
    await anna.expect("Найдено по словам «прим»")
    await anna.send("назад")
    await anna.expect("Выберите, что нужно:")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    await anna.send("вчера")
    await anna.expect("Не совсем понятно")
    day = next(label for label in anna.buttons if " · 6" in label)
    await anna.press(day)
    await anna.send("в 9:30")
    await anna.expect("Вы согласны")
    await anna.send("нет")
    await anna.expect("ничего о вас не сохранено")
    await anna.send("спасибо")
    await anna.expect("Будьте здоровы")
    await anna.send("/help")
    await anna.expect("Что я умею")
    await anna.send("🤔")
    await anna.expect("Этого я не нашёл")


async def test_a_purpose_with_signs_of_html_is_shown_as_typed(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await register(anna)
    await anna.press("✏️ Добавить цель")
    await anna.send("температура <b>38</b> & кашель")
    assert "температура <b>38</b> & кашель" in (await anna.expect("Цель:"))["text"]
    await anna.press("✅ Записаться")
    await anna.expect_document(1)
    assert "температура <b>38</b> & кашель" in anna.photos[0]["caption"]


async def test_everything_is_in_english_for_those_who_want_it(stand: Stand) -> None:
    emily = stand.box.person("Emily")
    await emily.start()
    await emily.expect("Hello!")
    await emily.press("Settings")
    await emily.press("Русский")
    await emily.expect("Настройки")
    await emily.press("English")
    await emily.press("Home")
    await emily.press("Book a doctor")
    await emily.press("Moscow")
    await emily.press("Nearest")
    await emily.press("I agree")
    await emily.share_contact()
    await emily.expect("Whom shall I book?")
    await emily.press("Brown Emily")
    await emily.send("1990-01-31")
    await emily.press("Everything is right")
    await emily.press("✅ Book")
    await emily.expect("You are booked")
    await emily.expect_document(1)
    assert "number in the queue: 1" in emily.photos[0]["caption"]
    assert {"", "en"} <= set(stand.box.world.commands)
    assert [c["command"] for c in stand.box.world.commands["en"]] == [
        "book", "my", "settings", "support", "help", "cancel", "start",
    ]  # fmt: skip


async def test_a_second_visit_to_the_same_specialty_is_asked_about(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.press("🏠 В начало")
    await choose_another_day(anna)
    await anna.press("✅ Записаться")
    await anna.expect("Вы уже записаны к врачу этой специальности")
    first = visit_of(stand)
    ((kept,),) = stand.rows("SELECT slot_id FROM hold")
    await anna.press("Перенести ту запись")
    if "Почему переносите" in anna.text:
        await anna.press("Болею")
    await anna.expect("Станет:")
    await anna.press("✅ Перенести")
    await anna.expect("Приём перенесён")
    await anna.expect_document(2)
    assert visit_of(stand) | {"starts_at": 0} == {"id": first["id"], "slot_id": kept, "starts_at": 0}
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]
    await anna.press("🏠 В начало")
    await choose_another_day(anna)
    await anna.press("✅ Записаться")
    await anna.press("Записаться ещё раз")
    await anna.expect("Вы записаны")
    assert stand.rows("SELECT count(*) FROM appointment WHERE status = 1") == [(2,)]


async def choose_another_day(anna: Actor) -> None:
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    await anna.press([label for label in anna.buttons if " · 6" in label][-1])
    await anna.press("10:00")


async def test_two_visits_of_one_person_do_not_overlap(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.press("🏠 В начало")
    await choose_time(anna)  # the other therapist, at the same hour
    await confirm(anna)
    await anna.expect("На это время вы уже записаны")
    await anna.press("🏠 В начало")
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]
    assert stand.rows("SELECT count(*) FROM appointment") == [(1,)]


async def test_going_back_shows_the_same_windows_in_reverse_and_frees_the_time(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.send("/book")
    await anna.press("Приморский край")
    seen = [anna.text]
    await anna.press(next(label for label in anna.buttons if " · 6" in label))
    seen.append(anna.text)
    await anna.press("9:00")
    await anna.press("✏️ Добавить цель")
    await anna.press("‹ Назад")
    await anna.expect("Проверьте")
    assert stand.rows("SELECT count(*) FROM hold") == [(1,)]
    await anna.press("‹ Назад")
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]
    assert anna.text == seen.pop()
    await anna.press("‹ Назад")
    assert anna.text == seen.pop()


async def test_late_and_without_a_reason_the_same_time_is_barred(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=2))
    await open_visit(anna)
    await anna.press("✏️ Изменить")
    await anna.press("❌ Отменить")
    await anna.press("Отменить без причины")
    await anna.expect("записаться снова на это же время будет нельзя")
    await anna.send("да")
    await anna.expect("Запись отменена")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press(next(label for label in anna.buttons if "Булгаков" in label))
    await anna.press("⚡ Ближайшее")
    await anna.expect("отменили поздно и без причины")
    assert len([label for label in anna.buttons if " · " in label]) == 3
