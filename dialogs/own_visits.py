"""What the windows about a booked visit share: reading it, and the reasons for giving its time up."""

from aiogram_dialog import DialogManager

from clinic import visits
from locales import Translator
from storage.appointments import Visit
from storage.database import Database


async def own_visit(manager: DialogManager) -> Visit:
    """Read the visit this conversation is about; whose it is is asked at every look."""
    middleware = manager.middleware_data
    database: Database = middleware["database"]
    appointment_id: int = manager.dialog_data["appointment_id"]
    return await visits.visit(database, middleware["event_chat"].id, appointment_id)


def reasons(tr: Translator) -> dict[str, str]:
    """Name the reasons that are offered as buttons, by the value of each."""
    return {
        "ill": tr("I fell ill"),
        "plans": tr("My plans changed"),
        "better": tr("I feel better"),
        "other": tr("I will go elsewhere"),
    }
