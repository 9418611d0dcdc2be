"""The shipped tables are whole and right, and a wrong table is refused with the place named."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage.reference.reader import (
    REGIONS,
    SERVICES,
    SPECIALTIES,
    read_limits,
    read_regions,
    read_services,
    read_specialties,
)
from storage.reference.tables import TOLD, WrongTable

MOSCOW = ZoneInfo("Europe/Moscow")
# hours ahead of Moscow, by the Russian law on the calculation of time: everything else is Moscow time
AHEAD = {
    -1: "KGD",
    1: "SAM UD AST SAR ULY",
    2: "BA PER SVE CHE KGN ORE TYU KHM YAN",
    3: "OMS",
    4: "NVS ALT AL TOM KEM KYA KK TY",
    5: "IRK BU",
    6: "ZAB SA AMU",
    7: "PRI KHA YEV",
    8: "MAG SAK",
    9: "KAM CHU",
}
REGION_LINE = "RU-X,Край,Land,Europe/Samara,53.2,50.1"
REGION_HEAD = "code,name_ru,name_en,timezone,latitude,longitude"
SPECIALTY_HEAD = SPECIALTIES.read_text(encoding="utf-8").split("\n", 1)[0]


def write(folder: Path, *lines: str) -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def mistakes(path: Path, read=read_regions) -> list[tuple[int, str]]:
    with pytest.raises(WrongTable) as caught:
        read(path)
    assert all(f"{path.name}, line {one.line}" in str(one) for one in caught.value.mistakes)
    return [(one.line, one.column) for one in caught.value.mistakes]


def test_there_are_the_83_subdivisions() -> None:
    codes = [region.code for region in read_regions()]
    kinds = Counter(len(code) for code in codes)
    assert kinds == {5: 21, 6: 62}  # the republics have two letters, all others three
    assert codes == sorted(set(codes))
    assert {"RU-MOW", "RU-SPE", "RU-YEV", "RU-NEN", "RU-ZAB"} < set(codes)
    assert not {"RU-CR", "RU-SEV", "RU-KRY"} & set(codes)


def test_zones_have_the_offsets_of_the_law() -> None:
    expected = {f"RU-{code}": hours for hours, codes in AHEAD.items() for code in codes.split()}
    for at in (datetime(2025, 1, 15, tzinfo=UTC), datetime(2025, 7, 15, tzinfo=UTC)):
        moscow = at.astimezone(MOSCOW).utcoffset()
        for region in read_regions():
            offset = at.astimezone(ZoneInfo(region.timezone)).utcoffset()
            assert offset is not None
            assert moscow is not None
            assert offset - moscow == timedelta(hours=expected.get(region.code, 0)), region


def test_the_zone_is_that_of_the_place() -> None:
    zones = {region.code: region.timezone for region in read_regions()}
    assert zones["RU-KEM"] == "Asia/Novokuznetsk"
    assert zones["RU-VGG"] == "Europe/Volgograd"
    assert zones["RU-KIR"] == "Europe/Kirov"
    assert zones["RU-AL"] == zones["RU-ALT"] == "Asia/Barnaul"
    assert zones["RU-SAK"] == "Asia/Sakhalin"
    assert zones["RU-CHU"] == "Asia/Anadyr"


def test_capitals_lie_in_russia_and_apart() -> None:
    places = {(region.latitude, region.longitude) for region in read_regions()}
    assert len(places) == 83
    assert all(42.5 < latitude < 70 and 20 < longitude < 178 for latitude, longitude in places)
    for region in read_regions():
        offset = datetime(2025, 7, 15, tzinfo=UTC).astimezone(ZoneInfo(region.timezone)).utcoffset()
        assert offset is not None
        # Russian time runs up to two hours before the sun: latitude and longitude swapped would show here
        assert -0.6 < offset.total_seconds() / 3600 - region.longitude / 15 < 2, region


def test_specialties_are_complete_in_both_languages() -> None:
    rows = read_specialties()
    assert 45 <= len(rows) <= 60
    assert 8 <= len({row.group_ru for row in rows}) <= 10
    for row in rows:
        russian = (row.name_ru, row.official_name, row.group_ru, row.words_ru, row.prepare_ru)
        assert all(any("а" <= sign <= "я" for sign in text) for text in russian), row
        english = (row.name_en, row.group_en, row.prepare_en)
        assert all(re.fullmatch(r"[A-Za-z0-9 ,.:–'-]+", text) for text in english), row
        assert row.official_name.startswith("врач"), row
        assert row.prepare_ru.endswith(".")
        assert row.prepare_en.endswith(".")
        assert row.slot_minutes % 5 == 0, row


def test_groups_have_one_translation() -> None:
    pairs = {(row.group_ru, row.group_en) for row in read_specialties()}
    assert len(pairs) == len({russian for russian, _ in pairs}) == len({english for _, english in pairs})


def test_words_repeat_nothing_and_find_the_usual_doctor() -> None:
    words = {row.code: [word.strip() for word in row.words_ru.split(";")] for row in read_specialties()}
    for code, listed in words.items():
        assert all(listed), code
        assert len(set(listed)) == len(listed), code
    assert "болит горло" in words["otorhinolaryngologist"]
    assert "узи" in words["ultrasound"]
    assert "болит зуб" in words["dentist"]


def test_narrower_ones_are_parts_of_some_that_there_are() -> None:
    rows = {row.code: row for row in read_specialties()}
    narrower = [row for row in rows.values() if row.parent_code]
    assert len(narrower) > 20
    for row in narrower:
        assert rows[row.parent_code or ""].parent_code == "", row.code  # two levels, no more
    assert rows["pediatric_cardiologist"].parent_code == "pediatrician"
    assert rows["endocrinologist_dietitian"].parent_code == "endocrinologist"


def test_a_table_from_before_there_were_narrower_ones_is_taken(tmp_path: Path) -> None:
    head = SPECIALTY_HEAD.replace("parent_code,", "")
    cells = ["doctor", "Врач", "Doctor", "врач", "Группа", "Group", "all", "any", "0", "15", "с", "С.", "A."]
    assert read_specialties(write(tmp_path, head, ",".join(cells)))[0].parent_code is None


def test_who_is_seen() -> None:
    rows = {row.code: row for row in read_specialties()}
    assert (rows["pediatrician"].audience, rows["pediatrician"].needs_referral) == ("child", False)
    assert (rows["therapist"].audience, rows["therapist"].needs_referral) == ("adult", False)
    assert (rows["gynecologist"].sex, rows["urologist"].sex) == ("female", "any")
    assert rows["cardiologist"].needs_referral


def test_services_are_of_known_specialties_that_have_several() -> None:
    known = {row.code: row for row in read_specialties()}
    by_specialty = Counter(row.specialty_code for row in read_services())
    assert set(by_specialty) < set(known)
    assert all(count > 1 for count in by_specialty.values())
    for row in read_services():
        assert row.audience in ("all", known[row.specialty_code].audience) or (
            known[row.specialty_code].audience == "all"
        ), row
        assert bool(row.prepare_ru) == bool(row.prepare_en), row
        assert row.prepare_ru.endswith(".") or not row.prepare_ru, row
        assert re.fullmatch(r"[A-Za-z0-9 ,.():–'-]+", row.name_en + row.prepare_en), row
        assert row.minutes is None or row.minutes > known[row.specialty_code].slot_minutes, row
        words = row.words_ru.split(";")
        assert all(words), row
        assert len(set(words)) == len(words), row
    names = [(row.specialty_code, row.name_ru) for row in read_services()]
    assert len(set(names)) == len(names)


def test_where_no_service_is_the_usual_one_each_says_how_to_prepare() -> None:
    rows = read_services()
    usual = {row.specialty_code for row in rows if row.kind == "first"}
    assert usual >= {"therapist", "pediatrician", "gynecologist", "dentist"}
    assert {"ultrasound", "endoscopist"} & usual == set()
    assert all(row.prepare_ru for row in rows if row.kind != "first")
    advice = {row.code: row.prepare_ru for row in rows}
    assert "натощак" in advice["ultrasound_abdomen"]
    assert "не ходите в туалет" in advice["ultrasound_kidneys"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("ru x,Край,Land,Europe/Samara,53.2,50.1", "code"),
        (",Край,Land,Europe/Samara,53.2,50.1", "code"),
        ("RU-X,,Land,Europe/Samara,53.2,50.1", "name_ru"),
        ("RU-X,Край, ,Europe/Samara,53.2,50.1", "name_en"),
        ("RU-X,Край,Land,Europe/Atlantis,53.2,50.1", "timezone"),
        ("RU-X,Край,Land,../Samara,53.2,50.1", "timezone"),
        ("RU-X,Край,Land,Europe/Samara,153.2,50.1", "latitude"),
        ("RU-X,Край,Land,Europe/Samara,53.2,nan", "longitude"),
        ("RU-X,Край,Land,Europe/Samara,53.2,-180.5", "longitude"),
        ("RU-X,Край,Land,Europe/Samara,53.2", ""),
        ("RU-X,Край,Land,Europe/Samara,53.2,50.1,more", ""),
    ],
)
def test_a_wrong_region_is_refused_with_its_place(tmp_path: Path, line: str, column: str) -> None:
    good = "RU-Y,Область,Region,Europe/Moscow,55,37"
    assert mistakes(write(tmp_path, REGION_HEAD, good, "", line)) == [(4, column)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", "Terapevt"),
        ("name_ru", "Т" * 31),
        ("audience", "women"),
        ("sex", "f"),
        ("needs_referral", "yes"),
        ("slot_minutes", "4"),
        ("slot_minutes", "241"),
        ("slot_minutes", "15.5"),
        ("words_ru", ""),
        ("prepare_en", "a\tb"),
        ("parent_code", "Терапевт"),
    ],
)
def test_a_wrong_specialty_is_refused_with_its_place(tmp_path: Path, column: str, value: str) -> None:
    cells = ["doctor", "Врач", "Doctor", "врач", "Группа", "Group", "", "all", "any", "0", "15"]
    cells += ["слово", "Совет.", "Advice."]
    good = write(tmp_path, SPECIALTY_HEAD, ",".join(cells))
    assert read_specialties(good)[0].slot_minutes == 15
    cells[SPECIALTY_HEAD.split(",").index(column)] = value
    assert mistakes(write(tmp_path, SPECIALTY_HEAD, ",".join(cells)), read_specialties) == [(2, column)]


def test_the_message_says_what_is_expected(tmp_path: Path) -> None:
    path = write(tmp_path, REGION_HEAD, REGION_LINE.replace("Europe/Samara", "Samara"))
    with pytest.raises(WrongTable) as caught:
        read_regions(path)
    assert str(caught.value) == (
        "table.csv, line 2, column timezone: expected an IANA time zone such as Europe/Samara, not 'Samara'"
    )


def test_all_mistakes_are_named_and_a_flood_is_cut(tmp_path: Path) -> None:
    wrong = [f"RU-{number},К{number},L{number},Europe/Samara,x,y" for number in range(15)]
    path = write(tmp_path, REGION_HEAD, *wrong)
    with pytest.raises(WrongTable) as caught:
        read_regions(path)
    assert len(caught.value.mistakes) == 30
    assert len(str(caught.value).splitlines()) == TOLD + 1
    assert str(caught.value).endswith("and 10 more")


@pytest.mark.parametrize(
    ("second", "column"),
    [
        ("RU-X,Земля,Earth,Europe/Samara,53.2,50.1", "code"),
        ("RU-Z,край,Earth,Europe/Samara,53.2,50.1", "name_ru"),
        ("RU-Z,Земля,LAND,Europe/Samara,53.2,50.1", "name_en"),
    ],
)
def test_a_repeated_row_is_refused_with_both_lines(tmp_path: Path, second: str, column: str) -> None:
    path = write(tmp_path, REGION_HEAD, REGION_LINE, second)
    assert mistakes(path) == [(3, column)]
    with pytest.raises(WrongTable, match="line 2 has"):
        read_regions(path)


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        ("code,name_ru,name_en,timezone,latitude", ["longitude"]),
        (REGION_HEAD + ",colour", ["colour"]),
        (REGION_HEAD + ",code", ["code"]),
        (REGION_HEAD.replace("code", "Code"), ["code", "Code"]),
    ],
)
def test_wrong_columns_are_refused(tmp_path: Path, head: str, columns: list[str]) -> None:
    assert mistakes(write(tmp_path, head, REGION_LINE)) == [(1, column) for column in columns]


def test_the_line_is_right_after_a_cell_of_several_lines(tmp_path: Path) -> None:
    path = write(tmp_path, REGION_HEAD, '"RU-X","Край\nкрай",Land,Europe/Samara,53.2,50.1', "wrong")
    assert mistakes(path) == [(2, "name_ru"), (4, "")]


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    assert mistakes(write(tmp_path, "")) == [(1, "")]
    assert mistakes(write(tmp_path, REGION_HEAD)) == [(2, "")]
    assert mistakes(write(tmp_path, REGION_HEAD, 'RU-X,"Край')) == [(3, "")]
    cp1251 = tmp_path / "cp1251.csv"
    cp1251.write_bytes(f"{REGION_HEAD}\n{REGION_LINE}\n".encode("cp1251"))
    assert read_regions(cp1251) == read_regions(write(tmp_path, REGION_HEAD, REGION_LINE))
    other = tmp_path / "koi8.csv"
    other.write_bytes(f"{REGION_HEAD}\n{REGION_LINE}\n".encode("koi8-r").replace(b"\n", b"\n\x98"))
    assert mistakes(other) == [(2, "")]
    with pytest.raises(OSError):
        read_regions(tmp_path / "none.csv")


def test_what_russian_spreadsheets_save_is_read(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    head, line = REGION_HEAD.replace(",", ";"), "RU-X;Край;Land;Europe/Samara;53,2;50,1"
    path.write_bytes(f"\ufeff{head}\r\n{line}\r\n;;;;;\r\n".encode())
    (region,) = read_regions(path)
    assert (region.code, region.latitude, region.longitude) == ("RU-X", 53.2, 50.1)


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    path = write(
        tmp_path, "name_en,code,longitude,latitude,timezone,name_ru", "Land,RU-X,50.1,53.2,Europe/Samara,Край"
    )
    (region,) = read_regions(path)
    assert (region.code, region.name_ru, region.latitude) == ("RU-X", "Край", 53.2)


def test_shipped_files_are_clean_text() -> None:
    for path in (REGIONS, SPECIALTIES, SERVICES):
        text = path.read_text(encoding="utf-8")
        assert "\r" not in text
        assert "  " not in text
        assert text.endswith("\n")


def test_a_wrong_table_of_limits_is_refused_with_every_mistake(tmp_path: Path) -> None:
    path = tmp_path / "limits.csv"
    path.write_text(
        "code,valid_from,specialties,amount,unit,rule,source\n"
        "a,2026-13-01,*,14,working_days,rule,source\n"
        "b,2026-01-01,Кардиолог,many,weeks,,source\n"
    )
    with pytest.raises(WrongTable) as wrong:
        read_limits(path)
    columns = [(mistake.line, mistake.column) for mistake in wrong.value.mistakes]
    assert columns == [(2, "valid_from"), (3, "specialties"), (3, "amount"), (3, "unit"), (3, "rule")]


def test_every_specialty_that_a_limit_names_is_there() -> None:
    known = {row.code for row in read_specialties()} | {"*"}
    for limit in read_limits():
        assert set(limit.specialties) <= known, limit.code
