"""Every text of the code is said in Russian, whole, and in a form that Telegram takes."""

import ast
import os
import re
import string
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import locales
from locales import catalogues, choose, translator
from sandbox.entities import parse_html

ALLOWED_LATIN = {"CSV", "Excel", "Telegram", "QR", "PDF", "PIN", "JPG", "PNG", "SMS", "I"}
"""Words that are written so in Russian as well; commands, tags and placeholders are taken out before."""
BUTTON_LENGTH = 30
"""Longest button that a small phone shows whole."""


def forms(message: Message) -> tuple[str, ...]:
    """List what a message says in Russian: one form, or one for each plural."""
    return (
        tuple(message.string) if isinstance(message.string, (tuple, list)) else (str(message.string or ""),)
    )


def sources(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (str(message.id),)


CODE = [message for message in catalogues.texts_in_code() if message.id]
RUSSIAN = [message for message in catalogues.read_catalogue("ru") if message.id]
PLURALS = [message for message in RUSSIAN if isinstance(message.id, (tuple, list))]
PAIRS = [(sources(message)[0], form) for message in RUSSIAN for form in forms(message)]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def tags(text: str) -> Counter[str]:
    return Counter(re.findall(r"</?[a-z][^>]*>", text))


def filled(text: str) -> str:
    """Put something harmless in place of each placeholder."""
    return re.sub(r"\{\w+\}", "x", text)


def test_the_catalogue_has_every_text_of_the_code_and_no_other() -> None:
    in_code, in_catalogue = ({sources(message) for message in found} for found in (CODE, RUSSIAN))
    assert in_code - in_catalogue == set(), "say them in Russian: python -m locales.catalogues"
    assert in_catalogue - in_code == set(), "nobody says these any more: python -m locales.catalogues"
    assert len(in_code) > 150


def test_bringing_the_catalogue_up_to_date_would_change_nothing() -> None:
    """No text is fuzzy or crossed out either."""
    with catalogues.catalogue_file("ru").open("rb") as file:
        catalogue = read_po(file, locale="ru")
    assert not catalogue.obsolete
    assert not [message.id for message in catalogue if message.id and message.fuzzy]


def texts_put_together() -> list[str]:
    """Find texts that are put together before they are translated: no catalogue can have those."""
    found = []
    for folder in catalogues.FOLDERS:
        for path in sorted((catalogues.ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                numbers = catalogues.ARGUMENTS.get(name or "", ())
                texts = [node.args[number] for number in numbers if number < len(node.args)]
                if any(isinstance(text, (ast.JoinedStr, ast.BinOp, ast.IfExp, ast.BoolOp)) for text in texts):
                    found.append(f"{path.name}:{node.lineno}")
    return found


def test_no_text_is_put_together_before_it_is_translated() -> None:
    assert texts_put_together() == []


def test_every_text_is_translated() -> None:
    assert [
        message.id for message in RUSSIAN if not all(form and form.strip() for form in forms(message))
    ] == []


def test_every_translation_has_the_same_placeholders() -> None:
    wrong = [
        (message.id, form)
        for message in RUSSIAN
        for form in forms(message)
        if placeholders(form) != set.union(*map(placeholders, sources(message)))
    ]
    assert wrong == []


def test_every_translation_has_the_same_tags() -> None:
    assert [(source, form) for source, form in PAIRS if tags(form) != tags(source)] == []


def test_every_text_with_tags_is_what_telegram_takes() -> None:
    with_tags = [text for pair in PAIRS for text in pair if "<" in text or "&" in text]
    assert len(with_tags) > 40
    for text in with_tags:
        plain, entities = parse_html(filled(text))
        assert plain
        assert "<" not in plain
        assert len(entities) == sum(not tag.startswith("</") for tag in tags(text).elements())


def test_lines_begin_and_end_alike() -> None:
    """A text that is put between others keeps its breaks, blanks and final signs."""
    for source, form in PAIRS:
        assert (source[0].isspace(), source[-1].isspace()) == (form[0].isspace(), form[-1].isspace()), source
        assert source.count("\n") == form.count("\n"), source
        assert (source[-1] == ":") == (form[-1] == ":"), source
        assert (source[-1] == "?") == (form[-1] == "?"), source


def test_plural_forms_are_complete() -> None:
    assert len(PLURALS) >= 4
    catalogue = catalogues.read_catalogue("ru")
    assert catalogue.num_plurals == 3
    assert get_plural("ru").num_plurals == 3
    for message in PLURALS:
        assert len(forms(message)) == 3, message.id
        assert len(set(forms(message))) == 3, message.id
        assert all("{count}" in form for form in forms(message)), message.id


def words_alone(text: str) -> str:
    """Take tags, signs, placeholders and commands out of a text."""
    return re.sub(r"<[^>]+>|&\w+;|\{\w+\}|/[a-z]+|\w+@[a-z.]+|[\w-]+\.(?:pdf|zip|json|csv|ics)", " ", text)


def test_no_english_is_left_in_russian() -> None:
    left = {}
    for source, form in PAIRS:
        if words := set(re.findall(r"[A-Za-z]+", words_alone(form))) - ALLOWED_LATIN:
            left[source] = words
        if re.search(r"[A-Za-z]", words_alone(source)):
            assert re.search(r"[А-яЁё]", form), source
    assert left == {}


def test_no_russian_is_left_in_english() -> None:
    """But for examples of what a patient types: names, and words in guillemets."""
    for source, _ in PAIRS:
        own = re.sub(r"«[^»]*»|\b[А-ЯЁ][а-яё]+(-[А-ЯЁ][а-яё]+)?", "", source)
        assert not re.search(r"[А-яЁё]", own), source


def test_nobody_is_addressed_familiarly() -> None:
    familiar = re.compile(r"\b(ты|тебя|тебе|тобой|твой|твоя|твоё|твои|нажми|введи|выбери|напиши)\b", re.I)
    assert [form for _, form in PAIRS if familiar.search(form)] == []


def buttons() -> set[str]:
    found = set()
    for path in sorted((catalogues.ROOT / "dialogs").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Act":
                label = node.args[1]
                assert isinstance(label, ast.Constant), f"{path.name}:{node.lineno}"
                found.add(str(label.value))
    return found


def test_buttons_are_short_enough_for_a_small_phone() -> None:
    labels = buttons()
    assert len(labels) > 25
    for language in locales.LANGUAGES:
        tr = translator(language)
        assert [tr(label) for label in labels if len(tr(label)) > BUTTON_LENGTH] == []


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 мест"), (1, "1 место"), (2, "2 места"), (4, "4 места"), (5, "5 мест"), (11, "11 мест"),
        (12, "12 мест"), (14, "14 мест"), (20, "20 мест"), (21, "21 место"), (22, "22 места"),
        (25, "25 мест"), (101, "101 место"), (111, "111 мест"), (112, "112 мест"), (122, "122 места"),
    ],
)  # fmt: skip
def test_russian_plurals(count: int, text: str) -> None:
    assert translator("ru").plural("{count} time", "{count} times", count) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 times"), (1, "1 time"), (2, "2 times"), (21, "21 times")])
def test_english_plurals(count: int, text: str) -> None:
    assert translator("en").plural("{count} time", "{count} times", count) == text


DAY = date(2026, 11, 24)


def test_dates_as_they_are_said() -> None:
    ru, en = translator("ru"), translator("en")
    assert ru.day(DAY) == "вторник, 24 ноября"
    assert ru.day_with_year(DAY) == "вторник, 24 ноября 2026"
    assert ru.short_day(DAY) == "Вт 24 ноя"
    assert ru.month(DAY) == "Ноябрь 2026"
    assert ru.weekday_letters() == ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")
    assert en.day(DAY) == "Tuesday, 24 November"
    assert en.day_with_year(DAY) == "Tuesday, 24 November 2026"
    assert en.short_day(DAY) == "Tue 24 Nov"
    assert en.month(DAY) == "November 2026"
    assert en.weekday_letters()[0] == "Mo"


def test_short_days_of_a_whole_year_fit_a_button_and_differ() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    months = ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]
    for language in locales.LANGUAGES:
        short = [translator(language).short_day(day) for day in days]
        assert len(set(short)) == 365
        assert max(map(len, short)) <= 10
    assert [translator("ru").short_day(date(2026, month, 1)).split()[2] for month in range(1, 13)] == months


def test_a_span_names_its_months_and_a_year_once() -> None:
    ru, en = translator("ru"), translator("en")
    november, december, january = date(2026, 11, 23), date(2026, 12, 6), date(2027, 1, 3)
    assert ru.months(november, date(2026, 11, 30)) == "Ноябрь 2026"
    assert ru.months(november, december) == "Ноябрь — декабрь 2026"
    assert ru.months(december, january) == "Декабрь 2026 — январь 2027"
    assert en.months(november, december) == "November — December 2026"


@pytest.mark.parametrize(
    ("day", "accusative", "on_day"),
    [
        (23, "понедельник, 23 ноября", "в понедельник, 23 ноября"),
        (24, "вторник, 24 ноября", "во вторник, 24 ноября"),
        (25, "среду, 25 ноября", "в среду, 25 ноября"),
        (27, "пятницу, 27 ноября", "в пятницу, 27 ноября"),
        (28, "субботу, 28 ноября", "в субботу, 28 ноября"),
        (29, "воскресенье, 29 ноября", "в воскресенье, 29 ноября"),
    ],
)
def test_days_after_a_preposition(day: int, accusative: str, on_day: str) -> None:
    ru = translator("ru")
    assert ru.accusative_day(date(2026, 11, day)) == accusative
    assert ru.on_day(date(2026, 11, day)) == on_day
    assert translator("en").on_day(date(2026, 11, day)).startswith("on ")


def test_months_stand_alone_in_the_nominative() -> None:
    months = [translator("ru").month(date(2026, month, 1)).split()[0] for month in range(1, 13)]
    assert months[:5] == ["Январь", "Февраль", "Март", "Апрель", "Май"]
    assert months[5:] == ["Июнь", "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь"]


def test_times_of_day() -> None:
    tr = translator("ru")
    assert [tr.time(time(9, 5)), tr.time(time(0, 0)), tr.time(time(14, 30))] == ["9:05", "0:00", "14:30"]
    assert tr.time(datetime.fromisoformat("2026-11-24T09:20:00+03:00")) == "9:20"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ru", "ru"), ("ru-RU", "ru"), ("RU", "ru"), (None, "ru"), ("", "ru"), ("uk", "ru"), ("kk", "ru"),
        ("be-BY", "ru"), ("en", "en"), ("en-GB", "en"), ("de", "en"), ("zh-hans", "en"), ("rup", "en"),
    ],
)  # fmt: skip
def test_the_language_of_a_chat(code: str | None, language: str) -> None:
    assert choose(code) == language


