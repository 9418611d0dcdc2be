"""Links that open the bot: one-time ones, whose code the store knows by its hash alone, and public ones."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic import codes
from storage import invitations
from storage.invitations import InvitationRow
from storage.types import Tx

DOCTOR, FACILITY = "d", "f"
"""What a public link opens: the days of a doctor's schedule, the specialties of a facility."""
_NUMBER = "[1-9][0-9]{0,14}"
_PUBLIC = re.compile(rf"({DOCTOR}|{FACILITY})_({_NUMBER})(?:_({_NUMBER}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublicLink:
    """What a public link names."""

    kind: str
    row_id: int
    service_id: int | None = None


def public_payload(kind: str, row_id: int, service_id: int | None = None) -> str:
    """Make the start parameter of a public link: numbers of a schedule or a facility, and of a service."""
    return f"{kind}_{row_id}" if service_id is None else f"{kind}_{row_id}_{service_id}"


def read_public(payload: str) -> PublicLink | None:
    """Read the start parameter of a public link; None for anything else."""
    found = _PUBLIC.fullmatch(payload)
    return found and PublicLink(found[1], int(found[2]), int(found[3]) if found[3] else None)


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
