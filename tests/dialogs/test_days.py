"""Labels of days fit two in a row; a day with more times than one screen holds loses none of them."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from clinic.days import FreeDay
from dialogs import calendar
from dialogs.booking import times
from dialogs.widgets import Choice
from locales import translator
from tests.world import CHEKHOV, MOSCOW, NOW, World

DAY = (NOW + timedelta(days=40)).date()


async def crowd(world: World) -> None:
    """Give Chekhov a day of ten-minute times from twelve to five in Moscow."""
    noon = int(NOW.timestamp()) + 40 * 86_400 + 6 * 3_600
    await world.database.write(
        lambda tx: tx.executemany(
            "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (?, ?, 10, 0)",
            [(CHEKHOV, noon + number * 600) for number in range(30)],
        )
    )


async def test_all_times_of_a_part_of_the_day_can_be_reached(world: World) -> None:
    await crowd(world)
    data: dict[str, Any] = {"schedule_id": CHEKHOV, "timezone": MOSCOW, "day": DAY.isoformat()}
    middleware = {"clock": world.clock, "database": world.database, "tr": translator("ru")}
    manager: Any = SimpleNamespace(dialog_data=data, middleware_data=middleware)
    seen = []
    for page in (0, 1, 7):  # the last one there is, for one that is not
        data["page"] = page
        shown = await calendar.time_screen(manager, translator("ru"), "")
        seen.append([choice.label for choice in shown["choices"]])
        assert len(shown["choices"]) <= calendar.PAGE
        assert shown["has_next"] is (page == 0)
    assert [*seen[0], *seen[1]] == [f"{12 + number // 6}:{number % 6}0" for number in range(30)]
    assert seen[2] == seen[1]


@pytest.mark.parametrize(
    ("language", "counts", "labels"),
    [
        ("ru", (1, 6), ["Пн 24 ноя · 1", "Вт 25 ноя · 6"]),
        ("ru", (6, 9), ["Пн 24 ноя · 6 мест", "Вт 25 ноя · 9 мест"]),
        ("ru", (6, 12), ["Пн 24 ноя · 6", "Вт 25 ноя · 12"]),
        ("en", (1, 4), ["Mon 24 Nov · 1", "Tue 25 Nov · 4"]),
    ],
)
def test_a_day_names_how_many_times_it_has_as_long_as_all_labels_fit(
    language: str, counts: tuple[int, int], labels: list[str]
) -> None:
    days = [FreeDay(date(2025, 11, 24 + number), count) for number, count in enumerate(counts)]
    shown = [choice.label for choice in calendar.day_choices(translator(language), days)]
    assert shown == labels
    assert max(map(len, shown)) <= 18


def test_fewer_days_are_shown_where_other_buttons_need_the_rows() -> None:
    one, ways = [Choice("a", 1)], [Choice(str(number), number) for number in range(5)]
    assert times._room(one, {"chip": [], "services": [], "ways": ways[:4]}) >= 6
    assert times._room(one, {"chip": one, "services": [], "ways": ways}) == 6
    assert times._room(one, {"chip": [], "services": one, "letter": one, "ways": ways}) == 4
