"""Children and wards of all accounts, and making one record of two when they have grown up."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.crypto import Keyring, UnreadableSeal
from storage.people import unsealed_person
from storage.types import Tx, instant


@dataclass(frozen=True, slots=True)
class Minor:
    """A child or a ward in an account's list, with what tells their age."""

    account_id: int
    patient_id: int
    relation: str
    born_on: date
    added_at: datetime


def minors(
    tx: Tx, keyring: Keyring, after: tuple[int, int] | None, limit: int
) -> tuple[list[Minor], tuple[int, int] | None]:
    """Read children and wards of all accounts, a page at a time, and where the next page begins.

    Dates of birth are sealed, so whoever looks for a birthday opens each of them.
    """
    account, patient = after or (0, 0)
    rows = tx.execute(
        "SELECT c.account_id, c.patient_id, c.relation, c.added_at, p.person FROM care AS c"
        " INDEXED BY care_of_minors JOIN patient AS p ON p.id = c.patient_id"
        " WHERE c.relation IN ('child', 'ward') AND (c.account_id, c.patient_id) > (:account, :patient)"
        " ORDER BY c.account_id, c.patient_id LIMIT :limit",
        {"account": account, "patient": patient, "limit": limit},
    ).fetchall()
    found = [
        Minor(row[0], row[1], row[2], born_on, instant(row[3]))
        for row in rows
        if (born_on := _birth_date(keyring, row[1], row[4])) is not None
    ]
    return found, (rows[-1][0], rows[-1][1]) if len(rows) == limit else None


def _birth_date(keyring: Keyring, patient_id: int, sealed: bytes | None) -> date | None:
    try:
        return None if sealed is None else unsealed_person(keyring, patient_id, sealed).born_on
    except UnreadableSeal:  # one lost key must not keep all others in their lists
        return None


def merge(tx: Tx, patient_id: int, into: int) -> None:
    """Give a patient's visits, documents and carers to another record of the same person and empty the first.

    Who acts for both keeps one care. The journal of the first stays under its own id.
    """
    both = {"old": patient_id, "new": into}
    tx.execute("UPDATE appointment SET patient_id = :new WHERE patient_id = :old", both)
    tx.execute("UPDATE document SET patient_id = :new WHERE patient_id = :old", both)
    tx.execute("UPDATE OR IGNORE care SET patient_id = :new WHERE patient_id = :old", both)
    tx.execute("DELETE FROM care WHERE patient_id = :old", {"old": patient_id})
    tx.execute("UPDATE patient SET person = NULL WHERE id = :old", {"old": patient_id})
