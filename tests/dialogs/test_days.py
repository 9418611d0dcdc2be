"""A day with more times than one screen holds loses none of them."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from dialogs import calendar
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
    for page in (0, 1, 7):
        data["page"] = page
        shown = await calendar.time_screen(manager, translator("ru"), "")
        seen.append([choice.label for choice in shown["choices"]])
        assert len(shown["choices"]) <= calendar.PAGE
        assert shown["has_next"] is (page == 0)
    assert [*seen[0], *seen[1]] == [f"{12 + number // 6}:{number % 6}0" for number in range(30)]
    assert seen[2] == seen[1]
