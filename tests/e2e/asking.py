"""Asking a running bot how it is."""

import socket

from aiohttp import ClientSession

from tests.e2e.conftest import Stand


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


async def ask(stand: Stand, path: str) -> tuple[int, str]:
    address = f"http://127.0.0.1:{stand.config.metrics_port}{path}"
    async with ClientSession() as client, client.get(address) as response:
        return response.status, await response.text()
