"""Who is coming: consent, phone, name, date of birth. The chosen time is held meanwhile.

Nothing is written about a person before they consent, and nothing of the account before the last «yes»;
until then the answers live in the conversation's sealed state. Only what the booking needs is asked; the rest
is in `dialogs.profile`. Longer than other modules: the questions follow one another, and are read so.
"""

from datetime import UTC, date, datetime
from typing import Any

from aiogram.types import Message
from aiogram_dialog import Data, Dialog, DialogManager

from clinic import confirmation, finding, masks, names, patients, profile, typed
from clinic.clock import moscow_day
from clinic.errors import BadInput
from clinic.names import Name
from dialogs import cards, navigation, typing
from dialogs import confirmation as code_window
from dialogs import phone as phones
from dialogs.profile.values import SEXES
from dialogs.states import Registration
from dialogs.widgets import Act, Choice, Choices, screen, shorten
from dialogs.wording import bad_input
from locales import Translator, capital, later
from storage.database import Database
from storage.people import Person


async def consent(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask for consent before anything personal is stored, naming the kept time and who needs the data."""
    kept = navigation.start_data(dialog_manager)
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
    """Note the consent and ask for the phone."""
    manager.dialog_data["consented_at"] = int(manager.middleware_data["clock"].now().timestamp())
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


# --- phone


async def phone(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the phone by Telegram's own button."""
    text = tr(
        "Press the button «📱 Send my number» below: the registry calls it if something changes."
        " No code is needed."
    )
    if code_window.carries(dialog_manager, confirmation.SMS):
        text += "\n\n" + tr("Or type another one, for example +7 916 123-45-67: a code will come to it.")
    return {"text": text}


async def take_contact(manager: DialogManager, message: Message) -> bool:
    """Take the sender's own contact; a typed number goes on to its code."""
    number = await phones.understood(manager, message)
    if isinstance(number, str):
        await _keep_phone(manager, number)
        return True
    return number


async def _keep_phone(manager: DialogManager, number: str) -> None:
    tr: Translator = manager.middleware_data["tr"]
    manager.dialog_data["phone"] = number
    manager.dialog_data["hint"] = tr("Thank you, the number is here.")
    await navigation.go(manager, Registration.name)


async def code_taken(_: Data, result: Any, manager: DialogManager) -> None:
    """Take the typed number once its code was right."""
    if number := phones.confirmed(result, confirmation.PHONE):
        await _keep_phone(manager, number)


# --- name and date of birth


def _name_from_telegram(manager: DialogManager) -> str | None:
    """Read the name from Telegram's profile, if it can be a full name in Cyrillic."""
    user = manager.middleware_data["event_from_user"]
    text = f"{user.last_name or ''} {user.first_name or ''}".strip()
    try:
        name = names.parse_name(text)
    except BadInput:
        return None
    return name.full


async def name(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the full name in one line, offering the one that Telegram shows."""
    if doubted := dialog_manager.dialog_data.get("doubted"):
        return {
            "text": tr.html(
                "It looks as if the surname were missing: <b>{name}</b>. Is it right?\n\n"
                "If not, type surname, name and patronymic in one line.",
                name=doubted,
            ),
            "choices": [Choice(tr("Yes, it is right"), "doubted")],
        }
    offered = _name_from_telegram(dialog_manager)
    if navigation.start_data(dialog_manager).get("for_family"):
        return {
            "text": tr(
                "First about yourself: please type your surname, name and patronymic in one line,"
                " as in the passport:\nСмирнова Анна Петровна"
            ),
            "choices": [Choice(shorten(offered), "telegram")] if offered else [],
        }
    return {
        "text": tr(
            "Whom shall I book? Please type surname, name and patronymic in one line,"
            " as in the passport:\nSmith John"
        ),
        "choices": [Choice(shorten(offered), "telegram")] if offered else [],
    }


async def choose_name(manager: DialogManager, value: str) -> None:
    """Take the name from Telegram's profile, or one that was doubted."""
    if value == "doubted":
        await _accept_doubted(manager)
    elif offered := _name_from_telegram(manager):
        await _set_name(manager, offered)


async def _accept_doubted(manager: DialogManager) -> None:
    if doubted := manager.dialog_data.pop("doubted", None):
        await _keep_name(manager, names.parse_name(doubted))


async def type_name(manager: DialogManager, message: Message) -> bool:
    """Take a typed name."""
    if not message.text:
        return False
    if typing.command_word(message.text) == "yes" and "doubted" in manager.dialog_data:
        await _accept_doubted(manager)
        return True
    try:
        await _set_name(manager, message.text)
    except BadInput as error:
        manager.dialog_data["hint"] = bad_input(manager.middleware_data["tr"], error.problem)
    return True


async def _set_name(manager: DialogManager, text: str) -> None:
    parsed = names.parse_name(text)
    manager.dialog_data.pop("doubted", None)
    if names.looks_without_surname(parsed):
        manager.dialog_data["doubted"] = parsed.full
    else:
        await _keep_name(manager, parsed)


async def _keep_name(manager: DialogManager, parsed: Name) -> None:
    manager.dialog_data["name"] = [parsed.surname, parsed.given_name, parsed.patronymic]
    known = manager.dialog_data.get("born_on")
    await navigation.go(manager, Registration.check if known else Registration.birth_date)


async def birth_date(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the date of birth; after a year of two digits, which century it is of."""
    dates = [date.fromisoformat(day) for day in dialog_manager.dialog_data.get("born_on_either", ())]
    text = (
        tr("Which year? Please press, or type the date with all four digits.")
        if dates
        else tr("Date of birth? Day, month, year, for example 15.04.1986")
    )
    return {"text": text, "choices": [Choice(f"{day:%d.%m.%Y}", at) for at, day in enumerate(dates)]}


async def choose_birth_date(manager: DialogManager, at: str) -> None:
    """Take one of the two dates that a year of two digits may mean; the button carries no date."""
    dates = manager.dialog_data.get("born_on_either", ())
    if at in ("0", "1") and dates:
        await _set_birth_date(manager, date.fromisoformat(dates[int(at)]))


async def type_birth_date(manager: DialogManager, message: Message) -> bool:
    """Take a typed date of birth."""
    if not message.text:
        return False
    today = moscow_day(manager.middleware_data["clock"].now())
    try:
        born_on = typed.parse_birth_date(message.text, today)
    except BadInput as error:
        manager.dialog_data["hint"] = bad_input(manager.middleware_data["tr"], error.problem)
        return True
    if isinstance(born_on, typed.AmbiguousYear):
        manager.dialog_data["born_on_either"] = [day.isoformat() for day in born_on.dates]
    else:
        await _set_birth_date(manager, born_on)
    return True


async def _set_birth_date(manager: DialogManager, born_on: date) -> None:
    manager.dialog_data.pop("born_on_either", None)
    manager.dialog_data["born_on"] = born_on.isoformat()
    await navigation.go(manager, Registration.check)


async def check(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what was understood, to be corrected before it is kept."""
    data = dialog_manager.dialog_data
    born_on, said = date.fromisoformat(data["born_on"]), _sex(data)
    return {
        "text": tr.html(
            "Is everything right?\n\n<b>{name}</b>\nBorn on {date}\nSex: {sex}\nPhone {phone}",
            name=" ".join(filter(None, data["name"])),
            date=f"{born_on:%d.%m.%Y}",
            sex=tr(SEXES[said]) if said else "—",
            phone=masks.shown_phone(data["phone"]),
        )
    }


def _sex(data: dict[str, Any]) -> str:
    """Return the sex that was chosen, or the one that the names suggest."""
    _, given_name, patronymic = data["name"]
    return str(data.get("sex") or profile.guessed_sex(patronymic, given_name))


async def sex(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the sex where the guess is wrong."""
    return {"text": tr("Sex?"), "choices": [Choice(capital(tr(SEXES[one])), one) for one in profile.SEXES]}


async def choose_sex(manager: DialogManager, value: str) -> None:
    """Keep the sex."""
    if value in profile.SEXES:
        manager.dialog_data["sex"] = value
        await navigation.go(manager, Registration.check)


async def correct_sex(manager: DialogManager) -> None:
    """Choose the sex."""
    await navigation.go(manager, Registration.sex)


async def correct_name(manager: DialogManager) -> None:
    """Type the name again."""
    await navigation.go(manager, Registration.name)


async def correct_birth_date(manager: DialogManager) -> None:
    """Type the date of birth again."""
    await navigation.go(manager, Registration.birth_date)


async def finish(manager: DialogManager) -> None:
    """Write account and patient, and return to the booking with the kept time."""
    middleware, data = manager.middleware_data, manager.dialog_data
    surname, given_name, patronymic = data["name"]
    registration = patients.Registration(
        telegram_id=middleware["event_chat"].id,
        language=middleware["tr"].language,
        consent_version=patients.CONSENT_VERSION,
        consented_at=datetime.fromtimestamp(data["consented_at"], UTC),
        phone=data["phone"],
        person=Person(surname, given_name, patronymic, date.fromisoformat(data["born_on"]), _sex(data)),
    )
    await patients.register(middleware["database"], registration, middleware["clock"].now())
    await manager.done("registered")


async def type_check(manager: DialogManager, message: Message) -> bool:
    """Take «да» for the press, and «нет» for the wish to correct something."""
    word = typing.command_word(message.text)
    if word == "yes":
        await finish(manager)
    elif word == "no":
        tr: Translator = manager.middleware_data["tr"]
        manager.dialog_data["hint"] = tr("What shall be corrected?")
    return word in ("yes", "no")


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Registration.consent,
            consent,
            Act("yes", "✅ I agree", agree),
            Act("text", "📄 Read the whole text", open_consent_text),
            Act("no", "I do not agree", refuse),
            typed=type_consent,
            expected=later("Please press «I agree» or «I do not agree»."),
        ),
        screen(Registration.consent_text, consent_text, Act("yes", "✅ I agree", agree), typed=type_consent),
        screen(
            Registration.refused,
            refused,
            Act("doctors", "‹ To the doctors", back_to_doctors, shown_if="is_booking"),
            Act("back", "‹ Back", back_to_doctors, shown_if="is_family"),
            back=False,
        ),
        screen(
            Registration.phone,
            phone,
            phones.ContactKeyboard(),
            typed=take_contact,
            expected=later("I am waiting for your number."),
            navigation_row=False,
            markup_factory=phones.keyboard_factory(),
        ),
        screen(
            Registration.name,
            name,
            Choices("name", choose_name),
            typed=type_name,
            expected=later("I am waiting for the name: please type it in words."),
        ),
        screen(
            Registration.birth_date,
            birth_date,
            Choices("born_on", choose_birth_date),
            typed=type_birth_date,
            expected=later("I am waiting for the date of birth, for example 15.04.1986."),
        ),
        screen(
            Registration.check,
            check,
            Act("ok", "✅ Everything is right", finish),
            Act("name", "Correct the name", correct_name),
            Act("born", "Correct the date of birth", correct_birth_date),
            Act("sex", "Correct the sex", correct_sex),
            typed=type_check,
            expected=later("If everything is right, press the button; otherwise choose what to correct."),
            personal=True,
        ),
        screen(Registration.sex, sex, Choices("sex", choose_sex, width=2), personal=True),
        on_process_result=code_taken,
    )
