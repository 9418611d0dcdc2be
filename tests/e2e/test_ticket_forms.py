"""The ticket in the form that is wanted, in the chat: sheet or card, file or picture; or none can be made."""

import io
import logging

import pytest
import zxingcpp
from PIL import Image

from documents import pocket
from sandbox.actor import Actor
from tests.e2e.canaries import codes
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, open_visit


async def open_forms(anna: Actor) -> None:
    await open_visit(anna)
    await anna.press("🖨 Распечатать")
    await anna.expect("Как прислать?")


async def test_each_form_comes_and_its_qr_opens_the_visit(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    ((code,),) = stand.rows("SELECT ticket_code FROM appointment")
    await open_forms(anna)
    for number, form in enumerate(("📄 Лист, PDF", "💳 Карточка, PDF"), 2):
        await anna.press(form)
        file = await anna.expect_document(number)
        assert file["document"]["file_name"] == "ticket.pdf"
        (payload,) = codes(stand.box.download(file["document"]))
        assert payload.endswith(f"?start=v_{code}")
        await anna.expect("Как прислать?")
    for form, number in (("🖼 Лист, картинка", 2), ("🖼 Карточка, фото", 3)):
        await anna.press(form)
        await anna.expect("Как прислать?")
        assert len(anna.photos) == number
        picture = Image.open(io.BytesIO(stand.box.download(anna.photos[-1]["photo"])))
        (found,) = zxingcpp.read_barcodes(picture)
        assert found.text.endswith(f"?start=v_{code}")
    await anna.press("🔳 QR на экран")
    await anna.expect("Как прислать?")
    assert len(anna.photos) == 4


async def test_where_a_form_cannot_be_made_the_visit_stands_and_support_is_offered(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await open_forms(anna)

    def broken(*_: object) -> bytes:
        raise OSError("no fonts here")

    monkeypatch.setattr(pocket, "picture", broken)
    with caplog.at_level(logging.ERROR):
        await anna.press("🖼 Карточка, фото")
        said = await anna.expect("Файл талона не получился, но вы записаны")
    assert "a ticket could not be made" in caplog.text
    assert stand.rows("SELECT status FROM appointment") == [(1,)]
    await anna.press("🆘 Написать в поддержку", message=said)
    await anna.expect("Поддержка")  # nobody answers in this store: it says whom to call
    await open_forms(anna)
    await anna.press("📄 Лист, PDF")
    await anna.expect_document(2)
