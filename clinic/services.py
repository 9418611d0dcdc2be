"""What a visit is for: the services of a specialty, and which of them is meant where nobody said so."""

from collections.abc import Sequence

from clinic.errors import NotFound, ServiceNeeded
from storage import services
from storage.database import Database
from storage.services import ServiceRow
from storage.types import Tx

FIRST = "first"


async def of_specialty(database: Database, specialty_id: int) -> list[ServiceRow]:
    """Read the services of a specialty; none where it lists none and is one visit like the other."""
    return await database.read(lambda tx: services.of_specialty(tx, specialty_id))


async def service(database: Database, service_id: int) -> ServiceRow:
    """Read one service; raises NotFound."""
    found = await database.read(lambda tx: services.by_id(tx, service_id))
    if found is None:
        raise NotFound
    return found


def usual(rows: Sequence[ServiceRow]) -> ServiceRow | None:
    """Find the service that is meant where nobody chose: the only one, or the usual visit.

    None where it cannot be guessed: an ultrasound of what?
    """
    if len(rows) == 1:
        return rows[0]
    return next((row for row in rows if row.kind == FIRST), None)


def chosen(tx: Tx, specialty_id: int, service_id: int | None) -> ServiceRow | None:
    """Read the service that is asked for; None where the specialty lists none. Raises ServiceNeeded."""
    rows = services.of_specialty(tx, specialty_id)
    if not rows:
        return None
    found = usual(rows) if service_id is None else next((row for row in rows if row.id == service_id), None)
    if found is None:
        raise ServiceNeeded
    return found