def test_names_that_data_carry_in_both_languages() -> None:
    assert translator("ru").name("Терапевт", "Therapist") == "Терапевт"
    assert translator("en").name("Терапевт", "Therapist") == "Therapist"
    assert translator("en").name("Терапевт", "") == "Терапевт"


@given(value=st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=40))
def test_what_people_typed_can_never_be_a_tag(value: str) -> None:
    for language in locales.LANGUAGES:
        text = translator(language).html(", room {room}", room=value)
        plain, entities = parse_html(text)
        assert plain.endswith(value)
        assert entities == []
        assert translator(language)(", room {room}", room=value).endswith(value)


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert translator("ru")(", room {room}", room="{room} {0}") == ", кабинет {room} {0}"
    assert translator("ru")("no such {text}") == "no such {text}"


def test_the_compiled_catalogue_is_made_anew_when_it_is_older(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source, compiled = folder / "talon.po", folder / "talon.mo"
    monkeypatch.setattr(locales, "_FOLDER", tmp_path)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source.write_text(header + 'msgid "Back"\nmsgstr "Назад"\n', encoding="utf-8")
    assert locales.Translator("ru")("Back") == "Назад"
    assert compiled.exists()
    source.write_text(header + 'msgid "Back"\nmsgstr "Вернуться"\n', encoding="utf-8")
    written_at = source.stat().st_mtime
    os.utime(compiled, (written_at + 10, written_at + 10))
    assert locales.Translator("ru")("Back") == "Назад"  # younger than its source: taken as it is
    os.utime(compiled, (written_at - 10, written_at - 10))
    assert locales.Translator("ru")("Back") == "Вернуться"


def test_where_the_compiled_catalogue_cannot_be_written_the_source_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "talon.mo.new").mkdir()  # a folder where the file would be written
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (folder / "talon.po").write_text(header + 'msgid "Back"\nmsgstr "Назад"\n', encoding="utf-8")
    monkeypatch.setattr(locales, "_FOLDER", tmp_path)
    assert locales.Translator("ru")("Back") == "Назад"
