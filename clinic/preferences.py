"""What an account wants its lists to show first: kept from one conversation to the next."""

from typing import Any

from storage import accounts, preferences
from storage.database import Database
from storage.types import Tx

FACILITIES, DOCTORS = "facilities", "doctors"
"""The lists whose filters are kept."""
WISH = "wish"
"""When somebody would like to be seen."""


async def recall(database: Database, telegram_id: int, name: str) -> dict[str, Any]:
    """Read a preference; empty where nothing is kept, or nobody has registered."""

    def work(tx: Tx) -> dict[str, Any]:
        account = accounts.of_chat(tx, telegram_id)
        kept = {} if account is None else preferences.of_account(tx, database.keyring, account.id).get(name)
        return kept if isinstance(kept, dict) else {}

    return await database.read(work)


async def keep(database: Database, telegram_id: int, name: str, value: dict[str, Any]) -> None:
    """Keep a preference; without an account nothing is."""

    def work(tx: Tx) -> None:
        account = accounts.of_chat(tx, telegram_id)
        if account is not None:
            preferences.keep(tx, database.keyring, account.id, name, value)

    await database.write(work)
