"""An open window of the desk is shown again by itself once what it shows was deleted: nobody has to press."""

from aiogram_dialog import DialogManager, ShowMode

from clinic.support import desk
from dialogs import navigation
from dialogs.desk import marks
from dialogs.states import Desk
from locales import Translator


async def show(manager: DialogManager) -> None:
    """Edit the open window where a request that stands in it is gone; raises what showing it raises."""
    state = manager.current_context().state if manager.has_context() else None
    data = manager.dialog_data if state in (Desk.main, Desk.request) else {}
    shown = data.get("listed", []) if state == Desk.main else [data["request_id"]] if data else []
    middleware = manager.middleware_data
    if not shown or await desk.are_there(middleware["database"], shown):
        return
    if state == Desk.request:
        tr: Translator = middleware["tr"]
        data["hint"] = tr("This request is gone: the person has deleted it.")
        marks.begin_anew(manager)
        await navigation.skip_to(manager, Desk.main)
    await manager.show(ShowMode.EDIT)
