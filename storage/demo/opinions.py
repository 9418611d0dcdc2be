"""Ratings and comments of the demo: rows like any other, on visits that nobody made and by nobody.

What a card says is what the rows give: the sums are counted from them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Any

from storage.crypto import Keyring
from storage.demo.extras import SEED
from storage.demo.records import Clinic, House
from storage.states import CommentState
from storage.types import Tx, epoch

WITHOUT = 0.125
"""Share of the doctors whom nobody has rated."""
FEWEST, MOST = 3, 60
"""Ratings of a doctor."""
COMMENTED = 0.1
"""Share of the ratings with a comment."""
DAYS = 400
"""So old are the oldest."""
_LEVELS = ((55, 30, 10, 3, 2), (70, 20, 6, 2, 2), (85, 12, 2, 1, 0))
"""Of a hundred ratings so many are 5, 4, 3, 2 and 1: doctors are not all alike."""
_COMMENTS = {
    5: (
        "Всё объяснил простыми словами, ответил на все вопросы. Спасибо!",
        "Приняли точно в назначенное время, осмотр подробный, без спешки.",
        "Очень внимательный врач. Назначенное лечение помогло уже через неделю.",
        "Вежливо, спокойно, по делу. Буду записываться ещё.",
        "Рекомендации записали на листке, ничего не забыла. Спасибо!",
        "Была с мамой: к пожилому человеку отнеслись с большим терпением.",
    ),
    4: (
        "Хороший врач, но пришлось подождать в коридоре минут двадцать.",
        "Приём прошёл хорошо. В кабинете немного прохладно.",
        "Врач понравился, а вот найти кабинет было непросто.",
        "Всё по делу, хотелось бы чуть больше времени на вопросы.",
    ),
    3: (
        "Осмотрели быстро, на вопросы отвечали коротко.",
        "Ждала дольше, чем хотелось бы. К самому врачу вопросов нет.",
    ),
    2: ("Приняли на сорок минут позже. Предупредить никто не подумал.",),
    1: ("Показалось, что меня не слушали. Пойду к другому врачу.",),
}


def give(tx: Tx, keyring: Keyring, clinic: Clinic, now: datetime) -> None:
    """Write the ratings that are missing, the youngest of them before `now`, and count the sums anew."""
    doctors = dict(tx.execute("SELECT code, id FROM doctor").fetchall())
    facilities = dict(tx.execute("SELECT code, id FROM facility").fetchall())
    houses: dict[str, list[House]] = {}
    for work in clinic.works:
        houses.setdefault(work.doctor_code, []).append(work.house)

    def rows() -> Iterator[dict[str, Any]]:
        for code, works in houses.items():
            for row, house in _of_doctor(keyring, code, works, now):
                yield row | {"doctor": doctors[code], "facility": facilities[house.code]}

    written = tx.executemany(
        "INSERT INTO feedback (id, about, doctor_id, facility_id, rating, given_at, changed_at, comment,"
        " state, doubts, revision) VALUES (:id, 'visit', :doctor, :facility, :rating, :at, :at, :comment,"
        " :state, '', 0) ON CONFLICT (id) DO NOTHING",
        rows(),
    ).rowcount
    if written > 0:
        for table in ("doctor", "facility"):
            tx.execute(
                f"UPDATE {table} SET rating_sum = given.points, rating_count = given.number"  # noqa: S608
                f" FROM (SELECT {table}_id AS of_id, SUM(rating) AS points, COUNT(*) AS number FROM feedback"
                f" WHERE about = 'visit' AND NOT is_void GROUP BY {table}_id) AS given"
                f" WHERE given.of_id = {table}.id"
            )


def _of_doctor(
    keyring: Keyring, code: str, houses: list[House], now: datetime
) -> Iterator[tuple[dict[str, Any], House]]:
    random = Random(f"{SEED} {code} opinions")
    if random.random() < WITHOUT:
        return
    level = random.choice(_LEVELS)
    for number in range(random.randint(FEWEST, MOST)):
        rating = random.choices((5, 4, 3, 2, 1), level)[0]
        house, comment = random.choice(houses), random.choice(_COMMENTS[rating])
        ago = timedelta(days=random.uniform(1, DAYS))
        row_id = _id(f"{SEED} {code} opinion {number}")
        is_commented = random.random() < COMMENTED
        yield (
            {
                "id": row_id,
                "rating": rating,
                "at": epoch(now - ago),
                "comment": keyring.seal(comment.encode(), f"feedback:{row_id}") if is_commented else None,
                "state": int(CommentState.SHOWN if is_commented else CommentState.NONE),
            },
            house,
        )


def _id(key: str) -> int:
    """Make the same number of the same key, as large as random ones are."""
    return (int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") >> 2) + 1
