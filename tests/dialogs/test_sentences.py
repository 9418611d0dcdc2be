"""Sentences, names of buttons and words of every day, as people type them."""

import pytest

from clinic import rules
from dialogs.typing import command_word, is_too_long, label_key, parse_sentence


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("нет", ""), ("Не скажу.", ""), ("без причины", ""), ("-", ""), ("no reason", ""),
        ("да", None), ("ОК!", None), ("хорошо", None), ("спасибо", None), ("", None), (None, None),
        ("...", None), ("38", None), (" кашель ", "кашель"), ("да, болит горло", "да, болит горло"),
        ("не смогу", "не смогу"), ("38,5 и кашель", "38,5 и кашель"),
    ],
)  # fmt: skip
def test_a_yes_is_no_purpose_and_a_no_withholds_it(typed: str | None, read: str | None) -> None:
    assert parse_sentence(typed) == read


def test_three_hundred_characters_are_kept_whole_and_one_more_is_told() -> None:
    longest = "а" * rules.PURPOSE_LENGTH
    assert (parse_sentence(longest), is_too_long(longest)) == (longest, False)
    assert (parse_sentence(longest + "б"), is_too_long(longest + "б")) == (longest, True)
    assert not is_too_long(None)


@pytest.mark.parametrize(
    ("label", "typed"),
    [
        ("🩺 Записаться к врачу", "записаться к врачу"),
        ("🩺 Записаться к врачу", "Записаться к врачу!"),
        ("Пропустить ›", "пропустить"),
        ("✅ Всё верно", "все верно"),
        ("9:30", "9:30"),
        ("📅 Другая дата", " другая  дата "),
    ],
)
def test_a_label_is_known_as_people_type_it(label: str, typed: str) -> None:
    assert label_key(label) == label_key(typed)


def test_signs_alone_are_no_name() -> None:
    assert [label_key(label) for label in ("·", "‹", "›", "👌")] == [""] * 4


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Здравствуйте!", "hello"), ("добрый день", "hello"), ("не смогу", "wont"), ("I can’t come", "wont"),
        ("Согласны", "yes"), ("хорошо", "yes"), ("Конечно!", "yes"), ("Записаться", "book"),
        ("нет", "no"), ("не смогу найти", None), ("здравствуйте, запишите", None),
    ],
)  # fmt: skip
def test_words_of_every_day(typed: str, word: str | None) -> None:
    assert command_word(typed) == word
