"""«/desk»: what waits for an administrator, in their private chat. Every window asks anew who it is."""

from aiogram_dialog import Dialog

from dialogs.desk import comments, listing, one_request, writing

__all__ = ["dialog"]


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(listing.window(), one_request.window(), writing.window(), comments.window())
