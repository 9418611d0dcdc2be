"""A wish is said in words that are right in both languages, and fits on a button."""

from datetime import date

import pytest
from hypothesis import given

from clinic.wishes import Wish, parse
from dialogs.wish_words import LABEL, wish_label, wish_words
from locales import translator
from tests.clinic.test_wishes import wishes

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "russian", "english"),
    [
        (
            "будни после 17, кроме четверга",
            "по будням после 17:00, кроме четверга",
            "on weekdays after 17:00, except Thursday",
        ),
        ("по субботам", "по субботам", "on Saturdays"),
        ("вторник и четверг", "по вторникам и четвергам", "on Tuesdays and Thursdays"),
        ("пн, ср, пт утром", "по понедельникам, средам и пятницам до 12:00",
         "on Mondays, Wednesdays and Fridays before 12:00"),
        ("в выходные с 9 до 12", "по выходным с 9:00 до 12:00", "at weekends from 9:00 to 12:00"),
        ("кроме среды", "кроме среды", "except Wednesday"),
        ("либо утром, либо в субботу", "до 12:00 или по субботам", "before 12:00 or on Saturdays"),
        ("завтра после 15", "26 ноября после 15:00", "26 November after 15:00"),
        ("с 1 по 10 декабря", "с 1 по 10 декабря", "from 1 through 10 December"),
        ("с 28 ноября по 3 декабря", "с 28 ноября по 3 декабря", "from 28 November through 3 December"),
        ("будни до 12, кроме среды, или суббота, не раньше чем через 3 часа",
         "по будням до 12:00, кроме среды; или по субботам; не раньше чем через 3 часа",
         "on weekdays before 12:00, except Wednesday; or on Saturdays; not sooner than in 3 hours"),
        ("до пятницы", "по 27 ноября", "up to 27 November"),
        ("через неделю", "с 2 декабря", "since 2 December"),
        ("утром, кроме 1 декабря", "до 12:00, кроме 1 декабря", "before 12:00, except 1 December"),
        ("не раньше чем через час", "не раньше чем через 1 час", "not sooner than in 1 hour"),
        ("вечером, не раньше чем через 3 часа", "после 17:00, не раньше чем через 3 часа",
         "after 17:00, not sooner than in 3 hours"),
        ("не раньше чем через 5 дней", "не раньше чем через 5 дней", "not sooner than in 5 days"),
    ],
)  # fmt: skip
def test_a_wish_is_said_back(typed: str, russian: str, english: str) -> None:
    wish, _ = parse(typed, TODAY)
    assert wish_words(translator("ru"), wish) == russian
    assert wish_words(translator("en"), wish) == english


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("будни после 17, кроме четверга", "Пн–Ср, Пт после 17"),
        ("либо утром, либо в субботу", "до 12 или Сб"),
        ("по субботам", "Сб"),
        ("с 9:30 до 12", "9:30–12"),
        ("с 1 по 10 декабря", "1 дек–10 дек"),
        ("не раньше чем через 3 часа", "через 3 часа"),
        ("будни после 17 или суббота до 12", "Пн–Пт после 17 +1"),
    ],
)
def test_a_wish_is_named_on_a_button(typed: str, label: str) -> None:
    wish, _ = parse(typed, TODAY)
    assert wish_label(translator("ru"), wish) == label


@given(wishes)
def test_every_wish_has_words_and_a_label_that_fits(wish: Wish) -> None:
    for language in ("ru", "en"):
        assert 0 < len(wish_label(translator(language), wish)) <= LABEL
        assert bool(wish_words(translator(language), wish)) == bool(wish.windows or wish.least_notice)


@pytest.mark.parametrize(
    "typed",
    [
        "будни после 17, кроме четверга",
        "либо утром, либо в субботу",
        "кроме среды",
        "будни до 12, кроме среды, или суббота",
    ],
)
def test_what_is_said_back_can_be_typed_again(typed: str) -> None:
    wish, _ = parse(typed, TODAY)
    assert parse(wish_words(translator("ru"), wish), TODAY) == (wish, "")
