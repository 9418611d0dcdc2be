"""Files in both directions."""

import io

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, Document, InputMediaDocument, InputMediaPhoto
from PIL import Image

from sandbox import files
from sandbox.actor import Actor
from sandbox.server import Sandbox
from tests.sandbox.conftest import Http


def png(width: int = 40, height: int = 30) -> BufferedInputFile:
    content = io.BytesIO()
    Image.new("RGB", (width, height), (31, 122, 109)).save(content, "PNG")
    return BufferedInputFile(content.getvalue(), "qr.png")


async def downloaded(bot: Bot, document: Document | None) -> bytes:
    assert document is not None
    return (await bot.download(document)).read()


async def test_a_document_comes_back_byte_for_byte_and_goes_again_by_its_id(
    bot: Bot, box: Sandbox, anna: Actor, http: Http
) -> None:
    content = bytes(range(256)) * 100
    sent = await bot.send_document(
        anna.id, BufferedInputFile(content, "талон.pdf"), caption="<b>a</b>", parse_mode="HTML"
    )
    assert (sent.document.file_name, sent.document.file_size, sent.caption) == ("талон.pdf", 25_600, "a")
    assert await downloaded(bot, sent.document) == content
    again = await bot.send_document(anna.id, sent.document.file_id)
    assert again.document.file_unique_id == sent.document.file_unique_id
    status, on_the_page = await http.get(f"/sandbox/files/{sent.document.file_unique_id}")
    assert (status, on_the_page) == (200, content)
    assert box.violations == []


async def test_a_person_s_file_reaches_the_bot(bot: Bot, anna: Actor) -> None:
    await anna.upload(b"results", "анализы.txt")
    await anna.upload(png().data, "photo.png", as_photo=True)
    document, photo = (update.message for update in await bot.get_updates())
    assert await downloaded(bot, document.document) == b"results"
    assert (photo.photo[-1].width, photo.photo[-1].height) == (40, 30)


async def test_what_is_no_file_is_refused(bot: Bot, anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = await bot.send_photo(anna.id, png())
    document = await bot.send_document(anna.id, BufferedInputFile(b"a", "a.txt"))
    for refused, why in (
        (bot.send_document(anna.id, "BQACnonsense"), "wrong file_id"),
        (bot.send_document(anna.id, BufferedInputFile(b"", "a.txt")), "file must be non-empty"),
        (bot.send_photo(anna.id, BufferedInputFile(b"no picture", "a.png")), "IMAGE_PROCESS_FAILED"),
        (bot.send_photo(anna.id, png(2000, 20)), "PHOTO_INVALID_DIMENSIONS"),
        (bot.send_photo(anna.id, document.document.file_id), "can't use file of type Document as Photo"),
        (bot.send_photo(anna.id, photo.photo[0].file_id, caption="я" * 1025), "caption is too long"),
        (bot.send_photo(anna.id, "https://example.org/a.png"), "the sandbox fetches nothing"),
    ):
        with pytest.raises(TelegramBadRequest, match=why):
            await refused
    monkeypatch.setattr(files, "UPLOAD_LIMIT", 10)
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.send_document(anna.id, BufferedInputFile(b"x" * 11, "a.txt"))


async def test_an_album_and_another_picture_in_its_place(bot: Bot, box: Sandbox, anna: Actor) -> None:
    album = await bot.send_media_group(
        anna.id, [InputMediaPhoto(media=png(), caption="Первое"), InputMediaPhoto(media=png())]
    )
    assert len({message.media_group_id for message in album}) == 1
    assert album[0].caption == "Первое"
    with pytest.raises(TelegramBadRequest, match="wrong number of items"):
        await bot.send_media_group(anna.id, [InputMediaPhoto(media=png())])
    changed = await bot.edit_message_media(
        InputMediaDocument(media=BufferedInputFile(b"text", "a.txt")),
        chat_id=anna.id,
        message_id=album[0].message_id,
    )
    assert (changed.document.file_name, changed.photo, changed.caption) == ("a.txt", None, None)
    assert len(box.violations) == 1
