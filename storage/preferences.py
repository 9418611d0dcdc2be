"""What an account's lists are to show first, sealed: it says what somebody looks for."""

from typing import Any

from storage.crypto import Keyring
from storage.types import Tx


def of_account(tx: Tx, keyring: Keyring, account_id: int) -> dict[str, Any]:
    """Open all preferences of an account, by the name of what they are about."""
    row = tx.execute("SELECT preferences FROM account WHERE id = :id", {"id": account_id}).fetchone()
    if row is None or row[0] is None:
        return {}
    opened: dict[str, Any] = keyring.unseal_json(row[0], _place(account_id))
    return opened


def keep(tx: Tx, keyring: Keyring, account_id: int, name: str, value: Any) -> None:
    """Write one preference, or forget it where `value` is empty; the others stay."""
    present = of_account(tx, keyring, account_id)
    changed = {key: kept for key, kept in present.items() if key != name} | ({name: value} if value else {})
    if changed != present:
        sealed = keyring.seal_json(changed, _place(account_id)) if changed else None
        tx.execute(
            "UPDATE account SET preferences = :sealed WHERE id = :id", {"sealed": sealed, "id": account_id}
        )


def _place(account_id: int) -> str:
    return f"account:{account_id}:preferences"
