"""Sample data for every window: what each conversation remembers when that window is open.

The rows shown are real ones of an open store. Whoever adds a state adds its line to `REMEMBERED`; a test
renders all of them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import Chat, User
from aiogram_dialog import Dialog
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY, Context, EventContext, NewMessage
from aiogram_dialog.api.entities.stack import new_id
from aiogram_dialog.api.internal import CONTEXT_KEY
from aiogram_dialog.manager.manager import ManagerImpl

from clinic import (
    confirmation,
    rules,
    support,
)
from clinic.waiting import entries
from dialogs import cards
from dialogs.booking.taking import about_doctor
from dialogs.samples import PURPOSE, Sample
from dialogs.states import (
    Booking,
    Confirmation,
    Desk,
    Documents,
    Family,
    Feedback,
    History,
    Letter,
    Menu,
    Pin,
    Profile,
    Registration,
    Reminders,
    Rights,
    Search,
    Settings,
    Support,
    Visits,
    Waiting,
)  # fmt: skip
from dialogs.wording import refusal
from locales import Translator
from storage.invitations import RELATIVE
from storage.people import CHILD

OTHER_POLICY = "7852900829000129"
"""The policy of somebody else."""
WISH = {
    "windows": [
        {"weekdays": [0, 1, 2, 4], "since": "17:30", "first": "2025-06-02", "last": "2025-11-25"},
        {"weekdays": [5, 6], "until": "11:00", "without": ["2025-06-15", "2025-06-22"]},
    ],
    "least_notice": 172800,
}


Remembered = Callable[[Sample, Translator], dict[str, Any]]


def _nothing(sample: Sample, tr: Translator) -> dict[str, Any]:
    return {}


def _booking(sample: Sample, tr: Translator) -> dict[str, Any]:
    held, visit = sample.held, sample.visit
    wall = cards.local(held.slot.starts_at, held.place.facility.timezone)
    return {
        **about_doctor(held.place),
        "asked_id": held.place.specialty_id,
        "day": wall.date().isoformat(),
        "slot_id": held.slot.id,
        "purpose": PURPOSE,
        "obstacle": "sex",
        "other_id": visit.appointment.id,
        "appointment_id": visit.appointment.id,
    }


def _searched(sample: Sample, tr: Translator) -> dict[str, Any]:
    """Search for what the fullest window shows: danger, complaints and a doctor's name."""
    return {"query": f"не хочу жить, болит сердце, {sample.held.place.doctor_surname} & <терапевт>"}


def _filtered(sample: Sample, tr: Translator) -> dict[str, Any]:
    filters = {
        "kind": "polyclinic",
        "specialty_id": sample.held.place.specialty_id,
        "day": cards.local(sample.now, sample.held.place.facility.timezone).date().isoformat(),
        "is_good": True,
        "order": "time",
    }
    return {**_booking(sample, tr), "facilities_filters": filters, "doctors_filters": {"sex": "female"}}


