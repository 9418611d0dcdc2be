"""A whole journey with things that must stay in the chat; afterwards everything else is searched for them."""

import base64
import contextlib
import hashlib
import io
import json
import logging
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiogram.types import BufferedInputFile

from bot import log
from clinic import patients
from dialogs import cards, papers, presses
from handlers import visit_presses
from reminders import chat
from sandbox.actor import Actor
from sandbox.people import Person
from sandbox.server import Sandbox
from storage.crypto import Keyring
from storage.reference.tables import WrongTable
from tests import reports
from tests.e2e.asking import ask, free_port
from tests.e2e.canaries import CANARIES, TELEGRAM_ID, codes, found, in_letter, in_messages, on_disk
from tests.e2e.conftest import Stand, serving
from tests.e2e.steps import open_visit, register, say_purpose, starts_at

IMPORTED = ("result", "recommendations", "name of a clinic's file")
TYPED = CANARIES.keys() - {"token", "key", "Telegram id", *IMPORTED}
SURNAME, PURPOSE, PHONE = (CANARIES[name][0] for name in ("surname", "purpose", "phone"))
HOST = CANARIES["e-mail"][0]


@dataclass
class Journey:
    """A patient on her way, and what has been found so far."""

    stand: Stand
    her: Actor
    patch: pytest.MonkeyPatch
    leaks: set[tuple[str, str]] = field(default_factory=set)
    ticket_codes: list[str] = field(default_factory=list)
    """what opens a visit's card by a link: for the store, the links and the QR alone"""

    def look_at_the_disk(self) -> None:
        assert Path(f"{self.stand.store}-wal").stat().st_size > 0
        self.leaks |= on_disk(self.stand)


async def looks_around_her(journey: Journey) -> None:
    """Say where she is, which the list alone may know."""
    her = journey.her
    await her.start()
    await her.expect("Здравствуйте!")
    await her.press("🩺 Записаться к врачу")
    await her.press("📍 Рядом со мной")
    await her.share_location(*map(float, CANARIES["place"][:2]))
    await her.expect("сначала ближайшие")
    journey.look_at_the_disk()


async def books(journey: Journey) -> None:
    her = journey.her
    await her.start()
    await her.expect("Здравствуйте!")
    for label in ("🩺 Записаться к врачу", "Москва", "Чехов"):
        await her.press(label)
    await her.press([label for label in her.buttons if "6 мест" in label][-1])
    await her.press("10:00")
    name = " ".join(CANARIES[part][0] for part in ("surname", "given name", "patronymic"))
    await register(her, name)
    await say_purpose(her, PURPOSE)
    journey.look_at_the_disk()  # what was typed is in the conversation alone
    await her.press("✅ Записаться")
    await her.expect_document(1)
    await her.press("2 ⭐")
    await her.expect("Спасибо за оценку")
    await her.press("✍️ Добавить пару слов")
    await her.send(CANARIES["comment"][0])
    await her.expect("Запись: 2 из 5")


async def fills_in(journey: Journey) -> None:
    """Say what the clinic asks for at the desk."""
    her = journey.her
    await her.send("/settings")
    await her.press("👤 Мои данные")
    for label, canary in (("СНИЛС", "SNILS"), ("Полис ОМС", "policy")):
        await her.press(label)
        await her.send(CANARIES[canary][0])
        await her.expect("Сохранено")
    await her.press("Документ")
    await her.press("Паспорт")
    await her.send(CANARIES["passport"][0])
    await her.expect("Сохранено")


async def mails(journey: Journey) -> None:
    her = journey.her
    for address, answer in ((f"nobody@{HOST}", "Письмо с талоном не дошло"), (f"p@{HOST}", f"p@{HOST}")):
        await open_visit(her)
        await her.press("На почту")
        await her.send(address)
        await her.expect(answer)
        journey.stand.box.forward(timedelta(minutes=2))
    await journey.stand.box.phone.wait_for_letters(1)


async def follows_the_link(journey: Journey) -> None:
    """Open the card by what stands in the QR, and what belongs to nobody."""
    ((code,),) = journey.stand.rows("SELECT ticket_code FROM appointment")
    journey.ticket_codes.append(code)
    await journey.her.start(f"v_{code}")
    await journey.her.expect(SURNAME)
    await journey.her.start(f"v_{PHONE}")
    await journey.her.expect("Такого талона нет или он не ваш")


async def meets_failures(journey: Journey) -> None:
    """The disk fails once, which nobody notices; then we fail, with a message that quotes the patient."""
    real, errors = papers.calendar_file, [sqlite3.OperationalError, ValueError]

    def failing(*values: Any) -> BufferedInputFile:
        raise errors.pop(0)(f"no calendar for {SURNAME}: {PURPOSE}")

    journey.patch.setattr(visit_presses, "calendar_file", failing)
    await journey.her.press("📅 В календарь", message=journey.her.photos[0])
    await journey.her.expect("Простите, у нас что-то сломалось")
    journey.patch.setattr(visit_presses, "calendar_file", real)
    await journey.her.press("📅 В календарь", message=journey.her.photos[0])
    await journey.her.expect_document(2)


