"""Methods about payments: an invoice, and the word before money would move."""

from typing import Any

from aiogram import methods as api

from sandbox.errors import bad_request
from sandbox.methods import Request, method
from sandbox.methods.contents import decoded
from sandbox.methods.sending import new_message
from sandbox.payments import Invoice
from sandbox.world import World

CURRENCIES = {
    "AED", "AMD", "ARS", "AUD", "AZN", "BGN", "BRL", "BYN", "CAD", "CHF", "CLP", "CNY", "COP", "CZK",
    "DKK", "EGP", "EUR", "GBP", "GEL", "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KES", "KGS", "KRW",
    "KZT", "MDL", "MXN", "MYR", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "RON", "RSD", "RUB", "SAR",
    "SEK", "SGD", "THB", "TJS", "TRY", "TWD", "UAH", "USD", "UYU", "UZS", "VND", "XTR", "ZAR",
}  # fmt: skip
"""Those of Telegram's list that people here are likely to pay in, and stars."""
_LENGTHS = (("title", 32), ("description", 255))


@method(api.SendInvoice)
async def send_invoice(world: World, request: Request) -> Any:
    """Send an invoice with its button; stars (XTR) go without a provider, money with one."""
    chat = world.chat_of(request.raw.get("chat_id"))
    raw = request.raw
    for name, most in _LENGTHS:
        if not 1 <= len(raw.get(name) or "") <= most:
            raise bad_request(f"invalid invoice {name}: 1-{most} characters")
    if not 1 <= len(str(raw.get("payload") or "").encode()) <= 128:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    currency = str(raw.get("currency"))
    if currency not in CURRENCIES:
        raise bad_request("CURRENCY_INVALID")
    if (currency == "XTR") == bool(raw.get("provider_token")):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    prices = decoded(raw.get("prices")) or []
    amount = sum(int(price["amount"]) for price in prices)
    if amount <= 0 or (currency == "XTR" and len(prices) != 1):
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    invoice = {
        "title": raw["title"],
        "description": raw["description"],
        "start_parameter": raw.get("start_parameter") or "",
        "currency": currency,
        "total_amount": amount,
    }
    message = new_message(
        world, chat, {"invoice": invoice}, request, pay=f"Pay {amount / 100:.2f} {currency}"
    )
    world.payments.invoices[chat.person.id, message["message_id"]] = Invoice(raw["payload"], currency, amount)
    return message


@method(api.AnswerPreCheckoutQuery)
async def answer_pre_checkout_query(world: World, request: Request) -> Any:
    """Say within ten seconds whether the payment may go on."""
    is_good = request.raw.get("ok") in (True, "true", "True", "1")
    refusal = None if is_good else request.raw.get("error_message")
    if not is_good and not refusal:
        raise bad_request("there is no error message in the request")
    if not world.payments.answer(str(request.raw.get("pre_checkout_query_id")), refusal):
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return True
