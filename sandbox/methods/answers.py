"""Methods that answer what a person did."""

import time
from typing import Any

from aiogram import methods as api

from sandbox.entities import units
from sandbox.errors import bad_request
from sandbox.methods import Request, method
from sandbox.world import World

ANSWER_LIMIT = 200


@method(api.AnswerCallbackQuery)
async def answer_callback_query(world: World, request: Request) -> Any:
    """Stop the spinner of a press, with a word if there is one."""
    text = request.raw.get("text") or None
    if text is not None and units(text) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    query_id = str(request.raw.get("callback_query_id"))
    for chat in world.chats.values():
        press = chat.presses.get(query_id)
        if press is None:
            continue
        if press.state != "waiting" or time.monotonic() - press.pressed_at > world.query_lifetime:
            break
        press.state = "answered"
        press.answer = text
        press.show_alert = request.raw.get("show_alert") in (True, "true", "True")
        press.url = request.raw.get("url")
        if text:
            chat.journal.append(("answer", text))
        world.tell("press", {"chat_id": chat.person.id, "press": press.as_json()})
        return True
    raise bad_request("query is too old and response timeout expired or query ID is invalid")
