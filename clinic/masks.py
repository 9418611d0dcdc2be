"""Personal numbers as they are shown: enough to know one's own, too little for somebody who looks on.

They take the stored forms; of anything else hardly a sign is left. They never raise.
"""

import re

import phonenumbers

_DOT = "•"
_SHORTEST_PHONE = 5


def mask_policy(number: str) -> str:
    """Mask an OMS policy, `7755 •••• •••• 0121`, or a temporary certificate, `••••• 6789`."""
    if re.fullmatch("[0-9]{16}", number):
        return f"{number[:4]} •••• •••• {number[-4:]}"
    return f"••••• {number[-4:]}" if re.fullmatch("[0-9]{9}", number) else mask_rest(number)


def mask_snils(snils: str) -> str:
    """Mask a SNILS: `•••-•••-445 95`."""
    return (
        f"•••-•••{snils[7:]}"
        if re.fullmatch("[0-9]{3}-[0-9]{3}-[0-9]{3} [0-9]{2}", snils)
        else mask_rest(snils)
    )


def mask_inn(number: str) -> str:
    """Mask an INN: `•••• •••• 9047`."""
    return f"•••• •••• {number[-4:]}" if re.fullmatch("[0-9]{12}", number) else mask_rest(number)


def mask_document(number: str) -> str:
    """Mask an identity document: `•••• ••3456`, `•-•• ••3456`, `•••••••67`."""
    if re.fullmatch("[0-9]{4} [0-9]{6}|[IVXLC]+-[А-Я]{2} [0-9]{6}", number):
        return re.sub(r"\w", _DOT, number[:-4]) + number[-4:]
    return mask_rest(number)


def shown_phone(phone: str) -> str:
    """Write a phone of E.164 as people read it, whole: «+7 999 000-01-01»."""
    number = phonenumbers.parse(phone, None)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def mask_phone(phone: str) -> str:
    """Mask a phone: `+7 916 •••-••-67`; one of another country is `+375 ••••••• 67`."""
    if match := re.fullmatch(r"\+7([0-9]{3})[0-9]{5}([0-9]{2})", phone):
        return f"+7 {match[1]} •••-••-{match[2]}"
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return mask_rest(phone)
    digits = str(number.national_number)
    if len(digits) < _SHORTEST_PHONE:
        return mask_rest(phone)
    return f"+{number.country_code} {_DOT * (len(digits) - 2)} {digits[-2:]}"


def mask_email(address: str) -> str:
    """Mask an e-mail address: `a•••@example.ru`."""
    name, _, host = address.rpartition("@")
    return f"{name[0]}•••@{host}" if name and host else mask_rest(address)


def mask_rest(value: str) -> str:
    """Leave the last quarter of what has no form of its own, three signs at most."""
    shown = min(3, len(value) // 4)
    return _DOT * (len(value) - shown) + (value[-shown:] if shown else "")
