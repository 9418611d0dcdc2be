"""Consent: asked before anything personal is kept, and again where its text has changed."""

from datetime import UTC, datetime
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import finding, patients
from dialogs import cards, navigation, typing
from dialogs.states import Registration
from locales import Translator, capital
from storage.database import Database

RENEWED = "renewed"
"""In the start data: somebody who is registered agreed to an older text."""
REGISTERED, AGREED = "registered", "agreed"
"""Results: somebody new is known now; who was known agreed to the new text."""


async def consent(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask for consent before anything personal is stored, naming the kept time and who needs the data."""
    kept = navigation.start_data(dialog_manager)
    if kept.get("for_waiting"):
        return {
            "text": tr(
                "To keep your place in the list and offer you a time I need your phone, name and date of"
                " birth.\n\n"
                "Do you agree that they are processed for booking visits and reminding of them"
                " (Federal Law 152-FZ)? You may withdraw the consent at any time.\n\n"
                "We never ask for codes of Gosuslugi or for card data."
            )
        }
    if kept.get("for_letter"):
        return {
            "text": tr(
                "The letter names who asks: I need your phone, name and date of birth.\n\n"
                "Do you agree that they are processed for booking visits and reminding of them"
                " (Federal Law 152-FZ)? You may withdraw the consent at any time.\n\n"
                "We never ask for codes of Gosuslugi or for card data."
            )
        }
    if kept.get("for_family"):
        return {
            "text": tr(
                "Families are kept by people who are known: I need your phone, name and date of birth.\n\n"
                "Do you agree that they are processed for booking visits and reminding of them"
                " (Federal Law 152-FZ)? You may withdraw the consent at any time.\n\n"
                "We never ask for codes of Gosuslugi or for card data."
            )
        }
    place = await finding.place(database, kept["schedule_id"])
    timezone = place.facility.timezone
    when = cards.day_and_time(tr, datetime.fromtimestamp(kept["starts_at"], UTC), timezone)
    if kept.get(RENEWED):
        return {
            "text": tr.html(
                "<b>{when}</b>, {doctor}\nThe time is kept for you until {until}.\n\n"
                "The consent to the processing of your data has a new text since you agreed to it."
                " Do you agree to the new one? What you have booked stays either way.",
                when=capital(when),
                doctor=place.doctor_short,
                until=cards.until(tr, datetime.fromtimestamp(kept["until"], UTC), timezone),
            )
        }
    return {
        "text": tr.html(
            "<b>{when}</b>, {doctor}\nThe time is kept for you until {until}.\n\n"
            "To book it the clinic, «{facility}», needs your phone, name and date of birth.\n\n"
            "Do you agree that they are processed for booking visits and reminding of them"
            " (Federal Law 152-FZ)? You may withdraw the consent at any time.\n\n"
            "We never ask for codes of Gosuslugi or for card data.",
            when=capital(when),
            doctor=place.doctor_short,
            until=cards.until(tr, datetime.fromtimestamp(kept["until"], UTC), timezone),
            facility=place.facility.name,
        )
    }


async def consent_text(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show the whole consent with its version."""
    facility, phone = await _whose_clinic(dialog_manager, database, tr)
    operator: str | None = dialog_manager.middleware_data.get("operator_name")
    return {
        "text": tr.html(
            "<b>Consent to the processing of personal data</b>, version {version}\n\n"
            "<b>Who:</b> {operator} and the clinic, {facility}.\n"
            "<b>What:</b> surname, name, patronymic, date of birth, sex, phone, what you write about the"
            " visit; what you add yourself in «My data» and «Documents».\n"
            "<b>What for:</b> booking, moving and cancelling visits, tickets and reminders.\n"
            "<b>How:</b> stored encrypted, shown to you and to the staff of the clinic of the visit.\n"
            "<b>How long:</b> until you withdraw it, then deleted; the law may oblige the clinic"
            " to keep medical records longer.\n"
            "<b>Withdraw:</b> in «Settings», «My rights», or by the clinic's registry, {phone}.\n\n"
            "Basis: article 9 of Federal Law 152-FZ «On personal data».",
            version=patients.CONSENT_VERSION,
            operator=operator or tr("the operator of this service"),
            facility=facility,
            phone=phone,
        )
    }


async def _whose_clinic(manager: DialogManager, database: Database, tr: Translator) -> tuple[str, str]:
    """Name the clinic of the kept time and its phone; without a time, say which clinic is meant."""
    started = navigation.start_data(manager)
    if started.get("for_family"):
        return tr("the one that you book at"), tr("its phone stands on the ticket")
    facility = (await finding.place(database, started["schedule_id"])).facility
    return facility.name, facility.phone


async def agree(manager: DialogManager) -> None:
    """Note the consent and ask for the phone; who is registered goes back to the kept time."""
    middleware = manager.middleware_data
    now = middleware["clock"].now()
    if navigation.start_data(manager).get(RENEWED):
        await patients.renew_consent(middleware["database"], middleware["event_chat"].id, now)
        await manager.done(AGREED)
        return
    manager.dialog_data["consented_at"] = int(now.timestamp())
    await navigation.go(manager, Registration.phone)


async def open_consent_text(manager: DialogManager) -> None:
    """Show the whole text."""
    await navigation.go(manager, Registration.consent_text)


async def refuse(manager: DialogManager) -> None:
    """Accept a refusal politely: the time it was asked for is given back and nothing is kept."""
    if not navigation.start_data(manager).get("for_family"):
        await navigation.give_up_hold(manager)
    await navigation.skip_to(manager, Registration.refused)


async def refused(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Part kindly, with the phone by which people book who do not want to be stored here."""
    started = navigation.start_data(dialog_manager)
    if started.get("for_family"):
        return {
            "text": tr(
                "I understand. Without consent I cannot book for you, and nothing about you is kept.\n\n"
                "You may still look at doctors and free times."
            ),
            "is_family": True,
        }
    place = await finding.place(database, started["schedule_id"])
    if started.get(RENEWED):
        return {
            "text": tr.html(
                "I understand. Without it I cannot book anything new for you; what you have booked stays.\n\n"
                "You can book by calling the registry of the clinic: {phone}."
                " To have everything about you deleted: «Settings», «My rights».",
                phone=place.facility.phone,
            ),
            "is_booking": True,
        }
    return {
        "text": tr.html(
            "I understand. Without consent I cannot book for you, and nothing about you is kept.\n\n"
            "You can book by calling the registry of the clinic: {phone}."
            " You may still look at doctors and free times.",
            phone=place.facility.phone,
        ),
        "is_booking": True,
    }


async def back_to_doctors(manager: DialogManager) -> None:
    """Return to where the time was chosen, or to the family."""
    await manager.done("refused")


async def type_consent(manager: DialogManager, message: Message) -> bool:
    """Take «да» and «нет» for the buttons."""
    word = typing.command_word(message.text)
    if word == "yes":
        await agree(manager)
    elif word == "no":
        await refuse(manager)
    return word in ("yes", "no")
