"""Where the pages of a list begin that is read on from its last row: a page costs as much as any other."""

from aiogram_dialog import DialogManager

_DATA = "marks"
Mark = tuple[int, int]


def begin_anew(manager: DialogManager) -> None:
    """Show the beginning: another list is meant."""
    manager.dialog_data.pop(_DATA, None)
    manager.dialog_data.pop("page", None)


def present(manager: DialogManager) -> tuple[Mark | None, int]:
    """Tell from where the open page is read, and its number from 0; the first one where it is not known."""
    marks: list[Mark] = manager.dialog_data.get(_DATA, [])
    page: int = manager.dialog_data.get("page", 0)
    if not 0 < page <= len(marks):
        manager.dialog_data["page"] = 0
        return None, 0
    mark = marks[page - 1]
    return (mark[0], mark[1]), page


def keep(manager: DialogManager, page: int, following: Mark | None) -> None:
    """Keep where the page after this one begins, if there is one."""
    marks: list[Mark] = manager.dialog_data.get(_DATA, [])
    manager.dialog_data[_DATA] = marks[:page] + ([following] if following is not None else [])