async def asks_support(journey: Journey) -> None:
    """Write to support and be answered."""
    her, oleg = journey.her, journey.stand.box.person("Олег")
    await her.send("/support")
    await her.expect("О чём вопрос?")
    await her.press("🎫 Талон, напоминания")
    await her.expect("Напишите, что случилось")
    await her.send(CANARIES["request to support"][0])
    await her.expect("Нажмите «Отправить»")
    await her.press("✅ Отправить")
    await oleg.reply(await oleg.expect("Обращение"), CANARIES["answer of support"][0])
    await her.expect("Ответ на обращение")


async def almost_too_late(journey: Journey) -> None:
    """Go to when a reminder has come and a change needs a reason."""
    for hours in (24, 20):
        left = starts_at(journey.stand) - journey.stand.box.clock.now()
        journey.stand.box.forward(left - timedelta(hours=hours) + timedelta(seconds=5))
        await journey.her.expect("Завтра у вас приём")


async def moves(journey: Journey) -> None:
    her = journey.her
    await almost_too_late(journey)
    await her.press("🔁 Перенести")
    await her.expect("Почему переносите?")
    await her.send(CANARIES["reason of the move"][0])
    await her.expect("Выберите новый день")
    await her.press(next(label for label in her.buttons if "6 мест" in label))
    await her.press("9:30")
    await her.press("✅ Перенести")
    await her.expect("Приём перенесён")
    await her.expect_document(3)


async def cancels(journey: Journey) -> None:
    her = journey.her
    await almost_too_late(journey)
    await her.press("❌ Отменить")
    await her.expect("Почему отменяете?")
    await her.send(CANARIES["reason of the cancel"][0])
    await her.press("❌ Да, отменить")
    await her.expect("Запись отменена")


async def reads_a_result(journey: Journey) -> None:
    """Go to another visit, of which the clinic then writes; first with its columns mixed up."""
    her, stand, folder = journey.her, journey.stand, journey.stand.store.parent / "evening"
    await her.start()
    await her.press("🔁 Чехов")
    await her.expect("Проверьте")
    await her.press("✅ Записаться")
    await her.expect("Вы записаны")
    stand.box.forward(starts_at(stand) + timedelta(minutes=31) - stand.box.clock.now())
    ((number,),) = stand.rows("SELECT number FROM appointment WHERE status = 1")
    result, advice, name = (CANARIES[one][0] for one in IMPORTED)
    folder.mkdir()
    row = {"number": number, "status": "finished", "result": result, "recommendations": advice}
    mixed = reports.table(folder, {"number": result, "status": advice, "files": f"{name}.docx"})
    with pytest.raises(WrongTable) as error:
        await reports.take(stand.app.database, mixed, stand.box.clock.now())
    logging.getLogger("cron").info("%s", error.value)
    path = reports.table(folder, row | {"files": f"{name}.png"}, beside={f"{name}.png": reports.PNG})
    await reports.take(stand.app.database, path, stand.box.clock.now())
    shutil.rmtree(folder)
    await her.press("📄 Открыть результат", message=await her.expect("Готов результат"))
    await her.expect(result)
    await her.press(f"🏥 {name}")
    await her.expect("Файл от клиники")


STEPS: tuple[Callable[[Journey], Awaitable[None]], ...] = (
    looks_around_her, books, fills_in, mails, follows_the_link, meets_failures, asks_support, moves,
    cancels, reads_a_result,
)  # fmt: skip


@pytest.fixture
def form() -> str:
    return "text"


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch, form: str) -> Iterator[io.StringIO]:
    """Log as the bot does for an operator who wants to see everything."""
    written, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers, root.level
    with contextlib.ExitStack() as stack, monkeypatch.context() as patch:
        for name in log.CHATTY:
            stack.callback(logging.getLogger(name).setLevel, logging.getLogger(name).level)
        stack.callback(root.setLevel, level)
        stack.callback(setattr, root, "handlers", handlers)
        patch.setattr(sys, "stderr", written)
        log.set_up("DEBUG", form)
        root.handlers[0].addFilter(lambda record: not record.name.startswith("mail."))  # the sandbox's server
        yield written


@pytest.fixture
async def stand(empty_store: Path, tmp_path: Path) -> AsyncIterator[Stand]:
    person = Person(TELEGRAM_ID, CANARIES["name in Telegram"][0], phone_number=PHONE)
    port = free_port()
    async with (
        Sandbox(people=[person, Person(1004, "Олег", started=True)]) as box,
        serving(box, empty_store, tmp_path, metrics_port=port, admin_ids=(1004,)) as stand,
    ):
        yield stand


