"""The PIN: which ones are taken, how many tries there are, and that neither speed nor a restart helps."""

import asyncio
import contextlib
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import confirmation, contacts, pin, rules
from clinic.errors import BadInput, NotRegistered, PhoneDiffers, PinBlocked, PinWrong
from clinic.locks import Locks
from storage.database import Database
from tests.world import World

ANNA, BORIS = 101, 102
PIN, OTHER, WRONG = "4071", "8203", "5555"
SECOND = timedelta(seconds=1)


@pytest.fixture
async def anna(world: World) -> Locks:
    """Anna with a PIN, open."""
    await world.patient(ANNA)
    locks = Locks(world.database, world.clock)
    await locks.set_pin(ANNA, PIN, None)
    return locks


async def outcome(call: Awaitable[object]) -> str:
    try:
        await call
    except (PinWrong, PinBlocked) as error:
        return f"wrong, {error.tries_left} left" if isinstance(error, PinWrong) else "blocked"
    return "right"


async def check(world: World, typed: str, chat: int = ANNA) -> str:
    return await outcome(pin.check_pin(world.database, chat, typed, world.clock.now()))


# --- which are taken


@pytest.mark.parametrize(("typed", "problem"), [
    ("407", "pin_digits"), ("4071852", "pin_digits"), ("", "pin_digits"), ("40a1", "pin_digits"),
    ("٤٠٧١", "pin_digits"), ("²071", "pin_digits"),
    ("0000", "pin_weak"), ("777777", "pin_weak"), ("1234", "pin_weak"), ("9876", "pin_weak"),
    ("7890", "pin_weak"), ("1212", "pin_weak"), ("40404", "pin_weak"),
])  # fmt: skip
def test_what_is_no_pin_or_easily_guessed_is_refused(typed: str, problem: str) -> None:
    with pytest.raises(BadInput) as refused:
        pin.parse_pin(typed)
    assert refused.value.problem == problem


@pytest.mark.parametrize("typed", ["4071", "40 71", "40718", "407185", "1235"])
def test_four_to_six_digits_are_a_pin(typed: str) -> None:
    assert pin.parse_pin(typed) == typed.replace(" ", "")


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_pin_or_a_refusal(text: str) -> None:
    with contextlib.suppress(BadInput):
        assert 4 <= len(pin.parse_pin(text)) <= 6


async def test_a_pin_is_nowhere_in_the_store(world: World, anna: Locks) -> None:
    ((sealed,),) = await world.rows("SELECT pin FROM account")
    assert b"argon2" not in sealed
    assert PIN.encode() not in sealed


async def test_nobody_without_an_account_sets_a_pin(world: World) -> None:
    with pytest.raises(NotRegistered):
        await pin.set_pin(world.database, BORIS, PIN, world.clock.now())


# --- how many tries


async def test_the_fifth_wrong_pin_blocks_and_the_right_one_helps_no_more(world: World, anna: Locks) -> None:
    assert [await check(world, WRONG) for _ in range(4)] == [f"wrong, {left} left" for left in (4, 3, 2, 1)]
    assert await check(world, WRONG) == "blocked"
    assert await check(world, PIN) == "blocked"
    assert (await pin.state(world.database, ANNA)).is_blocked


async def test_after_four_wrong_ones_the_right_one_opens_and_begins_the_count_anew(
    world: World, anna: Locks
) -> None:
    for _ in range(4):
        await check(world, WRONG)
    assert await check(world, PIN) == "right"
    assert await check(world, WRONG) == "wrong, 4 left"


async def test_a_hundred_tries_at_the_same_time_are_five(world: World, anna: Locks) -> None:
    found = await asyncio.gather(*(check(world, f"{number:04}") for number in range(100)))
    assert found.count("right") == 0
    assert sum(one.startswith("wrong") for one in found) == rules.PIN_TRIES - 1
    assert found.count("blocked") == 96
    assert await check(world, PIN) == "blocked"


async def test_the_right_pin_among_too_many_at_the_same_time_does_not_open(world: World, anna: Locks) -> None:
    found = await asyncio.gather(*(check(world, typed) for typed in [WRONG] * 5 + [PIN]))
    assert found[-1] == "blocked"


