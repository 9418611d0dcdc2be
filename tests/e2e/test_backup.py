"""A backup in the middle of a chat, the store lost, a restore: the chat goes on where it was."""

import asyncio
from datetime import timedelta

from bot.backups import found_in
from bot.restore import restore
from storage import backup
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, starts_at


async def test_a_patient_finds_the_visit_again_and_hears_nothing_twice(stand: Stand) -> None:
    now = stand.box.clock.now()
    stand.box.forward(now.replace(hour=10, minute=0) - now + timedelta(days=1))  # past the day's last time
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    copy = stand.store.parent / "copy.db"
    await asyncio.to_thread(backup.copy, stand.store, copy)
    await stand.stop()
    for path in stand.store.parent.glob("talon.db*"):
        path.unlink()
    restore(stand.config, copy, stand.box.clock.now(), lambda line: None)
    await stand.restart_after_stop()
    await anna.press("В начало")
    await anna.press("📋 Мои записи")
    await anna.expect("Ваши записи")
    assert (len(anna.photos), len(anna.documents)) == (1, 1), "the ticket came again"
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=3))
    await anna.expect("Приём у врача через 3 часа")


async def test_the_bot_backs_itself_up_at_night(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    stand.box.forward(timedelta(days=1))
    await stand.app.nightly.tick()
    (path,) = found_in(stand.store.parent / "backups").values()
    with backup.reading(path) as connection:
        assert connection.execute("SELECT status FROM appointment").fetchall() == [(1,)]
    await anna.send("/help")
    await anna.expect("Что я умею")
