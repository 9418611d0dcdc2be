"""The Bot API over HTTP: tokens, methods, ways to send parameters, faults, limits."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientError, FormData

from sandbox.actor import Actor
from sandbox.server import Sandbox
from tests.sandbox.conftest import Http


async def test_an_unknown_token_and_an_unknown_method_are_refused(http: Http, box: Sandbox) -> None:
    refusal = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await http.call("getMe", token="1:wrong") == (401, refusal)
    assert box.violations == []
    status, answer = await http.call("sendPoll")
    assert (status, answer["error_code"], answer["description"]) == (404, 404, "Not Found: method not found")
    assert [(one.method, one.what) for one in box.violations] == [("sendPoll", "Not Found: method not found")]


async def test_parameters_come_in_every_way_and_methods_in_any_case(
    http: Http, box: Sandbox, anna: Actor
) -> None:
    call = {"chat_id": str(anna.id), "text": "a", "reply_markup": json.dumps({"remove_keyboard": True})}
    form = FormData(call)
    form.add_field("disable_notification", "true", content_type="text/plain")
    for options in ({"json": call}, {"data": call}, {"data": form}, {"params": call}):
        status, answer = await http.call("SENDmessage", **options)
        assert (status, answer["result"]["text"]) == (200, "a")
    status, me = await http.get(f"/bot{box.token}/getMe")
    assert status == 200
    assert json.loads(me)["result"]["is_bot"] is True
    assert box.violations == []


async def test_what_cannot_be_read_is_a_bad_request(http: Http, box: Sandbox, anna: Actor) -> None:
    headers = {"Content-Type": "application/json"}
    for method, options, why in (
        ("sendMessage", {"data": b"{", "headers": headers}, "can't parse the JSON object"),
        ("sendMessage", {"json": {"text": "a"}}, "chat_id is empty"),
        ("sendLocation", {"json": {"chat_id": anna.id, "latitude": "north"}}, "wrong parameter latitude"),
        ("sendMessage", {"json": {"chat_id": anna.id, "text": "a", "parse_mode": "MarkdownV2"}}, "HTML only"),
    ):
        status, answer = await http.call(method, **options)
        assert status == 400, answer
        assert why in answer["description"]
    assert len(box.violations) == 4


async def test_a_parameter_that_the_method_does_not_have_is_listed(
    http: Http, box: Sandbox, anna: Actor
) -> None:
    status, _ = await http.call("sendMessage", json={"chat_id": anna.id, "text": "a", "colour": "red"})
    assert status == 200, "Telegram ignores it"
    assert [one.what for one in box.violations] == ["parameters that the method does not have: colour"]


@pytest.mark.parametrize(
    ("kind", "status", "acts"),
    [("429", 429, False), ("400", 400, False), ("403", 403, False), ("500", 500, False), ("late", 200, True)],
)
async def test_a_fault_on_order_is_met_once(
    http: Http, box: Sandbox, anna: Actor, kind: str, status: int, acts: bool
) -> None:
    await http.control("faults", {"kind": kind, "method": "sendMessage", "count": 1, "seconds": 0.2})
    call: dict[str, Any] = {"json": {"chat_id": anna.id, "text": "a"}}
    before = len(anna.messages)
    assert (await http.call("getMe"))[0] == 200
    assert (await http.call("sendMessage", **call))[0] == status
    assert len(anna.messages) - before == acts
    assert (await http.call("sendMessage", **call))[0] == 200
    assert box.violations == [], "an ordered fault is not the bot's"


async def test_a_connection_breaks_before_or_after_the_call(http: Http, box: Sandbox, anna: Actor) -> None:
    for kind, sent in (("drop", 0), ("lose_answer", 1)):
        before = len(anna.messages)
        box.faults.order("sendMessage", kind)
        with pytest.raises(ClientError):
            await http.call("sendMessage", json={"chat_id": anna.id, "text": "a"})
        assert len(anna.messages) - before == sent
    box.faults.order("sendMessage", "502html")
    status, _ = await http.get(f"/bot{box.token}/sendMessage?chat_id={anna.id}&text=a")
    assert status == 502


async def test_an_unknown_fault_is_not_taken(http: Http, box: Sandbox) -> None:
    assert (await http.control("faults", {"kind": "earthquake"}))["ok"] is False
    with pytest.raises(ValueError):
        box.faults.order("getMe", "earthquake")


@pytest.mark.parametrize(("mode", "passed"), [("off", 25), ("published", 20), ("strict", 1)])
async def test_limits_are_off_as_published_or_strict(
    http: Http, box: Sandbox, anna: Actor, mode: str, passed: int
) -> None:
    assert (await http.control("limits", {"limits": mode}))["ok"]
    call: dict[str, Any] = {"json": {"chat_id": anna.id, "text": "a"}}
    answers = [await http.call("sendMessage", **call) for _ in range(passed)]
    assert [status for status, _ in answers] == [200] * passed
    status, answer = await http.call("sendMessage", **call)
    if mode == "off":
        assert status == 200
    else:
        assert (status, answer["parameters"]) == (429, {"retry_after": 1})
        assert answer["description"] == "Too Many Requests: retry after 1"
        await asyncio.sleep(1.05)
        assert (await http.call("sendMessage", **call))[0] == 200
    assert box.violations == []


async def test_a_handler_that_fails_is_the_sandbox_s_fault_and_is_told(
    http: Http, box: Sandbox, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anna.chat, "new_id", lambda: 1 / 0)
    status, answer = await http.call("sendMessage", json={"chat_id": anna.id, "text": "a"})
    assert status == 500
    assert "ZeroDivisionError" in answer["description"]
    assert len(box.violations) == 1
