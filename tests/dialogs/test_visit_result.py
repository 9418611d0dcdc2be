"""What a clinic wrote, page by page: nothing is lost, no page is longer than a message holds."""

import re

from hypothesis import given
from hypothesis import strategies as st

from dialogs import visit_result
from locales import translator

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
