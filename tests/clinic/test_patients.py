"""Accounts and their patients in the store."""

from datetime import date

from clinic import patients
from storage.people import Person
from tests.world import World


async def test_registering_twice_keeps_the_first_account(world: World) -> None:
    first = await world.patient(101, "Анна")
    second = await world.patient(101, "Мария")
    assert second == first
    assert await patients.patients(world.database, 101) == [first]
    assert first.person == Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15))
    account = await patients.account(world.database, 101)
    assert (account.telegram_id, account.language, account.consent_version) == (
        101, "ru", patients.CONSENT_VERSION,
    )  # fmt: skip


async def test_a_stranger_has_no_account_and_no_patients(world: World) -> None:
    await world.patient(101)
    assert await patients.account(world.database, 102) is None
    assert await patients.patients(world.database, 102) == []
    await patients.set_language(world.database, 102, "en")
    await patients.set_blocked(world.database, 102, world.clock.now())
    assert await world.rows("SELECT telegram_id, language, blocked_at FROM account") == [(101, "ru", None)]


async def test_language_and_block_are_kept(world: World) -> None:
    await world.patient(101)
    await patients.set_language(world.database, 101, "en")
    await patients.set_blocked(world.database, 101, world.clock.now())
    ((language, blocked_at),) = await world.rows("SELECT language, blocked_at FROM account")
    assert (language, blocked_at) == ("en", int(world.clock.now().timestamp()))
    await patients.set_blocked(world.database, 101, None)
    assert await world.rows("SELECT blocked_at FROM account") == [(None,)]
