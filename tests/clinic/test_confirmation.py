"""One-time codes: how long they work, how many tries there are, whom they count for."""

import asyncio
from datetime import timedelta

import pytest

from clinic import confirmation, contacts, rules
from clinic.confirmation import AGREEMENT, MAIL, PHONE, Sent
from clinic.errors import CodeBlocked, CodeExpired, CodeWrong
from storage.crypto import Keyring
from tests.world import World

ANNA, BORIS = 101, 102
NUMBER = "+79161234567"
SECOND = timedelta(seconds=1)


async def ask(world: World, chat: int = ANNA, target: str = NUMBER, purpose: str = PHONE) -> Sent:
    return await confirmation.request(world.database, chat, purpose, target, world.clock.now())


async def answer(world: World, typed: str, chat: int = ANNA, target: str = NUMBER) -> str:
    return await confirmation.check(
        world.database, chat, PHONE, target, typed, world.clock.now(), lambda tx: "done"
    )


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_a_code_has_six_digits_and_is_nowhere_in_the_store(world: World) -> None:
    sent = await ask(world)
    assert len(sent.code) == 6
    assert sent.code.isdigit()
    await world.database.close()
    store = world.database.path.read_bytes()
    assert sent.code.encode() not in store
    assert NUMBER.encode() not in store
    await world.database.open()


async def test_the_right_code_does_what_it_confirms(world: World) -> None:
    sent = await ask(world)
    assert await answer(world, f" {sent.code[:3]} {sent.code[3:]} ") == "done"


async def test_a_code_works_to_its_last_second(world: World) -> None:
    sent = await ask(world)
    world.clock.move(rules.CODE_LIFE - SECOND)
    assert await answer(world, sent.code) == "done"


async def test_a_code_is_dead_at_its_end(world: World) -> None:
    sent = await ask(world)
    world.clock.move(rules.CODE_LIFE)
    with pytest.raises(CodeExpired):
        await answer(world, sent.code)


async def test_a_used_code_is_taken_again_only_for_an_update_that_is_worked_twice(world: World) -> None:
    sent = await ask(world)
    await answer(world, sent.code)
    assert await answer(world, sent.code) == "done"
    world.clock.move(rules.CODE_AGAIN + SECOND)
    with pytest.raises(CodeExpired):
        await answer(world, sent.code)


async def test_asked_again_within_a_minute_it_is_the_same_code_under_the_same_key(world: World) -> None:
    first = await ask(world)
    world.clock.move(rules.CODE_AGAIN - SECOND)
    again = await ask(world)
    assert (again.code, again.key, again.is_new) == (first.code, first.key, False)
    world.clock.move(SECOND)
    later = await ask(world)
    assert later.is_new
    assert later.key != first.key


async def test_a_new_code_makes_the_old_one_void(world: World) -> None:
    first = await ask(world)
    world.clock.move(rules.CODE_AGAIN)
    second = await ask(world)
    if first.code != second.code:
        with pytest.raises(CodeWrong):
            await answer(world, first.code)
    assert await answer(world, second.code) == "done"


async def test_the_fourth_wrong_try_blocks_the_right_code_too(world: World) -> None:
    sent = await ask(world)
    for left in (3, 2, 1):
        with pytest.raises(CodeWrong) as refused:
            await answer(world, wrong(sent.code))
        assert refused.value.tries_left == left
    with pytest.raises(CodeBlocked):
        await answer(world, wrong(sent.code))
    with pytest.raises(CodeBlocked):
        await answer(world, sent.code)
    with pytest.raises(CodeBlocked):
        await ask(world)
    world.clock.move(timedelta(days=1))
    assert (await ask(world)).is_new


@pytest.mark.parametrize(
    ("typed", "can_be"),
    [
        ("123456", True),
        ("123 456", True),
        ("код 123-456", True),
        ("12345", False),
        ("15.04.1986", False),
        ("после 17", False),
    ],
)
def test_what_has_not_six_digits_is_no_code(typed: str, can_be: bool) -> None:
    assert confirmation.is_code(typed) is can_be


