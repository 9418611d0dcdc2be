"""A patient's data: changed one field at a time, by those who act for them alone."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clinic import codes, profile
from clinic.errors import BadInput, NotFound
from clinic.typed import AmbiguousYear
from storage import journal, people
from storage.patronymics import likely_sex
from storage.people import Person
from tests.world import NOW, World

ANNA, BORIS = 101, 102
SNILS, POLICY, INN = "112-233-445 95", "7755310884000121", "123456789047"


async def change(world: World, patient: int, field: str, value: str, chat: int = ANNA) -> Person:
    return await profile.change(world.database, chat, patient, field, value, world.clock.now())


async def actions(world: World, patient: int) -> list[str]:
    entries = await world.database.read(lambda tx: journal.of_patient(tx, patient, 0, 50))
    return [entry.action for entry in entries if entry.record == journal.PATIENT]


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("surname", "смирнова-белова", "Смирнова-Белова"),
        ("given_name", "Анна-Мария", "Анна-Мария"),
        ("patronymic", "нет", ""),
        ("born_on", "15 апреля 1985", date(1985, 4, 15)),
        ("sex", "female", "female"),
        ("region", "RU-MOW", "RU-MOW"),
        ("snils", "11223344595", SNILS),
        ("inn", "1234 5678 9047", INN),
        ("policy", "7755 3108 8400 0121", POLICY),
        ("policy", "123456789", "123456789"),
        ("insurer", " СОГАЗ-Мед ", "СОГАЗ-Мед"),
        ("benefit", "disabled", "disabled"),
    ],
)
async def test_each_field_is_read_kept_and_noted(
    world: World, field: str, typed: str, stored: object
) -> None:
    anna = await world.patient(ANNA)
    value = profile.read(field, typed, NOW)
    assert isinstance(value, str)
    await change(world, anna.id, field, value)
    known = await profile.view(world.database, ANNA, anna.id, NOW)
    expected: dict[str, Any] = {field: stored}
    assert known.patient.person == replace(anna.person, **expected)
    assert await actions(world, anna.id) == ["viewed", "changed", "created"]
    assert await world.database.read(journal.first_broken) is None


@pytest.mark.parametrize(
    ("kind", "typed", "number"),
    [
        ("passport", "4510123456", "4510 123456"),
        ("foreign_passport", "75 1234567", "751234567"),
        ("residence_permit", "82 №1234567", "821234567"),
    ],
)
async def test_an_identity_document_is_kept_with_its_kind(
    world: World, kind: str, typed: str, number: str
) -> None:
    anna = await world.patient(ANNA)
    value = profile.read_identity(kind, typed, anna.person.born_on, NOW)
    person = await change(world, anna.id, "identity", value)
    assert (person.identity_kind, person.identity_number) == (kind, number)
    person = await change(world, anna.id, "identity", "")
    assert (person.identity_kind, person.identity_number) == ("", "")


async def test_a_birth_certificate_is_for_children_and_a_passport_is_not(world: World) -> None:
    with pytest.raises(NotFound):
        profile.read_identity("birth_certificate", "I-МЮ 123456", date(1986, 4, 15), NOW)
    with pytest.raises(NotFound):
        profile.read_identity("passport", "4510 123456", date(2018, 4, 15), NOW)
    read = profile.read_identity("birth_certificate", "1-МЮ 123456", date(2018, 4, 15), NOW)
    assert read == "birth_certificate I-МЮ 123456"


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("surname", "", "needed"),
        ("given_name", "", "needed"),
        ("born_on", "", "needed"),
        ("surname", "Смир9нова", "name_letters"),
        ("given_name", "Aня", "name_alphabets"),
        ("born_on", "2099-01-01", "date_future"),
        ("snils", "112-233-445 96", "snils_check"),
        ("inn", "123456789048", "inn_check"),
        ("policy", "7755310884000122", "policy_check"),
        ("insurer", "7", "insurer"),
        ("identity", "passport 45", "passport_format"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_changes(
    world: World, field: str, value: str, problem: str
) -> None:
    anna = await world.patient(ANNA)
    with pytest.raises(BadInput) as refused:
        await change(world, anna.id, field, value)
    assert refused.value.problem == problem
    assert (await profile.view(world.database, ANNA, anna.id, NOW)).patient == anna
    assert await actions(world, anna.id) == ["viewed", "created"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("sex", "x"), ("benefit", "rich"), ("region", "RU-XXX"), ("phone", "+79161234567"), ("id", "7")],
)
async def test_choices_and_fields_that_there_are_not_are_refused(
    world: World, field: str, value: str
) -> None:
    anna = await world.patient(ANNA)
    with pytest.raises(NotFound):
        await change(world, anna.id, field, value)


async def test_the_same_value_again_changes_nothing(world: World) -> None:
    anna = await world.patient(ANNA)
    for _ in range(2):
        await change(world, anna.id, "snils", SNILS)
    assert await actions(world, anna.id) == ["changed", "created"]


async def test_anothers_patient_is_as_if_not_there(world: World) -> None:
    anna = await world.patient(ANNA)
    await world.patient(BORIS, "Борис")
    for chat in (BORIS, 999):
        with pytest.raises(NotFound):
            await change(world, anna.id, "snils", SNILS, chat)
        with pytest.raises(NotFound):
            await profile.view(world.database, chat, anna.id, NOW)
    assert await actions(world, anna.id) == ["created"]


async def test_whoever_acts_for_a_child_changes_its_data_and_sees_no_contact(world: World) -> None:
    anna = await world.patient(ANNA)
    child = codes.new_id()

    def work(tx) -> None:
        people.insert_patient(
            tx, world.database.keyring, child, Person("Смирнова", "Маша", "", date(2018, 4, 15)), NOW
        )
        people.add_care(tx, anna.account_id, child, relation=people.CHILD, basis="birth_certificate", now=NOW)

    await world.database.write(work)
    await change(world, child, "policy", POLICY)
    known = await profile.view(world.database, ANNA, child, NOW)
    assert known.patient.person.policy == POLICY
    assert known.contact is None
    assert not known.is_own


async def test_nothing_of_it_is_in_clear_in_the_store(world: World) -> None:
    anna = await world.patient(ANNA)
    await change(world, anna.id, "snils", SNILS)
    await change(world, anna.id, "policy", POLICY)
    await world.database.close()
    store = world.database.path.read_bytes()
    assert SNILS.encode() not in store
    assert POLICY.encode() not in store
    await world.database.open()


async def test_what_is_missing_is_named_in_order_and_one_of_snils_and_inn_is_enough(world: World) -> None:
    anna = await world.patient(ANNA)
    known = await profile.view(world.database, ANNA, anna.id, NOW)
    ways = frozenset({"email", "phone"})
    assert profile.missing(known, ways) == (
        "sex", "region", "snils", "inn", "policy", "insurer", "identity", "email", "benefit",
    )  # fmt: skip
    await change(world, anna.id, "snils", SNILS)
    known = await profile.view(world.database, ANNA, anna.id, NOW)
    assert not {"snils", "inn", "phone"} & set(profile.missing(known, ways))
    assert "email" not in profile.missing(known)


async def test_with_a_foreign_document_the_last_of_snils_and_inn_stays(world: World) -> None:
    anna = await world.patient(ANNA)
    person = await change(world, anna.id, "identity", "foreign_passport 751234567")
    assert profile.lacks_number(person)
    await change(world, anna.id, "snils", SNILS)
    with pytest.raises(BadInput, match="foreign_number"):
        await change(world, anna.id, "snils", "")
    await change(world, anna.id, "inn", INN)
    assert (await change(world, anna.id, "snils", "")).snils == ""


def test_a_year_of_two_digits_asks_and_the_sex_is_guessed_from_the_patronymic() -> None:
    assert isinstance(profile.read("born_on", "15.04.20", NOW), AmbiguousYear)
    guesses = [likely_sex(one) for one in ("Петровна", "Ильич", "")]
    assert guesses == ["female", "male", ""]


async def test_no_benefit_is_an_answer_and_not_asked_again(world: World) -> None:
    anna = await world.patient(ANNA)

    async def kept(value: str) -> tuple[str, str]:
        person = await profile.change(world.database, ANNA, anna.id, "benefit", value, NOW)
        return person.benefit, person.no_benefit

    async def is_asked() -> bool:
        return "benefit" in profile.missing(await profile.view(world.database, ANNA, anna.id, NOW))

    assert await is_asked()
    assert await kept(profile.NO_BENEFIT) == ("", "yes")
    assert not await is_asked()
    assert await kept("pensioner") == ("pensioner", "")
    assert await kept(profile.NO_BENEFIT) == ("", "yes")
    assert await kept("") == ("", "")
    assert await is_asked()
