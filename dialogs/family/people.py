"""The family's list, a person's card, and taking somebody from the list."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import agreement, family, invitations, masks, patients
from clinic.clock import Clock, moscow_day
from clinic.family import Member
from dialogs import for_whom, navigation
from dialogs.family import wording
from dialogs.states import Booking, Documents, Family, Profile, Registration
from dialogs.widgets import Choice, shorten
from locales import Translator
from storage.database import Database
from storage.people import MINORS

PAGE_SIZE = 4


async def listed(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List those for whom the account acts, and where to go from there."""
    chat_id: int = dialog_manager.middleware_data["event_chat"].id
    if await patients.account(database, chat_id) is None:
        return {
            "text": tr(
                "👪 <b>Family</b>\n\nHere you keep those whom you book besides yourself: children, wards,"
                " grown relatives who agree.\n\nFirst tell who you are: phone, name, date of birth."
            ),
            "is_new": True,
        }
    now, number = clock.now(), dialog_manager.dialog_data.get("page", 0)
    rows = await family.members(database, chat_id)
    page = rows[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
    lines = [
        tr.html(
            "• <b>{name}</b>: {relation}, {age}",
            name=row.person.full_name,
            relation=wording.relation(tr, row),
            age=wording.age(tr, row, moscow_day(now)),
        )
        for row in page
    ]
    text = tr("👪 <b>Family</b>") + "\n\n"
    text += "\n".join(lines) or tr("Nobody is here yet. Add a child, a ward or a grown relative who agrees.")
    more = []
    if await invitations.open_links(database, chat_id, now):
        more.append(Choice(tr("🔗 Links"), "links"))
    if await agreement.acting_for_me(database, chat_id):
        more.append(Choice(tr("👥 Who books me"), "acting"))
    names = for_whom.unlike([for_whom.label(tr, row) for row in page], page)
    return {
        "text": text,
        "choices": [Choice(shorten(name), row.id) for name, row in zip(names, page, strict=True)],
        "more": more,
        "page": number,
        "has_next": len(rows) > (number + 1) * PAGE_SIZE,
        "is_known": True,
    }


async def register(manager: DialogManager) -> None:
    """Tell who one is first."""
    await manager.start(Registration.consent, {"for_family": True})


async def open_card(manager: DialogManager, value: str) -> None:
    """Open a person's card; raises NotFound for anybody else's, before anything is kept of it."""
    await for_whom.choose(manager, value)
    await navigation.go(manager, Family.card)


async def open_add(manager: DialogManager) -> None:
    """Ask who is to be added."""
    await navigation.go(manager, Family.add)


async def open_more(manager: DialogManager, value: str) -> None:
    """Open the links, or who books for oneself."""
    await navigation.go(manager, Family.links if value == "links" else Family.acting)


async def _member(manager: DialogManager) -> Member:
    """Read the person of this card; whose it is is asked at every look."""
    data = manager.middleware_data
    patient_id: int = manager.dialog_data["patient_id"]
    return await family.member(data["database"], data["event_chat"].id, patient_id, data["clock"].now())


async def card(dialog_manager: DialogManager, clock: Clock, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show a person."""
    found = await _member(dialog_manager)
    row = found.patient
    lines = [
        tr.html("<b>{name}</b>", name=row.person.full_name),
        tr(
            "Born on {date}, {age}",
            date=f"{row.person.born_on:%d.%m.%Y}",
            age=wording.age(tr, row, moscow_day(clock.now())),
        ),
        tr("For you: {relation}", relation=wording.relation(tr, row)),
    ]
    if row.person.phone:
        lines.append(tr.html("Phone: {phone}", phone=masks.shown_phone(row.person.phone)))
    is_minor = row.relation in MINORS
    if found.others:
        lines.append(tr.html("Books too: {names}", names=", ".join(found.others)))
    elif is_minor:
        lines.append(tr("Nobody else books. You can invite a second parent or guardian."))
    return {"text": "\n".join(lines), "is_minor": is_minor}


async def book(manager: DialogManager) -> None:
    """Begin a booking for this person."""
    found = await _member(manager)
    await navigation.give_up_hold(manager)
    await navigation.start(manager, Booking.region, {"patient_id": found.patient.id})


async def open_profile(manager: DialogManager) -> None:
    """Open this person's data over the card."""
    found = await _member(manager)
    await manager.start(Profile.main, {"patient_id": found.patient.id})


async def open_documents(manager: DialogManager) -> None:
    """Open this person's documents over the card."""
    found = await _member(manager)
    await manager.start(Documents.list, {"patient_id": found.patient.id})


async def open_remove(manager: DialogManager) -> None:
    """Ask whether the person is to be taken from the list."""
    await navigation.go(manager, Family.remove)


async def removing(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say what is lost, and ask once more."""
    found = await _member(dialog_manager)
    text = tr.html("Take <b>{name}</b> from your list?", name=found.patient.person.full_name) + "\n\n"
    text += tr("You will not see these visits any more, nor be reminded of them.")
    if found.is_last:
        text += " " + tr("Nobody else books for this person, so card and documents will be gone for good.")
    return {"text": text}


async def remove(manager: DialogManager) -> None:
    """Take the person from the list; raises VisitsAhead."""
    data = manager.middleware_data
    tr: Translator = data["tr"]
    await family.remove(
        data["database"], data["event_chat"].id, manager.dialog_data["patient_id"], data["clock"].now()
    )
    manager.dialog_data["hint"] = tr("The card is not in your list any more.")
    await show_list(manager)


async def show_list(manager: DialogManager) -> None:
    """Show the list as the first window of the conversation."""
    navigation.forget_trail(manager)
    await navigation.skip_to(manager, Family.list)
