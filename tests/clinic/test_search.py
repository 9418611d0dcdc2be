"""Search: what people type finds what they can press, for the right patient, and danger comes first."""

import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from clinic import search
from clinic.search import Asker, CommandHit, DoctorHit, FacilityHit, SpecialtyHit
from clinic.search.about import about
from clinic.search.words import readings, sound, stem
from storage import seed
from storage.crypto import Keyring
from storage.database import Database
from storage.reference.own_phrases import import_complaints, import_dangers
from storage.reference.phrases import read_phrases
from storage.reference.reader import read_specialties
from storage.reference.tables import WrongTable
from tests.clinic.searching import ask, judge, name_of, phrases, staff
from tests.world import CHEKHOV, NOW, VISIT, World


@pytest.fixture(scope="module")
def staffed_store(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(empty_store, tmp_path_factory.mktemp("search") / "search.db"))


@pytest.fixture
async def clinic(staffed_store: Path) -> AsyncIterator[Database]:
    """The demo clinic, and somebody of each specialty; filled once."""
    database = Database(f"sqlite+aiosqlite:///{staffed_store}", Keyring("a secret of the tests"))
    await database.open()
    filled = await database.read(lambda tx: tx.execute("SELECT COUNT(*) FROM doctor").fetchone())
    if not filled[0]:
        await seed.seed_demo(database, NOW)
        await database.write(staff)
    yield database
    await database.close()


async def found(database: Database, text: str, asker: Asker | None = None) -> list[str]:
    return [name_of(hit) for hit in (await ask(database, text, asker)).hits]


@pytest.mark.parametrize(
    ("name", "first", "third"),
    [("tune", 0.95, 0.98), ("everyday", 0.95, 0.98), ("final", 0.85, 0.93), ("fresh", 0.95, 0.97)],
)
async def test_phrases_of_real_life_find_what_is_meant(
    clinic: Database, name: str, first: float, third: float
) -> None:
    report = await judge(clinic, phrases(name))
    assert report.judged > (50 if name == "everyday" else 150)
    assert report.first / report.judged >= first
    assert report.third / report.judged >= third


@pytest.mark.parametrize(("name", "signs"), [("tune", 20), ("everyday", 8), ("final", 20)])
async def test_danger_is_seen_and_seldom_where_there_is_none(clinic: Database, name: str, signs: int) -> None:
    asked = phrases(name)
    report = await judge(clinic, asked)
    assert sum(phrase.is_danger for phrase in asked) > signs
    assert report.missed_alarms == []
    assert len(report.false_alarms) <= len(asked) * 0.03


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("кардиолог", "cardiologist"),
        ("КАРДИОЛОГУ!!!", "cardiologist"),
        ("кордиолок", "cardiologist"),
        ("rfhlbjkju", "cardiologist"),
        ("kardiolog", "cardiologist"),
        ("cardiologist", "cardiologist"),
        ("хочу к лору завтра утром", "otorhinolaryngologist"),
        ("болитгорло", "otorhinolaryngologist"),
        (",jkbn pe,", "dentist"),
        ("cердце болит", "cardiologist"),  # the first letter is Latin
        ("невролог после 17", "neurologist"),
    ],
)
async def test_forms_typos_keyboards_and_latin_letters_survive(
    clinic: Database, typed: str, code: str
) -> None:
    assert (await found(clinic, typed))[0] == code


async def test_a_child_is_led_to_childrens_doctors(clinic: Database) -> None:
    assert (await found(clinic, "болит сердце у дочки 12 лет"))[0] == "pediatric_cardiologist"
    assert (await found(clinic, "кардиолог", Asker(age=8)))[0] == "pediatric_cardiologist"
    assert (await found(clinic, "температура", Asker(age=40)))[0] == "therapist"
    assert (await found(clinic, "у сына температура", Asker(age=40)))[0] == "pediatrician"
    assert (await found(clinic, "у мужа температура", Asker(age=8)))[0] == "therapist"
    assert (await found(clinic, "сыну 25 лет болит сердце"))[0] == "cardiologist"


