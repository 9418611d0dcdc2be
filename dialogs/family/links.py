"""Making links that invite, seeing which of them still work, taking them back."""

from typing import Any

from aiogram_dialog import DialogManager, ShowMode

from clinic import confirmation, family, invitations
from clinic.clock import Clock
from clinic.links import Invitation
from dialogs import cards, for_whom, navigation
from dialogs import confirmation as code_window
from dialogs.family import wording
from dialogs.states import Family
from dialogs.widgets import Choice, shorten
from locales import Translator
from storage.database import Database
from storage.invitations import PARENT


async def about_relatives(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Explain how an adult is added."""
    has_sms = code_window.carries(dialog_manager, confirmation.SMS)
    return {
        "text": tr(
            "🤝 <b>A grown relative</b>\n\n"
            "An adult is booked for only when they agree. I will make a link: forward it to them."
            " They open it in their own chat, see that you ask, and press «Agree»."
            " They can take it back at any time.\n\n"
            "The link works once, for 24 hours."
        )
        + (
            "\n\n" + tr("No Telegram? Then they agree by telling you a code from a text message.")
            if has_sms
            else ""
        ),
        "has_sms": has_sms,
    }


async def open_relatives(manager: DialogManager) -> None:
    """Explain how an adult is added."""
    await navigation.go(manager, Family.relative)


async def invite_relative(manager: DialogManager) -> None:
    """Make a link for an adult and send it, to be forwarded."""
    data = manager.middleware_data
    tr: Translator = data["tr"]
    database, chat_id, now = data["database"], data["event_chat"].id, data["clock"].now()
    link = await invitations.invite_relative(database, chat_id, now)
    words = tr.html(
        "🤝 {inviter} asks whether you agree to be booked to the doctor.\n\n"
        "Open the link, there is everything about it:\n{link}\n\nIt works once, until {until}.",
        inviter=await _own_name(manager),
        link=cards.invitation_link(data["bot_username"], link.code),
        until=wording.until(tr, link.expires_at),
    )
    await _send(manager, link, words)


async def invite_parent(manager: DialogManager) -> None:
    """Make a link for a second parent and send it, to be forwarded."""
    data = manager.middleware_data
    tr: Translator = data["tr"]
    database, chat_id, now = data["database"], data["event_chat"].id, data["clock"].now()
    patient_id: int = manager.dialog_data["patient_id"]
    member = await family.member(database, chat_id, patient_id, now)
    link = await invitations.invite_parent(database, chat_id, patient_id, now)
    words = tr.html(
        "👪 {inviter} invites you to book visits to the doctor together: {patient}.\n\n"
        "Open the link, there is everything about it:\n{link}\n\nIt works once, until {until}.",
        inviter=await _own_name(manager),
        patient=member.patient.person.given_name,
        link=cards.invitation_link(data["bot_username"], link.code),
        until=wording.until(tr, link.expires_at),
    )
    await _send(manager, link, words)


async def _own_name(manager: DialogManager) -> str:
    data = manager.middleware_data
    return await family.own_name(data["database"], data["event_chat"].id)


async def _send(manager: DialogManager, link: Invitation, words: str) -> None:
    """Send the link as a message of its own: it is in no window, since nothing but it has the code."""
    data = manager.middleware_data
    tr: Translator = data["tr"]
    await data["bot"].send_message(data["event_chat"].id, words)
    manager.dialog_data["hint"] = tr("The link is in the message above: forward it. It is for one person.")
    manager.show_mode = ShowMode.DELETE_AND_SEND
    await navigation.go(manager, Family.links)


async def listed(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the links that still work, each with the button that takes it back."""
    chat_id: int = dialog_manager.middleware_data["event_chat"].id
    links = await invitations.open_links(database, chat_id, clock.now())
    if not links:
        return {"text": tr("There are no open links.")}
    lines = [
        tr.html(
            "{number}. {what}: works until {until}",
            number=number,
            what=tr("second parent, {patient}", patient=link.patient)
            if link.kind == PARENT
            else tr("grown relative"),
            until=wording.until(tr, link.expires_at),
        )
        for number, link in enumerate(links, 1)
    ]
    return {
        "text": tr("🔗 <b>Open links</b>") + "\n\n" + "\n".join(lines),
        "choices": [
            Choice(shorten(wording.link_label(tr, number, link)), link.id)
            for number, link in enumerate(links, 1)
        ],
    }


async def revoke(manager: DialogManager, value: str) -> None:
    """Take a link back."""
    data = manager.middleware_data
    tr: Translator = data["tr"]
    await invitations.revoke(
        data["database"], data["event_chat"].id, for_whom.as_id(value), data["clock"].now()
    )
    manager.dialog_data["hint"] = tr("The link does not work any more.")
