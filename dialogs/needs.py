"""What a visit needs of papers: what is missing, buttons to add it, the referral that goes with it.

The last look, «You are booked» and a visit's card share it; what is opened from there comes back there.
"""

from typing import Any

from aiogram.fsm.state import State
from aiogram_dialog import Data, DialogManager, Window

from clinic import finding, needs
from clinic.errors import NotFound
from clinic.needs import POLICY, REFERRAL, Papers
from dialogs import cards, for_whom, navigation
from dialogs.own_visits import own_visit
from dialogs.sent_files import RETURNS, kind_name
from dialogs.states import Booking, Documents, Profile, Visits
from dialogs.widgets import Act, Choice, Choices, noted, screen
from locales import Translator, later
from storage.database import Database

FOR_VISIT = "for_visit"
"""Under this key a conversation that was opened to add a paper is told, and tells back, which one."""
SHOWN = 5
"""Of how many referrals one is chosen: of the latest ones."""


# --- on the windows that show a visit


def lines(tr: Translator, papers: Papers, *, is_booked: bool = False) -> list[str]:
    """Say which referral goes along and what is missing; nothing where all is there."""
    found = []
    if papers.attached is not None:
        found.append(tr.html("📎 Referral: {name}", name=papers.attached.name))
    if papers.required and not is_booked:
        found.append(
            tr.html(
                "❗ This doctor is booked only with: {papers}. Please add it by the button below.",
                papers=names(tr, papers.required),
            )
        )
    elif papers.missing:
        found.append(
            tr.html(
                "📎 Missing for the visit: {papers}. Add it here or show it at the desk.",
                papers=names(tr, papers.missing),
            )
        )
    return found


def names(tr: Translator, papers: tuple[str, ...]) -> str:
    """Name papers within a sentence: «полис ОМС, направление»."""
    return ", ".join(_within_sentence(kind_name(tr, paper)) for paper in papers)


def _within_sentence(name: str) -> str:
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def buttons(tr: Translator, papers: Papers) -> list[Choice]:
    """Make what adds the missing, and what lets a stored referral go along."""
    labels = {POLICY: tr("📎 Add the policy"), REFERRAL: tr("📎 Add the referral")}
    if POLICY in papers.missing and (REFERRAL in papers.missing or papers.referrals):
        labels = {POLICY: tr("📎 Policy"), REFERRAL: tr("📎 Referral")}
    elif papers.attached is not None:
        labels[REFERRAL] = tr("📎 Another referral")
    elif papers.referrals:
        labels[REFERRAL] = tr("📎 Attach the referral")
    wanted = [paper for paper in (POLICY, REFERRAL) if paper in papers.missing]
    if papers.referrals:
        wanted.append(REFERRAL)
    return [Choice(labels[paper], paper) for paper in wanted]


async def of_booking(manager: DialogManager, patient_id: int, specialty_id: int) -> Papers:
    """Read what the visit needs that is about to be booked."""
    middleware = manager.middleware_data
    return await needs.for_booking(
        middleware["database"],
        middleware["event_chat"].id,
        patient_id,
        specialty_id,
        manager.dialog_data.get("service_id"),
        manager.dialog_data.get("referral_id"),
    )


async def of_visit(manager: DialogManager) -> Papers:
    """Read what the booked visit of this conversation needs."""
    middleware = manager.middleware_data
    return await needs.of_visit(
        middleware["database"], middleware["event_chat"].id, manager.dialog_data["appointment_id"]
    )


def _is_booked(manager: DialogManager) -> bool:
    """Tell whether this is about a booked visit, or about one before the press."""
    here = manager.current_context().state
    return here.group is Visits or Booking.done.state in (here.state, navigation.previous(manager))


async def _present(manager: DialogManager) -> tuple[int, Papers]:
    """Read whose visit it is, and its papers."""
    if _is_booked(manager):
        return (await own_visit(manager)).appointment.patient_id, await of_visit(manager)
    database: Database = manager.middleware_data["database"]
    patient = for_whom.pick(manager, await for_whom.known(manager))
    if patient is None:
        raise NotFound
    slot = await finding.slot(database, manager.dialog_data["slot_id"])
    place = await finding.place(database, slot.schedule_id)
    return patient.id, await of_booking(manager, patient.id, place.specialty_id)


