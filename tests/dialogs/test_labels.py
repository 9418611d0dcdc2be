"""Labels of one screen: short enough for a small phone, and no two the same."""

from hypothesis import given
from hypothesis import strategies as st

from dialogs.menu import again_label
from dialogs.widgets import LABEL_LENGTH, shorten_all
from locales import translator
from storage.facilities import FacilityRow
from storage.places import Place


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


def test_the_button_of_the_last_doctor_fits_and_begins_with_what_tells() -> None:
    facility = FacilityRow(
        1, "RU-MOW", "П", "polyclinic", "all", "Москва", "ул.", "+7", "Europe/Moscow", True
    )

    def place(surname: str, specialty: str) -> Place:
        return Place(1, facility, 1, specialty, "", "", "", surname, "Анна", "", "", "Europe/Moscow")

    tr = translator("ru")
    assert again_label(tr, place("Рощина", "Терапевт")) == "🔁 Снова: Рощина, терапевт"
    long = again_label(tr, place("Константинопольская", "Детский эндокринолог"))
    assert len(long) <= LABEL_LENGTH
    assert "Константинопольская" in long