async def test_wrong_tries_count_on_through_new_codes_and_restarts(world: World) -> None:
    for _ in range(3):
        sent = await ask(world)
        with pytest.raises(CodeWrong):
            await answer(world, wrong(sent.code))
        world.clock.move(rules.CODE_AGAIN)
        await world.database.close()
        await world.database.open()
    sent = await ask(world)
    with pytest.raises(CodeBlocked):
        await answer(world, wrong(sent.code))


async def test_wrong_tries_at_a_number_count_for_whoever_tries(world: World) -> None:
    """One number guessed at from many accounts is closed for all of them."""
    for chat in range(201, 205):
        sent = await ask(world, chat)
        with pytest.raises((CodeWrong, CodeBlocked)):
            await answer(world, wrong(sent.code), chat)
    with pytest.raises(CodeBlocked):
        await ask(world, 300)


async def test_tries_at_once_are_counted_one_by_one(world: World) -> None:
    sent = await ask(world)
    outcomes = await asyncio.gather(
        *(answer(world, wrong(sent.code)) for _ in range(20)), return_exceptions=True
    )
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds.count(CodeWrong) == 3
    assert kinds.count(CodeBlocked) == 17


async def test_only_so_many_codes_go_to_a_number_in_a_day(world: World) -> None:
    for _ in range(rules.CODES_A_DAY):
        await ask(world)
        world.clock.move(rules.CODE_AGAIN)
    with pytest.raises(CodeBlocked):
        await ask(world)
    with pytest.raises(CodeBlocked):
        await ask(world, BORIS)


async def test_a_code_for_one_number_confirms_no_other_and_for_one_chat_no_other(world: World) -> None:
    sent = await ask(world)
    with pytest.raises(CodeExpired):
        await answer(world, sent.code, target="+79160000000")
    with pytest.raises(CodeExpired):
        await answer(world, sent.code, chat=BORIS)


async def test_of_codes_asked_for_in_one_second_the_later_one_counts(world: World) -> None:
    for number in range(8):
        target = f"+7916000000{number}"
        sent = await ask(world, target=target)
        assert await answer(world, sent.code, target=target) == "done"


async def test_a_code_of_one_purpose_serves_no_other(world: World) -> None:
    sent = await ask(world, purpose=AGREEMENT)
    with pytest.raises(CodeExpired):
        await answer(world, sent.code)


async def test_a_code_sent_under_an_older_key_still_counts_at_its_number(world: World) -> None:
    """The key was changed: wrong tries from before are found by the old key's index."""
    sent = await ask(world)
    for _ in range(3):
        with pytest.raises(CodeWrong):
            await answer(world, wrong(sent.code))
    world.database.keyring = Keyring("another secret of the tests", "a secret of the tests")
    world.clock.move(rules.CODE_AGAIN)
    sent = await ask(world, BORIS)
    with pytest.raises(CodeBlocked):
        await answer(world, wrong(sent.code), BORIS)


async def test_a_confirmed_address_becomes_the_accounts_own(world: World) -> None:
    await world.patient(ANNA)
    sent = await ask(world, target="anna@example.ru", purpose=MAIL)
    known = await contacts.of_chat(world.database, ANNA)
    assert known.contact.email == ""
    now = world.clock.now()
    await contacts.confirm(world.database, ANNA, MAIL, "anna@example.ru", sent.code, now)
    known = await contacts.of_chat(world.database, ANNA)
    assert known.contact.email == "anna@example.ru"
    assert known.email_confirmed_at == now
    assert known.contact.phone == NUMBER
    await contacts.remove_email(world.database, ANNA, now)
    assert (await contacts.of_chat(world.database, ANNA)).email_confirmed_at is None
