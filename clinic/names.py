"""Names as people type them, and what can be guessed from them. Guesses are asked about, never acted on."""

import re
from dataclasses import dataclass, replace

from clinic.errors import BadInput
from clinic.typed import cleaned
from storage.patronymics import DAUGHTERS, SONS, likely_sex

_SIGNS = r"[-'’ ]"
_CYRILLIC_LETTER = "[А-ЯЁа-яёЀ-Џѐ-џҐґҒғҖҗҚқҢңҮүҰұҲҳҶҷҺһӘәӨөӮӯӢӣ]"
_LATIN_LETTER = "[A-Za-zÀ-ÖØ-öø-ňŊ-žƏəƠơƯưȘ-țẠ-ỹ]"
"""Letters of passports from the Atlantic to Vietnam."""
_CYRILLIC = re.compile(rf"{_CYRILLIC_LETTER}+(?:{_SIGNS}{_CYRILLIC_LETTER}+)*")
_LATIN = re.compile(rf"{_LATIN_LETTER}+(?:{_SIGNS}{_LATIN_LETTER}+)*")
_MIXED = re.compile(rf"(?=.*{_CYRILLIC_LETTER})(?=.*{_LATIN_LETTER})[^\W\d_]+")
_APOSTROPHES = str.maketrans("ʼʻ`´‘′", "''''''")
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


def parse_name(text: str) -> Name:
    """Read a full name typed in one line: surname, name, patronymic if there is one.

    Raises BadInput: «name_one_word», «name_letters» (digits, signs, emoji), «name_alphabets» (Cyrillic and
    Latin letters in one word), «name_long».
    """
    words = _words(text)
    before = next((number for number, word in enumerate(words) if word not in _PARTICLES), 0)
    if 0 < before < len(words) - 1:  # «фон Дервиз»
        words[: before + 1] = [" ".join(words[: before + 1])]
    if len(words) < 2:
        raise BadInput("name_one_word")
    surname, given_name, *rest = words
    return Name(surname, given_name, _with_small_end(rest))


def parse_name_part(text: str) -> str:
    """Read a surname, a name or a patronymic typed alone; it may be of several words.

    Raises BadInput: «name_empty», and those of `parse_name` about letters and length.
    """
    words = _words(text)
    if not words:
        raise BadInput("name_empty")
    return " ".join([words[0], _with_small_end(words[1:])]).strip()


def parse_patronymic(text: str) -> str:
    """Read a patronymic typed alone; empty where people say that there is none («нет», «-»).

    Raises BadInput as `parse_name_part` does.
    """
    return "" if cleaned(text).lower().strip(" .") in _NONE else parse_name_part(text)


_NONE = ("нет", "-", "без отчества", "нет отчества", "отсутствует", "no", "none")


def _words(text: str) -> list[str]:
    """Part what was typed into words, checked and with their capitals."""
    text = cleaned(text, "NFC").translate(_APOSTROPHES)  # some keyboards send «й» as «и» with a breve
    words = text.split()
    if len(text) > 3 * _NAME_LENGTH or any(len(word) > _NAME_LENGTH for word in words):
        raise BadInput("name_long")
    for word in words:
        if not (_CYRILLIC.fullmatch(word) or _LATIN.fullmatch(word)):
            is_mixed = _MIXED.fullmatch(re.sub(_SIGNS, "", word))
            raise BadInput("name_alphabets" if is_mixed else "name_letters")
    is_one_case = text.islower() or text.isupper()
    return [word if word in _PARTICLES and not is_one_case else _capitalised(word) for word in words]


def _with_small_end(words: list[str]) -> str:
    """Join a patronymic: «Гусейн оглы»."""
    return " ".join(word.lower() if word.lower() in _LOWER else word for word in words)


_LOWER = SONS + DAUGHTERS
_PARTICLES = (
    "фон", "ван", "дер", "ден", "де", "дель", "делла", "ди", "да", "дос", "ла", "ле", "аль", "эль", "ибн",
    "бин",
    "von", "van", "der", "den", "de", "del", "della", "di", "da", "dos", "la", "le", "al", "el", "ibn", "bin",
)  # fmt: skip
"""Words before a surname that keep their small letter, where one was typed beside capitals."""


def _capitalised(word: str) -> str:
    """Begin a name with a capital when it was typed in one case: «смирнова-белова» → «Смирнова-Белова»."""
    if word.islower() or (word.isupper() and len(word) > 1):
        lower = word.lower().replace("i\u0307", "i")  # the small form of a Turkish «İ»
        return re.sub(r"(^|[-'’])(\w+)", lambda found: found[1] + _capital(found[1], found[2]), lower)
    return word


def _capital(before: str, part: str) -> str:
    return part if before == "-" and part in _LOWER else part[0].title() + part[1:]


# --- guesses


def looks_without_surname(name: Name) -> bool:
    """Tell whether «Анна Петровна» was typed: two words, and the second is a patronymic."""
    return not name.patronymic and bool(likely_sex(name.given_name))


def with_surname_first(name: Name) -> Name | None:
    """Return «Смирнова Анна Петровна» where «Анна Петровна Смирнова» seems to have been typed, else None."""
    is_turned = likely_sex(name.given_name) and name.patronymic and not likely_sex(name.patronymic)
    return (
        replace(name, surname=name.patronymic, given_name=name.surname, patronymic=name.given_name)
        if is_turned
        else None
    )
