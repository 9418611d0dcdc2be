"""The specialties seen at a facility: by group, narrower ones below those of which they are a part.

A facility has some dozens at most, so all of them are read and put in order here; times are looked up for
those of the page alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.pages import NEAREST_OF_SCHEDULE, Page, page_of
from storage.search import has_words, queries
from storage.text import fold
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class Fit:
    """For whom one is looked for; what is not known (None, empty) leaves nothing out."""

    is_child: bool | None = None
    sex: str = ""

    def is_seen(self, audience: str, sex: str) -> bool:
        """Tell whether a specialty is for somebody like that."""
        by_age = self.is_child is None or audience == "all" or (audience == "child") == self.is_child
        return by_age and (not self.sex or sex in ("any", self.sex))


ANYBODY = Fit()


@dataclass(frozen=True, slots=True)
class SpecialtyRow:
    """A specialty at a facility, with its nearest free time there (None: no times).

    A narrower one stands in the group of the one of which it is a part.
    """

    id: int
    code: str
    name_ru: str
    name_en: str
    audience: str
    needs_referral: bool
    nearest_at: datetime | None
    group_ru: str
    group_en: str
    is_narrower: bool
    """listed below the one of which it is a part"""
    fits: bool
    """the patient, by age and sex"""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of specialties at a facility."""

    name_ru: str
    name_en: str
    count: int


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    code: str
    name_ru: str
    name_en: str
    audience: str
    sex: str
    needs_referral: bool
    group_ru: str
    group_en: str
    parent_code: str | None
    words_ru: str


def of_facility(
    tx: Tx,
    facility_id: int,
    language: str,
    now: datetime,
    number: int,
    size: int,
    part: str = "",
    *,
    fit: Fit = ANYBODY,
    group: str = "",
) -> Page[SpecialtyRow]:
    """List the specialties seen at a facility, those that fit first; `group` is the Russian name of one."""
    query = queries(part)[-1]  # stems alone: «зубы» is to find what is called «зубной врач» too
    found = [
        (row, above)
        for row, above in _in_order(_of_facility(tx, facility_id), language, fit)
        if (not group or above.group_ru == group)
        and (not query or has_words(f"{row.name_ru} {row.name_en} {row.words_ru}", query))
    ]
    page = page_of(found[number * size : (number + 1) * size + 1], number, size)
    rows = tuple(
        SpecialtyRow(
            row.id,
            row.code,
            row.name_ru,
            row.name_en,
            row.audience,
            row.needs_referral,
            _nearest(tx, facility_id, row.id, now),
            above.group_ru,
            above.group_en,
            above is not row,
            fit.is_seen(row.audience, row.sex),
        )
        for row, above in page.items
    )
    return Page(rows, number, page.has_next)


def groups_of_facility(tx: Tx, facility_id: int, language: str, fit: Fit = ANYBODY) -> list[GroupRow]:
    """List the groups of a facility's specialties, those with one that fits first."""
    counted: dict[str, GroupRow] = {}
    for _, above in _in_order(_of_facility(tx, facility_id), language, fit):
        known = counted.get(above.group_ru)
        counted[above.group_ru] = GroupRow(above.group_ru, above.group_en, known.count + 1 if known else 1)
    return list(counted.values())


def _of_facility(tx: Tx, facility_id: int) -> list[_Known]:
    rows = tx.execute(
        "SELECT id, code, name_ru, name_en, audience, sex, needs_referral, group_ru, group_en, parent_code,"
        " words_ru FROM specialty"
        " WHERE id IN (SELECT specialty_id FROM schedule WHERE facility_id = :facility) ORDER BY id",
        {"facility": facility_id},
    ).fetchall()
    return [_Known(*row) for row in rows]


def _in_order(known: Sequence[_Known], language: str, fit: Fit) -> list[tuple[_Known, _Known]]:
    """Put specialties in order, each with the one below which it is listed, or itself.

    What fits comes first, then by groups as the nomenclature has them, by name, narrower ones below theirs.
    """
    by_code = {row.code: row for row in known}
    groups = {group: at for at, group in enumerate(dict.fromkeys(row.group_ru for row in known))}
    fitting = {row.id: fit.is_seen(row.audience, row.sex) for row in known}

    def above(row: _Known) -> _Known:
        parent = by_code.get(row.parent_code or "", row)
        return parent if fitting[parent.id] == fitting[row.id] else row

    def name(row: _Known) -> str:
        return fold(row.name_en if language == "en" and row.name_en else row.name_ru)

    def place(row: _Known) -> tuple[bool, int, str, bool, str]:
        top = above(row)
        return not fitting[row.id], groups[top.group_ru], name(top), top is not row, name(row)

    return [(row, above(row)) for row in sorted(known, key=place)]


def _nearest(tx: Tx, facility_id: int, specialty_id: int, now: datetime) -> datetime | None:
    row = tx.execute(
        f"SELECT MIN({NEAREST_OF_SCHEDULE}) FROM schedule AS sc"  # noqa: S608
        " WHERE sc.facility_id = :facility AND sc.specialty_id = :specialty",
        {"facility": facility_id, "specialty": specialty_id, "now": epoch(now)},
    ).fetchone()
    return None if row[0] is None else instant(row[0])
