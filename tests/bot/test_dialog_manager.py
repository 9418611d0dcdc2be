"""What we change in aiogram-dialog."""

from aiogram_dialog.api.entities.stack import Stack

from bot.dialog_manager import use_unique_ids
from dialogs.states import Booking


def test_conversations_opened_in_the_same_second_have_ids_of_their_own() -> None:
    """aiogram-dialog's own ids fail this: some 60 of 2,000 are left when they fall into a few seconds."""
    use_unique_ids()
    ids = {Stack().push(Booking.region, None).id for _ in range(2_000)}
    assert len(ids) == 2_000
