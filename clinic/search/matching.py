"""Scores: how well a text fits specialties and commands, and whether it speaks of danger."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clinic.search.about import About
from clinic.search.index import COMMAND, COMPLAINT, DANGER, NAME, SERVICE, WORDS, Entry, Index, Part
from clinic.search.units import Unit
from storage.services import SearchedService
from storage.specialties import SearchedSpecialty

_WORTH = {NAME: 1.7, COMPLAINT: 1.0, WORDS: 0.75, COMMAND: 1.25, SERVICE: 1.3}
_SHARES = {DANGER: 1.0, COMMAND: 0.65, SERVICE: 1.0}
"""How much of a phrase must have been said; half of a complaint will do."""
_OF_A_VISIT = ("cancel", "move")
_LEAST_SURE = 0.85
"""A misspelling that is less sure raises no alarm."""
_BY_PLACE = (1.0, 0.7, 0.5, 0.4)
"""What the first, second, … specialty of a complaint gets of its score."""
_CHILDREN_FIRST = 1.3
_AT_LEAST = 0.7
"""What a paediatrician gets of the best score where a child has a complaint."""
_LONG_AGO = re.compile(
    r"\b(после|назад|в прошлом|перенес\w*|раньше|справк\w*|хроническ\w*|последстви\w*|восстановлени\w*"
    r"|реабилитац\w*|наблюда\w*|на учете|в детстве|боюсь|боится|профилактик\w*|диагноз|узнать про|давно"
    r"|был[аио]? (?:год|в|у)|выписали|выписка)\b"
)


@dataclass(slots=True)
class Found:
    """What a text is about."""

    specialties: dict[str, float] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    """the service that was named, by its specialty; both are codes"""
    commands: dict[str, float] = field(default_factory=dict)
    dangers: list[str] = field(default_factory=list)
    is_complaint: bool = False
    """the best specialty was found by a complaint, not by its name"""
    used: set[int] = field(default_factory=set)
    """units of specialties that were found, by their place"""


@dataclass(frozen=True, slots=True)
class _Match:
    entry: Entry
    units: frozenset[int]
    score: float

    @property
    def is_whole(self) -> bool:
        """Whether all words of the entry were said."""
        return len(self.units) == len(self.entry.parts)


def match(
    index: Index,
    units: Sequence[Unit],
    whole: Sequence[Unit],
    about: About,
    text: str,
    rows: Mapping[str, SearchedSpecialty],
    services: Mapping[str, SearchedService],
) -> Found:
    """Find what fits; `whole` has the words about persons and names too.

    `rows` are specialties, `services` their services, by code.
    """
    found = Found()
    matches = list(_matches(index, units))
    commands = [one for one in _matches(index, whole) if one.entry.kind == COMMAND]
    spoken_of = [{whole[place].at for place in one.units} for one in commands if one.is_whole]
    found.dangers = list(
        _dangers([one for one in matches if not _is_within(one, units, spoken_of)], about, text)
    )
    _commands(found, commands, whole)
    told = [one for one in matches if one.entry.kind in (NAME, COMPLAINT, WORDS)]
    fitting = [one for one in told if _fits(one.entry, about)]
    if not fitting:
        fitting = told
    named = _services(found, matches, index, about, rows, services)
    _specialties(found, _widest([*fitting, *named]), index, about, rows)
    return found


def _matches(index: Index, units: Sequence[Unit]) -> Iterator[_Match]:
    candidates: dict[int, set[int]] = {}
    for place, unit in enumerate(units):
        for meaning in unit.meanings:
            for number in index.by_meaning.get(meaning, ()):
                if not unit.is_small or index.entries[number].kind == COMMAND:
                    candidates.setdefault(number, set()).add(place)
    for number, places in candidates.items():
        entry = index.entries[number]
        taken: set[int] = set()
        hit = whole = sureness = 0.0
        for part in entry.parts:
            whole += part.worth
            sure, best = max(
                ((_sureness(part, units[place]), place) for place in places - taken), default=(0.0, 0)
            )
            if sure:
                taken.add(best)
                hit += part.worth
                sureness += part.worth * sure
        if not hit:
            continue
        share = hit / whole
        if share < _SHARES.get(entry.kind, 0.5):
            continue
        if entry.kind == NAME and share < 1:
            share *= 0.6
        yield _Match(entry, frozenset(taken), sureness * share * share)


def _sureness(part: Part, unit: Unit) -> float:
    if unit.meanings & part.exact:
        return unit.quality
    return unit.quality * part.ease if unit.meanings & part.loose else 0.0


def _fits(entry: Entry, about: About) -> bool:
    match entry.who:
        case "child":
            return about.is_child is True
        case "adult":
            return about.is_child is not True
        case "baby":
            return about.is_baby
        case "female":
            return about.sex != "male" and about.is_child is not True
        case "male":
            return about.sex != "female" and about.is_child is not True
        case "pregnant":
            return about.sex != "male"
        case _:
            return True


def _dangers(matches: Sequence[_Match], about: About, text: str) -> Iterator[str]:
    is_long_ago = _LONG_AGO.search(text) is not None
    seen = set()
    for one in matches:
        entry = one.entry
        if entry.kind != DANGER or entry.targets[0] in seen or (entry.past and is_long_ago):
            continue
        if _fits(entry, about) and one.score >= _LEAST_SURE * sum(part.worth for part in entry.parts):
            seen.add(entry.targets[0])
            yield entry.targets[0]


def _is_within(match: _Match, units: Sequence[Unit], spoken_of: Sequence[set[int]]) -> bool:
    """Tell whether a match is a piece of a command: «не приходит» of «не приходит смс» is no fainting."""
    places = {units[place].at for place in match.units}
    return any(places < command for command in spoken_of)


def _commands(found: Found, matches: Sequence[_Match], units: Sequence[Unit]) -> None:
    telling = {place for place, unit in enumerate(units) if not unit.is_small}
    for one in matches:
        size = max(0.8, sum(1.0 if not units[place].is_small else 0.45 for place in one.units))
        missed = len(telling - one.units)
        share = len(one.units) / len(one.entry.parts)
        score = _WORTH[COMMAND] * size * share**3 * (1.0 if not missed else 0.55 if missed == 1 else 0.3)
        if one.entry.targets[0] in _OF_A_VISIT and telling & one.units:
            score *= 2  # «отменить запись к лору» is about that visit
        if not missed and len(one.units) == len(units):
            score *= 1.5
        code = one.entry.targets[0]
        found.commands[code] = max(found.commands.get(code, 0), score)


def _widest(matches: Sequence[_Match]) -> list[tuple[_Match, float]]:
    """Weaken what is a part of a longer phrase that was found too: «низ живота» is not «живот»."""
    found = []
    for one in matches:
        is_part = any(one.units < other.units and other.score > one.score for other in matches)
        found.append((one, 0.2 if is_part else 1.0))
    return found


def _services(
    found: Found,
    matches: Sequence[_Match],
    index: Index,
    about: About,
    rows: Mapping[str, SearchedSpecialty],
    services: Mapping[str, SearchedService],
) -> list[_Match]:
    """Find which service of each specialty was named, and return what speaks for their specialties.

    Nothing where several services fit a text alike: an ultrasound of what?
    """
    by_specialty: dict[str, dict[str, _Match]] = {}
    for one in matches:
        if one.entry.kind != SERVICE:
            continue
        code = one.entry.targets[0]
        specialty = services[code].specialty_code
        if specialty in rows and _for_patient(specialty, SERVICE, index, about, rows) == specialty:
            known = by_specialty.setdefault(specialty, {}).get(code)
            if known is None or one.score > known.score:
                by_specialty[specialty][code] = one
    named = []
    for specialty, by_code in by_specialty.items():
        best, *others = sorted(by_code.items(), key=lambda pair: -pair[1].score)
        if not others or best[1].score > others[0][1].score:
            found.services[specialty] = best[0]
        entry = replace(best[1].entry, targets=(specialty,))
        named.append(replace(best[1], entry=entry))
    return named


def _specialties(
    found: Found,
    matches: Sequence[tuple[_Match, float]],
    index: Index,
    about: About,
    rows: Mapping[str, SearchedSpecialty],
) -> None:
    by_code: dict[str, dict[frozenset[int], float]] = {}
    named: dict[str, float] = {}
    for one, share in matches:
        entry = one.entry
        for place, code in enumerate(entry.targets):
            score = one.score * share * _WORTH[entry.kind] * _BY_PLACE[min(place, 3)]
            if entry.who == "male" and about.sex is None:
                score *= 0.85
            target = _for_patient(code, entry.kind, index, about, rows)
            if target is None:
                continue
            scores = by_code.setdefault(target, {})
            scores[one.units] = max(scores.get(one.units, 0), score)
            found.used |= one.units
            if entry.kind in (NAME, SERVICE):
                named[target] = max(named.get(target, 0), score)
    for code, scores in by_code.items():
        ordered = sorted(scores.values(), reverse=True)
        found.specialties[code] = ordered[0] + 0.25 * sum(ordered[1:3])
    if found.specialties:
        best = max(found.specialties, key=lambda code: found.specialties[code])
        found.is_complaint = named.get(best, 0) < found.specialties[best] * 0.6
    if found.is_complaint and about.is_child:
        _first_to_childrens_doctors(found, rows)


def _first_to_childrens_doctors(found: Found, rows: Mapping[str, SearchedSpecialty]) -> None:
    """Put those who see children alone before the others, and the paediatrician among them in any case."""
    for code in found.specialties:
        if rows[code].audience == "child":
            found.specialties[code] *= _CHILDREN_FIRST
    if "pediatrician" in rows:
        known = found.specialties.get("pediatrician", 0)
        found.specialties["pediatrician"] = max(known, _AT_LEAST * max(found.specialties.values()))


def _for_patient(
    code: str, kind: str, index: Index, about: About, rows: Mapping[str, SearchedSpecialty]
) -> str | None:
    """Say who sees this patient in place of a specialty, which may be itself; None where nobody fits."""
    row = rows[code]
    if about.is_child and row.audience == "adult":
        child = index.children.get(code)
        return child if child in rows else code if kind == NAME else None
    if about.is_child is False and row.audience == "child" and kind != NAME:
        return None
    if about.sex is not None and row.sex not in ("any", about.sex) and kind != NAME:
        return None
    return code
