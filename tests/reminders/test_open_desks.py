"""Whose windows are looked through: all at the start and after a deletion, until it is done."""

from reminders.desks import OpenDesks

OLEG, VERA = 901, 902


async def test_all_are_looked_through_at_the_start_and_after_a_deletion_the_busy_ones_again() -> None:
    shown: list[int] = []
    busy = {VERA}

    async def show(chat_id: int) -> bool:
        shown.append(chat_id)
        return chat_id not in busy

    async def tick() -> list[int]:
        shown.clear()
        await desks.tick()
        return sorted(shown)

    desks = OpenDesks((OLEG, VERA), show)
    assert await tick() == [OLEG, VERA]
    assert await tick() == [VERA]
    busy.clear()
    assert await tick() == [VERA]
    assert await tick() == []
    desks.deleted()
    assert await tick() == [OLEG, VERA]
    assert await tick() == []
