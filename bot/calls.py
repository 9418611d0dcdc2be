"""How a call of the Bot API is written as JSON."""

from datetime import datetime
from typing import Any

import orjson
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile
from pydantic import BaseModel


class _HasFile(Exception):
    """The call carries a file, so that it cannot go as JSON."""


def json_body(bot: Bot, method: TelegramMethod[Any]) -> bytes | None:
    """Write a call as JSON; None when it carries a file.

    Straight from the models' attributes, which are validated already: `model_dump` costs four times as much.
    """
    arguments = {}
    for name, value in method.__dict__.items():
        if isinstance(value, Default):
            value = bot.default[value.name]
        if value is not None and value != "":
            arguments[name] = value
    if method.__pydantic_extra__:
        arguments.update(method.__pydantic_extra__)

    def plain(value: object) -> Any:
        if isinstance(value, BaseModel):
            fields = value.__dict__ | (value.__pydantic_extra__ or {})
            return {
                name: field
                for name, field in fields.items()
                if field is not None and not (isinstance(field, Default) and bot.default[field.name] is None)
            }
        if isinstance(value, Default):
            return bot.default[value.name]
        if isinstance(value, datetime):
            return round(value.timestamp())
        if isinstance(value, InputFile):
            raise _HasFile
        raise TypeError(f"{type(value).__name__} cannot be sent to Telegram")

    try:
        return orjson.dumps(arguments, default=plain, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except orjson.JSONEncodeError as error:
        if isinstance(error.__cause__, _HasFile):
            return None
        raise
