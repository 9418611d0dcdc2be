"""«Мои права» in the chat: data sent, the journal read, everything deleted and then really gone."""

import io
import json
import zipfile

import pytest
from pypdf import PdfReader

from clinic.patients import CONSENT_VERSION
from sandbox.actor import Actor
from sandbox.transcript import words
from storage import journal
from tests.e2e.conftest import Stand
from tests.e2e.steps import choose_time, confirm, register, say_purpose, visit_of
from tests.e2e.test_documents import picture

PURPOSE = "болит левое колено"
SNILS = "112-233-445 95"
PASSPORT = "паспорт смирновой.png"


async def booked(stand: Stand, name: str = "Анна") -> Actor:
    """Register, book with a purpose, send a document."""
    person = stand.box.person(name)
    await person.start()
    await choose_time(person)
    await register(person, "Смирнова Анна Петровна")
    await person.expect("Проверьте, пожалуйста")
    await say_purpose(person, PURPOSE)
    await confirm(person)
    await person.expect("Вы записаны")
    await person.expect_document(1)
    await person.send("/settings")
    await person.press("📎 Документы")
    await person.press("➕ Добавить")
    await person.press("Паспорт")
    await person.upload(picture(), PASSPORT)
    await person.expect("Сохранён 1 файл")
    return person


async def open_rights(person: Actor) -> None:
    await person.send("/settings")
    await person.press("🔐 Мои права")
    await person.expect("Мои права")


async def erase(person: Actor) -> None:
    await person.press("🗑 Отозвать и удалить всё")
    await person.expect("Вернуть будет нельзя")
    await person.press("🗑 Удалить всё")
    await person.expect("Точно удалить всё?")


def sealed_values(stand: Stand) -> list[bytes]:
    """Read what is sealed of a patient, as it stands in the file."""
    return [
        value
        for query in (
            "SELECT contact FROM account",
            "SELECT person FROM patient",
            "SELECT words FROM appointment",
            "SELECT name FROM document",
            "SELECT content FROM document_content",
        )
        for (value,) in stand.rows(query)
    ]


def raw(stand: Stand) -> bytes:
    files = [stand.store, *stand.store.parent.glob(stand.store.name + "-*")]
    return b"".join(path.read_bytes() for path in files)


async def test_everything_known_is_sent_to_read_and_for_machines(stand: Stand) -> None:
    anna = await booked(stand)
    await open_rights(anna)
    before = len(anna.documents)
    await anna.press("📦 Скачать мои данные")
    sent = await anna.expect_document(before + 1)
    with zipfile.ZipFile(io.BytesIO(stand.box.download(sent["document"]))) as bundle:
        names = bundle.namelist()
        assert names == ["data.json", "Мои данные.pdf", f"documents/001-{PASSPORT}"]
        assert bundle.read(names[2]) == picture()
        data = json.loads(bundle.read("data.json"))
        text = "".join(
            page.extract_text() for page in PdfReader(io.BytesIO(bundle.read("Мои данные.pdf"))).pages
        )
    (patient,) = data["patients"]
    assert patient["profile"]["surname"] == "Смирнова"
    assert patient["profile"]["born_on"] == "1986-04-15"
    assert data["account"]["contact"]["phone"].startswith("+7")
    assert data["consents"][0]["version"]
    assert patient["visits"][0]["words"]["purpose"] == PURPOSE
    assert patient["documents"][0]["name"] == PASSPORT
    assert {entry["action"] for entry in patient["journal"]} >= {"created", "booked", "exported"}
    for said in ("Мои данные", "Смирнова", "15.04.1986", PURPOSE, "Булгаков", "скачивание", "Не беспокоить"):
        assert said in text.replace("\xa0", " ").replace("\n", "")
    await anna.expect("Мои права")


async def test_who_looked_is_told(stand: Stand) -> None:
    anna = await booked(stand)
    await open_rights(anna)
    await anna.press("👁 Кто смотрел мои данные")
    text = (await anna.expect("Кто смотрел данные: Смирнова Анна Петровна"))["text"]
    assert "вы · добавление: анкета" in text
    assert "вы · запись: приём" in text
    assert "вы · просмотр: документы" in text


