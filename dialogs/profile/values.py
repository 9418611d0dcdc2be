"""What the fields of a person are called and how their values are shown."""

from collections.abc import Mapping

from clinic import masks, profile
from clinic.profile import Profile
from dialogs.widgets import shorten
from locales import Translator, later

_LONGEST_SHOWN = 40

TITLES: Mapping[str, str] = {
    "surname": later("Surname"),
    "given_name": later("Name"),
    "patronymic": later("Patronymic"),
    "born_on": later("Date of birth"),
    "sex": later("Sex"),
    "region": later("Region"),
    "snils": later("SNILS"),
    "inn": later("INN"),
    "policy": later("OMS policy"),
    "insurer": later("Insurer"),
    "identity": later("ID document"),
    "phone": later("Phone"),
    "email": later("E-mail"),
    "benefit": later("Benefit"),
}
"""All fields, in the order in which they are listed."""
CONTACTS = ("phone", "email")
"""Fields of the account: an own person alone has them."""
SEXES = {profile.FEMALE: later("female"), profile.MALE: later("male")}
BENEFITS = {
    "pensioner": later("Pensioner"),
    "disabled": later("Disability"),
    "other": later("Another benefit"),
}
IDENTITIES = {
    "passport": later("Passport"),
    "birth_certificate": later("Birth certificate"),
    "foreign_passport": later("Foreign passport"),
    "residence_permit": later("Residence permit"),
}


def title(tr: Translator, field: str) -> str:
    """Name a field."""
    return tr(TITLES[field])


def is_known(known: Profile, field: str) -> bool:
    """Tell whether a field has a value."""
    if field == "benefit" and known.patient.person.no_benefit:
        return True
    if field in CONTACTS:
        return known.contact is not None and bool(getattr(known.contact, field))
    return bool(getattr(known.patient.person, "identity_number" if field == "identity" else field))


def shown(tr: Translator, known: Profile, field: str) -> str:
    """Show a value, a number masked; empty where there is none."""
    if not is_known(known, field):
        return ""
    person, contact = known.patient.person, known.contact
    match field:
        case "born_on":
            return f"{person.born_on:%d.%m.%Y}"
        case "sex":
            return tr(SEXES[person.sex])
        case "region":
            return tr.name(known.region.name_ru, known.region.name_en) if known.region else person.region
        case "snils":
            return masks.mask_snils(person.snils)
        case "inn":
            return masks.mask_inn(person.inn)
        case "policy":
            return masks.mask_policy(person.policy)
        case "identity":
            kind = tr(IDENTITIES[person.identity_kind])
            return f"{kind} {masks.mask_document(person.identity_number)}"
        case "phone":
            return masks.mask_phone(contact.phone if contact else "")
        case "email":
            return shorten(masks.mask_email(contact.email if contact else ""), _LONGEST_SHOWN)
        case "benefit":
            return tr(BENEFITS[person.benefit]) if person.benefit else tr("none")
        case _:
            return shorten(str(getattr(person, field)), _LONGEST_SHOWN)
