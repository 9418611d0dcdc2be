"""The other side of a link: what is asked, yes or no; and who books for oneself."""

from typing import Any

from aiogram_dialog import Data, DialogManager

from clinic import agreement, invitations, patients
from clinic.agreement import ActsForMe
from clinic.clock import Clock
from clinic.errors import NotRegistered, Refused
from dialogs import cards, navigation
from dialogs.family import people
from dialogs.states import Family, Registration
from dialogs.widgets import Choice, shorten
from dialogs.wording import refusal
from locales import Translator
from storage.database import Database
from storage.invitations import GROWN, PARENT, RELATIVE


async def asked(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show who asks and for what; raises InvitationRefused once the link does nothing any more."""
    code: str = navigation.start_data(dialog_manager)["code"]
    chat_id: int = dialog_manager.middleware_data["event_chat"].id
    found = await invitations.look(database, chat_id, code, clock.now())
    texts = {
        PARENT: tr(
            "👪 <b>{inviter}</b> invites you to book visits for <b>{patient}</b> together.\n\n"
            "You will see these visits, get their tickets and reminders, and can book, move and cancel."
            " Each of you sees what the other has done."
        ),
        RELATIVE: tr(
            "🤝 <b>{inviter}</b> asks to book visits to the doctor for you.\n\n"
            "If you agree, {inviter} sees your name, date of birth and visits, and can book, move and cancel"
            " them. You can take it back at any time: «Settings», «Family», «Who books me»."
        ),
        GROWN: tr(
            "🎂 <b>{inviter}</b> hands the record and the visits of <b>{patient}</b> over.\n\n"
            "If this is you, take them into your own account: from now on you book for yourself."
            " The date of birth must be the same."
        ),
    }
    values = {"inviter": cards.escape(found.inviter.name), "patient": cards.escape(found.patient)}
    text = texts[found.kind].format_map(values)
    if await patients.account(database, chat_id) is None:
        text += "\n\n" + tr("After your answer I will ask who you are: phone, name, date of birth.")
    return {
        "text": text,
        "is_parent": found.kind == PARENT,
        "is_relative": found.kind == RELATIVE,
        "is_grown": found.kind == GROWN,
    }


async def accept(manager: DialogManager) -> None:
    """Say yes; who has no account registers first and the invitation waits."""
    data = manager.middleware_data
    code: str = navigation.start_data(manager)["code"]
    try:
        done = await invitations.accept(data["database"], data["event_chat"].id, code, data["clock"].now())
    except NotRegistered:
        await manager.start(Registration.consent, {"for_family": True})
        return
    data["outbox"].wake()
    manager.dialog_data["accepted"] = [done.kind, done.inviter.name, done.patient]
    navigation.forget_trail(manager)
    await navigation.skip_to(manager, Family.accepted)


async def decline(manager: DialogManager) -> None:
    """Say no: nothing changes, and the link dies by itself."""
    tr: Translator = manager.middleware_data["tr"]
    await navigation.leave(manager, tr("All right, nothing has changed."))


async def registered(_: Data, result: Any, manager: DialogManager) -> None:
    """Go on where registering was needed: with the waiting invitation, or with the list."""
    if result != "registered" or "code" not in navigation.start_data(manager):
        return
    try:
        await accept(manager)
    except Refused as error:
        await navigation.go_home(manager, hint=refusal(manager.middleware_data["tr"], error))


async def accepted(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say what is so from now on."""
    kind, inviter, patient = dialog_manager.dialog_data["accepted"]
    texts = {
        PARENT: tr("✅ You book for <b>{patient}</b> too. The visits are in «My visits»."),
        RELATIVE: tr(
            "✅ <b>{inviter}</b> can book for you now. You take it back in «Family», «Who books me»."
        ),
        GROWN: tr("✅ The record and the visits are yours now. They are in «My visits»."),
    }
    values = {"inviter": cards.escape(inviter), "patient": cards.escape(patient)}
    return {"text": texts[kind].format_map(values)}


# --- who books for me


async def acting(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List who may book for one's own person."""
    found = await _acting(dialog_manager)
    if not found:
        return {"text": tr("Nobody but you books for you.")}
    return {
        "text": tr("👥 <b>Who books me</b>\n\nThey see your visits and can book, move and cancel them."
                   " Press a name to take it back."),
        "choices": [Choice(shorten(one.doer.name), one.account_id) for one in found],
    }  # fmt: skip


async def _acting(manager: DialogManager) -> list[ActsForMe]:
    data = manager.middleware_data
    return await agreement.acting_for_me(data["database"], data["event_chat"].id)


async def choose_acting(manager: DialogManager, value: str) -> None:
    """Ask whether it is to be taken back."""
    if any(str(one.account_id) == value for one in await _acting(manager)):
        manager.dialog_data["account_id"] = int(value)
        await navigation.go(manager, Family.take_back)


async def taking_back(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask once more."""
    wanted = dialog_manager.dialog_data["account_id"]
    name = next((one.doer.name for one in await _acting(dialog_manager) if one.account_id == wanted), "")
    return {
        "text": tr.html(
            "Shall <b>{name}</b> book for you no more?\n\nVisits that are booked stay yours.", name=name
        )
    }


async def take_back(manager: DialogManager) -> None:
    """Take it back, at once."""
    data = manager.middleware_data
    tr: Translator = data["tr"]
    account_id: int = manager.dialog_data["account_id"]
    await agreement.take_back(data["database"], data["event_chat"].id, account_id, data["clock"].now())
    data["outbox"].wake()
    manager.dialog_data["hint"] = tr("Done: that person cannot book for you any more.")
    await people.show_list(manager)
