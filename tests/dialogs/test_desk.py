"""A request that an administrator opens: its files come once, and again only when asked for."""

from typing import Any

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetMe

from clinic import support
from clinic.support import NewFile, NewPost
from sandbox.keyboards import place_of
from storage.states import SupportState
from tests.reports import PNG
from tests.telegram import Line, Someone

ANNA, VERA = 101, 99


async def asked(line: Line, admin_id: int) -> Someone:
    """Let three screenshots have been sent to an administrator; returns Олег with the list open."""
    oleg = line.person("Олег")
    await oleg.start()
    new = NewPost(1, "беда", tuple(NewFile("image/png", PNG) for _ in range(3)))
    now = line.world.clock.now()
    await support.ask(line.world.database, ANNA, "ru", "other", new, (admin_id,), now)
    await oleg.send("/desk")
    return oleg


def photos(line: Line) -> int:
    return len([name for name, _ in line.wire.calls if name == "sendPhoto"])


async def press_during_an_outage(
    line: Line, oleg: Someone, label: str, patch: pytest.MonkeyPatch, call: str = "sendPhoto", after: int = 1
) -> None:
    """Press; the network goes away after so many of these calls, and the update is worked again."""
    make_request = line.wire.make_request
    done = 0

    async def failing(bot: Any, method: Any, timeout: int | None = None) -> Any:
        nonlocal done
        if method.__api_method__ == call:
            done += 1
            if done > after:
                raise TelegramNetworkError(GetMe(), "no network")
        return await make_request(bot, method, timeout)

    place = place_of(oleg.screen, label)
    assert place is not None
    line.telegram.press(oleg.chat, oleg.screen["message_id"], *place)
    (update,) = line.telegram.updates.peek()
    line.telegram.updates.drop()
    with patch.context() as away:
        away.setattr(line.wire, "make_request", failing)
        with pytest.raises(TelegramNetworkError):
            await line.feed(update)
    await line.feed(update)


async def test_files_that_have_come_already_come_again_only_when_they_are_asked_for(line: Line) -> None:
    oleg = await asked(line, line.person("Олег").id)
    assert photos(line) == 3
    await oleg.press("· 0 мин")
    assert "беда" in oleg.text
    assert photos(line) == 3
    for times in (2, 3):
        await oleg.press("📎 Показать 3 файла")
        assert photos(line) == 3 * times


async def test_an_outage_in_the_middle_of_the_files_sends_none_of_them_twice(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    oleg = await asked(line, VERA)
    assert photos(line) == 0
    await press_during_an_outage(line, oleg, "· 0 мин", monkeypatch)
    assert "беда" in oleg.text
    assert photos(line) == 3
    await press_during_an_outage(line, oleg, "📎 Показать 3 файла", monkeypatch)
    assert photos(line) == 6


async def test_a_press_on_close_that_is_worked_again_says_that_it_is_closed(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    oleg = await asked(line, VERA)
    await oleg.press("· 0 мин")
    await press_during_an_outage(line, oleg, "✅ Закрыть", monkeypatch, "editMessageText", 0)
    assert await line.world.rows("SELECT state FROM support_request") == [(int(SupportState.SOLVED),)]
    assert "Уже сделано" not in oleg.said()
    assert " закрыто." in oleg.text
    assert "Всем ответили" in oleg.text
