"""No times within the state's limit: the letter to the head doctor, through the chat."""

import io

from pypdf import PdfReader

from sandbox.actor import Actor
from storage.database import connect
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest

BUTTON = "📄 Письмо: талонов нет"


def take_all(stand: Stand, schedule: int, status: int = 2) -> None:
    """Let all times of a doctor be taken, or (0) free again."""
    connection = connect(stand.store)
    connection.execute(
        "UPDATE slot SET status = ? WHERE schedule_id = ? AND id NOT IN (SELECT slot_id FROM appointment)",
        (status, schedule),
    )
    connection.close()


async def go_to_the_cardiologist(person: Actor) -> None:
    await person.press("🩺 Записаться к врачу")
    await person.press("Приморский край")
    await person.expect("У этого врача сейчас нет свободного времени")


def text_of(stand: Stand, message: dict) -> str:
    pages = PdfReader(io.BytesIO(stand.box.download(message["document"]))).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().replace("\xa0", " ").split())


async def test_the_letter_comes_as_a_file_and_is_not_kept(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    take_all(stand, 3)
    await anna.press("В начало")
    await go_to_the_cardiologist(anna)
    await anna.press(BUTTON)
    text = (await anna.expect("Талонов нет: Кардиолог"))["text"]
    assert "Свободного времени до этого срока нет" in text
    assert "О ком письмо?" in text
    count = len(anna.documents)
    await anna.press("📄 Смирнова Анна Петровна")
    sent = await anna.expect_document(count + 1)
    assert sent["document"]["file_name"] == "Письмо главному врачу.pdf"
    page = text_of(stand, sent)
    for said in ("Главному врачу", "Поликлиника № 2", "Смирнова Анна Петровна, 15.04.1986", "«Кардиолог»",
                 "свободного времени нет", "14 рабочих дней", "постановление Правительства РФ", "Подпись",
                 "местное время, МСК+7"):  # fmt: skip
        assert said in page, said
    await anna.expect("Распечатайте его, проверьте, подпишите")
    assert stand.rows("SELECT count(*) FROM no_times_answer") == [(1,)]
    assert stand.rows("SELECT action, record FROM journal ORDER BY id DESC LIMIT 1") == [
        ("created", "letter")
    ]
    assert stand.rows("SELECT count(*) FROM document") == [(0,)]
    await anna.press("‹ Назад")
    await anna.expect("У этого врача сейчас нет свободного времени")


async def test_where_there_are_times_no_letter_is_offered(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.press("В начало")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Приморский край")
    await anna.expect("Выберите день")
    assert BUTTON not in anna.buttons
    assert stand.rows("SELECT count(*) FROM no_times_answer") == [(0,)]


async def test_somebody_new_registers_first_and_nothing_was_written_before(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    take_all(stand, 3)
    await anna.start()
    await go_to_the_cardiologist(anna)
    await anna.press(BUTTON)
    await anna.expect("сначала зарегистрируйтесь")
    assert stand.rows("SELECT count(*) FROM no_times_answer") == [(0,)]
    await anna.press("✅ Зарегистрироваться")
    await anna.expect("В письме указывают, кто просит")
    await anna.press("✅ Даю согласие")
    await anna.expect("Нажмите внизу кнопку")
    await anna.share_contact()
    await anna.send("Смирнова Анна Петровна")
    await anna.expect("Дата рождения?")
    await anna.send("15.04.1986")
    await anna.expect("Всё верно?")
    await anna.press("✅ Всё верно")
    await anna.expect("О ком письмо?")
    await anna.press("📄 Смирнова Анна Петровна")
    assert "Смирнова Анна Петровна" in text_of(stand, await anna.expect_document(1))


async def test_a_time_that_comes_meanwhile_makes_the_letter_needless(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    take_all(stand, 3)
    await anna.press("В начало")
    await go_to_the_cardiologist(anna)
    await anna.press(BUTTON)
    await anna.expect("О ком письмо?")
    take_all(stand, 3, status=0)
    count = len(anna.documents)
    await anna.press("📄 Смирнова Анна Петровна")
    await anna.expect("Время уже появилось, письмо не нужно")
    assert len(anna.documents) == count
