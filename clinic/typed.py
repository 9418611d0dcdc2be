"""What people type about themselves, read in the forms they write it: phones, e-mail, dates of birth.

Each function returns the one form that is stored, and raises BadInput with the rule that is broken; nothing
else, whatever was typed.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

import phonenumbers
from phonenumbers import NumberParseException, ValidationResult

from clinic import rules
from clinic.errors import BadInput


def cleaned(text: str, form: Literal["NFC", "NFKC"] = "NFKC") -> str:
    """Take out what cannot be seen (zero width, direction marks), make dashes and blanks plain ones."""
    seen = (sign for sign in unicodedata.normalize(form, text) if _is_seen(sign))
    return " ".join("".join("-" if _is_dash(sign) else sign for sign in seen).split())


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cf", "Cs")


def _is_dash(sign: str) -> bool:
    return sign == "−" or unicodedata.category(sign) == "Pd"


# --- phone and e-mail


def parse_phone(text: str) -> str:
    """Read a phone number, Russian by default, and return it as E.164.

    Raises BadInput: «phone», «phone_short», «phone_long».
    """
    try:
        number = phonenumbers.parse(cleaned(text), "RU")
    except NumberParseException as error:
        too_long = error.error_type == NumberParseException.TOO_LONG
        raise BadInput("phone_long" if too_long else "phone") from None
    # not is_possible_number: that lets seven digits without an area code pass
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.IS_POSSIBLE:
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            raise BadInput("phone_short")
        case ValidationResult.TOO_LONG | ValidationResult.INVALID_LENGTH:  # longer than some, not than all
            raise BadInput("phone_long")
        case _:
            raise BadInput("phone")


def parse_email(text: str) -> str:
    """Read an e-mail address by its syntax (RFC 5321, no look-up of its host); its host becomes ASCII (IDNA).

    Blanks beside «@» and dots are a keyboard's doing and fall away; others may hide a stranger's address.
    Raises BadInput: «email», «email_space», «email_letters» (not Latin before the «@»).
    """
    from email_validator import validate_email

    address = re.sub(r" ?([@.]) ?", r"\1", cleaned(text).strip("<>.,; ").removeprefix("mailto:").strip())
    if "@" not in address:
        raise BadInput("email")
    if " " in address:
        raise BadInput("email_space")
    if not address.rpartition("@")[0].isascii():
        raise BadInput("email_letters")
    try:
        read = validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True)
    except ValueError:  # of the library, or of the codec where a host cannot be written
        raise BadInput("email") from None
    return read.ascii_email or read.normalized


# --- date of birth


@dataclass(frozen=True, slots=True)
class AmbiguousYear:
    """A year of two digits that may be of either century: both dates, the earlier first."""

    dates: tuple[date, date]


_GAP = r" ?[./,\- ] ?"
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}}){_GAP}([0-9]{{1,2}}){_GAP}([0-9]{{4}}|[0-9]{{2}})")
_YEAR_FIRST = re.compile(rf"([0-9]{{4}}){_GAP}([0-9]{{1,2}}){_GAP}([0-9]{{1,2}})")
_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})")
_YEAR_FIRST_DIGITS = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-9]{2})")
_ORDINAL = r"(?:st|nd|rd|th|-?(?:го|ое|е))?"
_WORD = r"([a-zа-яё]{3,})"
_YEAR = r"([0-9]{4}|[0-9]{2})"
_WORDED = re.compile(rf"([0-9]{{1,2}}){_ORDINAL}[.,\-]? ?{_WORD}[.,\-]{{0,2}} ?{_YEAR}")
_MONTH_FIRST = re.compile(rf"{_WORD}\.? ?([0-9]{{1,2}}){_ORDINAL}(?:, ?| ){_YEAR}")
_OF_BIRTH = re.compile(r" ?(?:года?|г)?\.? ?(?:р|рожд|рождения)?[.?!,]*$")
_LONGEST_DATE = 60
_MONTHS = (
    ("январь", "января", "january"), ("февраль", "февраля", "february"), ("март", "марта", "march"),
    ("апрель", "апреля", "april"), ("май", "мая", "may"), ("июнь", "июня", "june"),
    ("июль", "июля", "july"), ("август", "августа", "august"), ("сентябрь", "сентября", "september"),
    ("октябрь", "октября", "october"), ("ноябрь", "ноября", "november"),
    ("декабрь", "декабря", "december"),
)  # fmt: skip


def parse_birth_date(text: str, today: date) -> date | AmbiguousYear:
    """Read a date of birth: in digits, day or four-digit year first, or with the month as a word.

    A year of two digits is of the one century in which someone living can have been born, or AmbiguousYear.
    Raises BadInput: «date_format», «date_missing» (no such day), «date_future», «date_too_old».
    """
    day, month, year = _parts(_OF_BIRTH.sub("", cleaned(text)[:_LONGEST_DATE].lower()))
    if len(year) == 4:
        born_on = _date(year, month, day)
        if born_on is None:
            raise BadInput("date_missing")
        if born_on > today:
            raise BadInput("date_future")
        if not rules.is_plausible_birth(born_on, today):
            raise BadInput("date_too_old")
        return born_on
    first = today.year // 100 - 1
    dates = [_date(f"{century:02}{year}", month, day) for century in (first - 1, first, first + 1)]
    plausible = [found for found in dates if found and rules.is_plausible_birth(found, today)]
    if not plausible:
        raise BadInput("date_missing")
    return plausible[0] if len(plausible) == 1 else AmbiguousYear((plausible[0], plausible[1]))


def _parts(text: str) -> tuple[str, str, str]:
    """Part a date into day, month and year, all in digits."""
    if match := _YEAR_FIRST.fullmatch(text) or _YEAR_FIRST_DIGITS.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(text) or _DIGITS.fullmatch(text):
        day, month, year = match.groups()
    elif match := _WORDED.fullmatch(text):
        day, month, year = match[1], _month(match[2]), match[3]
    elif match := _MONTH_FIRST.fullmatch(text):
        day, month, year = match[2], _month(match[1]), match[3]
    else:
        raise BadInput("date_format")
    return day, month, year


def _month(word: str) -> str:
    for number, names in enumerate(_MONTHS, 1):
        if any(name.startswith(word) for name in names):
            return str(number)
    raise BadInput("date_format")


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
