"""Long lists: a page is read, and only that page."""

from storage.database import Database
from tests.telegram import Line, Someone
from tests.world import CHEKHOV

REGIONS = 40


async def many_regions(line: Line) -> None:
    def fill(tx) -> None:
        for number in range(REGIONS):
            code = f"RU-X{number:02}"
            tx.execute(
                "INSERT INTO region VALUES (?, ?, ?, 'Europe/Moscow', 0, 0)",
                (code, f"Область {number:02}", f"Oblast {number:02}"),
            )
            tx.execute(
                "INSERT INTO facility (id, code, region_code, name, kind, audience, town, address, phone,"
                " timezone, latitude, longitude, official_code, is_demo) VALUES"
                " (?, ?, ?, 'Поликлиника', 'polyclinic', 'all', 'Город', 'ул. Тихая, 1', '', 'Europe/Moscow',"
                " 0, 0, ?, 1)",
                (100 + number, f"x{number}", code, 200 + number),
            )

    await line.world.database.write(fill)


def regions(anna: Someone) -> list[str]:
    return [label for label in anna.buttons if label.startswith(("Область", "Москва", "Приморский"))]


async def test_pages_show_each_item_once_and_end_where_the_list_ends(line: Line) -> None:
    await many_regions(line)
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    seen = regions(anna)
    for page in range(2, 8):
        await anna.press("›", message=anna.screen)
        assert str(page) in anna.buttons
        seen += regions(anna)
    assert "›" not in anna.buttons
    assert len(seen) == len(set(seen)) == REGIONS + 2
    await anna.press("‹", message=anna.screen)
    assert len(regions(anna)) == 6


async def test_a_typed_name_narrows_from_the_first_page_on_and_the_whole_list_comes_back(line: Line) -> None:
    await many_regions(line)
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("›", message=anna.screen)
    await anna.send("область 39")
    assert regions(anna) == ["Область 39"]
    await anna.press("Показать все")
    assert len(regions(anna)) == 6


async def test_a_page_far_beyond_the_end_is_empty_and_leads_back(line: Line) -> None:
    await many_regions(line)
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    forth = anna.data_of("›")
    await anna.press_raw(anna.screen, forth.rsplit(":", 1)[0] + ":999999")
    assert regions(anna) == []
    await anna.press("‹ Назад")
    assert "🩺 Записаться к врачу" in anna.buttons


async def test_no_more_than_a_page_is_read_from_the_store(line: Line, monkeypatch) -> None:
    await many_regions(line)
    for number in range(18):
        await line.world.book(1001, await line.world.slot_id(CHEKHOV, 1 + number // 6, number % 6))
    fetched: list[int] = []
    monkeypatch.setattr(Database, "read", counting(Database.read, fetched))
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("›", message=anna.screen)
    await anna.send("/my")
    await anna.press("›", message=anna.screen)
    assert anna.text.count("•") == 6
    assert max(fetched) == 7  # one more than a page: whether another one follows


def counting(read, fetched: list[int]):
    """Note how many rows each query gives out."""

    class Counted:
        def __init__(self, tx) -> None:
            self._tx = tx

        def execute(self, *statement):
            rows = self._tx.execute(*statement).fetchall()
            fetched.append(len(rows))
            return Rows(rows)

    class Rows(list):
        def fetchall(self):
            return list(self)

        def fetchone(self):
            return self[0] if self else None

    async def counting_read(self: Database, work):
        return await read(self, lambda tx: work(Counted(tx)))

    return counting_read
