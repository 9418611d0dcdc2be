"""What a specialty does for its patients: visits, examinations, vaccinations, certificates."""

from dataclasses import dataclass

from storage.types import Tx


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service of a specialty; `minutes` is 0 where it takes the doctor's usual time."""

    id: int
    code: str
    name_ru: str
    name_en: str
    kind: str
    minutes: int
    needs_referral: bool
    audience: str
    prepare_ru: str
    prepare_en: str


_SERVICE = """
    s.id, s.code, s.name_ru, s.name_en, s.kind, COALESCE(s.minutes, 0), s.needs_referral, s.audience,
    s.prepare_ru, s.prepare_en FROM service AS s
"""


def of_specialty(tx: Tx, specialty_id: int) -> list[ServiceRow]:
    """Read the services of a specialty in the order of the table; none where it lists none."""
    rows = tx.execute(
        f"SELECT {_SERVICE} JOIN specialty AS sp ON sp.code = s.specialty_code WHERE sp.id = :specialty"
        " ORDER BY s.id",
        {"specialty": specialty_id},
    ).fetchall()
    return [_row(row) for row in rows]


def by_id(tx: Tx, service_id: int) -> ServiceRow | None:
    """Read one service."""
    row = tx.execute(f"SELECT {_SERVICE} WHERE s.id = :id", {"id": service_id}).fetchone()
    return row and _row(row)


@dataclass(frozen=True, slots=True)
class SearchedService:
    """A service with all the words by which it is found."""

    id: int
    code: str
    specialty_code: str
    name_ru: str
    name_en: str
    kind: str
    minutes: int
    needs_referral: bool
    words_ru: str


def searched(tx: Tx) -> list[SearchedService]:
    """List every service of the store that is more than the usual visit."""
    rows = tx.execute(
        "SELECT id, code, specialty_code, name_ru, name_en, kind, COALESCE(minutes, 0), needs_referral,"
        " words_ru FROM service WHERE kind <> 'first' ORDER BY id"
    ).fetchall()
    return [SearchedService(*row) for row in rows]


def _row(values: tuple[object, ...]) -> ServiceRow:
    return ServiceRow(*values)  # type: ignore[arg-type]
