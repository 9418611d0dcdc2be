"""Sealed values: they open at their place alone, keys rotate, and the file says nothing personal."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import booking, visits
from clinic.booking import Request
from storage import dialog_state, inbox, people
from storage.crypto import Keyring, UnreadableSeal
from storage.inbox import NewUpdate
from tests.world import CHEKHOV, World

OLD, NEW = "the secret of last year", "the secret of this year"
ANNA = 101


@given(value=st.binary(max_size=300), place=st.text(max_size=30))
def test_what_is_sealed_opens_at_its_place(value: bytes, place: str) -> None:
    keyring = Keyring(OLD)
    assert keyring.unseal(keyring.seal(value, place), place) == value


@given(place=st.text(max_size=20), other=st.text(max_size=20))
def test_a_sealed_value_does_not_open_at_another_place(place: str, other: str) -> None:
    keyring = Keyring(OLD)
    sealed = keyring.seal(b"value", place)
    if place == other:
        assert keyring.unseal(sealed, other) == b"value"
    else:
        with pytest.raises(UnreadableSeal):
            keyring.unseal(sealed, other)


def test_the_same_value_looks_different_each_time() -> None:
    keyring = Keyring(OLD)
    assert len({keyring.seal(b"value", "patient:1") for _ in range(50)}) == 50


def test_every_changed_byte_is_noticed() -> None:
    keyring = Keyring(OLD)
    sealed = keyring.seal("Смирнова".encode(), "patient:1")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(UnreadableSeal):
            keyring.unseal(bytes(changed), "patient:1")


def test_every_cut_is_noticed() -> None:
    keyring = Keyring(OLD)
    sealed = keyring.seal(b"value", "patient:1")
    for length in range(len(sealed)):
        with pytest.raises(UnreadableSeal):
            keyring.unseal(sealed[:length], "patient:1")
    with pytest.raises(UnreadableSeal):
        keyring.unseal(sealed + b"\0", "patient:1")


@given(junk=st.binary(max_size=80))
def test_junk_never_opens_and_never_breaks(junk: bytes) -> None:
    with pytest.raises(UnreadableSeal):
        Keyring(OLD, NEW).unseal(junk, "patient:1")


def test_after_a_rotation_old_values_open_and_new_ones_take_the_new_key() -> None:
    before, during, after = Keyring(OLD), Keyring(NEW, OLD), Keyring(NEW)
    old = before.seal(b"old", "patient:1")
    assert during.unseal(old, "patient:1") == b"old"
    new = during.seal(b"new", "patient:1")
    assert after.unseal(new, "patient:1") == b"new"
    with pytest.raises(UnreadableSeal):
        before.unseal(new, "patient:1")
    with pytest.raises(UnreadableSeal):
        after.unseal(old, "patient:1")


def test_any_of_several_keys_opens() -> None:
    secrets = ("one", "two", "four")
    together = Keyring(*secrets)
    for secret in secrets:
        assert together.unseal(Keyring(secret).seal(b"value", "place"), "place") == b"value"


def test_the_first_key_signs() -> None:
    assert Keyring(NEW, OLD).signing_key == Keyring(NEW).signing_key
    assert Keyring(OLD).signing_key != Keyring(NEW).signing_key
    assert len(Keyring(OLD).signing_key) == 32


def test_a_keyring_needs_a_secret_and_no_secret_twice() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Keyring()
    with pytest.raises(ValueError, match="short name"):
        Keyring(OLD, OLD)
    with pytest.raises(ValueError, match="short name"):
        Keyring("one", "two", "three")  # their one-byte names meet by chance: refused at the start, not later


def test_json_comes_back_as_it_was() -> None:
    keyring = Keyring(OLD)
    value = {"surname": "Смирнова", "numbers": [1, None, True], "empty": ""}
    assert keyring.unseal_json(keyring.seal_json(value, "patient:1"), "patient:1") == value


async def test_a_person_copied_into_another_row_does_not_open(world: World) -> None:
    anna, boris = await world.patient(ANNA), await world.patient(102, "Борис")
    await world.database.write(
        lambda tx: tx.execute(
            "UPDATE patient SET person = (SELECT person FROM patient WHERE id = ?) WHERE id = ?",
            (anna.id, boris.id),
        )
    )
    with pytest.raises(UnreadableSeal):
        await world.database.read(lambda tx: people.patients_of(tx, world.database.keyring, boris.account_id))


PURPOSE, REASON, MOVE_REASON = "болит левое колено", "уехала к сестре", "задержали на работе"
TYPED = "никому не говорите"


async def test_the_file_says_nothing_personal(world: World) -> None:
    """Registering, booking, moving, cancelling, an update and a conversation: then the raw bytes are read."""
    database, now = world.database, world.clock.now()
    patient = await world.patient(ANNA)
    request = Request(ANNA, patient.id, await world.slot_id(CHEKHOV, 3), PURPOSE)
    visit = (await booking.book(database, request, now)).appointment
    kept = (await visits.visit(database, ANNA, visit.id)).appointment
    assert kept.words == {"purpose": PURPOSE}
    await visits.move(database, ANNA, visit.id, await world.slot_id(CHEKHOV, 4), now, reason=MOVE_REASON)
    update = NewUpdate(1, ANNA, f'{{"text": "{TYPED}", "first_name": "Анна"}}'.encode())
    await database.write(
        lambda tx: inbox.receive(tx, database.keyring, [update], now, now - timedelta(days=7))
    )
    await database.write(
        lambda tx: dialog_state.save(tx, database.keyring, ANNA, {"stack": TYPED.encode()}, now)
    )
    await visits.cancel(database, ANNA, visit.id, now, reason=REASON)
    files = [database.path, *database.path.parent.glob(database.path.name + "-*")]
    raw = b"".join(path.read_bytes() for path in files)
    assert (
        "Поликлиника № 1".encode() in raw
    )  # what is public can be read: the search looks at the right bytes
    assert visit.number.encode() in raw
    person = patient.person
    for said in (person.surname, person.given_name, person.patronymic, "Петровн", "9161234567", "1986-04-15",
                 PURPOSE, REASON, MOVE_REASON, TYPED):  # fmt: skip
        for form in (said, said.lower(), said.upper()):
            assert form.encode() not in raw, said
            assert form.encode("utf-16-le") not in raw, said
            assert form.encode("ascii", "backslashreplace") not in raw, said


async def test_what_is_wiped_is_gone_from_the_file(world: World) -> None:
    """secure_delete: neither the sealed payload of an update that is done nor an old conversation stays."""
    database, now = world.database, world.clock.now()
    payload = b"p" * 2000
    await database.write(
        lambda tx: inbox.receive(
            tx, database.keyring, [NewUpdate(7, ANNA, payload)], now, now - timedelta(days=7)
        )
    )
    ((sealed,),) = await world.rows("SELECT payload FROM inbox WHERE update_id = 7")
    await database.write(lambda tx: inbox.mark_done(tx, 7))
    assert await world.rows("SELECT payload FROM inbox") == [(None,)]
    await database.close()  # the log is written back into the file
    assert not list(database.path.parent.glob(database.path.name + "-*"))
    assert sealed[100:200] not in database.path.read_bytes()