async def test_everything_is_deleted_and_nothing_is_left(stand: Stand) -> None:
    anna = await booked(stand)
    phone = anna.chat.person.phone_number
    sealed = sealed_values(stand)
    assert len(sealed) == 5
    assert all(value[20:60] in raw(stand) for value in sealed)
    await open_rights(anna)
    await erase(anna)
    await anna.press("🗑 Удалить навсегда")
    await anna.expect("Всё о вас удалено")
    for table in ("account", "care", "document", "document_content", "hold", "notification",
                  "one_time_code", "invitation"):  # fmt: skip
        assert stand.rows(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert stand.rows("SELECT person FROM patient") == [(None,)]
    assert stand.rows("SELECT status, words FROM appointment") == [(4, None)]
    assert stand.rows("SELECT count(*) FROM slot WHERE status <> 0") == [(0,)]
    actions = [row[0] for row in stand.rows("SELECT action FROM journal ORDER BY id DESC LIMIT 3")]
    assert actions == ["erased", "erased", "cancelled"]
    left = [value for value in sealed if value[20:60] in raw(stand)]
    assert left == []
    await stand.restart()
    assert stand.rows("SELECT count(*) FROM dialog_state") == [(0,)]
    assert stand.rows("SELECT count(*) FROM inbox WHERE payload IS NOT NULL") == [(0,)]
    assert await stand.app.database.read(journal.first_broken) is None
    bytes_left = raw(stand)
    for said in ("Смирнова", "Анна", "Петровна", phone[-10:], "1986-04-15", "15.04.1986", SNILS, PURPOSE,
                 PASSPORT):  # fmt: skip
        assert said.encode() not in bytes_left, said
    said_by_bot = [words(message) for message in anna.messages if message["from"]["is_bot"]]
    assert said_by_bot == [anna.text], "a window, a ticket or a reminder is left in the chat"


async def test_the_confirmation_may_be_typed_and_start_greets_as_new(stand: Stand) -> None:
    anna = await booked(stand)
    await open_rights(anna)
    await erase(anna)
    await anna.send("удалить навсегда")
    await anna.expect("Всё о вас удалено")
    assert anna.buttons == []
    await anna.start()
    text = (await anna.expect("Здравствуйте!"))["text"]
    assert "Мы никогда не спрашиваем" in text
    assert not any("Булгаков" in label for label in anna.buttons)
    await anna.send("/settings")
    await anna.expect("Настройки")
    assert not any("Мои права" in label for label in anna.buttons)
    await anna.press("В начало")
    await choose_time(anna)
    await register(anna)
    await confirm(anna)
    await anna.expect("Вы записаны")


async def test_pressing_twice_deletes_once(stand: Stand) -> None:
    anna = await booked(stand)
    await open_rights(anna)
    await erase(anna)
    await anna.press_twice("🗑 Удалить навсегда")
    assert stand.rows("SELECT count(*) FROM account") == [(0,)]
    assert stand.rows("SELECT count(*) FROM journal WHERE action = 'erased'") == [(2,)]


async def test_somebody_who_turns_back_keeps_everything(stand: Stand) -> None:
    anna = await booked(stand)
    before = sealed_values(stand)
    await open_rights(anna)
    await erase(anna)
    await anna.press("‹ Назад")
    await anna.expect("Вернуть будет нельзя")
    await anna.press("В начало")
    assert sealed_values(stand) == before


async def test_an_english_reader_reads_it_in_english(stand: Stand) -> None:
    anna = await booked(stand)
    await anna.send("/settings")
    await anna.press("English")
    await anna.press("🔐 My rights")
    await anna.expect("What we know of you is yours")
    await anna.press("👁 Who saw my data")
    await anna.expect("you · added: profile")
    await anna.press("‹ Back")
    before = len(anna.documents)
    await anna.press("📦 Download my data")
    sent = await anna.expect_document(before + 1)
    with zipfile.ZipFile(io.BytesIO(stand.box.download(sent["document"]))) as bundle:
        text = "".join(
            page.extract_text() for page in PdfReader(io.BytesIO(bundle.read("my-data.pdf"))).pages
        )
    assert "Date of birth" in text
    await anna.press("🗑 Withdraw and delete all")
    await anna.expect("1 coming visit is cancelled")
    await anna.press("🗑 Delete everything")
    await anna.press("🗑 Delete for ever")
    await anna.expect("Everything about you is deleted")


@pytest.mark.parametrize("act", ["📦 Скачать мои данные", "👁 Кто смотрел мои данные"])
async def test_a_window_that_is_left_from_before_gives_nothing(stand: Stand, act: str) -> None:
    anna = await booked(stand)
    await open_rights(anna)
    old = anna.screen
    await erase(anna)
    await anna.press("🗑 Удалить навсегда")
    await anna.expect("Всё о вас удалено")
    before = len(anna.documents)
    data = next(
        button["callback_data"]
        for row in old["reply_markup"]["inline_keyboard"]
        for button in row
        if act in button["text"]
    )
    await anna.press_raw(anna.screen, data)
    assert len(anna.documents) == before
    assert "Смирнова" not in anna.text


async def older_consent(stand: Stand) -> None:
    """Let everybody have agreed to a text of before."""
    await stand.app.database.write(lambda tx: tx.execute("UPDATE account SET consent_version = 'older'"))


async def test_a_new_text_of_the_consent_is_agreed_to_before_the_next_booking(stand: Stand) -> None:
    anna = await booked(stand)
    await older_consent(stand)
    await anna.start()
    await anna.press("🔁")
    await anna.expect("его текст изменился")
    await anna.press("📄 Прочитать полностью")
    await anna.expect(f"редакция {CONSENT_VERSION}")
    await anna.press("✅ Даю согласие")
    await anna.expect("Проверьте, пожалуйста")
    await confirm(anna)
    await anna.expect("Перенести ту запись")
    assert stand.rows("SELECT consent_version FROM account") == [(CONSENT_VERSION,)]
    assert stand.rows("SELECT count(*) FROM journal WHERE record = 'consent'") == [(1,)]


async def test_who_refuses_the_new_text_keeps_the_visits_and_gives_the_time_back(stand: Stand) -> None:
    anna = await booked(stand)
    await older_consent(stand)
    await anna.start()
    await anna.press("🔁")
    await anna.press("Не даю согласия")
    await anna.expect("прежние останутся")
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]
    await anna.press("‹ К врачам")
    await anna.expect("Выберите день")
    assert visit_of(stand)
    assert stand.rows("SELECT consent_version FROM account") == [("older",)]
