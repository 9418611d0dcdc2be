"""Names in a text: of doctors, facilities, towns; read from the store after each change of the catalogue."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from clinic.search import words
from clinic.search.small import says_nothing
from storage import names
from storage.names import NamedDoctor, NamedFacility, Town
from storage.search import EVERYDAY, stem
from storage.text import fold
from storage.types import Tx

SURNAME, GIVEN, PATRONYMIC = "surname", "given_name", "patronymic"
_HOUSES = (
    "поликлин",
    "больниц",
    "клиник",
    "центр",
    "госпитал",
    "диспансер",
    "амбулатор",
    "филиал",
    "роддом",
    "медцентр",
)
"""Beginnings of words by which one asks for a house."""
_STREET = ("улиц", "проспект", "бульвар", "шоссе", "переулок", "площад", "набережн")
_BLURRED = 0.86
_OF_MEN = ("ым", "им", "ого", "ому", "ов", "ев", "ин", "ову", "еву", "ину", "ыну")
"""Endings of a man's surname; «к Петрову» is said far more often than «на Петрову»."""


@dataclass(frozen=True, slots=True)
class Name:
    """A word of a text that is a part of a doctor's name."""

    column: str
    stem: str
    sureness: float
    word: str


@dataclass(slots=True)
class Book:
    """Every name that is known."""

    change: int
    parts: dict[str, set[str]] = field(default_factory=dict)
    """stems by column"""
    surnames: list[str] = field(default_factory=list)
    """stems in order"""
    by_sound: dict[str, list[str]] = field(default_factory=dict)
    towns: dict[str, Town] = field(default_factory=dict)
    """by the stem of the name, or of what people call the region"""
    houses: frozenset[str] = frozenset()
    """stems of the words of facilities"""
    seen_in: dict[int, set[str]] = field(default_factory=dict)
    """regions in which a specialty is seen"""

    def name(self, word: str) -> Name | None:
        """Take a folded word for a part of a name, in whatever case."""
        short = stem(word)
        for column in (SURNAME, PATRONYMIC, GIVEN):
            if short in self.parts[column]:
                return Name(column, short, 1.0, word)
        return None

    def blurred(self, word: str) -> Name | None:
        """Take a word that nothing else knows for a surname that was misspelt or not typed to its end."""
        short = stem(word)
        if len(short) < 4 or len(word) < 5:
            return None
        alike = self.by_sound.get(words.sound(short))
        if alike:
            return Name(SURNAME, min(alike, key=lambda known: OSA.distance(known, short)), 0.92, word)
        at = bisect_left(self.surnames, word)
        if at < len(self.surnames) and self.surnames[at].startswith(word):
            return Name(SURNAME, word, 0.8, word)
        allowed = 1 if len(short) < 8 else 2
        if len(short) < 5:
            return None
        near = process.extractOne(short, self.surnames, scorer=OSA.distance, score_cutoff=allowed)
        if near is None or (len(short) < 7 and near[0][0] != short[0]):
            return None
        return Name(SURNAME, near[0], _BLURRED, word)

    def town(self, found: Iterable[str]) -> tuple[Town, str] | None:
        """Find a town, or a region as people call it, with the word that named it."""
        for word in found:
            if word.startswith(_STREET):
                continue
            known = self.towns.get(stem(word))
            if known is not None and len(word) > 2:
                return known, word
        return None


