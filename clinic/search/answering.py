"""Putting an answer together: what the words say, who has that name, what is near, in order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from clinic.search import matching, names
from clinic.search.about import About, about
from clinic.search.hits import Answer, Asker, CommandHit, DoctorHit, FacilityHit, Hit, SpecialtyHit
from clinic.search.index import Index
from clinic.search.matching import Found
from clinic.search.names import Book, Name
from clinic.search.units import Unit
from clinic.search.words import readings, tokens
from storage import names as stored
from storage.names import NamedFacility, Town
from storage.own_phrases import OwnPhrase
from storage.services import SearchedService
from storage.specialties import SearchedSpecialty
from storage.types import Tx

MOST = 7
"""Most hits of one answer."""
_LEAST = 0.4
_SHARE = 0.3
"""A hit that is so much weaker than the best one is not shown."""
_IN_DANGER = {
    "mind": ("psychotherapist", "psychiatrist"),
    "injury": ("orthopedist", "surgeon"),
    "burns": ("surgeon",),
    "birth": ("gynecologist",),
}
"""Whom to offer after an alarm that names nobody."""


@dataclass(slots=True)
class Known:
    """What was read of a store."""

    index: Index
    rows: dict[str, SearchedSpecialty]
    """specialties by code"""
    services: dict[str, SearchedService]
    """services by code"""
    book: Book
    own: list[OwnPhrase]
    """what the deployment has added to the shipped phrases"""

    def is_made_of(
        self,
        rows: dict[str, SearchedSpecialty],
        services: dict[str, SearchedService],
        own: list[OwnPhrase],
    ) -> bool:
        """Tell whether the index is of these."""
        return (self.rows, self.services, self.own) == (rows, services, own)


@dataclass(slots=True)
class Reading:
    """One way in which the text can be meant."""

    text: str
    about: About
    units: list[Unit]
    said: dict[int, Name]
    """names by the place of their unit"""
    credit: float


class Search:
    """One search within a transaction."""

    def __init__(self, tx: Tx, known: Known, text: str, who: Asker, now: datetime) -> None:
        self._tx = tx
        self._known = known
        self._who = who
        self._now = now
        read = [self._read(reading) for reading in readings(text)]
        self._reading = max(read, key=lambda one: one.credit)

    def _read(self, text: str) -> Reading:
        known = self._known
        found_about, rest = about(text, self._who.age, self._who.sex)
        units = known.index.units(rest)
        said: dict[int, Name] = {}
        telling = [(place, unit) for place, unit in enumerate(units) if not unit.is_small]
        for place, unit in telling:
            name = known.book.name(unit.word)
            if name is None and not unit.is_known and not 0.85 < unit.quality < 1:
                name = known.book.blurred(unit.word)
            if name is not None:
                said[place] = name
        credit = sum(self._credit(unit, said.get(place)) for place, unit in telling)
        is_said = found_about.is_said
        share = (credit + is_said) / (len(telling) + is_said) if telling or is_said else 0.0
        if not telling and units and any(unit.is_known for unit in units):
            share = 0.9 if any(len(unit.word) > 2 for unit in units) else 0.2
        return Reading(text, found_about, units, said, share)

    @staticmethod
    def _credit(unit: Unit, name: Name | None) -> float:
        if name is not None:
            return 0.95 * name.sureness
        if unit.is_known:
            return 0.3 if unit.word[0].isdigit() else 1.0
        return unit.quality * 0.85 if unit.quality < 1 else 0.0

    def answer(self) -> Answer:
        """Put the answer together."""
        reading, known = self._reading, self._known
        found_words = [token for token in tokens(reading.text) if token[0].isalnum()]
        town = known.book.town(found_words)
        region = town[0].region_code if town else self._who.region_code
        said = self._names()
        units = [unit for place, unit in enumerate(reading.units) if place not in said]
        if town:
            units = [unit for unit in units if unit.word != town[1] or unit.is_known]
        whole = known.index.units(reading.text)
        found = matching.match(
            known.index, units, whole, reading.about, reading.text, known.rows, known.services
        )
        self._offer_in_danger(found)
        self._offer_for_child(found)
        scored: list[tuple[float, Hit]] = []
        houses = self._houses(found_words, town, region, bool(found.specialties))
        scored += houses
        scored += self._doctors(list(said.values()), region, found)
        scored += self._specialties(found, region, houses, said)
        scored += self._commands(found, scored)
        hits = self._best(scored)
        return Answer(
            hits,
            tuple(found.dangers),
            found.is_complaint and any(isinstance(hit, SpecialtyHit) for hit in hits),
            reading.about.is_child is True,
        )

    def _names(self) -> dict[int, Name]:
        """Keep the names that are sure, and the guessed ones where the word means nothing else."""
        return {
            place: name
            for place, name in self._reading.said.items()
            if name.sureness == 1.0 or not self._reading.units[place].is_known
        }

    def _offer_in_danger(self, found: Found) -> None:
        if not found.dangers or max(found.specialties.values(), default=0) > _LEAST:
            return
        for code in _IN_DANGER.get(found.dangers[0], ("therapist",)):
            fitting = self._of_patient(code)
            if fitting is not None:
                found.specialties[fitting] = 1.0

    def _offer_for_child(self, found: Found) -> None:
        """«Детский врач», «ребёнок заболел»: a child and nothing else is the paediatrician's."""
        at = self._reading.about
        if at.is_child and at.is_said and not found.specialties and not set(found.commands) - {"booking"}:
            for code, score in (("pediatrician", 1.0), ("family_doctor", 0.6)):
                if code in self._known.rows:
                    found.specialties[code] = score

    def _of_patient(self, code: str) -> str | None:
        if self._reading.about.is_child:
            code = self._known.index.children.get(code, code)
        return code if code in self._known.rows else None

    def _houses(
        self,
        found_words: Sequence[str],
        town: tuple[Town, str] | None,
        region: str | None,
        has_specialty: bool,
    ) -> list[tuple[float, Hit]]:
        book = self._known.book
        is_asked = names.asks_for_house(found_words)
        known_units = {unit.word for unit in self._reading.units if unit.is_known}
        wanted = [
            word
            for word in found_words
            if is_asked or (word not in known_units and not (has_specialty and town and word == town[1]))
        ]
        found = names.facilities(self._tx, book, wanted, region, is_asked=is_asked)
        ordered = sorted(found, key=lambda pair: (-pair[1], *self._nearness(pair[0]), pair[0].name))
        return [
            (score - 0.01 * place, FacilityHit(row.id, row.region_code, row.name, row.town, row.address))
            for place, (row, score) in enumerate(ordered[:MOST])
        ]

    def _nearness(self, row: NamedFacility) -> tuple[bool, bool]:
        is_child = self._reading.about.is_child
        fits = row.audience == "all" or (row.audience == "child") is bool(is_child)
        return row.region_code != self._who.region_code, not fits

    def _doctors(self, said: list[Name], region: str | None, found: Found) -> list[tuple[float, Hit]]:
        rows = names.doctors(self._tx, said, region)
        if not rows:
            return []
        wanted = {self._known.rows[code].id for code in found.specialties}
        scored = []
        for row, score in rows:
            here = 0.2 * (row.region_code == region) + 0.1 * (row.facility_id == self._who.facility_id)
            scored.append((score + here + (0.9 if row.specialty_id in wanted else 0.0), row))
        scored.sort(key=lambda pair: -pair[0])
        codes = {row.id: row.code for row in self._known.rows.values()}
        hits: list[tuple[float, Hit]] = []
        for score, row in scored[:MOST]:
            service = self._known.services.get(found.services.get(codes[row.specialty_id], ""))
            cards = stored.cards(self._tx, [row.schedule_id], self._now, service.minutes if service else 0)
            card = cards[row.schedule_id]
            hits.append((score - (0.05 if card.nearest_at is None else 0), DoctorHit.of_card(card, service)))
        return hits

    def _specialties(
        self, found: Found, region: str | None, houses: Sequence[tuple[float, Hit]], said: dict[int, Name]
    ) -> list[tuple[float, Hit]]:
        book, rows = self._known.book, self._known.rows
        best = max(found.specialties.values(), default=0.0)
        ranked = sorted(found.specialties.items(), key=lambda pair: -pair[1])
        house = houses[0][1] if houses and len(houses) == 1 else None
        at = house.facility_id if isinstance(house, FacilityHit) else None
        scored: list[tuple[float, Hit]] = []
        for code, score in ranked[: MOST - 1]:
            if score < max(_LEAST, best * _SHARE):
                continue
            row = rows[code]
            regions = book.seen_in.get(row.id, set())
            is_here = region in regions if region else bool(regions)
            hit = SpecialtyHit(
                row.id, row.code, row.name_ru, row.name_en, row.needs_referral, region, is_here=is_here
            )
            service = self._known.services.get(found.services.get(code, ""))
            if service is not None:
                hit = replace(hit, service=service, needs_referral=service.needs_referral)
            if is_here and region:
                hit = self._with_time(hit, region, at)
            scored.append((score - (0.0 if is_here else 5.0), hit))
        return scored

    def _with_time(self, hit: SpecialtyHit, region: str, at: int | None) -> SpecialtyHit:
        if at is not None and hit.specialty_id in stored.specialties_at(self._tx, at):
            hit = replace(hit, facility_id=at)
        minutes = hit.service.minutes if hit.service else 0
        nearest = stored.nearest_of_specialty(
            self._tx, hit.specialty_id, region, hit.facility_id, self._now, minutes
        )
        return hit if nearest is None else replace(hit, nearest_at=nearest[0], timezone=nearest[1])

    def _commands(self, found: Found, scored: Sequence[tuple[float, Hit]]) -> list[tuple[float, Hit]]:
        has_other = any(score > _LEAST for score, _ in scored) or bool(found.dangers)
        return [
            (score, CommandHit(code))
            for code, score in found.commands.items()
            if score >= 0.5 and not (code == "booking" and (has_other or len(found.commands) > 1))
        ]

    def _best(self, scored: list[tuple[float, Hit]]) -> tuple[Hit, ...]:
        scored.sort(key=lambda pair: -pair[0])
        top = scored[0][0] if scored else 0.0
        kept = [hit for score, hit in scored if score >= top * _SHARE or score < -1]
        return tuple(kept[:MOST])
