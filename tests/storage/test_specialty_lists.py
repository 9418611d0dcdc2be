"""The specialties of a facility in order: by group, narrower ones below theirs, what fits first."""

from functools import partial
from typing import Any

import pytest

from storage import specialty_lists
from storage.database import Database
from storage.pages import Page
from storage.seed import seed_reference
from storage.specialty_lists import ANYBODY, Fit, SpecialtyRow
from storage.types import Tx
from tests.world import NOW

HERE = (
    "therapist", "pediatrician", "pediatric_cardiologist", "neonatologist", "cardiologist", "endocrinologist",
    "endocrinologist_dietitian", "diabetologist", "surgeon", "gynecologist", "dentist", "orthodontist",
)  # fmt: skip


@pytest.fixture
async def house(database: Database) -> Database:
    """A facility where some specialties are seen."""
    await seed_reference(database)

    def fill(tx) -> None:
        tx.execute(
            "INSERT INTO facility (id, code, region_code, name, kind, audience, town, address, phone,"
            " timezone, latitude, longitude, official_code, is_demo)"
            " VALUES (1, 'm1', 'RU-MOW', 'П', 'polyclinic', 'all', 'Москва', '', '', 'Europe/Moscow', 0, 0,"
            " '1', 0)"
        )
        tx.execute(
            "INSERT INTO doctor (id, code, surname, given_name, patronymic, sex, category, education,"
            " practising_since, languages) VALUES (1, 'd1', 'Чехов', '', '', 'male', '', '', 2005, '')"
        )
        for code in HERE:
            tx.execute(
                "INSERT INTO schedule (doctor_id, facility_id, specialty_id, region_code, room)"
                " SELECT 1, 1, id, 'RU-MOW', '1' FROM specialty WHERE code = ?",
                (code,),
            )

    await database.write(fill)
    return database


def _page(tx: Tx, **given: Any) -> Page[SpecialtyRow]:
    return specialty_lists.of_facility(tx, 1, "ru", NOW, **given)


async def listed(house: Database, fit: Fit = ANYBODY, part: str = "", group: str = "") -> list[SpecialtyRow]:
    found: list[SpecialtyRow] = []
    for number in range(9):
        page = await house.read(
            partial(_page, number=number, size=5, part=part, fit=fit, group=group),
        )
        found += page.items
        if not page.has_next:
            break
    return found


async def test_narrower_ones_stand_below_theirs_and_in_its_group(house: Database) -> None:
    rows = await listed(house)
    codes = [row.code for row in rows]
    assert sorted(codes) == sorted(HERE)
    at = codes.index("pediatrician")
    assert codes[at : at + 3] == ["pediatrician", "pediatric_cardiologist", "neonatologist"]
    assert [row.is_narrower for row in rows[at : at + 3]] == [False, True, True]
    at = codes.index("endocrinologist")
    assert codes[at : at + 3] == ["endocrinologist", "diabetologist", "endocrinologist_dietitian"]
    groups = [row.group_ru for row in rows]
    assert len([one for one, before in zip(groups, ["", *groups], strict=False) if one != before]) == len(
        set(groups)
    )


async def test_a_grown_woman_sees_her_own_first_and_the_others_all_the_same(house: Database) -> None:
    rows = await listed(house, Fit(is_child=False, sex="female"))
    fitting = [row.code for row in rows if row.fits]
    assert [row.fits for row in rows] == [True] * len(fitting) + [False] * (len(rows) - len(fitting))
    assert {"therapist", "gynecologist"} <= set(fitting)
    assert {"pediatrician", "pediatric_cardiologist", "neonatologist"}.isdisjoint(fitting)
    assert len(rows) == len(HERE)


async def test_a_boy_sees_childrens_doctors_first(house: Database) -> None:
    rows = await listed(house, Fit(is_child=True, sex="male"))
    fitting = [row.code for row in rows if row.fits]
    assert fitting[:3] == ["pediatrician", "pediatric_cardiologist", "neonatologist"]
    assert {"therapist", "gynecologist", "dentist"}.isdisjoint(fitting)
    assert "diabetologist" in fitting
    # its parent is for grown-ups and stands further down: the narrower one stands alone
    assert not next(row for row in rows if row.code == "diabetologist").is_narrower


async def test_a_group_and_what_is_typed_narrow_the_list(house: Database) -> None:
    assert [row.code for row in await listed(house, group="Зубы")] == ["dentist", "orthodontist"]
    assert [row.code for row in await listed(house, part="диабет")] == [
        "endocrinologist", "diabetologist", "endocrinologist_dietitian",
    ]  # fmt: skip


async def test_groups_are_counted_and_those_that_fit_come_first(house: Database) -> None:
    groups = await house.read(lambda tx: specialty_lists.groups_of_facility(tx, 1, "ru"))
    assert sum(group.count for group in groups) == len(HERE)
    assert groups[0].name_ru == "Общая практика"
    of_child = await house.read(
        lambda tx: specialty_lists.groups_of_facility(tx, 1, "ru", Fit(is_child=True, sex="male"))
    )
    assert of_child[-1].name_ru in ("Зубы", "Женское и мужское здоровье")
