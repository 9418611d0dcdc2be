"""Keyboards that come back: what was sent with a window returns in Telegram's answer and in each press.

Validating one costs as much as all the rest of a press's update, so it is done once.
"""

from collections import OrderedDict
from typing import Any

import orjson
from aiogram.types import InlineKeyboardMarkup

REMEMBERED = 512


class Keyboards:
    """Validated keyboards by their JSON, those used last. They are shared: nobody may change their lists."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, InlineKeyboardMarkup] = OrderedDict()

    def put_into(self, message: Any) -> Any:
        """Give `message` back with its raw keyboard, where that is known, replaced by the validated one."""
        if isinstance(message, dict) and (raw := message.get("reply_markup")) is not None:
            known = self._known.get(orjson.dumps(raw))
            if known is not None:
                return message | {"reply_markup": known}
        return message

    def remember(self, raw: Any, keyboard: InlineKeyboardMarkup) -> None:
        """Note that `raw` validates to `keyboard`."""
        key = orjson.dumps(raw)
        self._known[key] = keyboard
        self._known.move_to_end(key)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