def read(tx: Tx) -> Book:
    """Read the book of names anew."""
    book = Book(names.change(tx), {SURNAME: set(), GIVEN: set(), PATRONYMIC: set()})
    for column, known in (
        (SURNAME, names.surnames(tx)),
        (GIVEN, names.given_names(tx)),
        (PATRONYMIC, names.patronymics(tx)),
    ):
        for name in known:
            book.parts[column].update(map(stem, fold(name).replace("-", " ").split()))
    book.surnames = sorted(book.parts[SURNAME])
    for short in book.surnames:
        book.by_sound.setdefault(words.sound(short), []).append(short)
    for town in names.towns(tx):
        last = fold(town.name).replace("-", " ").split()
        for word in (last[-1], fold(town.name), *EVERYDAY.get(town.region_code, "").split()):
            book.towns.setdefault(stem(word), town)
        for word in words.tokens(fold(town.region_ru)):
            if len(word) > 4 and not word.startswith(("област", "республик", "автоном")):
                book.towns.setdefault(stem(word), town)
    found = set()
    for text in names.house_words(tx):
        found |= {stem(word) for word in words.tokens(fold(text)) if word[0].isalnum()}
    book.houses = frozenset(found)
    for specialty_id, region_code in names.specialties_by_region(tx):
        book.seen_in.setdefault(specialty_id, set()).add(region_code)
    return book


def doctors(tx: Tx, said: Sequence[Name], region_code: str | None) -> list[tuple[NamedDoctor, float]]:
    """Find the doctors whose names were said, with scores; those of the region, where there are any."""
    surnames = [name for name in said if name.column == SURNAME]
    others = [name for name in said if name.column != SURNAME]
    if not surnames and len(others) < 2 and not any(name.column == PATRONYMIC for name in others):
        return []
    for one in surnames or [others[0]]:
        for where in dict.fromkeys((region_code, None)):
            found = names.doctors(tx, [one.stem], where, one.column)
            scored = [(row, _score(row, one, [*surnames, *others])) for row in found]
            scored = [(row, score) for row, score in scored if score > 0]
            if scored:
                return sorted(scored, key=lambda pair: -pair[1])
    return []


def _score(row: NamedDoctor, main: Name, said: Sequence[Name]) -> float:
    own = {
        SURNAME: fold(row.surname).replace("-", " ").split(),
        GIVEN: fold(row.given_name).split(),
        PATRONYMIC: fold(row.patronymic).split(),
    }
    score = 0.0
    for name in said:
        stems = [stem(part) for part in own[name.column]]
        worth = 1.7 if name.column == SURNAME else 0.7
        if name.stem in stems:
            score += worth * name.sureness
        elif any(part.startswith(name.stem) for part in own[name.column]):
            score += worth * name.sureness * 0.75
        elif name is main:
            return 0.0
        else:
            score -= 0.3
    if said[0].column == SURNAME and own[SURNAME][0] == said[0].word:
        score += 0.1
    elif _is_like(row, main.word):
        score += 0.05
    return score


def _is_like(row: NamedDoctor, word: str) -> bool:
    """«Нестеровой» is rather a woman, «Нестерову» may be either."""
    if word.endswith(("ой", "ую", "ая")):
        return row.sex == "female"
    return row.sex == "male" and word.endswith(_OF_MEN)


def asks_for_house(found: Sequence[str]) -> bool:
    """Tell whether somebody asks for a polyclinic, a hospital or a centre."""
    return any(word.startswith(_HOUSES) for word in found)


def facilities(
    tx: Tx, book: Book, found: Sequence[str], region_code: str | None, *, is_asked: bool
) -> list[tuple[NamedFacility, float]]:
    """Find the facilities of which words of a text speak; those of the region first."""
    said = []
    for word in found:
        short = stem(word)
        if word in ("на", "в", "по", "у", "к", "д", "ул", "дом") or (
            says_nothing(word) and not word.isdecimal()
        ):
            continue
        if short in book.houses:
            said.append(word if word.isdecimal() else short)
    if not said or (not is_asked and all(word.isdecimal() for word in said)):
        return []
    telling = [word for word in said if not word.startswith(_HOUSES)]
    tries = (said, telling) if telling else (said,)
    for wanted in tries:
        for where in dict.fromkeys((region_code, None)):
            rows = names.facilities(tx, wanted, where) if wanted else []
            if rows:
                score = 1.2 * len(telling) + (0.9 if is_asked else 0.0)
                return [(row, score) for row in rows]
    return []
