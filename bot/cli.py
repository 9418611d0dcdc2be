"""The command line: run (default) · demo · tour · migrate · seed · import · backup · restore ·
rotate · check · env."""

import argparse
import asyncio
import contextlib
import gc
import os
import signal
import sys
from pathlib import Path

from bot.config import BadConfig, Config, read_config

_REFERENCE = ("regions", "specialties", "services", "papers", "complaints", "red_flags")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit code: 0 done, 1 failed, 2 wrong settings or arguments."""
    options = _parser().parse_args(arguments)
    if options.command is None:
        options = _parser().parse_args(["run"])
    try:
        code: int = options.act(options)
    except BadConfig as error:
        print(f"talon: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python bot.py", description="Talon: a chatbot that books doctors.")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")

    def add(name: str, act: object, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(act=act)
        return command

    add("run", run, "serve patients (the default); settings are in .env")
    demo_options = add("demo", demo, "a chat on a local page, with a demo clinic behind it")
    demo_options.add_argument("--port", type=int, default=8000, help="of the page; 0 for any (default 8000)")
    tour_options = add("tour", tour, "play a patient's whole way and print the chat")
    tour_options.add_argument("--folder", type=Path, help="for its files (default: a new one)")
    add("migrate", migrate, "bring the store's schema up to date (run does it by itself)")
    add("seed", seed, "fill the store with the demo clinic; again, it adds the new days")
    import_options = add(
        "import",
        import_file,
        "take a clinic's tables (docs/import.md): a folder or a CSV file; or WHAT FILE for"
        f" {', '.join(_REFERENCE)}",
    )
    import_options.add_argument("what", metavar="FOLDER_OR_FILE | WHAT")
    import_options.add_argument("file", type=Path, nargs="?", metavar="FILE")
    import_options.add_argument(
        "--apply", action="store_true", help="do it; without, it is only said what a folder or file changes"
    )
    add("rotate", rotate, "seal all personal data anew under the first key of SECRET_KEY; stop the bot first")
    backup_options = add("backup", make_backup, "copy the store to a file, also while the bot is serving")
    backup_options.add_argument("file", type=Path, nargs="?", help="(default: a new one in BACKUP_DIR)")
    restore_options = add("restore", restore, "put a backup in the place of the store; stop the bot first")
    restore_options.add_argument("file", type=Path)
    restore_options.add_argument(
        "--despite-unreadable", action="store_true", help="also when SECRET_KEY does not open all of it"
    )
    add("check", check, "see that the store is whole: file, references, journal, seals, backups")
    add("env", env, "print .env.example: every setting with its meaning")
    return parser


def run(_: argparse.Namespace) -> int:
    """Serve until told to stop; 0 then."""
    config = read_config()
    gc.disable()  # it would look through all that is being loaded again and again, a sixth of the start
    from bot import log

    log.set_up(config.log_level, config.log_format)
    from bot.app import App

    gc.freeze()
    gc.enable()

    async def serve() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await App(config).run(stop)

    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.run(serve())
        return 0
    asyncio.run(serve())
    return 0


def demo(options: argparse.Namespace) -> int:
    """Start sandbox and bot together on a store that is thrown away afterwards."""
    from bot.demo import run_demo

    return run_demo(options.port)


def tour(options: argparse.Namespace) -> int:
    """Play the tour."""
    from bot.tour import run_tour

    return run_tour(options.folder)


def migrate(_: argparse.Namespace) -> int:
    """Migrate the store forward."""
    from storage import schema

    schema.upgrade(_database_url())
    print("The store's schema is up to date.")
    return 0


def seed(_: argparse.Namespace) -> int:
    """Fill the store with the demo clinic."""
    from clinic.clock import SystemClock
    from storage import schema
    from storage.seed import seed_demo, seed_reference

    url = _database_url()
    if not schema.is_current(url):
        schema.upgrade(url)

    async def fill() -> object:
        async with _store(url) as database:
            await seed_reference(database)
            return await seed_demo(database, SystemClock().now())

    print(asyncio.run(fill()))
    return 0


def import_file(options: argparse.Namespace) -> int:
    """Take the tables of a clinic, or reference data from a file."""
    from storage import schema
    from storage.reference.own_phrases import import_complaints, import_dangers
    from storage.reference.required import import_required
    from storage.reference.tables import WrongTable
    from storage.seed import import_regions, import_services, import_specialties

    url = _database_url()
    if not schema.is_current(url):
        schema.upgrade(url)
    if options.file is None:
        from bot import import_command

        return import_command.run(
            url, Path(options.what), lambda: _config_of_store().keys, is_applied=options.apply
        )
    if options.what not in _REFERENCE:
        print(f"talon: expected {', '.join(_REFERENCE)} before a file, or a path alone", file=sys.stderr)
        return 2
    imports = {
        "regions": import_regions,
        "specialties": import_specialties,
        "services": import_services,
        "papers": import_required,
        "complaints": import_complaints,
        "red_flags": import_dangers,
    }
    work = imports[options.what]

    async def read() -> int:
        async with _store(url) as database:
            return await work(database, options.file)

    try:
        count = asyncio.run(read())
    except (WrongTable, OSError) as error:
        print(f"talon: {error}", file=sys.stderr)
        return 1
    print(f"{count} {options.what} are in the store now.")
    return 0


def rotate(_: argparse.Namespace) -> int:
    """Seal everything under the first key; 1 where a value does not open."""
    from bot import upkeep

    config = _config_of_store()
    unreadable = upkeep.rotate(config.database_url, config.keys, print)
    if unreadable:
        print(
            f"talon: {unreadable} values are left as they were: no key in SECRET_KEY opens them."
            " Put the key they were sealed with back, and rotate again.",
            file=sys.stderr,
        )
        return 1
    print("Everything is sealed under the first key: the others can be taken out of SECRET_KEY.")
    return 0


def make_backup(options: argparse.Namespace) -> int:
    """Copy the store; 1 where that failed."""
    from bot.backup_commands import make_backup

    return make_backup(_config_without_secrets(), options.file)


def restore(options: argparse.Namespace) -> int:
    """Put a backup in the place of the store; 1 where it is not taken."""
    from bot.backup_commands import restore

    return restore(_config_of_store(), options.file, options.despite_unreadable)


def check(_: argparse.Namespace) -> int:
    """Tell what is wrong with the store; 1 where something is."""
    from bot import backups, upkeep
    from clinic.clock import SystemClock

    config = _config_of_store()
    found = upkeep.faults(config.database_url, config.keys, SystemClock().now())
    of_backups, notes = backups.told_of(config, SystemClock().now())
    found += of_backups
    for line in found:
        print(f"talon: {line}", file=sys.stderr)
    for line in notes:
        print(line)
    if not found:
        print("The store is whole.")
    return 1 if found else 0


def env(_: argparse.Namespace) -> int:
    """Print what `.env.example` has to say."""
    from bot.config import env_example

    print(env_example(), end="")
    return 0


def _config_of_store() -> Config:
    """Read the settings without the token: what works on the store alone needs none."""
    os.environ.pop("WEBHOOK_URL", None)
    return read_config(**{"bot_token": "0:unused"})


def _database_url() -> str:
    return _config_without_secrets().database_url


def _config_without_secrets() -> Config:
    """Read the settings of commands that need neither token nor key."""
    unused = {"bot_token": "0:unused", "secret_key": "unused-" + "0123456789abcdefghijklmnop"}
    os.environ.pop("WEBHOOK_URL", None)
    return read_config(**unused)


@contextlib.asynccontextmanager
async def _store(url: str):  # type: ignore[no-untyped-def]
    from storage.crypto import Keyring
    from storage.database import Database

    database = Database(url, Keyring("reference data are not personal"))
    await database.open()
    try:
        yield database
    finally:
        await database.close()
