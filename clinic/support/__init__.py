"""Requests to support: somebody writes, the administrators answer, until the matter is settled.

A request belongs to a chat, with an account or without: who cannot register needs help most. What has to
reach somebody is planned in the transaction that writes it.
"""

from clinic.support.answering import answer, close, replied
from clinic.support.asking import add, ask, delete, own_file, requests, solve, thread
from clinic.support.posts import (
    ANSWERED,
    ASKED,
    CHANNEL,
    CLOSED,
    CLOSED_BY,
    KINDS,
    NOTED,
    SOLVED,
    TECHNICAL,
    UNDELIVERED,
    WAITS,
    Delivery,
    NewFile,
    NewPost,
    Replied,
    Seen,
    Thread,
    length,
    post_id_of,
)
from clinic.support.sending import came, come_back, content, delivery, undelivered

__all__ = [
    "ANSWERED",
    "ASKED",
    "CHANNEL",
    "CLOSED",
    "CLOSED_BY",
    "KINDS",
    "NOTED",
    "SOLVED",
    "TECHNICAL",
    "UNDELIVERED",
    "WAITS",
    "Delivery",
    "NewFile",
    "NewPost",
    "Replied",
    "Seen",
    "Thread",
    "add",
    "answer",
    "ask",
    "came",
    "close",
    "come_back",
    "content",
    "delete",
    "delivery",
    "length",
    "own_file",
    "post_id_of",
    "replied",
    "requests",
    "solve",
    "thread",
    "undelivered",
]