@pytest.mark.parametrize(
    ("typed", "service"),
    [
        ("ЭКГ", "functional_ecg"),
        ("узи брюшной полости", "ultrasound_abdomen"),
        ("флюорография", "radiologist_chest"),
        ("флюра завтра", "radiologist_chest"),
        ("справка в бассейн", "therapist_paper"),
        ("справка в бассейн ребёнку", "pediatrician_paper"),
        ("продлить больничный", "therapist_paper"),
        ("узи", None),  # of what?
        ("болит ухо", None),
        ("кардиолог", None),
    ],
)
async def test_a_service_is_found_with_its_specialty(
    clinic: Database, typed: str, service: str | None
) -> None:
    hit = (await ask(clinic, typed)).hits[0]
    assert isinstance(hit, SpecialtyHit)
    assert (hit.service.code if hit.service else None) == service


async def test_the_nearest_time_of_a_service_has_room_for_it(world: World) -> None:
    await world.list_services()
    await world.database.write(lambda tx: tx.execute("DELETE FROM slot WHERE schedule_id = 2").rowcount)
    await world.book(101, await world.slot_id(CHEKHOV, 0, 1), service_id=VISIT)
    asker = Asker(region_code="RU-MOW")
    (short,) = (await ask(world.database, "терапевт", asker)).hits[:1]
    (long,) = (await ask(world.database, "диспансеризация", asker)).hits[:1]
    assert isinstance(short, SpecialtyHit)
    assert isinstance(long, SpecialtyHit)
    assert short.nearest_at is not None
    assert long.nearest_at is not None
    assert long.nearest_at - short.nearest_at == timedelta(hours=1)


async def test_services_that_were_imported_are_found_at_once(world: World, tmp_path: Path) -> None:
    assert await found(world.database, "гирудотерапия") == []
    table = tmp_path / "services.csv"
    table.write_text(
        "code,specialty_code,name_ru,name_en,kind,minutes,needs_referral,audience,words_ru,prepare_ru,"
        "prepare_en\nleeches,therapist,Пиявки,Leeches,procedure,30,0,all,гирудотерапия,,\n"
    )
    await seed.import_services(world.database, table)
    assert await found(world.database, "гирудотерапия") == ["therapist"]


async def test_a_deployments_own_complaints_and_dangers_are_found_at_once(
    world: World, tmp_path: Path
) -> None:
    assert await found(world.database, "горняшка") == []
    complaints, dangers = tmp_path / "complaints.csv", tmp_path / "red_flags.csv"
    complaints.write_text('phrases;specialties;who\n"горняшка; горная болезнь";therapist;\n')
    dangers.write_text("group,who,past,phrases\ngeneral,,0,сошла лавина; засыпало\n")
    assert await import_complaints(world.database, complaints) == 1
    assert await import_dangers(world.database, dangers) == 1
    assert await found(world.database, "горняшка") == ["therapist"]
    assert (await ask(world.database, "засыпало")).dangers == ("general",)
    assert await found(world.database, "температура") == ["therapist"], "the shipped ones stay"
    complaints.write_text("phrases,specialties,who\nгорняшка,shaman,\n")
    with pytest.raises(WrongTable) as refused:
        await import_complaints(world.database, complaints)
    assert [(one.line, one.column) for one in refused.value.mistakes] == [(2, "specialties")]
    assert await found(world.database, "горняшка") == ["therapist"]
    complaints.write_text("phrases,specialties,who\nпростыл,therapist,\n")
    await import_complaints(world.database, complaints)
    assert await found(world.database, "горняшка") == []


async def test_complaints_fit_the_sex(clinic: Database) -> None:
    assert (await found(clinic, "тянет низ живота", Asker(30, "female")))[0] == "gynecologist"
    assert "gynecologist" not in await found(clinic, "тянет низ живота", Asker(30, "male"))
    assert (await found(clinic, "гинеколог", Asker(30, "male")))[0] == "gynecologist", "for his wife"


async def test_a_complaint_is_told_from_a_name(clinic: Database) -> None:
    assert (await ask(clinic, "болит горло")).is_complaint
    assert not (await ask(clinic, "лор")).is_complaint


