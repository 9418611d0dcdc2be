"""Inline mode: «@bot words» in the input asks the bot; one of its results is sent as one's own message."""

import asyncio
import secrets
from typing import TYPE_CHECKING, Any

from sandbox.chats import Chat
from sandbox.errors import CannotDo

if TYPE_CHECKING:
    from sandbox.world import World

ANSWER_WITHIN = 10.0
"""Seconds in which the bot must answer an inline_query."""
REMEMBERED = 50


class InlineQueries:
    """Questions under way and the latest answers, by the id of the query."""

    def __init__(self) -> None:
        self.answer_within = ANSWER_WITHIN
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._answers: dict[str, dict[str, dict[str, Any]]] = {}

    async def ask(self, world: "World", chat: Chat, query: str) -> dict[str, Any]:
        """Ask the bot; raises CannotDo where it does not answer."""
        if chat.person.blocked or not chat.person.started:
            raise CannotDo("Сначала нажмите «Запустить».")
        query_id = str(secrets.randbits(62))
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        update = {
            "id": query_id,
            "from": chat.person.user(),
            "query": query,
            "offset": "",
            "chat_type": "sender",
        }
        if world.updates.put("inline_query", update) is None:
            raise CannotDo("Этот бот ничего не предлагает прямо в строке.")
        self._waiting[query_id] = answer
        try:
            return {"id": query_id} | await asyncio.wait_for(answer, self.answer_within)
        except TimeoutError:
            raise CannotDo("Бот ничего не предложил.") from None
        finally:
            self._waiting.pop(query_id, None)

    def answer(self, query_id: str, shown: dict[str, Any], contents: dict[str, dict[str, Any]]) -> bool:
        """Take the bot's results: what is shown, and the messages by result; False where nobody waits."""
        waiting = self._waiting.pop(query_id, None)
        if waiting is None or waiting.done():
            return False
        self._answers[query_id] = contents
        while len(self._answers) > REMEMBERED:
            del self._answers[next(iter(self._answers))]
        waiting.set_result(shown)
        return True

    def choose(self, world: "World", chat: Chat, query_id: str, result_id: str) -> dict[str, Any]:
        """Send a result as the person's message; raises CannotDo."""
        content = self._answers.get(query_id, {}).get(result_id)
        if content is None:
            raise CannotDo("Этого уже нет, спросите ещё раз.")
        return world.say(chat, **content, via_bot=world.bot)
