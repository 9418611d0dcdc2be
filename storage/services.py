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


def _row(values: tuple[object, ...]) -> ServiceRow:
    return ServiceRow(*values)  # type: ignore[arg-type]
