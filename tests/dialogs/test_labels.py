"""Labels of one screen: short enough for a small phone, and no two the same."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clinic.habits import KnownDoctor
from dialogs.booking.known import doctor_label
from dialogs.widgets import LABEL_LENGTH, shorten_all
from locales import translator
from storage.facilities import FacilityRow
from storage.people import Person
from storage.places import Place
from storage.times import FreeTime


@given(st.lists(st.text("аб ", max_size=12), max_size=8), st.integers(8, 12))
def test_no_two_labels_are_equal_and_none_is_too_long(labels: list[str], length: int) -> None:
    short = shorten_all(labels, length)
    assert all(len(label) <= length for label in short)
    assert len(set(short)) == len(labels)


def test_what_fits_stays_and_of_twins_the_middle_goes() -> None:
    twins = ["Детская поликлиника при больнице № 1", "Детская поликлиника при больнице № 2"]
    assert shorten_all([*twins, "Поликлиника"], 20) == [
        "Детская п…льнице № 1",
        "Детская п…льнице № 2",
        "Поликлиника",
    ]


def test_namesakes_get_a_number() -> None:
    assert shorten_all(["Иванов И. И.", "Иванов И. И."]) == ["1. Иванов И. И.", "2. Иванов И. И."]


def test_the_button_of_a_known_doctor_keeps_the_time_whole() -> None:
    facility = FacilityRow(
        1, "RU-MOW", "П", "polyclinic", "all", "Москва", "ул.", "+7", "Europe/Moscow", True
    )
    now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    person = Person("Смирнова", "Мария", "", date(2018, 3, 1))

    def known(surname: str, specialty: str, *, is_own: bool = True, days: int = 1) -> KnownDoctor:
        place = Place(1, facility, 1, specialty, "", "", "", surname, "Анна", "", "", "Europe/Moscow")
        first = FreeTime(1, 1, now + timedelta(days=days))
        return KnownDoctor(1, is_own, person, place, None, first)

    tr = translator("ru")
    assert doctor_label(tr, known("Рощина", "Лор"), now, is_named=False) == "🔁 Рощина, лор · завтра 12:00"
    child = known("Рощина", "Лор", is_own=False, days=5)
    assert doctor_label(tr, child, now, is_named=True) == "🔁 Мария: Рощина · 30 ноя 12:00"
    long = doctor_label(tr, known("Константинопольская", "Детский эндокринолог"), now, is_named=False)
    assert len(long) <= LABEL_LENGTH
    assert long.endswith(" · завтра 12:00")
    surname = doctor_label(tr, known("Александрова", "Терапевт"), now + timedelta(days=1), is_named=False)
    assert surname == "🔁 Александрова · сегодня 12:00"
