"""Lines of the log: readable as text, or an object each, and never with what an exception quotes."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator

import pytest

from bot import log
from bot.middlewares import speaker, update_in_hand
from dialogs import menu
from tests.telegram import Line

WORDS = "Смирнова, 79991234567"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root, written = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in log.CHATTY}
    monkeypatch.setattr(sys, "stderr", written)
    log.set_up("INFO", "json")
    yield written
    root.handlers = handlers
    root.setLevel(level)
    for name, former in levels.items():
        logging.getLogger(name).setLevel(former)


def test_a_line_is_an_object_that_says_who_and_what(written: io.StringIO) -> None:
    person, number = speaker.set("0a1b2c3d"), update_in_hand.set(17)
    try:
        logging.getLogger("bot.intake").warning("%d updates\nand «more»", 2)
    finally:
        speaker.reset(person)
        update_in_hand.reset(number)
    (line,) = written.getvalue().splitlines()
    facts = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", facts.pop("time"))
    assert facts == {
        "level": "WARNING",
        "logger": "bot.intake",
        "message": "2 updates\nand «more»",
        "speaker": "0a1b2c3d",
        "update": 17,
    }


def test_what_is_no_text_is_written_all_the_same(written: io.StringIO) -> None:
    record = logging.makeLogRecord({"msg": chr(0xD800)})
    formatted = logging.getLogger().handlers[0].format(record)
    assert json.loads(formatted)["message"] == chr(0xD800)
    assert formatted.isascii()


def test_an_exception_comes_with_its_place_and_without_its_words(written: io.StringIO) -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        logging.getLogger("x").exception("failed")
    facts = json.loads(written.getvalue())
    assert facts["where"].endswith("ValueError")
    assert "test_log.py" in facts["where"]
    assert "update" not in facts
    assert json.dumps(WORDS)[1:-1] not in written.getvalue()
    assert "7999" not in written.getvalue()


async def test_the_number_of_an_apology_finds_its_line(
    line: Line, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:

    async def broken(manager: object) -> None:
        raise ValueError(WORDS)

    monkeypatch.setattr(menu, "open_settings", broken)
    line.restart()
    anna = line.person("Анна")
    await anna.start()
    await anna.press("⚙️ Настройки")
    number = re.search(r"[0-9a-f]{8}", anna.text)[0]
    (found,) = [json.loads(one) for one in written.getvalue().splitlines() if number in one]
    assert found["mistake"] == number
    assert found["logger"] == "handlers.errors"
    assert found["where"].endswith("ValueError")
    assert re.fullmatch("[0-9a-f]{8}", found["speaker"])
