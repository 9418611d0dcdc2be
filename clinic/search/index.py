"""What can be found by words alone: specialties, commands, signs of danger; made of the tables once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from clinic.search import words
from clinic.search.small import LIGHT, SMALL, says_nothing, small_stems
from clinic.search.units import Synonyms, Unit, cut
from storage.reference.phrases import Phrases
from storage.services import SearchedService
from storage.specialties import SearchedSpecialty

NAME, COMPLAINT, WORDS, COMMAND, DANGER = "name", "complaint", "words", "command", "danger"
SERVICE = "service"
"""Kinds of entries: names of specialties, complaints, the words of the store's specialties, …"""
_BY_HEAD, _BY_GROUP = 0.95, 0.75
"""How sure it is that a synonym is meant where a phrase names the group, and where it names another of it."""
_SHORTEST_GUESS = 4
"""Shorter words are taken as typed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a phrase: the meanings that it has, and those that it has as one of a group."""

    exact: frozenset[str]
    loose: frozenset[str]
    ease: float
    """how sure a match by the group is"""
    worth: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase and what it stands for."""

    kind: str
    parts: tuple["Part", ...]
    targets: tuple[str, ...]
    """codes of specialties, the best first; of a command, a danger or a service one code"""
    who: str = ""
    past: bool = False
    phrase: str = ""


@dataclass(slots=True)
class Index:
    """The entries by what is said in them, and every word that is known."""

    synonyms: Synonyms
    children: Mapping[str, str]
    entries: list[Entry] = field(default_factory=list)
    by_meaning: dict[str, list[int]] = field(default_factory=dict)
    stems: dict[str, None] = field(default_factory=dict)
    by_sound: dict[str, list[str]] = field(default_factory=dict)
    by_first: dict[str, list[str]] = field(default_factory=dict)
    by_second: dict[str, list[str]] = field(default_factory=dict)
    guesses: dict[str, tuple[str, float] | None] = field(default_factory=dict)

    def units(self, text: str) -> list[Unit]:
        """Read a folded text: correct what is misspelt, join what means one thing."""
        joined = self.synonyms.join([self._spelled(unit) for unit in self._split(cut(text))])
        return [_measured(unit) for unit in joined]

    def _split(self, units: list[Unit]) -> Iterable[Unit]:
        """Part two words that were typed as one."""
        for unit in units:
            pair = None if self._is_known(unit) or len(unit.word) < 8 else self._two(unit.word)
            if pair is None:
                yield unit
            else:
                yield replace(unit, word=pair[0], stem=words.stem(pair[0]), is_small=says_nothing(pair[0]))
                yield replace(
                    unit, word=pair[1], stem=words.stem(pair[1]), is_small=says_nothing(pair[1]), before=""
                )

    def _two(self, word: str) -> tuple[str, str] | None:
        if self._guess(word, words.stem(word)) is not None:
            return None
        for at in range(3, len(word) - 2):
            first, second = word[:at], word[at:]
            if words.stem(first) in self.stems and words.stem(second) in self.stems:
                return first, second
        return None

    def _is_known(self, unit: Unit) -> bool:
        return unit.is_small or unit.stem in self.stems or unit.word[0].isdigit()

    def _spelled(self, unit: Unit) -> Unit:
        if self._is_known(unit):
            return unit
        guess = self._guess(unit.word, unit.stem)
        if guess is None:
            return replace(unit, is_known=False)
        is_small = guess[0] in small_stems()
        return replace(unit, stem=guess[0], quality=guess[1], is_known=False, is_small=is_small)

    def _guess(self, word: str, stem: str) -> tuple[str, float] | None:
        """Find the known stem that was meant, with how sure that is."""
        if len(word) < _SHORTEST_GUESS or word.isdecimal():
            return None
        if word not in self.guesses:
            if len(self.guesses) > 20000:
                self.guesses.clear()
            self.guesses[word] = self._guess_anew(stem)
        return self.guesses[word]

    def _guess_anew(self, stem: str) -> tuple[str, float] | None:
        heard = words.sound(stem)
        alike = self.by_sound.get(heard)
        best = min(alike or [], key=lambda known: OSA.distance(known, stem), default="")
        if best and (len(heard) > 4 or (len(heard) > 2 and best[0] == stem[0])):
            return best, 0.92
        allowed = _allowed(len(stem))
        if not allowed or len(heard) < 2:
            return None
        near = process.extractOne(
            heard,
            self._near(heard),
            scorer=OSA.distance,
            score_cutoff=allowed,
        )
        if near is None:
            return None
        found = self.by_sound[near[0]]
        best = min(found, key=lambda known: OSA.distance(known, stem))
        distance = OSA.distance(best, stem)
        if len(best) < 5 or abs(len(best) - len(stem)) > allowed:
            return None
        return best, 0.9 - 0.1 * max(near[1], min(distance, 3) - 1)

    def _near(self, heard: str) -> list[str]:
        """Most misspellings keep one of the first two sounds; one that keeps none is too far away."""
        found = self.by_first.get(heard[0], [])
        return (
            found
            + [known for known in self.by_first.get(heard[1], []) if len(known) < len(heard)]
            + (self.by_second.get(heard[0], []) + self.by_second.get(heard[1], []))
        )


def _measured(unit: Unit) -> Unit:
    """Let a number stand for those near it too: 38.7 is 38, and a pressure of 195 as alarming as 200."""
    if not unit.word[0].isdigit():
        return unit
    number = float(unit.word.replace(",", "."))
    near = {f"={unit.word}", f"={int(number)}"}
    if 150 <= number < 300:
        near.add("=150" if number < 180 else "=200")
    return replace(unit, meanings=frozenset(near))


def _allowed(length: int) -> int:
    """How many letters may be wrong in a stem of that length."""
    return 0 if length < 5 else 1 if length < 9 else 2 if length < 12 else 3


def build(
    phrases: Phrases, specialties: Sequence[SearchedSpecialty], services: Sequence[SearchedService] = ()
) -> Index:
    """Make the index of the shipped phrases and of the store's specialties and services."""
    index = Index(Synonyms(phrases.synonyms), phrases.children)
    known = {row.code for row in specialties}
    for row in phrases.complaints:
        targets = tuple(code for code in row.specialties if code in known)
        _add(index, COMPLAINT, row.phrases, targets, row.who)
    for code, names in phrases.names:
        if code in known:
            _add(index, NAME, names, (code,))
    for specialty in specialties:
        _add(index, NAME, (specialty.name_ru, specialty.name_en, specialty.official_name), (specialty.code,))
        extra = tuple(part.strip() for part in specialty.words_ru.split(";") if part.strip())
        _add(index, WORDS, extra, (specialty.code,))
    for service in services:
        names = (service.name_ru, service.name_en, *service.words_ru.split(";"))
        _add(index, SERVICE, tuple(filter(None, map(str.strip, names))), (service.code,))
    for command, said in phrases.commands:
        _add(index, COMMAND, said, (command,))
    for danger in phrases.dangers:
        _add(index, DANGER, danger.phrases, (danger.group,), danger.who, past=danger.past)
    _know(index)
    return index


