"""Shorthand for what tests do with the waiting list of the small clinic."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from clinic import documents, profile
from clinic.documents import NewDocument
from clinic.waiting import answers, entries, offering, watching
from clinic.waiting.entries import Entry, Wanted
from storage.appointments import Visit
from storage.states import OfferState, SlotStatus
from tests.world import THERAPIST, World

DAYS_AHEAD = 7


@dataclass
class List:
    """The clinic whose times are all gone, as the bot runs it: each transaction ends with the list's work."""

    world: World

    def __post_init__(self) -> None:
        database = self.world.database
        database.before_commit = offering.settling(database.keyring, lambda: self.world.clock.now())

    async def close_all(self) -> None:
        """Let no time be free."""
        await self.world.database.write(lambda tx: tx.execute("UPDATE slot SET status = 3") and None)

    async def free(self, slot_id: int) -> None:
        """Let somebody's visit at a closed time be cancelled."""
        world = self.world

        def work(tx: Any) -> None:
            from storage import times

            tx.execute("UPDATE slot SET status = 2 WHERE id = ?", (slot_id,))
            times.take(tx, slot_id, SlotStatus.FREE, from_status=SlotStatus.BUSY)

        await world.database.write(work)

    async def free_again(self, slot_id: int) -> None:
        """Let a time that is free get free once more, as when a hold on it is let go."""
        await self.world.database.write(
            lambda tx: tx.execute("UPDATE slot SET status = 3 WHERE id = ?", (slot_id,)) and None
        )
        await self.free(slot_id)

    async def join(
        self, chat: int, *, specialty: int = THERAPIST, region: str = "RU-MOW", **wanted: Any
    ) -> Entry:
        patient = await self.world.patient(chat)
        asked = Wanted(wanted.pop("patient_id", patient.id), specialty, region, **wanted)
        return await entries.join(self.world.database, chat, asked, self.world.clock.now())

    async def offers(self) -> list[tuple[int, int, int]]:
        """Read all offers: chat, slot, state; in the order in which they were made."""
        return await self.world.rows(
            "SELECT acc.telegram_id, o.slot_id, o.state FROM waiting_offer AS o"
            " JOIN waiting AS w ON w.id = o.waiting_id JOIN account AS acc ON acc.id = w.account_id"
            " ORDER BY o.offered_at, o.rowid"
        )

    async def open(self, slot_id: int) -> None:
        """Let a closed time be free, unnoticed by the list."""
        await self.world.database.write(
            lambda tx: tx.execute("UPDATE slot SET status = 0 WHERE id = ?", (slot_id,)) and None
        )

    async def offer(self, chat: int) -> int:
        """Find the number of what is offered to a chat now."""
        rows = await self.world.rows(
            "SELECT o.id FROM waiting_offer AS o JOIN waiting AS w ON w.id = o.waiting_id"
            " JOIN account AS acc ON acc.id = w.account_id WHERE o.state = 0 AND acc.telegram_id = ?",
            chat,
        )
        assert rows, "nothing is offered"
        return int(rows[0][0])

    async def to_whom(self, slot_id: int) -> int | None:
        """Find the chat to which a time is offered now."""
        found = [
            chat for chat, slot, state in await self.offers() if slot == slot_id and state == OfferState.OPEN
        ]
        assert len(found) < 2
        return found[0] if found else None

    async def tell(self, chat: int) -> Any:
        """Do what the outbox does when it sends the offer."""
        offer = await self.offer(chat)
        return await answers.tell(self.world.database, chat, offer, self.world.clock.now())

    async def accept(self, chat: int, **how: Any) -> Visit:
        offer = await self.offer(chat)
        return await answers.accept(self.world.database, chat, offer, self.world.clock.now(), **how)

    async def decline(self, chat: int) -> Any:
        offer = await self.offer(chat)
        return await answers.decline(self.world.database, chat, offer, self.world.clock.now())

    async def tick(self, by: timedelta = timedelta()) -> int:
        self.world.clock.move(by)
        return await watching.tick(self.world.database, self.world.clock.now())

    async def give_benefit(self, chat: int, *, with_proof: bool) -> None:
        database, now = self.world.database, self.world.clock.now()
        patient = await self.world.patient(chat)
        await profile.change(database, chat, patient.id, "benefit", "pensioner", now)
        if with_proof:
            file = NewDocument(patient.id, "benefit", "image/png", "proof.png", b"content", str(chat))
            await documents.add(database, chat, file, now)

    async def messages(self, kind: str) -> list[tuple]:
        return await self.world.rows(
            "SELECT acc.telegram_id, n.due_at, n.state FROM notification AS n JOIN account AS acc"
            " ON acc.id = n.account_id WHERE n.channel = 'waiting' AND n.kind = ? ORDER BY n.id",
            kind,
        )
