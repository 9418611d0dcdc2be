"""Documents in the chat: added, several at once, looked at, replaced, deleted; what is wrong is said."""

import asyncio
import io
import zipfile

import pytest
from PIL import Image
from pypdf import PdfWriter

from sandbox.actor import Actor
from storage import journal
from tests.e2e.conftest import Stand
from tests.e2e.steps import choose_time, register

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def picture(kind: str = "PNG", colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, kind)
    return out.getvalue()


def locked_pdf() -> bytes:
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


async def known(stand: Stand, name: str = "Анна") -> Actor:
    """Register somebody and leave the booking."""
    person = stand.box.person(name)
    await person.start()
    await choose_time(person)
    await register(person, "Смирнова Анна Петровна")
    await person.expect("Проверьте, пожалуйста")
    await person.press("В начало")
    return person


async def open_documents(person: Actor) -> None:
    await person.send("/settings")
    await person.press("📎 Документы")
    await person.expect("Документы: Смирнова Анна Петровна")


async def add(person: Actor, kind: str, *files: tuple[bytes, str]) -> None:
    await person.press("➕ Добавить")
    await person.press(kind)
    await person.expect("Пришлите фото или файл")
    for number, (content, name) in enumerate(files, 1):
        await person.upload(content, name)
        await person.expect(f"Сохранен{'о' if number > 1 else ''} {number} файл".replace("ен ", "ён "))


async def test_documents_are_kept_shown_and_deleted(stand: Stand) -> None:
    anna = await known(stand)
    await open_documents(anna)
    await add(anna, "Паспорт", (picture(), "паспорт.png"), (picture("JPEG"), "прописка.jpg"))
    await anna.press("✅ Готово")
    text = (await anna.expect("паспорт.png"))["text"]
    assert "прописка.jpg" in text
    assert "СНИЛС, полис ОМС" in text
    await anna.press("Паспорт ·")
    before = len(anna.documents)
    await anna.press("👁 Показать")
    shown = await anna.expect_document(before + 1)
    assert stand.box.download(shown["document"]) in (picture(), picture("JPEG"))
    await anna.press("🗑 Удалить")
    await anna.press("🗑 Да, удалить")
    await anna.expect("Документ удалён")
    assert stand.rows("SELECT count(*) FROM document") == [(1,)]
    assert stand.rows("SELECT count(*) FROM document_content") == [(1,)]
    actions = stand.rows("SELECT action FROM journal WHERE record = 'document' ORDER BY id")
    assert [row[0] for row in actions] == ["viewed", "created", "created", "viewed", "deleted"]
    await stand.restart()
    assert picture()[:40] not in stand.store.read_bytes()
    assert "паспорт.png".encode() not in stand.store.read_bytes()
    assert await stand.app.database.read(journal.first_broken) is None


async def test_an_album_is_kept_whole_after_one_question(stand: Stand) -> None:
    anna = await known(stand)
    for colour in ("red", "green", "blue"):
        stand.box.world.file(anna.chat, picture("JPEG", colour), "photo.jpg", as_photo=True, album="1")
    await anna.expect("Что это за документ?")
    await asyncio.sleep(0.5)
    await anna.press("Результаты анализов")
    await anna.expect("Сохранено 3 файла")
    assert stand.rows("SELECT kind, media_type FROM document") == [("results", "image/jpeg")] * 3


@pytest.mark.parametrize(
    ("content", "name", "answer"),
    [
        (b"MZ\x90\0" + b"x" * 100, "фото.jpg", "PDF, JPG или PNG"),
        (PDF + b" " * (5 * 1024 * 1024), "большой.pdf", "5 МБ"),
        (locked_pdf(), "закрытый.pdf", "закрыт"),
        (picture("PNG")[:40], "обрыв.png", "ещё раз"),
    ],
    ids=["program", "large", "locked", "broken"],
)
async def test_what_cannot_be_taken_is_said_and_nothing_is_lost(
    stand: Stand, content: bytes, name: str, answer: str
) -> None:
    anna = await known(stand)
    await open_documents(anna)
    await add(anna, "Полис ОМС", (picture(), "полис.png"))
    await anna.upload(content, name)
    text = (await anna.expect(answer))["text"]
    assert "Пришлите фото или файл" in text
    assert stand.rows("SELECT count(*) FROM document") == [(1,)]
    await anna.upload(PDF, "полис.pdf")
    await anna.expect("Сохранено 2 файла")


async def test_a_zip_named_pdf_is_no_pdf(stand: Stand) -> None:
    anna = await known(stand)
    await open_documents(anna)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "text")
    await anna.press("➕ Добавить")
    await anna.press("Направление")
    await anna.upload(out.getvalue(), "направление.pdf")
    await anna.expect("архив")
    assert stand.rows("SELECT count(*) FROM document") == [(0,)]


async def test_a_replacement_takes_the_place_of_the_old_file(stand: Stand) -> None:
    anna = await known(stand)
    await open_documents(anna)
    await add(anna, "СНИЛС", (picture(), "старый.png"))
    await anna.press("✅ Готово")
    await anna.press("СНИЛС ·")
    await anna.press("🔁 Заменить")
    await anna.upload(PDF, "новый.pdf")
    await anna.expect("Сохранён 1 файл")
    await anna.press("✅ Готово")
    text = (await anna.expect("новый.pdf"))["text"]
    assert "старый.png" not in text
    assert stand.rows("SELECT count(*) FROM document_content") == [(1,)]


async def test_somebody_without_an_account_is_not_asked_for_documents(stand: Stand) -> None:
    olga = stand.box.join(first_name="Ольга", phone_number="79990000777")
    await olga.start()
    await olga.expect("Здравствуйте!")
    await olga.upload(picture(), "паспорт.png")
    await olga.expect("Выберите")
    assert stand.rows("SELECT count(*) FROM document") == [(0,)]


async def test_anothers_document_is_as_if_it_were_not_there(stand: Stand) -> None:
    anna = await known(stand)
    await open_documents(anna)
    await add(anna, "Паспорт", (picture(), "паспорт.png"))
    ((number, patient),) = stand.rows("SELECT id, patient_id FROM document")
    boris = await known(stand, "Игорь")
    await open_documents(boris)
    window = next(message for message in boris.chat.newest_first() if "reply_markup" in message)
    data = window["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    intent = data.partition("\x1d")[0]
    for forged in (f"{intent}\x1dd0:{number}", f"{intent}\x1dp1:{patient}"):
        await boris.press_raw(window, forged)
        assert not any("паспорт.png" in str(message) for message in boris.messages)
    assert stand.rows("SELECT count(*) FROM document") == [(1,)]
