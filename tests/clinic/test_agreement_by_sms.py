"""An adult without Telegram agrees by telling the code that came to their phone."""

from datetime import date, timedelta

import pytest

from clinic import agreement, booking, codes, confirmation, exports, family, rights, rules, visits
from clinic.confirmation import AGREEMENT
from clinic.errors import (
    CodeBlocked,
    CodeExpired,
    CodeWrong,
    FamilyFull,
    NotFound,
    NotOfAge,
    NotRegistered,
    PhoneHasTelegram,
)
from storage import people
from storage.people import RELATIVE, Person
from tests.world import CHEKHOV, NOW, World

ANNA, BORIS = 101, 102
PHONE = "+79035550101"
VERA = Person("Смирнова", "Вера", "Ивановна", date(1952, 4, 15), phone=PHONE)
VERA_ID = 7_000_000_101


async def sent(world: World, phone: str = PHONE, chat: int = ANNA) -> str:
    return (await confirmation.request(world.database, chat, AGREEMENT, phone, NOW)).code


async def agree(world: World, code: str, person: Person = VERA, patient_id: int = VERA_ID, chat: int = ANNA):
    return await agreement.agree_by_code(world.database, chat, patient_id, person, code, NOW)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def everything(world: World) -> list[tuple]:
    return await world.rows("SELECT relation, basis FROM care WHERE relation <> 'self'")


async def test_the_right_code_adds_a_relative_with_its_basis_and_the_journal_says_so(world: World) -> None:
    await world.patient(ANNA)
    row = await agree(world, await sent(world))
    assert (row.relation, row.person.phone) == (RELATIVE, PHONE)
    assert await everything(world) == [(RELATIVE, agreement.BY_SMS)]
    entries = await world.rows("SELECT action, record FROM journal WHERE patient_id = ? ORDER BY id", row.id)
    assert entries == [("created", "patient"), ("confirmed", "agreement")]
    member = await family.member(world.database, ANNA, row.id, NOW)
    assert member.is_last
    assert member.others == ()


async def test_without_the_right_code_nobody_is_added(world: World) -> None:
    await world.patient(ANNA)
    with pytest.raises(CodeExpired):
        await agree(world, "123456")
    code = await sent(world)
    for left in (3, 2, 1):
        with pytest.raises(CodeWrong) as wrong:
            await agree(world, other_than(code))
        assert wrong.value.tries_left == left
    with pytest.raises(CodeBlocked):
        await agree(world, other_than(code))
    with pytest.raises(CodeBlocked):
        await agree(world, code)
    assert await everything(world) == []


async def test_a_code_of_another_phone_chat_or_purpose_adds_nobody(world: World) -> None:
    await world.patient(ANNA)
    await world.patient(BORIS, "Борис")
    code = await sent(world)
    with pytest.raises(CodeExpired):
        await agree(world, code, Person("Ветров", "Лев", "", date(1950, 1, 1), phone="+79035550199"))
    with pytest.raises(CodeExpired):
        await agree(world, code, chat=BORIS)
    other = (await confirmation.request(world.database, BORIS, confirmation.PHONE, PHONE, NOW)).code
    with pytest.raises(CodeExpired):
        await agree(world, other, chat=BORIS)
    assert await everything(world) == []


async def test_the_same_answer_worked_again_adds_nobody_else(world: World) -> None:
    await world.patient(ANNA)
    code = await sent(world)
    assert await agree(world, code) == await agree(world, code)
    assert len(await everything(world)) == 1
    await world.patient(BORIS, "Борис")
    theirs = await sent(world, chat=BORIS)
    with pytest.raises(NotFound):
        await agree(world, theirs, chat=BORIS)


async def test_what_is_refused_leaves_the_code_unused(world: World) -> None:
    await world.patient(ANNA)
    code = await sent(world)
    child = Person("Смирнова", "Вера", "", date(2018, 1, 1), phone=PHONE)
    with pytest.raises(NotOfAge):
        await agree(world, code, child)
    assert (await agree(world, code)).relation == RELATIVE


async def test_who_has_telegram_agrees_there(world: World) -> None:
    await world.patient(ANNA)
    with pytest.raises(PhoneHasTelegram) as own:
        await agreement.check_phone(world.database, ANNA, "+79161234567")
    assert own.value.is_own
    await world.database.write(lambda tx: tx.execute("UPDATE account SET phone_confirmed_at = NULL"))
    await agreement.check_phone(world.database, ANNA, "+79161234567")
    await world.patient(BORIS, "Борис")
    with pytest.raises(PhoneHasTelegram) as theirs:
        await agreement.check_phone(world.database, ANNA, "+79161234567")
    assert not theirs.value.is_own
    with pytest.raises(NotRegistered):
        await agreement.check_phone(world.database, 999, PHONE)


async def test_an_account_made_while_the_code_was_on_its_way_is_noticed(world: World) -> None:
    await world.patient(ANNA)
    await world.database.write(lambda tx: tx.execute("UPDATE account SET phone_confirmed_at = NULL"))
    code = await sent(world, "+79161234567")
    await world.patient(BORIS, "Борис")
    with pytest.raises(PhoneHasTelegram):
        await agree(world, code, Person("Ветрова", "Ия", "", date(1950, 1, 1), phone="+79161234567"))
    assert await everything(world) == []


async def test_a_full_family_is_told_before_a_code_goes_out(world: World) -> None:
    await world.patient(ANNA)
    for _ in range(rules.FAMILY_SIZE):
        person = Person("Смирнова", "Мария", "", date(2018, 3, 1))
        await family.add_child(world.database, ANNA, codes.new_id(), person, NOW)
    with pytest.raises(FamilyFull):
        await agreement.check_phone(world.database, ANNA, PHONE)


async def test_a_relative_is_booked_and_erased_with_the_last_who_acts(world: World) -> None:
    await world.patient(ANNA)
    row = await agree(world, await sent(world))
    slot = await world.slot_id(CHEKHOV, 2)
    visit = await booking.book(world.database, booking.Request(ANNA, row.id, slot), NOW)
    assert visit.person.full_name == "Смирнова Вера Ивановна"
    assert any(PHONE in str(one) for one in await _exported(world))
    await visits.cancel(world.database, ANNA, visit.appointment.id, NOW)
    assert await family.remove(world.database, ANNA, row.id, NOW + timedelta(minutes=1))
    assert await world.rows("SELECT person FROM patient WHERE id = ?", row.id) == [(None,)]
    assert (await world.rows("SELECT action FROM journal ORDER BY id DESC LIMIT 1"))[0] == ("erased",)


async def _exported(world: World) -> list[object]:
    found = await exports.collect(world.database, ANNA, NOW)
    return [one.patient.person.phone for one in found.patients]


async def test_deleting_the_account_erases_the_relative_too(world: World) -> None:
    await world.patient(ANNA)
    row = await agree(world, await sent(world))
    await rights.erase(world.database, ANNA, NOW)
    found = await world.database.read(lambda tx: people.person(tx, world.database.keyring, row.id))
    assert found is None
