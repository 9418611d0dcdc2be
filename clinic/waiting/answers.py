"""Answering a time that is offered: taking it, declining it; and telling of it in the first place."""

from dataclasses import dataclass
from datetime import datetime

from clinic import rules
from clinic.errors import NotFound, OfferOver
from clinic.waiting import ends, notices, offering
from clinic.waiting.entries import own
from storage import accounts, appointments, freed, people, places, times, waiting, waiting_order
from storage import waiting_offers as offers
from storage.accounts import AccountRow
from storage.appointments import Visit
from storage.crypto import Keyring
from storage.database import Database
from storage.people import Person
from storage.places import Place
from storage.states import OfferState, SlotStatus
from storage.times import SlotRow
from storage.types import Tx
from storage.waiting import WaitingRow
from storage.waiting_offers import OfferRow

HOW = {OfferState.DECLINED: "declined", OfferState.MISSED: "missed", OfferState.WITHDRAWN: "withdrawn"}


@dataclass(frozen=True, slots=True)
class Offered:
    """A time that is or was offered, with all that a message or a window says about it."""

    offer: OfferRow
    row: WaitingRow
    slot: SlotRow
    place: Place
    person: Person
    relation: str
    list_place: int
    """which one in the list the entry is now, from 1"""
    visit: Visit | None
    """what came of it, or the visit that would move"""


async def offered(database: Database, telegram_id: int, offer_id: int) -> Offered:
    """Read an offer, an old one too; raises NotFound for anybody else's."""
    keyring = database.keyring

    def work(tx: Tx) -> Offered:
        account, offer, row = _own(tx, telegram_id, offer_id)
        return _offered(tx, keyring, account, offer, row)

    return await database.read(work)


def _own(tx: Tx, telegram_id: int, offer_id: int) -> tuple[AccountRow, OfferRow, WaitingRow]:
    account, offer = accounts.of_chat(tx, telegram_id), offers.by_id(tx, offer_id)
    if account is None or offer is None:
        raise NotFound
    return account, offer, own(tx, account, offer.waiting_id)


def _offered(tx: Tx, keyring: Keyring, account: AccountRow, offer: OfferRow, row: WaitingRow) -> Offered:
    slot = times.slot(tx, offer.slot_id)
    place = None if slot is None else places.of_schedule(tx, slot.schedule_id)
    person, relation = (
        people.person(tx, keyring, row.patient_id),
        people.relation(tx, account.id, row.patient_id),
    )
    if slot is None or place is None or person is None or relation is None:
        raise NotFound
    appointment_id = offer.appointment_id or row.appointment_id
    visit = None
    if appointment_id is not None:
        found = appointments.of_account(tx, keyring, appointment_id, account.id)
        visit = None if found is None else appointments.visit(tx, keyring, found)
    return Offered(offer, row, slot, place, person, relation, waiting_order.standing(tx, row)[0], visit)


async def accept(
    database: Database, telegram_id: int, offer_id: int, now: datetime, *, is_meant: bool = False
) -> Visit:
    """Take an offered time: book it, or move the visit that was to be earlier; all rules are asked again.

    Taken again it returns the same visit. Raises NotFound for somebody else's, OfferOver, and what booking
    and moving raise: then the place in the list stays, and the time is kept as long as it was.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Visit:
        account, offer, row = _own(tx, telegram_id, offer_id)
        if offer.state is OfferState.ACCEPTED and offer.appointment_id is not None:
            done = appointments.of_account(tx, keyring, offer.appointment_id, account.id)
            if done is None:
                raise NotFound
            return appointments.visit(tx, keyring, done)
        if offer.state is not OfferState.OPEN:
            raise OfferOver(HOW[offer.state])
        for slot_id in offer.slots:
            times.take(tx, slot_id, SlotStatus.FREE, from_status=SlotStatus.TENTATIVE)
        visit = offering.take(tx, keyring, row, telegram_id, offer.slot_id, now, is_meant=is_meant)
        offers.end(tx, offer.id, OfferState.ACCEPTED, visit.appointment.id)
        waiting.end(tx, row.id, notices.BOOKED, now)
        freed.note_done(tx, offer.slot_id)
        return visit

    return await database.write(work)


async def decline(database: Database, telegram_id: int, offer_id: int, now: datetime) -> Offered:
    """Let an offered time go to the next; the place in the list stays. Raises NotFound for somebody else's.

    One that is answered or over already stays as it is, and is returned so.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Offered:
        account, offer, row = _own(tx, telegram_id, offer_id)
        if offer.state is OfferState.OPEN:
            ends.close(tx, offer, row, OfferState.DECLINED, now)
            account, offer, row = _own(tx, telegram_id, offer_id)
        return _offered(tx, keyring, account, offer, row)

    return await database.write(work)


# --- telling


@dataclass(frozen=True, slots=True)
class NotNow:
    """It is night where they are: to be told then."""

    until: datetime


async def tell(database: Database, telegram_id: int, offer_id: int, now: datetime) -> Offered | NotNow | None:
    """Begin to tell of an offer: from now on its minutes count. None where it has lost its point.

    Told again, after a kill say, it is kept as long as it was.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Offered | NotNow | None:
        try:
            account, offer, row = _own(tx, telegram_id, offer_id)
            found = _offered(tx, keyring, account, offer, row)
        except NotFound:
            return None
        if offer.state is not OfferState.OPEN:
            return None
        if offer.told_at is not None:
            return found if offer.until > now else None
        told_at = offering.told(tx, keyring, row, found.place.facility.timezone, now)
        if not rules.can_offer(found.slot.starts_at, told_at):
            ends.close(tx, offer, row, OfferState.WITHDRAWN, now)
            return None
        if told_at > now:
            return NotNow(told_at)
        offers.note_told(tx, offer.id, now, now + rules.offer_hold(found.slot.starts_at, now))
        account, offer, row = _own(tx, telegram_id, offer_id)
        return _offered(tx, keyring, account, offer, row)

    return await database.write(work)
