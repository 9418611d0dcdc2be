"""The one-time links themselves: their code is in the link alone, the store has its hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic import codes
from storage import invitations
from storage.invitations import InvitationRow
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that has just been made: the only moment at which its code is known."""

    id: int
    code: str
    expires_at: datetime


def hashed(code: str) -> bytes:
    """Make what the store keeps of a code: 120 random bits need neither salt nor stretching."""
    return hashlib.sha256(code.encode()).digest()


def new_link(
    tx: Tx, kind: str, account_id: int, patient_id: int | None, now: datetime, lifetime: timedelta
) -> Invitation:
    """Write a new link of an account."""
    code = codes.new_ticket_code()
    row = InvitationRow(codes.new_id(), kind, account_id, patient_id, now, now + lifetime, None, None)
    invitations.insert(tx, row, hashed(code))
    return Invitation(row.id, code, row.expires_at)
