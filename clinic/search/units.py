"""A text as units of meaning: synonyms are one, small words are marked, «не» belongs to what it denies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from clinic.search import words
from clinic.search.small import DENIALS, MODALS, PREPOSITIONS, says_nothing


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, or several that mean one thing."""

    word: str
    """as typed, folded; of several the first"""
    stem: str
    at: int
    clause: int
    is_small: bool
    is_denied: bool = False
    before: str = ""
    """the preposition before it"""
    meanings: frozenset[str] = frozenset()
    quality: float = 1.0
    """less than 1 when the spelling had to be guessed"""
    is_known: bool = True
    head: str = ""
    """the group of synonyms that these very words name"""


def cut(text: str) -> list[Unit]:
    """Cut a folded text into units, before their meanings are looked up."""
    units: list[Unit] = []
    clause, before, denied_from = 0, "", -1
    for at, word in enumerate(words.tokens(text)):
        if not word[0].isalnum():
            if words.ends_clause(word):
                clause, denied_from = clause + 1, -1
            before = ""
            continue
        if word in DENIALS:
            if word == "нет" and _denies_backwards(units, clause):
                units[-1] = replace(units[-1], is_denied=True)
            denied_from = at
            continue
        if word in ("но", "а", "зато"):
            clause, denied_from = clause + 1, -1
        if denied_from >= 0 and word in MODALS:
            units.append(Unit(word, words.stem(word), at, clause, True))
            continue
        if word in PREPOSITIONS:
            before = word
            continue
        is_small = says_nothing(word)
        is_denied = denied_from >= 0 and (not is_small or word in MODALS)
        units.append(Unit(word, words.stem(word), at, clause, is_small, is_denied, before))
        if is_denied:
            denied_from = -1
        if not is_small:
            before = ""
    return _deny_before(units, denied_from, clause)


def _denies_backwards(units: Sequence[Unit], clause: int) -> bool:
    """«Боли нет»: what was said before in the same part of the sentence is denied."""
    return bool(units) and units[-1].clause == clause and not units[-1].is_small


def _deny_before(units: list[Unit], denied_from: int, clause: int) -> list[Unit]:
    """«Спать не могу»: a «не» that found nothing behind it denies the word before it."""
    if denied_from < 0:
        return units
    for place in range(len(units) - 1, -1, -1):
        unit = units[place]
        if unit.clause != clause:
            break
        if unit.at < denied_from and not unit.is_small:
            units[place] = replace(unit, is_denied=True)
            break
    return units


def key(unit: Unit) -> str:
    """Name a unit for comparing: its stem, with «!» when it is denied."""
    return f"!{unit.stem}" if unit.is_denied else unit.stem


def literal(*units: Unit) -> str:
    """Name the meaning that words have by themselves, beside that of their synonyms."""
    return "=" + " ".join(sorted(map(key, units)))


class Synonyms:
    """Which words and phrases mean the same."""

    def __init__(self, groups: Iterable[tuple[str, Sequence[str]]]) -> None:
        self.single: dict[str, set[str]] = {}
        self._of_many: dict[tuple[str, ...], str] = {}
        self._after: dict[tuple[str, str], str] = {}
        self._heads: dict[str, str] = {}
        self._longest = 1
        for meaning, phrases in groups:
            self._heads[literal(*(unit for unit in cut(meaning) if not unit.is_small))] = meaning
            for phrase in (meaning, *phrases):
                self._add(meaning, phrase)

    def _add(self, meaning: str, phrase: str) -> None:
        units = cut(phrase)
        telling = tuple(key(unit) for unit in units if not unit.is_small) or tuple(map(key, units))
        if not telling:
            return
        if len(telling) > 1:
            self._of_many[telling] = meaning
            self._longest = max(self._longest, len(telling))
        elif units[-1].before and len(units) == 1:
            self._after[units[-1].before, telling[0]] = meaning
        else:
            self.single.setdefault(telling[0], set()).add(meaning)

    def stems(self) -> set[str]:
        """Name every stem that has a meaning."""
        known = set(self.single) | {word for words_ in self._of_many for word in words_}
        known |= {word for _, word in self._after}
        return {word.lstrip("!") for word in known}

    def join(self, units: Sequence[Unit]) -> list[Unit]:
        """Give the units their meanings; phrases that mean one thing become one unit, small words stay."""
        telling = [unit for unit in units if not unit.is_small]
        small = [unit for unit in units if unit.is_small]
        found: list[Unit] = []
        place = 0
        while place < len(telling):
            for length in range(min(self._longest, len(telling) - place), 0, -1):
                part = telling[place : place + length]
                meaning = self._phrase(part)
                if meaning is not None:
                    quality = min(unit.quality for unit in part)
                    found.append(
                        replace(
                            part[0],
                            is_denied=False,
                            meanings=frozenset({literal(*part), meaning}),
                            quality=quality,
                            head=self._heads.get(literal(*part), ""),
                        )
                    )
                    break
            else:
                length = 1
                found.append(self._alone(telling[place]))
            place += length
        return sorted(found + [self._alone(unit) for unit in small], key=lambda unit: unit.at)

    def _phrase(self, part: Sequence[Unit]) -> str | None:
        if len(part) == 1:
            return self._after.get((part[0].before, key(part[0]))) if part[0].before else None
        keys = tuple(map(key, part))
        found = self._of_many.get(keys)
        if found is None and len(keys) == 2:
            found = self._of_many.get((keys[1], keys[0]))
        return found

    def _alone(self, unit: Unit) -> Unit:
        own = self.single.get(key(unit))
        if own is not None:
            head = self._heads.get(literal(unit), "")
            return replace(unit, meanings=frozenset({literal(unit), *own}), is_denied=False, head=head)
        meanings = self.single.get(unit.stem, set())
        if unit.is_denied:
            meanings = {f"!{meaning}" for meaning in meanings}
        return replace(unit, meanings=frozenset({literal(unit), *meanings}))