def _writing(sample: Sample, tr: Translator) -> dict[str, Any]:
    return {
        "is_more": False,
        "kind": support.TECHNICAL,
        "request_id": sample.request_id,
        "mistake": "0123abcd",
        "text": f"{PURPOSE}; " * (rules.REQUEST_LENGTH // (len(PURPOSE) + 2)),
        "files": [{"source": str(number)} for number in range(rules.REQUEST_FILES)],
        "number": "482-1093",
    }


def _wishing(sample: Sample, tr: Translator) -> dict[str, Any]:
    """Wish for what the fullest window shows: two rows of hours, a notice, a doctor left out."""
    wish = {
        "windows": [{"weekdays": [0, 1, 2, 4], "since": "17:00"}, {"weekdays": [5], "until": "12:00"}],
        "least_notice": 7 * 86_400,
        "without_schedules": [sample.held.place.schedule_id],
    }
    return _booking(sample, tr) | {"wish": wish}


def _taken(sample: Sample, tr: Translator) -> dict[str, Any]:
    error = sample.refusal
    return {
        "refusal": refusal(tr, error),
        "offers": [[cards.offer_label(tr, offer), offer.slot_id] for offer in error.nearest],
    }


def _registration(sample: Sample, tr: Translator) -> dict[str, Any]:
    person = sample.visit.person
    return {
        "consented_at": int(sample.now.timestamp()),
        "phone": sample.phone,
        "name": [person.surname, person.given_name, person.patronymic],
        "born_on": person.born_on.isoformat(),
    }


def _visit(sample: Sample, tr: Translator) -> dict[str, Any]:
    row, place = sample.visit.appointment, sample.visit.place
    latest = rules.move_window(row.first_starts_at, sample.now)[1]
    wall = cards.local(sample.held.slot.starts_at, place.facility.timezone)
    return {
        "appointment_id": row.id,
        "reason": PURPOSE,
        "schedule_id": place.schedule_id,
        "timezone": place.facility.timezone,
        "latest": int(latest.timestamp()),
        "day": wall.date().isoformat(),
        "slot_id": sample.held.slot.id,
    }


def _reminders(sample: Sample, tr: Translator) -> dict[str, Any]:
    """Set the reminders of one of several patients: the fullest window."""
    return {"patient_id": sample.visit.appointment.patient_id, "lead": 86_400}


def _history(sample: Sample, tr: Translator) -> dict[str, Any]:
    """Filter by everything at once: the most buttons, and the question which of them to take off."""
    place = sample.visit.place
    filters = {
        "period": ["2025-01-31", "2026-12-30"],
        "doctor": [place.schedule_id, place.doctor],
        "facility": [place.facility.id, place.facility.name],
        "patient": sample.visit.appointment.patient_id,
        "outcome": "cancelled",
    }
    return {"history": filters, "choosing": "patient"}


def _documents(sample: Sample, tr: Translator) -> dict[str, Any]:
    return {
        "patient_id": sample.visit.appointment.patient_id,
        "document_id": sample.document_id,
        "kind": "passport",
        "added": 2,
    }


def _profile(sample: Sample, tr: Translator) -> dict[str, Any]:
    return {
        "patient_id": sample.visit.appointment.patient_id,
        "identity_kind": "passport",
        "policy": OTHER_POLICY,
        "stepping": True,
    }


def _pin(sample: Sample, tr: Translator) -> dict[str, Any]:
    return {"wanted": "change", "digits": "4071", "first": "407182"}


def _held_time(sample: Sample, tr: Translator) -> dict[str, Any]:
    held = sample.held
    return {
        "schedule_id": held.place.schedule_id,
        "starts_at": int(held.slot.starts_at.timestamp()),
        "until": int(held.expires_at.timestamp()),
    }


def _family_member(sample: Sample, tr: Translator) -> dict[str, Any]:
    person = sample.child.person
    return {
        "patient_id": sample.child.id,
        "relation": CHILD,
        "name": [person.surname, person.given_name, person.patronymic],
        "given": [person.given_name, person.patronymic],
        "born_on": person.born_on.isoformat(),
        "is_of_age": True,
        "is_minor": True,
        "has_telegram": True,
        "phone": sample.phone,
        "account_id": sample.acting_id,
        "accepted": [RELATIVE, person.short_name, person.short_name],
    }


def _invitation(sample: Sample, tr: Translator) -> dict[str, Any]:
    return {"code": sample.invitation}


def _waiting(sample: Sample, tr: Translator) -> dict[str, Any]:
    place = sample.visit.place
    return {
        "specialty_id": place.specialty_id,
        "region": place.facility.region_code,
        "facility_id": place.facility.id,
        "schedule_id": place.schedule_id,
        "timezone": place.facility.timezone,
        "waiting_id": sample.waiting_id,
        "offer_id": sample.offer_id,
        "wish": WISH,
        "mode": entries.BOOK,
    }


def _reviewed(sample: Sample, tr: Translator) -> dict[str, Any]:
    return {**_booking(sample, tr), "asks_how": True, "has_said_how": True}


def _feedback(sample: Sample, tr: Translator) -> dict[str, Any]:
    return {"appointment_id": sample.visit.appointment.id, "feedback_id": sample.feedback_id}


def _code(sample: Sample, tr: Translator) -> dict[str, Any]:
    return {"purpose": confirmation.PHONE, "way": confirmation.SMS, "target": sample.phone, "asked_by": ""}


def _asked(sample: Sample, tr: Translator) -> dict[str, Any]:
    place = sample.visit.place
    return {"facility_id": place.facility.id, "specialty_id": place.specialty_id}


STARTED_WITH: Mapping[Any, Remembered] = {
    Registration: _held_time,
    Confirmation: _code,
    Family: _invitation,
    Letter: _asked,
}
"""What a conversation was started with, by its group."""

REMEMBERED: Mapping[State, Remembered] = {
    Menu.main: _nothing,
    Menu.help: _nothing,
    Search.found: _searched,
    Booking.region: _nothing,
    Booking.facility: _booking,
    Booking.specialty: _booking,
    Booking.doctor: _booking,
    Booking.day: _booking,
    Booking.calendar: _booking,
    Booking.time: _booking,
    Booking.purpose: _booking,
    Booking.confirm: _booking,
    Booking.second: _booking,
    Booking.overlap: _booking,
    Booking.taken: _taken,
    Booking.done: _reviewed,
    Booking.patient: _booking,
    Booking.clash: _booking,
    Booking.service: _booking,
    Booking.obstacle: _booking,
    Booking.near: _booking,
    Booking.filters: _filtered,
    Booking.filter_specialty: _filtered,
    Booking.about_facility: _booking,
    Booking.groups: _booking,
    Booking.ask_referral: _booking,
    Booking.doctor_filters: _filtered,
    Booking.about_doctor: _booking,
    Booking.referral: _booking,
    Booking.wish: _wishing,
    Booking.wish_places: _wishing,
    Booking.reviews: _booking,
    Registration.consent: _nothing,
    Registration.consent_text: _nothing,
    Registration.refused: _nothing,
    Registration.phone: _registration,
    Registration.name: _registration,
    Registration.birth_date: _registration,
    Registration.check: _registration,
    Registration.sex: _registration,
    Letter.main: _nothing,
    Confirmation.code: _nothing,
    Visits.list: _nothing,
    Visits.card: _visit,
    Visits.change: _visit,
    Visits.cancel_reason: _visit,
    Visits.cancel_confirm: _visit,
    Visits.cancelled: _visit,
    Visits.move_reason: _visit,
    Visits.move_doctor: _visit,
    Visits.move_day: _visit,
    Visits.move_wish: _visit,
    Visits.move_calendar: _visit,
    Visits.move_time: _visit,
    Visits.move_confirm: _visit,
    Visits.moved: _visit,
    Visits.email: _visit,
    Visits.move_taken: _taken,
    Visits.referral: _visit,
    Visits.ticket: _visit,
    Visits.result: _visit,
    History.list: _history,
    History.filters: _history,
    History.choose: _history,
    History.export: _history,
    Documents.list: _documents,
    Documents.person: _documents,
    Documents.kind: _documents,
    Documents.send: _documents,
    Documents.item: _documents,
    Documents.delete: _documents,
    Profile.main: _profile,
    Profile.clinic: _profile,
    Profile.surname: _profile,
    Profile.given_name: _profile,
    Profile.patronymic: _profile,
    Profile.born_on: _profile,
    Profile.sex: _profile,
    Profile.region: _profile,
    Profile.snils: _profile,
    Profile.inn: _profile,
    Profile.policy: _profile,
    Profile.policy_doubt: _profile,
    Profile.insurer: _profile,
    Profile.identity: _profile,
    Profile.identity_number: _profile,
    Profile.phone: _profile,
    Profile.email: _profile,
    Profile.benefit: _profile,
    Settings.main: _nothing,
    Reminders.main: _reminders,
    Reminders.lead: _reminders,
    Reminders.add: _reminders,
    Reminders.hour: _reminders,
    Reminders.quiet: _reminders,
    Reminders.changes: _reminders,
    Reminders.whose: _reminders,
    Family.list: _nothing,
    Family.add: _nothing,
    Family.name: _family_member,
    Family.surname: _family_member,
    Family.birth_date: _family_member,
    Family.check: _family_member,
    Family.card: _family_member,
    Family.remove: _family_member,
    Family.relative: _family_member,
    Family.links: _family_member,
    Family.invitation: _family_member,
    Family.accepted: _family_member,
    Family.acting: _family_member,
    Family.take_back: _family_member,
    Family.phone: _family_member,
    Waiting.list: _nothing,
    Waiting.card: _waiting,
    Waiting.check: _waiting,
    Waiting.wish: _waiting,
    Waiting.mode: _waiting,
    Waiting.until: _waiting,
    Waiting.joined: _waiting,
    Waiting.leave: _waiting,
    Waiting.offer: _waiting,
    Waiting.patient: _waiting,
    Waiting.specialty: _waiting,
    Feedback.main: _feedback,
    Feedback.rate: _feedback,
    Feedback.timely: _feedback,
    Feedback.information: _feedback,
    Feedback.convenience: _feedback,
    Feedback.notifications: _feedback,
    Feedback.protection: _feedback,
    Feedback.comment: _feedback,
    Feedback.remove: _feedback,
    Feedback.check: _feedback,
    Support.main: _nothing,
    Support.write: _writing,
    Support.sent: _writing,
    Support.list: _nothing,
    Support.card: _writing,
    Desk.main: _nothing,
    Desk.request: _writing,
    Desk.answer: _writing,
    Desk.comments: _nothing,
    Rights.main: _nothing,
    Rights.journal: _nothing,
    Rights.erase: _nothing,
    Rights.confirm: _nothing,
    Pin.main: _nothing,
    Pin.present: _pin,
    Pin.new: _pin,
    Pin.again: _pin,
    Pin.forgot: _nothing,
    Pin.contact: _nothing,
}
"""What the dialog's data hold in each window, in the order of the states."""


async def render(
    dialog: Dialog, state: State, sample: Sample, tr: Translator, instead: dict[str, Any], **injected: Any
) -> NewMessage:
    """Render a window as the sample's person sees it.

    `instead` is remembered in place of the sample's data, `injected` is what else the middlewares hand on.

    Raises KeyError for a state without sample data, UnregisteredWindowError for one without a window.
    """
    user = User(id=sample.chat_id, is_bot=False, first_name="Анна", last_name="Смирнова")
    chat = Chat(id=sample.chat_id, type="private")
    nobody: Any = None  # who only renders needs no bot, no messages, no store of states
    data = injected | {
        "tr": tr,
        "event_chat": chat,
        "event_from_user": user,
        EVENT_CONTEXT_KEY: EventContext(nobody, chat, user, None, None),
        CONTEXT_KEY: Context(
            new_id(),  # type: ignore[no-untyped-call]
            "",
            state,
            STARTED_WITH.get(state.group, _nothing)(sample, tr),
            REMEMBERED[state](sample, tr) | instead,
        ),
    }
    manager = ManagerImpl(nobody, nobody, nobody, nobody, nobody, data, None)
    data["dialog_manager"] = manager
    return await dialog.render(manager)
