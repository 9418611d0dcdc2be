"""What reaches people outside Telegram: letters over SMTP, text messages over HTTP."""

import asyncio
import json
import smtplib
from email.message import EmailMessage
from typing import Any

import pytest
from aiohttp import ClientSession

from sandbox.actor import Actor
from sandbox.server import Sandbox
from tests.sandbox.conftest import Http


async def send_sms(box: Sandbox, body: dict[str, str], key: str = "") -> int:
    headers = {"Idempotency-Key": key} if key else {}
    async with ClientSession() as session, session.post(box.sms_url, json=body, headers=headers) as answer:
        return answer.status


async def send_letter(box: Sandbox, to: str, subject: str = "Талон", text: str = "Ждём вас.") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "talon@clinic.example", to, subject
    message.set_content(text)
    message.add_alternative("<p>Ждём вас.</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="талон.pdf")
    message.add_attachment("<script>alert(1)</script>", subtype="html", filename="page.html")
    port = int(box.smtp_url.split(":")[2].split("?")[0])

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.send_message(message, "talon@clinic.example", [to])

    await asyncio.to_thread(send)


async def seen(http: Http) -> Any:
    status, body = await http.get("/sandbox/phone")
    assert status == 200
    return json.loads(body)


async def test_a_text_message_with_the_same_key_comes_once(box: Sandbox, http: Http) -> None:
    body = {"to": "+79990000101", "text": "654321 — ваш код"}
    assert [await send_sms(box, body, key) for key in ("a", "a", "b")] == [200, 200, 200]
    assert [one.key for one in box.phone.messages] == ["a", "b"]
    assert [(one["to"], one["text"]) for one in (await seen(http))["messages"]] == [tuple(body.values())] * 2


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"to": "+79990000101", "text": "код"}, ""),
        ({"to": "", "text": "код"}, "a"),
        ({"to": "+79990000101"}, "a"),
    ],
)
async def test_a_text_message_without_key_number_or_text_is_refused(
    box: Sandbox, body: dict[str, str], key: str
) -> None:
    assert await send_sms(box, body, key) == 400
    assert box.phone.messages == []


async def test_letters_and_text_messages_fail_while_the_switches_are_on(box: Sandbox, http: Http) -> None:
    with box.world.listening() as events:
        assert (await http.control("phone", {"sms": True}))["ok"]
        assert (await http.control("phone", {"mail": True}))["ok"]
        assert events.get_nowait() == ("outages", {"mail": False, "sms": True})
        assert events.get_nowait() == ("outages", {"mail": True, "sms": True})
    assert (await seen(http))["outages"] == {"mail": True, "sms": True}
    assert await send_sms(box, {"to": "+79990000101", "text": "код"}, "a") == 503
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await send_letter(box, "anna@example.ru")
    assert refused.value.recipients["anna@example.ru"][0] == 451, "it may be tried again"
    assert (box.phone.messages, box.phone.letters) == ([], [])
    await http.control("phone", {"mail": False, "sms": False})
    assert await send_sms(box, {"to": "+79990000101", "text": "код"}, "a") == 200
    await send_letter(box, "anna@example.ru")
    assert len(box.phone.letters) == 1


async def test_a_letter_to_nobody_is_refused_for_good(box: Sandbox) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await send_letter(box, "nobody@example.ru")
    assert refused.value.recipients["nobody@example.ru"][0] == 550
    assert box.phone.letters == []


async def test_a_letter_is_read_and_its_attachments_open(box: Sandbox, http: Http) -> None:
    with box.world.listening() as events:
        await send_letter(box, "anna@example.ru", text="Сюда: https://t.me/talon_demo_bot?start=v_1")
        name, told = events.get_nowait()
    (letter,) = (await seen(http))["letters"]
    assert (name, told) == ("letter", letter)
    assert (letter["number"], letter["to"], letter["subject"]) == (1, "anna@example.ru", "Талон")
    assert letter["text"].startswith("Сюда: https://")
    assert letter["entities"] == [{"type": "url", "offset": 6, "length": 37}]
    assert letter["files"] == [{"name": "талон.pdf", "size": 8}, {"name": "page.html", "size": 27}]
    async with ClientSession() as session:
        async with session.get(f"{box.url}/sandbox/letters/1/талон.pdf") as pdf:
            assert (pdf.headers["Content-Type"], await pdf.read()) == ("application/pdf", b"%PDF-1.7")
        async with session.get(f"{box.url}/sandbox/letters/1/page.html") as page:
            assert page.content_type == "text/plain", "a letter's page must not run among ours"
            assert page.headers["X-Content-Type-Options"] == "nosniff"
        for path in ("1/other.pdf", "2/талон.pdf", "one/талон.pdf"):
            async with session.get(f"{box.url}/sandbox/letters/{path}") as missing:
                assert missing.status == 404, path


async def test_a_transcript_tells_what_came_to_the_person_s_phone_and_typed_address(
    box: Sandbox, anna: Actor
) -> None:
    igor = box.person("Игорь")
    await igor.start()
    await anna.send("на Anna@example.ru, пожалуйста")
    await send_letter(box, "anna@example.ru", "Талон на среду")
    await send_letter(box, "somebody@example.ru", "Не в чат")
    await send_sms(box, {"to": f"+{igor.chat.person.phone_number}", "text": "654321 — ваш код"}, "a")
    told = "✉️ письмо на anna@example.ru: «Талон на среду»\n    📎 талон.pdf"
    assert told in anna.transcript()
    assert "Не в чат" not in anna.transcript()
    assert "СМС на +79990000102: 654321 — ваш код" in igor.transcript()
    assert "СМС" not in anna.transcript()
    assert "письмо" not in igor.transcript()
