"""What a clinic wrote, page by page: nothing is lost, no page is longer than a message holds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs import cards, texts, visit_letters, visit_result
from locales import LANGUAGES, translator
from tests.dialogs.test_windows import sample_of
from tests.telegram import Line

TEXTS = st.text(alphabet="абв <&\n", max_size=6000)


@given(TEXTS, TEXTS)
def test_pages_hold_every_word_and_fit_a_message(result: str, recommendations: str) -> None:
    pages = visit_result.pages(translator("ru"), result.strip(), recommendations.strip())
    said = re.sub(r"<b>.*?</b>", "", "\n".join(pages))
    plain = said.replace("&lt;", "<").replace("&amp;", "&")
    assert re.sub(r"\s", "", plain) == re.sub(r"\s", "", result + recommendations)
    assert all(len(re.sub(r"&\w+;", "&", page)) < 2000 for page in pages)


def test_two_short_texts_are_one_page_and_a_long_one_goes_on() -> None:
    tr = translator("ru")
    assert visit_result.pages(tr, "Здорова", "Гулять") == [
        "<b>Результат</b>\nЗдорова\n\n<b>Рекомендации</b>\nГулять"
    ]
    pages = visit_result.pages(tr, "Здорова", "Гулять. " * 300)
    assert [page.count("<b>") for page in pages] == [2, 1]
    assert visit_result.pages(tr, "", "") == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_changed", [False, True])
async def test_what_tells_of_a_result_names_neither_doctor_nor_what_was_found(
    line: Line, language: str, is_changed: bool
) -> None:
    sample, tr = await sample_of(line), translator(language)
    found = visit_letters.result(tr, sample.visit, "talon_bot", is_changed=is_changed)
    text = texts.result(tr, sample.visit, is_changed=is_changed)
    assert len(text) <= (texts.ONE if language == "ru" else 160)
    said = "\n".join(
        (found.subject, found.text, text, cards.result_news(tr, sample.visit, is_changed=is_changed))
    )
    for secret in ("Булгаков", "рапевт", "herapist", "Лёгкие", "Пить", "Садовая"):
        assert secret not in said
    assert f"v_{sample.visit.appointment.ticket_code}" in found.text
    locked = cards.result_news(tr, sample.visit, is_changed=is_changed, is_locked=True)
    assert not re.search(r"\d", locked)
