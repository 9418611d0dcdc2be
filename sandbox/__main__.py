"""`python -m sandbox`: a sandbox alone, for any bot."""

import argparse
import asyncio
import sys

from sandbox.server import TOKEN, Sandbox


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Telegram Bot API server.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN, help="the token that the bot will use")
    parser.add_argument("--name", default="Бот", help="what the chat calls the bot")
    parser.add_argument("--username", default="sandbox_bot")
    options = parser.parse_args()

    async def serve() -> None:
        async with Sandbox(options.token, options.username, port=options.port, name=options.name) as box:
            sys.stdout.write(f"{box.url}  (TELEGRAM_API_URL={box.url} BOT_TOKEN={options.token})\n")
            sys.stdout.flush()
            await asyncio.Event().wait()

    try:
        asyncio.run(serve())
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