@pytest.mark.parametrize(
    ("typed", "group"),
    [
        ("задыхаюсь", "breathing"),
        ("боль в груди отдает в левую руку", "circulation"),
        ("у папы перекосило лицо", "stroke"),
        ("хочу умереть", "mind"),
        ("у грудничка температура 38", "child_fever"),
        ("ребёнок проглотил батарейку", "poisoning"),
    ],
)
async def test_an_alarm_names_its_group_and_still_offers_doctors(
    clinic: Database, typed: str, group: str
) -> None:
    answer = await ask(clinic, typed)
    assert group in answer.dangers
    assert any(isinstance(hit, SpecialtyHit) for hit in answer.hits)


@pytest.mark.parametrize(
    "typed",
    [
        "боли в груди нет, просто осмотр",
        "не задыхаюсь, болит горло",
        "инсульт был год назад",
        "после инфаркта, нужна консультация",
        "температура 37,2",
        "давление 120 на 80",
    ],
)
async def test_what_is_denied_or_long_ago_raises_no_alarm(clinic: Database, typed: str) -> None:
    assert (await ask(clinic, typed)).dangers == ()


async def test_commands_are_found(clinic: Database) -> None:
    assert (await found(clinic, "отменить запись к лору"))[0] == "cmd:cancel"
    assert (await found(clinic, "vjb pfgbcb"))[0] == "cmd:visits"
    assert (await ask(clinic, "мои записи")).hits == (CommandHit("visits"),)


async def test_an_unknown_request_finds_nothing(clinic: Database) -> None:
    for typed in ("какая сегодня погода", "йцукен", "123", "??", "", "🙂", "а" * 200, "нннннн"):
        assert (await ask(clinic, typed)).hits == ()


async def test_a_doctor_is_found_in_any_case_with_typos_and_ё_or_е(clinic: Database) -> None:
    for typed in (
        "Нестерова",
        "к Нестеровой",
        "нестирова",
        "ytcnthjdf",
        "nesterova",
        "врач нестерова завтра",
    ):
        assert (await found(clinic, typed))[0] == "doctor:Нестерова", typed
    assert (await found(clinic, "киселева", Asker(region_code="RU-MOW")))[0] == "doctor:Киселёва"
    assert (await found(clinic, "ирина анатольевна", Asker(region_code="RU-MOW")))[0] == "doctor:Нестерова"


async def test_the_region_and_the_specialty_decide_between_namesakes(clinic: Database) -> None:
    first = (await ask(clinic, "шубин детский стоматолог", Asker(region_code="RU-MOW"))).hits[0]
    assert isinstance(first, DoctorHit)
    assert (first.specialty_ru, first.town) == ("Детский стоматолог", "Москва")


async def test_facilities_are_found_by_name_number_street_and_town(clinic: Database) -> None:
    first = (await ask(clinic, "поликлиника № 2", Asker(region_code="RU-SVE"))).hits[0]
    assert isinstance(first, FacilityHit)
    assert first.town == "Нижний Тагил"
    assert "Профсоюзная" in (await found(clinic, "на профсоюзной"))[0]
    assert isinstance((await ask(clinic, "самара")).hits[0], FacilityHit)


async def test_a_town_in_the_text_wins_over_the_accounts_region(clinic: Database) -> None:
    hit = (await ask(clinic, "терапевт в самаре", Asker(region_code="RU-MOW"))).hits[0]
    assert isinstance(hit, SpecialtyHit)
    assert (hit.code, hit.region_code) == ("therapist", "RU-SAM")
    assert hit.nearest_at is not None


async def test_what_nobody_of_the_region_offers_comes_last_and_says_so(clinic: Database) -> None:
    hits = (await ask(clinic, "туберкулез", Asker(region_code="RU-SAM"))).hits
    assert [(hit.code, hit.is_here) for hit in hits] == [("phthisiatrician", False)]
    hits = (await ask(clinic, "прыщи", Asker(region_code="RU-KAM"))).hits
    assert [hit.is_here for hit in hits] == sorted((hit.is_here for hit in hits), reverse=True)


