"""What people type finds what they mean, and nothing that only contains the letters."""

import pytest

from storage import doctors, regions, specialty_lists
from storage.database import Database, connect
from storage.search import EVERYDAY, has_words, queries, stem
from storage.seed import seed_reference
from tests.world import NOW, World


@pytest.fixture
async def specialties(database: Database) -> Database:
    """Every specialty there is, at one facility."""
    await seed_reference(database)

    def fill(tx) -> None:
        tx.execute(
            "INSERT INTO facility (id, code, region_code, name, kind, audience, town, address,"
            " phone, timezone, latitude, longitude, official_code, is_demo)"
            " SELECT 1, 'm1', 'RU-MOW', 'Поликлиника', 'polyclinic', 'all', 'Москва',"
            " 'ул. Садовая, 5', '+7', 'Europe/Moscow', 0, 0, '1', 1"
        )
        tx.execute(
            "INSERT INTO doctor (id, code, surname, given_name, patronymic, sex, category, education,"
            " practising_since, languages)"
            " VALUES (1, 'd1', 'Чехов', 'Антон', 'Павлович', 'male', '', '', 2005, '')"
        )
        tx.execute(
            "INSERT INTO schedule (doctor_id, facility_id, specialty_id, region_code, room)"
            " SELECT 1, 1, id, 'RU-MOW', '1' FROM specialty"
        )

    await database.write(fill)
    return database


async def found(database: Database, typed: str) -> list[str]:
    page = await database.read(lambda tx: specialty_lists.of_facility(tx, 1, "ru", NOW, 0, 50, typed))
    return [row.code for row in page.items]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("лор", "otorhinolaryngologist"),
        ("к лору", "otorhinolaryngologist"),
        ("ухо", "otorhinolaryngologist"),
        ("болит ухо", "otorhinolaryngologist"),
        ("зубы болят", "dentist"),
        ("к терапевту", "therapist"),
        ("Нужен хирург", "surgeon"),
        ("кардиолога", "cardiologist"),
    ],
)
async def test_specialties_by_what_people_say(specialties: Database, typed: str, code: str) -> None:
    codes = await found(specialties, typed)
    assert any(code in one for one in codes), codes


async def test_letters_inside_a_word_find_nothing(specialties: Database) -> None:
    assert not any("oncologist" in code for code in await found(specialties, "ухо"))
    assert await found(specialties, "пухоль") == []
    assert await found(specialties, "!!!") == []
    assert await found(specialties, "  ") == await found(specialties, "")
    assert "family_doctor" in await found(specialties, "врач"), "a small word alone is looked for"


@pytest.mark.parametrize("typed", ["чехов", "Чехову", "к Чехову", "у чехова", "антону павловичу", "ЧЕХОВЫМ"])
async def test_doctors_in_any_case(world: World, typed: str) -> None:
    page = await world.database.read(lambda tx: doctors.of_specialty(tx, 1, 1, NOW, 0, 8, typed))
    assert [row.surname for row in page.items] == ["Чехов"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("мск", "RU-MOW"),
        ("в москве", "RU-MOW"),
        ("приморье", "RU-PRI"),
        ("Владивосток", "RU-PRI"),
        ("prim", "RU-PRI"),
    ],
)
async def test_regions_by_everyday_names_and_towns(world: World, typed: str, code: str) -> None:
    page = await world.database.read(lambda tx: regions.listed(tx, "ru", 0, 8, typed))
    assert [row.code for row in page.items] == [code]


async def test_everyday_names_are_of_regions_that_there_are(database: Database) -> None:
    await seed_reference(database)
    rows = await database.read(lambda tx: tx.execute("SELECT code FROM region").fetchall())
    assert set(EVERYDAY) <= {code for (code,) in rows}


def test_stems_keep_three_letters() -> None:
    assert [stem(word) for word in ("лору", "зубы", "ухо", "чеховым", "глаза", "он")] == [
        "лор", "зуб", "ухо", "чехов", "глаз", "он",
    ]  # fmt: skip


def test_as_typed_comes_first() -> None:
    assert queries("к лору") == ("к лору", "лору", "лор")
    assert queries("") == ("",)
    assert has_words("Ёлкина Анна-Мария", "елк мар")
    assert not has_words("Ёлкина Анна", "лкина")


def test_a_connection_knows_the_function(store) -> None:
    connection = connect(store)
    assert connection.execute(
        "SELECT has_words('опухоль', 'ухо'), has_words('Ухо, горло', 'ухо')"
    ).fetchone() == (0, 1)
    connection.close()