async def search(stand: Stand, output: io.StringIO, patch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Play the journey and return the canaries that were found where they must not be, with the place."""
    box = stand.box
    journey = Journey(stand, box.person(CANARIES["name in Telegram"][0]), patch)
    with box.world.listening() as events:
        for step in STEPS:
            await step(journey)
            journey.look_at_the_disk()
    told = [events.get_nowait() for _ in range(events.qsize())]
    messages = [what["message"] for name, what in told if name == "message"]
    typed = " ".join(str(one) for one in messages if not one["from"]["is_bot"])
    assert {name for name, _ in found("", typed)} >= TYPED, "the journey does not say everything it watches"
    from_bot = [one for one in messages if one["from"]["is_bot"]]
    leaks = journey.leaks | in_messages(from_bot)
    pictures = [box.download(one[kind]) for one in from_bot for kind in ("photo", "document") if kind in one]
    for letter in box.phone.letters:
        leaks |= in_letter(letter.message)
        pictures += letter.files.values()
    payloads = [code for content in pictures if not content.startswith(b"BEGIN:") for code in codes(content)]
    assert len(payloads) >= 5, "two tickets on the screen, two on paper, one in the letter"
    for payload in payloads:
        leaks |= found("QR", payload)
    leaks |= found("metrics", (await ask(stand, "/metrics"))[1])
    await stand.stop()
    leaks |= on_disk(stand)
    logged = output.getvalue()
    await stand.restart_after_stop()
    for line in ("mistake", "will be tried again", "ValueError"):
        assert line in logged, "the log tells of the failures"
    assert journey.ticket_codes
    leaks |= {("ticket code", "log") for code in journey.ticket_codes if code in logged}
    return leaks | found("log", logged)


@pytest.mark.parametrize("form", ["text", "json"])
async def test_nothing_personal_is_found_outside_the_chat(
    form: str, stand: Stand, output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await search(stand, output, monkeypatch) == set()


async def test_planted_leaks_are_found(
    stand: Stand, output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plant one leak for each place; each is found there, and so the search above is not blind."""
    for plant in (in_the_log, in_a_column, in_links, in_a_button, in_file_names):
        plant(monkeypatch)
    assert await search(stand, output, monkeypatch) == {
        ("surname", "log"),
        ("surname", "store"), ("given name", "store"), ("patronymic", "store"), ("date of birth", "store"),
        ("SNILS", "store"), ("policy", "store"), ("passport", "store"),
        ("phone", "link"), ("phone", "QR"),
        ("date of birth", "button"),
        ("surname", "file name"),
    }  # fmt: skip


def in_the_log(patch: pytest.MonkeyPatch) -> None:
    real = patients.register

    async def talkative(database: Any, registration: patients.Registration, now: Any) -> Any:
        logging.getLogger("clinic.patients").debug("registers %s", registration.person.surname)
        return await real(database, registration, now)

    patch.setattr(patients, "register", talkative)


def in_a_column(patch: pytest.MonkeyPatch) -> None:
    seal, unseal = Keyring.seal, Keyring.unseal

    def is_open(place: str) -> bool:
        return place.startswith("patient:")

    patch.setattr(Keyring, "seal", lambda k, v, place: v if is_open(place) else seal(k, v, place))
    patch.setattr(Keyring, "unseal", lambda k, v, place: v if is_open(place) else unseal(k, v, place))


def in_links(patch: pytest.MonkeyPatch) -> None:
    real = cards.ticket_link
    patch.setattr(cards, "ticket_link", lambda *of: f"{real(*of)}-{PHONE}")


def in_a_button(patch: pytest.MonkeyPatch) -> None:
    real = presses.under_ticket

    def marked(*of: Any) -> Any:
        markup = real(*of)
        last = markup.inline_keyboard[-1][-1]
        markup.inline_keyboard[-1][-1] = last.model_copy(update={"callback_data": "home:1986-04-15"})
        return markup

    patch.setattr(presses, "under_ticket", marked)


def in_file_names(patch: pytest.MonkeyPatch) -> None:
    def named(content: bytes, name: str) -> BufferedInputFile:
        return BufferedInputFile(content, f"{SURNAME}_{name}")

    patch.setattr(chat, "BufferedInputFile", named)


@pytest.mark.parametrize("before", range(3))
@pytest.mark.parametrize("after", range(3))
def test_disguises_are_seen_through(before: int, after: int) -> None:
    around = b"x" * before, b"y" * after
    for disguise in (
        SURNAME.upper().encode(),
        SURNAME.encode("utf-16-le"),
        json.dumps(SURNAME).encode(),
        quote(SURNAME).encode(),
        base64.b64encode(around[0] + SURNAME.encode() + around[1]),
        base64.urlsafe_b64encode(around[0] + SURNAME.encode() + around[1]),
        hashlib.sha256(SURNAME.encode()).digest(),
        hashlib.md5(SURNAME.encode()).hexdigest().encode(),
    ):
        assert found("here", around[0] + disguise + around[1]) == {("surname", "here")}, disguise
    assert found("here", int(PHONE).to_bytes(6, "big")) == {("phone", "here")}
    assert found("here", "Смирнова Анна, +7 999 000-01-01") == set()
