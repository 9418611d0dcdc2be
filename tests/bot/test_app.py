"""Starting: from any folder, and with one clear line where something is missing."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.config import BadConfig, Config, read_config
from bot.owner import Owner
from bot.redis_state import RedisDialogState
from storage import schema
from storage.crypto import Keyring

ROOT = Path(__file__).parents[2]
SILENCE = "Telegram has not answered yet"
KEY = "a key of the tests that is long enough 0123456789"


def start(folder: Path, **settings: str) -> tuple[int | None, str]:
    """Run the bot as from a shell that stands in `folder`, against a Telegram that is not there.

    Returns what it ended with, None where it was stopped once it had said that Telegram does not answer, and
    what it said.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"BOT_TOKEN": "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "SECRET_KEY": KEY,
                    "TELEGRAM_API_URL": "http://127.0.0.1:9", **settings}  # fmt: skip
    said = folder / "said.txt"
    with said.open("w") as file:
        bot = subprocess.Popen(
            [sys.executable, str(ROOT / "bot.py"), "run"], cwd=folder, env=environment, stderr=file
        )
        deadline = time.monotonic() + 60
        while bot.poll() is None and time.monotonic() < deadline and SILENCE not in said.read_text():
            time.sleep(0.1)
        status = bot.poll()
        bot.kill()
        bot.wait()
    return status, said.read_text()


@pytest.mark.slow
def test_from_an_empty_folder_the_store_is_made_there_and_silence_is_explained(tmp_path: Path) -> None:
    _, said = start(tmp_path)
    assert "Traceback" not in said
    assert "could not be migrated" not in said
    assert schema.is_current(f"sqlite+aiosqlite:///{tmp_path}/data/talon.db")
    assert SILENCE in said


@pytest.mark.slow
def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    status, said = start(tmp_path, DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/file/talon.db")
    assert status not in (0, None)
    (line,) = said.strip().splitlines()
    assert "DATABASE_URL" in line
    assert str(tmp_path / "file") in line


def test_a_lock_that_cannot_be_made_is_a_setting_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BadConfig, match="DATABASE_URL"), Owner(tmp_path / "file" / "talon.db"):
        pass


async def test_a_redis_that_does_not_answer_is_told_at_the_start() -> None:
    storage = RedisDialogState("redis://127.0.0.1:1/0", Keyring(KEY), timedelta(days=1))
    with pytest.raises(BadConfig, match="REDIS_URL"):
        await storage.check()
    await storage.close()


async def test_the_bot_does_not_start_without_its_redis(tmp_path: Path) -> None:
    config = Config(
        bot_token="42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        secret_key=KEY,
        database_url=f"sqlite+aiosqlite:///{tmp_path}/talon.db",
        telegram_api_url="http://127.0.0.1:9",
        redis_url="redis://127.0.0.1:1/0",
        _env_file=None,
    )
    with pytest.raises(BadConfig, match="REDIS_URL"):
        await asyncio.wait_for(App(config).run(asyncio.Event()), 60)


@pytest.mark.parametrize("content", [None, "no table at all"])
def test_a_table_of_limits_that_cannot_be_read_is_a_setting_that_is_wrong(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "limits.csv"
    if content is not None:
        path.write_text(content)
    monkeypatch.chdir(tmp_path)
    given = {"bot_token": "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "secret_key": KEY}
    with pytest.raises(BadConfig, match="LIMITS_FILE"):
        read_config(**given, limits_file=str(path))


@pytest.mark.parametrize("port", [8080, 9100])
def test_the_numbers_are_never_on_the_port_that_the_world_reaches(port: int) -> None:
    wanted = {
        "bot_token": "1:abc", "secret_key": KEY, "webhook_url": "https://x.example/t",
        "webhook_secret": "a" * 16, "metrics_port": port, "_env_file": None,
    }  # fmt: skip
    if port == 9100:
        assert read_config(**wanted).metrics_host == "127.0.0.1"
        return
    with pytest.raises(BadConfig, match="METRICS_PORT"):
        read_config(**wanted)


def test_a_form_of_the_log_that_is_not_known_is_refused() -> None:
    with pytest.raises(BadConfig, match="LOG_FORMAT is wrong: it must be text or json"):
        read_config(bot_token="1:abc", secret_key=KEY, log_format="xml", _env_file=None)


def test_administrators_are_people_and_each_is_named_once() -> None:
    given = {"bot_token": "1:abc", "secret_key": KEY, "_env_file": None}
    assert read_config(**given, admin_ids="1001, 1002,1001,").admin_ids == (1001, 1002)
    assert read_config(**given).admin_ids == ()
    for wrong in ("-1001234567890", "1001,-5", "0", "anna"):
        with pytest.raises(BadConfig, match="ADMIN_IDS is wrong"):
            read_config(**given, admin_ids=wrong)
