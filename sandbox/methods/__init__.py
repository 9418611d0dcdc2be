"""The methods of the Bot API that the sandbox has, by their names in lower case."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram.methods import TelegramMethod

from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Request:
    """A call: its parameters, checked by aiogram's model and as they came, and its files by part name."""

    method: TelegramMethod[Any]
    raw: dict[str, Any]
    files: dict[str, tuple[str, bytes]]


Handler = Callable[[World, Request], Awaitable[Any]]
METHODS: dict[str, tuple[type[TelegramMethod[Any]], Handler]] = {}


def method(model: type[TelegramMethod[Any]]) -> Callable[[Handler], Handler]:
    """Register the handler of a method."""

    def register(handler: Handler) -> Handler:
        METHODS[model.__api_method__.lower()] = (model, handler)
        return handler

    return register


def load() -> dict[str, tuple[type[TelegramMethod[Any]], Handler]]:
    """Register everything and return it."""
    from sandbox.methods import (  # noqa: F401
        answers,
        copying,
        editing,
        inline,
        marking,
        payments,
        profile,
        receiving,
        sending,
    )

    return METHODS