# --- adding


async def open_paper(manager: DialogManager, value: str) -> None:
    """Open what adds a paper over this window, or choose among the referrals that are stored."""
    patient_id, papers = await _present(manager)
    if value == POLICY:
        await manager.start(Profile.policy, {"patient_id": patient_id, FOR_VISIT: POLICY, RETURNS: True})
    elif value == REFERRAL and papers.referrals:
        here = manager.current_context().state
        await navigation.step_aside(manager, Visits.referral if here.group is Visits else Booking.referral)
    elif value == REFERRAL:
        await _send_referral(manager, patient_id, papers)


async def _send_referral(manager: DialogManager, patient_id: int, papers: Papers) -> None:
    data = {
        "patient_id": patient_id,
        "kind": REFERRAL,
        "known": [row.id for row in papers.referrals],
        FOR_VISIT: REFERRAL,
        RETURNS: True,
    }
    await manager.start(Documents.list, data)


async def returned(started: Data, result: Any, manager: DialogManager) -> bool:
    """Take what was added, and let a referral that was just sent go along; False for what is no paper."""
    if not isinstance(started, dict) or FOR_VISIT not in started:
        return False
    tr: Translator = manager.middleware_data["tr"]
    if started[FOR_VISIT] == REFERRAL:
        _, papers = await _present(manager)
        sent = [row.id for row in papers.referrals if row.id not in started["known"]]
        if sent:
            await _attach(manager, sent[0])
    elif result:
        manager.dialog_data["hint"] = tr("✅ Saved.")
    return True


async def on_result(started: Data, result: Any, manager: DialogManager) -> None:
    """Do it where nothing else that has a result is opened over a window."""
    await returned(started, result, manager)


# --- which referral


async def choosing(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask which of the stored referrals goes with the visit."""
    papers = (await _present(dialog_manager))[1]
    choices = []
    for row in papers.referrals[:SHOWN]:
        day = tr.short_day(cards.local(row.added_at, "Europe/Moscow").date())
        mark = "✓ " if row == papers.attached else ""
        choices.append(Choice(noted(mark + row.name, day), row.id))
    return {
        "text": tr("Which referral goes with the visit? It will stand on the visit's card."),
        "choices": choices,
        "has_attached": papers.attached is not None,
    }


async def choose(manager: DialogManager, value: str) -> None:
    """Let this referral go along."""
    _, papers = await _present(manager)
    wanted = for_whom.as_id(value)
    if not any(row.id == wanted for row in papers.referrals):
        raise NotFound
    await _attach(manager, wanted)


async def add_another(manager: DialogManager) -> None:
    """Send one more referral."""
    await _send_referral(manager, *await _present(manager))


async def take_off(manager: DialogManager) -> None:
    """Let no referral go along."""
    await _attach(manager, None)


async def _attach(manager: DialogManager, document_id: int | None) -> None:
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    if _is_booked(manager):
        await needs.attach(
            middleware["database"],
            middleware["event_chat"].id,
            manager.dialog_data["appointment_id"],
            document_id,
            middleware["clock"].now(),
        )
    else:
        manager.dialog_data["referral_id"] = document_id
    manager.dialog_data["hint"] = (
        tr("The visit has no referral with it now.")
        if document_id is None
        else tr("✅ The referral goes along.")
    )
    if manager.current_context().state in (Booking.referral, Visits.referral):
        await navigation.go_back(manager)


def chooser(state: State) -> Window:
    """Make the window in which a referral is chosen; a dispatcher needs its own."""
    return screen(
        state,
        choosing,
        Choices("d", choose),
        Act("another", "➕ Add another one", add_another),
        Act("none", "Without a referral", take_off, shown_if="has_attached"),
        expected=later("Please press a referral, or «Back»."),
        personal=True,
    )
