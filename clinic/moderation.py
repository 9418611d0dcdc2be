"""Which comments wait until an administrator has read them: those that may tell who wrote them, and abuse.

Pure. It is a sieve with small holes: what it holds back is read by a person, so it rather
holds back too much.
"""

import re
from collections.abc import Iterable
from typing import Protocol

from storage.text import fold

LINK, EMAIL, NICK, NUMBER, NAME, ABUSE = "link", "email", "nick", "number", "name", "abuse"
DOUBTS = (EMAIL, LINK, NICK, NUMBER, NAME, ABUSE)
"""What may be wrong with a comment, in the order in which it is told."""
MOST_DIGITS = 5
"""So many digits in a row, spaces and hyphens between them left out, are still no number of anybody's."""
MOST_NUMERALS = 4
"""The same for numbers written in words."""


class Abusive(Protocol):
    """Parts of words that abuse (storage.reference.abuse)."""

    @property
    def anywhere(self) -> Iterable[str]:
        """Wherever they stand in a word."""
        ...

    @property
    def begins(self) -> Iterable[str]:
        """Where a word begins with them."""
        ...

    @property
    def words(self) -> Iterable[str]:
        """Where they are the whole word."""
        ...


_AT = r"(?:@|\(at\)|\[at\]|\bсобака\b)"
_EMAIL = re.compile(rf"[\w.+-]+\s*{_AT}\s*[\w-]+\s*(?:\.|\bточка\b)\s*\w+", re.IGNORECASE)
_NICK = re.compile(r"@\w{3,}")
_ENDS = "ru|рф|su|com|org|net|info|me|io|biz|by|kz|ua|online|site|clinic|club|pro"
_LINK = re.compile(
    rf"https?:|www\.|tg:|\b[\w-]+(?:\.[\w-]+)*\.(?:{_ENDS})\b|\b(?:t|vk|wa|ok)\.\w+/", re.IGNORECASE
)
_DIGITS = re.compile(r"\d(?:[\s().\-–—/·*_]{0,3}\d)+")
_WORD = re.compile(r"[^\W\d_]+")
_NUMERALS = re.compile(
    r"ноль|нол[яью]|один|одна|два|две|три|четыре|пять|шесть|семь|восемь|девять|десять|\w+надцать|двадцать"
    r"|тридцать|сорок|\w+десят|девяносто|сто|двести|триста|четыреста|\w+сот|плюс"
    r"|zero|one|two|three|four|five|six|seven|eight|nine|double"
)
_LOOKALIKES = str.maketrans("aeopcyxkmtbhiu03", "аеорсухкмтвниюоз")
"""Latin letters and digits in place of Cyrillic ones that look the same."""
_REPEATED = re.compile(r"(\w)\1{2,}")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][\s.*_-]){2,}[^\W\d_](?!\w)")


def doubts(comment: str, names: Iterable[str], public: Iterable[str], abusive: Abusive) -> tuple[str, ...]:
    """Say why a comment is to wait, in the order of DOUBTS; empty when it may be shown at once.

    `names` are those of whom it may be about, `public` ones (the doctor's) may stand in it all the same.
    """
    text = comment.replace("\u200b", "").replace("\u00ad", "")
    found = {
        EMAIL: bool(_EMAIL.search(text)),
        LINK: bool(_LINK.search(text)),
        NICK: bool(_NICK.search(text)),
        NUMBER: _has_number(text),
        NAME: _has_name(text, names, public),
        ABUSE: _has_abuse(text, abusive),
    }
    if found[EMAIL]:
        found[LINK] = found[NICK] = False  # parts of the same address
    return tuple(one for one in DOUBTS if found[one])


def _has_number(text: str) -> bool:
    if any(sum(sign.isdigit() for sign in run) > MOST_DIGITS for run in _DIGITS.findall(text)):
        return True
    in_a_row = 0
    for word in _WORD.findall(fold(text)):
        in_a_row = in_a_row + 1 if _NUMERALS.fullmatch(word) else 0
        if in_a_row > MOST_NUMERALS:
            return True
    return False


_ENDINGS = {
    "а": "а ы и е у ой ою ей ею",
    "я": "я и е ю ей ею ь",
    "й": "й я ю ем е ого ому им ом",
    "ь": "ь я ю ем е и ью",
}
_OF_CONSONANT = " а у ом ем ым е"
_OF_ADJECTIVE = "ая ой ую ою ий ый ого ому им ым ом"


def _forms(name: str) -> set[str]:
    """Write a name in the cases in which people put it; its other sex too, as family members are named."""
    if name.endswith(("ая", "ий", "ый")):
        return {name[:-2] + end for end in _OF_ADJECTIVE.split()}
    if len(name) < 3:
        return {name}
    if name[-1] in _ENDINGS:
        own = {name[:-1] + end for end in _ENDINGS[name[-1]].split()}
        is_of_man = name.endswith(("ова", "ева", "ина", "ына"))
        return own | ({name[:-1] + end for end in _OF_CONSONANT.split(" ")} if is_of_man else set())
    return {name + end for end in [*_OF_CONSONANT.split(" "), "ы", "ой"]}


def _has_name(text: str, names: Iterable[str], public: Iterable[str]) -> bool:
    allowed = {form for name in _parts(public) for form in _forms(name)}
    sought = {form for name in _parts(names) for form in _forms(name)} - allowed
    return any(word in sought for word in _WORD.findall(fold(text)))


def _parts(names: Iterable[str]) -> set[str]:
    return {part for name in names for part in _WORD.findall(fold(name)) if len(part) > 1}


def _has_abuse(text: str, abusive: Abusive) -> bool:
    folded = fold(text)
    joined = " ".join(re.sub(r"\W|_", "", run) for run in _SPACED.findall(folded))
    for plain in (folded, joined):
        for word in re.findall(r"\w+", plain):
            if any(_abuses(form, abusive) for form in {word, word.translate(_LOOKALIKES)}):
                return True
    return False


def _abuses(word: str, abusive: Abusive) -> bool:
    for form in {_REPEATED.sub(r"\1", word), re.sub(r"(\w)\1+", r"\1", word), word}:
        if form in abusive.words or any(form.startswith(part) for part in abusive.begins):
            return True
        if any(part in form for part in abusive.anywhere):
            return True
    return False