async def test_a_try_counts_although_the_process_was_killed_before_its_answer(
    world: World, anna: Locks, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        """Stands for the end of the process."""

    def killed(*_: object) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(pin, "_is_right", killed)
        for _ in range(rules.PIN_TRIES):
            with pytest.raises(Killed):
                await check(world, WRONG)
    assert await check(world, PIN) == "blocked"


async def test_tries_are_counted_over_a_restart(world: World, anna: Locks) -> None:
    for _ in range(4):
        await check(world, WRONG)
    await world.database.close()
    await world.database.open()
    assert await check(world, WRONG) == "blocked"


async def test_an_update_that_is_worked_again_is_one_try(world: World, anna: Locks) -> None:
    for _ in range(50):
        assert await outcome(anna.unlock(ANNA, WRONG, "press 1")) == "wrong, 4 left"
    assert await outcome(anna.unlock(ANNA, WRONG, "press 2")) == "wrong, 3 left"


async def test_a_chat_without_a_pin_opens_to_anything(world: World) -> None:
    await world.patient(BORIS)
    assert await pin.check_pin(world.database, BORIS, WRONG, world.clock.now()) is None


# --- changing and taking away


async def test_a_pin_is_changed_with_the_proof_of_the_present_one(world: World, anna: Locks) -> None:
    proof = await anna.unlock(ANNA, PIN, "1")
    await anna.set_pin(ANNA, OTHER, proof)
    assert await check(world, PIN) == "wrong, 4 left"
    assert await check(world, OTHER) == "right"


async def test_without_the_proof_it_is_neither_changed_nor_taken_away(world: World, anna: Locks) -> None:
    assert await outcome(anna.set_pin(ANNA, OTHER, None)) == "wrong, 4 left"
    assert await outcome(anna.remove_pin(ANNA, None)) == "wrong, 4 left"
    assert await check(world, PIN) == "right"


async def test_setting_the_same_pin_twice_is_setting_it_once(world: World, anna: Locks) -> None:
    proof = await anna.unlock(ANNA, PIN, "1")
    await anna.set_pin(ANNA, OTHER, proof)
    await anna.set_pin(ANNA, OTHER, proof)
    assert (await world.rows("SELECT count(*) FROM journal WHERE record = 'pin'"))[0][0] == 2


async def test_taking_it_away_twice_is_no_failure(world: World, anna: Locks) -> None:
    proof = await anna.unlock(ANNA, PIN, "1")
    await anna.remove_pin(ANNA, proof)
    await anna.remove_pin(ANNA, proof)
    assert not await anna.is_locked(ANNA)
    assert not (await pin.state(world.database, ANNA)).is_set


async def test_what_happens_to_a_pin_is_in_the_journal(world: World, anna: Locks) -> None:
    for _ in range(5):
        await check(world, WRONG)
    await pin.reset_by_contact(world.database, ANNA, "+79161234567", world.clock.now())
    rows = await world.rows("SELECT action FROM journal WHERE record = 'pin' ORDER BY id")
    assert [row[0] for row in rows] == ["created", "locked", "deleted"]


# --- forgotten


async def test_the_own_number_takes_a_blocked_pin_away(world: World, anna: Locks) -> None:
    for _ in range(5):
        await check(world, WRONG)
    with pytest.raises(PhoneDiffers):
        await pin.reset_by_contact(world.database, ANNA, "+79160000000", world.clock.now())
    assert (await pin.state(world.database, ANNA)).is_blocked
    await pin.reset_by_contact(world.database, ANNA, "+79161234567", world.clock.now())
    assert not (await pin.state(world.database, ANNA)).is_set


async def code_to(world: World, target: str) -> str:
    now = world.clock.now()
    return (await confirmation.request(world.database, ANNA, confirmation.NEW_PIN, target, now)).code


async def confirm(database: Database, world: World, target: str, code: str) -> None:
    await contacts.confirm(database, ANNA, confirmation.NEW_PIN, target, code, world.clock.now())


async def test_a_code_to_the_own_number_takes_the_pin_away(world: World, anna: Locks) -> None:
    code = await code_to(world, "+79161234567")
    await confirm(world.database, world, "+79161234567", code)
    assert not (await pin.state(world.database, ANNA)).is_set


async def test_a_code_to_any_other_number_does_not(world: World, anna: Locks) -> None:
    code = await code_to(world, "+79160000000")
    with pytest.raises(PhoneDiffers):
        await confirm(world.database, world, "+79160000000", code)
    assert (await pin.state(world.database, ANNA)).is_set


# --- locks


async def test_a_chat_is_open_to_the_last_second_of_its_idle_time(world: World, anna: Locks) -> None:
    world.clock.move(rules.LOCK_AFTER - SECOND)
    assert not await anna.is_locked(ANNA)
    world.clock.move(SECOND)
    assert await anna.is_locked(ANNA)


async def test_a_press_begins_the_idle_time_anew_and_opens_nothing_that_is_locked(
    world: World, anna: Locks
) -> None:
    world.clock.move(rules.LOCK_AFTER - SECOND)
    anna.renew(ANNA)
    world.clock.move(rules.LOCK_AFTER - SECOND)
    assert not await anna.is_locked(ANNA)
    world.clock.move(SECOND)
    anna.renew(ANNA)
    assert await anna.is_locked(ANNA)


async def test_after_a_restart_every_chat_with_a_pin_is_locked(world: World, anna: Locks) -> None:
    await world.patient(BORIS)
    fresh = Locks(world.database, world.clock)
    assert await fresh.is_locked(ANNA)
    assert not await fresh.is_locked(BORIS)
    await fresh.unlock(ANNA, PIN, "1")
    assert not await fresh.is_locked(ANNA)


async def test_the_fifth_wrong_pin_closes_a_chat_that_was_open(world: World, anna: Locks) -> None:
    for number in range(5):
        await outcome(anna.unlock(ANNA, WRONG, str(number)))
    assert await anna.is_locked(ANNA)


async def test_whether_a_chat_has_a_pin_is_read_once(
    world: World, anna: Locks, monkeypatch: pytest.MonkeyPatch
) -> None:
    await anna.is_locked(BORIS)

    async def read(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(world.database, "read", read)
    for _ in range(3):
        assert not await anna.is_locked(BORIS)
        assert not await anna.is_locked(ANNA)


async def test_a_pin_that_was_taken_away_elsewhere_locks_nobody_out(world: World, anna: Locks) -> None:
    await world.database.write(lambda tx: tx.execute("UPDATE account SET pin = NULL"))
    anna.lock(ANNA)
    assert await anna.is_locked(ANNA)
    await anna.unlock(ANNA, WRONG, "1")
    assert not await anna.is_locked(ANNA)
    anna.lock(ANNA)
    assert not await anna.is_locked(ANNA)


async def test_an_account_that_has_gone_locks_nobody_out(world: World, anna: Locks) -> None:
    await world.database.write(lambda tx: tx.execute("UPDATE account SET telegram_id = 7"))
    anna.lock(ANNA)
    await anna.unlock(ANNA, WRONG, "1")
    assert not await anna.is_locked(ANNA)
