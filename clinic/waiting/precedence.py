"""Who comes first in the waiting list: those with a benefit that is proved by a document."""

from storage import documents, people, waiting
from storage.crypto import Keyring
from storage.types import Tx

BENEFIT, USUAL = 0, 1
PROOF = "benefit"
"""The kind of the document that proves a benefit."""


def of_patient(tx: Tx, keyring: Keyring, patient_id: int) -> int:
    """Tell where a patient stands; a benefit counts for nothing until its proof is there."""
    person = people.person(tx, keyring, patient_id)
    has_benefit = person is not None and bool(person.benefit)
    return BENEFIT if has_benefit and PROOF in documents.kinds_of(tx, patient_id) else USUAL


def refresh(tx: Tx, keyring: Keyring, patient_id: int) -> None:
    """Let a patient's entries stand where they belong, after the benefit or its proof has come or gone."""
    waiting.set_precedence(tx, patient_id, of_patient(tx, keyring, patient_id))