def _add(
    index: Index,
    kind: str,
    phrases: Iterable[str],
    targets: tuple[str, ...],
    who: str = "",
    *,
    past: bool = False,
) -> None:
    if not targets:
        return
    for phrase in phrases:
        folded = " ".join(phrase.casefold().replace("ё", "е").replace("(", " ").replace(")", " ").split())
        units = index.synonyms.join(cut(folded))
        said = [unit for unit in units if kind == COMMAND or not unit.is_small] or units
        parts = tuple(dict.fromkeys(_part(unit, kind) for unit in said))
        number = len(index.entries)
        index.entries.append(Entry(kind, parts, targets, who, past, folded))
        for meaning in {meaning for part in parts for meaning in part.exact | part.loose}:
            index.by_meaning.setdefault(meaning, []).append(number)
        for unit in said:
            index.stems.setdefault(unit.stem)


def _part(unit: Unit, kind: str) -> Part:
    """Say what a word of a phrase stands for.

    The name of a group stands for that group. Any other word stands for itself first, and less surely for the
    groups that it is in; in a command, a sign of danger and a service for itself alone.
    """
    worth = weight(unit) if kind != COMMAND else 1.0
    exact = frozenset(meaning for meaning in unit.meanings if meaning.startswith("="))
    if unit.head and kind != SERVICE:
        return Part(exact, frozenset({unit.head}), _BY_HEAD, worth)
    loose = frozenset() if kind in (NAME, COMMAND, DANGER, SERVICE) else unit.meanings - exact
    return Part(exact, loose, _BY_GROUP, worth)


def _know(index: Index) -> None:
    for stem in index.synonyms.stems():
        index.stems.setdefault(stem)
    for small in SMALL:
        index.stems.setdefault(words.stem(small))
    for stem in index.stems:
        if len(stem) >= 3 and not stem.isdecimal():
            heard = words.sound(stem)
            if heard not in index.by_sound and len(heard) > 1:
                index.by_first.setdefault(heard[0], []).append(heard)
                index.by_second.setdefault(heard[1], []).append(heard)
            index.by_sound.setdefault(heard, []).append(stem)


def weight(unit: Unit) -> float:
    """Say how much a word tells: «болит» less than «ухо», «сильно» hardly anything."""
    if unit.stem in LIGHT:
        return 0.25
    return 0.6 if "боль" in unit.meanings else 1.0