async def test_names_stay_right_when_rows_change(clinic: Database) -> None:
    assert await found(clinic, "вознесенский") == []
    await clinic.write(
        lambda tx: tx.execute("UPDATE doctor SET surname = 'Вознесенский' WHERE id = 1").rowcount
    )
    assert (await found(clinic, "к вознесенскому"))[0] == "doctor:Вознесенский"
    await clinic.write(lambda tx: tx.execute("UPDATE doctor SET surname = 'Ильин' WHERE id = 1").rowcount)
    assert await found(clinic, "вознесенский") == []
    await clinic.write(
        lambda tx: (
            tx.execute(
                "UPDATE specialty SET words_ru = words_ru || '; абракадабра' WHERE code = 'urologist'"
            ).rowcount
        )
    )
    assert (await found(clinic, "абракадабра"))[0] == "urologist"


async def test_what_is_known_of_the_account_is_used(world: World) -> None:
    await world.book(101, await world.slot_id(1, 1))
    answer = await search.find(world.database, 101, "терапевт", NOW)
    (hit,) = (hit for hit in answer.hits if isinstance(hit, SpecialtyHit))
    assert (hit.region_code, hit.is_here) == ("RU-MOW", True)
    assert (await search.find(world.database, 999, "терапевт", NOW)).hits


def test_a_text_says_of_whom_it_speaks() -> None:
    assert about("ребенок 3 года кашляет неделю", 40, "male")[0].is_child
    assert about("у меня болит колено 3 года", 40, "male")[0].is_child is False
    assert about("дочке 8 мес", None, None)[0].is_baby
    assert about("сыну 20 лет", None, None)[0].is_child is False
    assert about("жене", None, "male")[0].sex == "female"
    assert about("хочу завести ребенка", 30, "female")[0].is_child is False


def test_a_text_can_be_meant_in_several_ways() -> None:
    assert "лор" in readings("kjh")
    assert "невролог" in readings("nevrolog")
    assert sound("афтальмолок") == sound("офтальмолог")


def test_stems_are_taken_in_several_threads_at_once() -> None:
    """The index is built in one thread while somebody searches in another."""
    said = [f"{word}{number}{ending}" for number in range(40) for word in ("болел", "кардиолог", "чесал")
            for ending in ("ами", "ого", "ась")]  # fmt: skip
    alone = [stem(word) for word in said]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        for together in pool.map(lambda _: [stem.__wrapped__(word) for word in said], range(16)):
            assert together == alone


def test_the_tables_name_specialties_that_exist() -> None:
    known = {row.code for row in read_specialties()}
    tables = read_phrases()
    assert {code for row in tables.complaints for code in row.specialties} <= known
    assert {code for code, _ in tables.names} <= known
    assert {*tables.children, *tables.children.values()} <= known


def test_phrases_are_not_in_both_sets() -> None:
    tune, final = ({(one.text, one.asker) for one in phrases(name)} for name in ("tune", "final"))
    assert len(tune) > 150
    assert len(final) > 150
    assert not tune & final


async def test_a_childs_complaint_always_leads_to_the_paediatrician_too(clinic: Database) -> None:
    for typed in ("болит горло у ребёнка 5 лет", "сыпь по телу у малыша 2 года"):
        assert "pediatrician" in (await found(clinic, typed))[:3], typed


async def test_a_lost_sense_of_smell_is_no_fainting_and_a_human_no_surgeon(
    clinic: Database,
) -> None:
    assert (await ask(clinic, "не чувствую запахов")).dangers == ()
    assert (await ask(clinic, "упал без чувств")).dangers
    assert (await found(clinic, "оператор, позовите человека"))[0] == "cmd:support"


async def test_a_piece_of_a_command_is_no_danger_and_a_cold_is_no_small_word(clinic: Database) -> None:
    answer = await ask(clinic, "не приходит смс")
    assert answer.dangers == ()
    assert (await ask(clinic, "упал и не приходит в себя")).dangers
    assert (await found(clinic, "простыла"))[0] == "therapist"
    blocked = await ask(clinic, "у ребёнка нос не дышит")
    assert blocked.dangers == ()
    assert name_of(blocked.hits[0]) == "otorhinolaryngologist"
    assert (await ask(clinic, "ребёнок не дышит")).dangers
