"""Paying for an invoice: pressed by a person, asked of the bot, then done or not. No money moves."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.chats import Chat
from sandbox.errors import CannotDo

if TYPE_CHECKING:
    from sandbox.world import World

ANSWER_WITHIN = 10.0
"""Seconds in which the bot must answer a pre_checkout_query."""


@dataclass
class Invoice:
    """What only the bot and the payment know of an invoice: the message has the rest."""

    payload: str
    currency: str
    amount: int
    is_paid: bool = False


@dataclass
class Checkout:
    """A payment that waits for the bot's word."""

    id: str
    answer: asyncio.Future[str | None] = field(repr=False)


class Payments:
    """The invoices of all chats and the payments under way."""

    def __init__(self) -> None:
        self.invoices: dict[tuple[int, int], Invoice] = {}
        """by chat and message"""
        self.answer_within = ANSWER_WITHIN
        self._waiting: dict[str, Checkout] = {}

    def answer(self, query_id: str, refusal: str | None) -> bool:
        """Take the bot's word; False where nobody waits for it any more."""
        checkout = self._waiting.pop(query_id, None)
        if checkout is None or checkout.answer.done():
            return False
        checkout.answer.set_result(refusal)
        return True

    async def pay(self, world: "World", chat: Chat, message_id: int) -> dict[str, Any]:
        """Pay as a person does; raises CannotDo with what the app would say."""
        invoice = self.invoices.get((chat.person.id, message_id))
        if invoice is None or message_id not in chat.messages:
            raise CannotDo("Этого счёта уже нет.")
        if chat.person.blocked:
            raise CannotDo("Бот заблокирован: сначала разблокируйте его.")
        if invoice.is_paid:
            raise CannotDo("Этот счёт уже оплачен.")
        price = {
            "currency": invoice.currency,
            "total_amount": invoice.amount,
            "invoice_payload": invoice.payload,
        }
        checkout = Checkout(str(secrets.randbits(62)), asyncio.get_running_loop().create_future())
        query = {"id": checkout.id, "from": chat.person.user(), **price}
        if world.updates.put("pre_checkout_query", query) is None:
            raise CannotDo("Бот не принимает платежей.")
        self._waiting[checkout.id] = checkout
        try:
            refusal = await asyncio.wait_for(checkout.answer, self.answer_within)
        except TimeoutError:
            raise CannotDo("Бот не ответил, платёж не прошёл.") from None
        finally:
            self._waiting.pop(checkout.id, None)
        if refusal is not None:
            raise CannotDo(refusal)
        invoice.is_paid = True
        charge = secrets.token_hex(8)
        ids = {"telegram_payment_charge_id": charge, "provider_payment_charge_id": f"sandbox-{charge}"}
        return world.service(chat, successful_payment=price | ids)
