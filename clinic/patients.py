"""Registering: consent, phone, name, date of birth. What is typed is checked here, and only here."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

import phonenumbers

from clinic import codes, rules
from clinic.errors import BadInput
from storage import journal, people
from storage.database import Database
from storage.people import AccountRow, PatientRow, Person
from storage.types import Tx

CONSENT_VERSION = "2026-11-25"
"""Version of the consent text; a new text needs a new one."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a new patient said, all of it checked."""

    telegram_id: int
    language: str
    consent_version: str
    consented_at: datetime
    phone: str
    person: Person


async def account(database: Database, telegram_id: int) -> AccountRow | None:
    """Find the account of a chat."""
    return await database.read(lambda tx: people.account_of(tx, telegram_id))


async def patients(database: Database, telegram_id: int) -> list[PatientRow]:
    """Read the patients of a chat's account; none where there is no account."""
    keyring = database.keyring

    def work(tx: Tx) -> list[PatientRow]:
        found = people.account_of(tx, telegram_id)
        return [] if found is None else people.patients_of(tx, keyring, found.id)

    return await database.read(work)


async def register(database: Database, registration: Registration, now: datetime) -> PatientRow:
    """Write account and patient in one transaction; registering again returns what is there."""
    keyring = database.keyring

    def work(tx: Tx) -> PatientRow:
        existing = people.account_of(tx, registration.telegram_id)
        if existing is not None:
            return people.patients_of(tx, keyring, existing.id)[0]
        new = AccountRow(
            codes.new_id(), registration.telegram_id, registration.language, registration.consent_version
        )
        people.insert_account(
            tx,
            keyring,
            new,
            phone=registration.phone,
            consented_at=registration.consented_at,
            now=now,
            phone_confirmed_at=now,  # Telegram vouches for the sender's own contact
        )
        patient_id = codes.new_id()
        people.insert_patient(tx, keyring, patient_id, registration.person, now)
        people.add_care(tx, new.id, patient_id, relation=people.SELF, basis=people.SELF, now=now)
        journal.note(tx, now, new.id, journal.CREATED, journal.PATIENT, patient_id, patient_id)
        return PatientRow(patient_id, new.id, registration.person)

    return await database.write(work)


async def set_language(database: Database, telegram_id: int, language: str) -> None:
    """Keep the language an account chose."""
    await database.write(lambda tx: people.set_language(tx, telegram_id, language))


async def set_blocked(database: Database, telegram_id: int, blocked_at: datetime | None) -> None:
    """Note that a person blocked the bot, or (None) came back."""
    await database.write(lambda tx: people.set_blocked(tx, telegram_id, blocked_at))


def parse_phone(text: str) -> str:
    """Read a phone number, Russian by default, and return it as E.164; raises BadInput («phone»)."""
    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        raise BadInput("phone") from None
    # not is_possible_number: that lets seven digits without an area code pass
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadInput("phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def shown_phone(phone: str) -> str:
    """Write a phone of E.164 as people read it: «+7 999 000-01-01»."""
    number = phonenumbers.parse(phone, None)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def parse_email(text: str) -> str:
    """Read an e-mail address by its syntax (RFC 5321, no look-up of its host); raises BadInput («email»)."""
    from email_validator import EmailNotValidError, validate_email

    address = "".join(text.split()).strip("<>.,;")
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        raise BadInput("email") from None


_DAY_FIRST = re.compile(r"(\d{1,2})\s*[./\- ]\s*(\d{1,2})\s*[./\- ]\s*(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[./\-]\s*(\d{1,2})\s*[./\-]\s*(\d{1,2})")


def parse_birth_date(text: str, today: date) -> date:
    """Read a date of birth, дд.мм.гггг or гггг-мм-дд.

    Raises BadInput: «date_format», «date_missing» (no such day), «date_future», «date_too_old».
    """
    text = text.strip().removesuffix("г.").removesuffix("г").strip()
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    else:
        raise BadInput("date_format")
    try:
        born_on = date(year, month, day)
    except ValueError:
        raise BadInput("date_missing") from None
    if born_on > today:
        raise BadInput("date_future")
    if not rules.is_plausible_birth(born_on, today):
        raise BadInput("date_too_old")
    return born_on


_CYRILLIC = re.compile(r"[А-ЯЁа-яё]+(?:[-'’ ][А-ЯЁа-яё]+)*")
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:[-'’ ][A-Za-zÀ-ÖØ-öø-ÿ]+)*")
_MIXED = re.compile(r"(?=.*[А-ЯЁа-яё])(?=.*[A-Za-z])[^\W\d_]+")
_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Name:
    """A full name in its parts; the patronymic may be empty."""

    surname: str
    given_name: str
    patronymic: str

    @property
    def full(self) -> str:
        """Surname, name, patronymic."""
        return " ".join(filter(None, (self.surname, self.given_name, self.patronymic)))


_PATRONYMIC = re.compile(r"(?i).+(?:ович|евич|ич|овна|евна|ична|инична)")


def lacks_surname(name: Name) -> bool:
    """Tell whether it looks as if name and patronymic alone had been typed: «Анна Петровна»."""
    return not name.patronymic and _PATRONYMIC.fullmatch(name.given_name) is not None


def parse_name(text: str) -> Name:
    """Read a full name typed in one line: surname, name, patronymic if there is one.

    Raises BadInput: «name_one_word», «name_letters» (digits, signs, emoji), «name_alphabets» (Cyrillic and
    Latin letters in one word), «name_long».
    """
    text = unicodedata.normalize("NFC", text)  # some keyboards send «й» as «и» with a breve
    words = text.replace("ʼ", "'").split()
    if len(text) > 3 * _NAME_LENGTH or any(len(word) > _NAME_LENGTH for word in words):
        raise BadInput("name_long")
    for word in words:
        if not (_CYRILLIC.fullmatch(word) or _LATIN.fullmatch(word)):
            is_mixed = _MIXED.fullmatch(re.sub(r"[-'’]", "", word))
            raise BadInput("name_alphabets" if is_mixed else "name_letters")
    if len(words) < 2:
        raise BadInput("name_one_word")
    surname, given_name, *rest = map(_capitalised, words)
    patronymic = " ".join(word.lower() if word.lower() in _LOWER else word for word in rest)
    return Name(surname, given_name, patronymic)


_LOWER = ("оглы", "оглу", "улы", "уулу", "кызы", "гызы")
"""Words of a patronymic that mean «son of» and «daughter of» and have no capital."""


def _capitalised(word: str) -> str:
    """Begin a name with a capital when it was typed in one case: «смирнова-белова» → «Смирнова-Белова»."""
    if word.islower() or (word.isupper() and len(word) > 1):
        return re.sub(r"(^|[-'’])(\w)", lambda found: found[1] + found[2].upper(), word.lower())
    return word
