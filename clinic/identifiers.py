"""Numbers of people and their papers: SNILS, INN, OMS policy, passports, birth certificates.

Each `parse_` function returns the one form that is stored, and raises BadInput with the rule that is broken;
nothing else, whatever was typed. Showing them: `clinic.masks`.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Literal

from stdnum import luhn
from stdnum.ru import inn

from clinic.errors import BadInput
from clinic.typed import cleaned

_LABELS = re.compile(
    r"\b(?:снилс|инн|енп|омс|полиса?|паспорт|свидетельство|о рождении|серия|сер|номер|ном)\b[.:]?|#",
    re.IGNORECASE,
)


def _bare(text: str) -> str:
    """Take out what people write before and between numbers: «серия 4510 № 123456»."""
    return " ".join(_LABELS.sub(" ", cleaned(text.replace("№", " "))).upper().split())


def _digits(text: str) -> str:
    """Return the digits where there is nothing else but blanks, dashes and dots; else an empty text."""
    bare = re.sub(r"\bNO?\b|[ \-.,:/]", "", _bare(text))
    return bare if bare.isascii() and bare.isdigit() else ""


# --- SNILS and INN

_SNILS_WITHOUT_CHECK = 1001998
"""Numbers up to 001-001-998 were given out before there were check digits."""


def parse_snils(text: str) -> str:
    """Read a SNILS and return it as «112-233-445 95». Raises BadInput: «snils_format», «snils_check»."""
    digits = _digits(text)
    if len(digits) != 11:
        raise BadInput("snils_format")
    number, control = digits[:9], int(digits[9:])
    weighed = sum(weight * int(digit) for weight, digit in zip(range(9, 0, -1), number, strict=True))
    has_check = int(number) > _SNILS_WITHOUT_CHECK
    if not int(number) or (has_check and weighed % 101 % 100 != control):
        raise BadInput("snils_check")
    return f"{number[:3]}-{number[3:6]}-{number[6:]} {digits[9:]}"


def parse_inn(text: str) -> str:
    """Read the INN of a person, 12 digits. Raises BadInput: «inn_format», «inn_company», «inn_check»."""
    digits = _digits(text)
    if len(digits) == 10 and inn.is_valid(digits):
        raise BadInput("inn_company")
    if len(digits) != 12:
        raise BadInput("inn_format")
    if not int(digits) or not inn.is_valid(digits):
        raise BadInput("inn_check")
    return digits


# --- OMS policy


def parse_policy(text: str) -> str:
    """Read the number of an OMS policy, 16 digits, or of a temporary certificate, 9.

    Raises BadInput: «policy_format», «policy_check».
    """
    digits = _digits(text)
    if len(digits) not in (9, 16):
        raise BadInput("policy_format")
    if not int(digits) or (not is_temporary_policy(digits) and not luhn.is_valid(digits)):
        raise BadInput("policy_check")
    return digits


def is_temporary_policy(number: str) -> bool:
    """Tell whether this is the number of a temporary certificate; it has no check digit."""
    return len(number) == 9


def policy_doubt(number: str, born_on: date, sex: str) -> Literal["", "birth_date", "sex", "both"]:
    """Say in what the policy's own date of birth and sex («f», «m») differ: a question, never a refusal.

    Empty where they agree, where the number says nothing (a temporary certificate, an odd code), and for the
    sex where it is not known.
    """
    said = _said_by_policy(number)
    if said is None:
        return ""
    is_other_day, is_other_sex = said[0] != born_on, bool(sex) and said[1] != sex
    if is_other_day and is_other_sex:
        return "both"
    return "birth_date" if is_other_day else "sex" if is_other_sex else ""


def _said_by_policy(number: str) -> tuple[date, str] | None:
    """Read the date of birth and the sex that digits 3 to 10 of a policy carry, if they make sense."""
    if not re.fullmatch("[0-9]{16}", number):
        return None
    code = "".join(str(9 - int(digit)) for digit in number[2:10])
    month, year, day = int(code[:2]), int(code[5:1:-1]), int(code[6:])
    added = 20 if year <= 1950 else 40 if year <= 2000 else 0
    sex = "m" if day > 50 else "f"
    try:
        return date(year, month - added, day - 50 if sex == "m" else day), sex
    except ValueError:
        return None


# --- identity documents

_ROMAN_LOOKALIKES = str.maketrans({"І": "I", "Ӏ": "I", "1": "I", "!": "I", "|": "I", "Х": "X", "С": "C",
                                   "У": "V", "П": "II", "Ш": "III"})  # fmt: skip
_ROMAN = re.compile(r"(?=.)(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_CYRILLIC_LOOKALIKES = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
_LATIN_LOOKALIKES = str.maketrans("АВСЕНКМОРТХУІ", "ABCEHKMOPTXYI")
_CERTIFICATE = re.compile(r"([IVXLC1!|ІӀХСУПШ]{1,8})[ \-.]*([А-ЯA-Z]{2})[ \-.]*(?:NO?[ .]+)?([0-9]{6})")


def parse_passport(text: str) -> str:
    """Read a Russian passport and return it as «4510 123456». Raises BadInput («passport_format»)."""
    digits = _digits(text)
    if len(digits) != 10 or not int(digits[:4]) or not int(digits[4:]):
        raise BadInput("passport_format")
    return f"{digits[:4]} {digits[4:]}"


def parse_birth_certificate(text: str) -> str:
    """Read a birth certificate and return it as «I-МЮ 123456», whatever keyboard its letters were typed on.

    Raises BadInput («certificate_format»).
    """
    match = _CERTIFICATE.fullmatch(_bare(text))
    if match is None:
        raise BadInput("certificate_format")
    roman = match[1].translate(_ROMAN_LOOKALIKES)
    letters = match[2].translate(_CYRILLIC_LOOKALIKES)
    if not _ROMAN.fullmatch(roman) or not re.fullmatch("[А-Я]{2}", letters):
        raise BadInput("certificate_format")
    return f"{roman}-{letters} {match[3]}"


def parse_foreign_document(text: str) -> str:
    """Read a foreign passport or a residence permit: 4 to 20 letters and digits, digits among them.

    Cyrillic letters that look like Latin ones become these where Latin letters stand beside them.
    Raises BadInput («document_format»).
    """
    number = re.sub(r"[ \-./]", "", _bare(text))
    if re.search("[A-Z]", number):
        number = number.translate(_LATIN_LOOKALIKES)
    is_one_alphabet = re.fullmatch(r"[A-Z0-9]{4,20}|[А-ЯЁ0-9]{4,20}", number)
    if not is_one_alphabet or not re.search("[0-9]{2}", number):
        raise BadInput("document_format")
    return number


IDENTITY_DOCUMENTS: dict[str, Callable[[str], str]] = {
    "passport": parse_passport,
    "birth_certificate": parse_birth_certificate,
    "foreign_passport": parse_foreign_document,
    "residence_permit": parse_foreign_document,
}
"""How the number of each kind of identity document is read."""
