"""The method that answers an inline query."""

from typing import Any

from aiogram import methods as api

from sandbox.errors import bad_request
from sandbox.keyboards import check_inline
from sandbox.methods import Request, method
from sandbox.methods.contents import decoded, formatted
from sandbox.world import World

MOST_RESULTS = 50


def _content(result: dict[str, Any]) -> dict[str, Any]:
    """Make the message that a result becomes; raises ApiError."""
    if result.get("type") != "article":
        raise bad_request("the sandbox shows results of the type article only")
    content = result.get("input_message_content") or {}
    if "message_text" not in content:
        raise bad_request("the sandbox sends texts as results only")
    text, entities = formatted(content["message_text"], content.get("parse_mode"), content.get("entities"))
    message: dict[str, Any] = {"text": text} | ({"entities": entities} if entities else {})
    if markup := result.get("reply_markup"):
        check_inline(markup)
        message["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
    return message


@method(api.AnswerInlineQuery)
async def answer_inline_query(world: World, request: Request) -> Any:
    """Offer up to 50 articles, and a button that starts the bot with a parameter."""
    results = decoded(request.raw.get("results")) or []
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    numbers = [str(result.get("id", "")) for result in results]
    if any(not 1 <= len(number.encode()) <= 64 for number in numbers):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(numbers)) < len(numbers):
        raise bad_request("RESULT_ID_DUPLICATE")
    button = decoded(request.raw.get("button")) or None
    if button is not None and not 1 <= len(button.get("start_parameter") or "") <= 64:
        raise bad_request("START_PARAM_INVALID")
    contents = dict(zip(numbers, map(_content, results), strict=True))
    names = ("id", "title", "description")
    shown = [{name: str(result.get(name) or "") for name in names} for result in results]
    if not world.inline.answer(
        str(request.raw.get("inline_query_id")), {"results": shown, "button": button}, contents
    ):
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return True
