"""The transcript of a chat reads as people saw it."""

from datetime import timedelta

import pytest

from sandbox.server import Sandbox, _span


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=19, hours=9, minutes=35, seconds=42, microseconds=393657), "19 дн. 9 ч 36 мин"),
        (timedelta(hours=2), "2 ч"),
        (timedelta(days=1), "1 дн."),
        (timedelta(seconds=20), "20 с"),
    ],
)
def test_spans_are_said_in_words(span: timedelta, words: str) -> None:
    assert _span(span) == words


async def test_what_was_deleted_at_once_is_left_out_and_what_has_no_words_is_named() -> None:
    async with Sandbox() as box:
        anna = box.person("Анна")
        chat = anna.chat
        bot = {"id": 1, "is_bot": True}
        person = {"id": anna.id}
        chat.show({"message_id": 1, "from": bot, "text": "Здравствуйте!"}, by_bot=True)
        chat.show({"message_id": 2, "from": bot, "text": "👌"}, by_bot=True)
        chat.show({"message_id": 3, "from": person, "sticker": {"emoji": "🐈"}}, by_bot=False)
        chat.show({"message_id": 4, "from": person, "voice": {"duration": 3}}, by_bot=False)
        del chat.messages[1], chat.messages[2]
        box.forward(timedelta(hours=3))
        text = anna.transcript()
    assert "Здравствуйте!" in text, "a window that was deleted had been read"
    assert "👌" not in text
    assert "стикер 🐈" in text
    assert "голосовое сообщение" in text
    assert "⏩ часы вперёд на 3 ч" in text
    assert "Анна:\n\n" not in text
