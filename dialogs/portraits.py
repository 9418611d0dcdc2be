"""A doctor's picture on their card: the photo the clinic has, else initials.

Telegram gives what was sent once a name; aiogram-dialog keeps it and sends the name from then on.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from aiogram.enums import ContentType
from aiogram_dialog.api.entities import MediaAttachment

from documents import portrait
from storage.doctor_cards import DoctorCard

PHOTOS = "photos"
"""The folder beside the store."""
_SUFFIXES = (".jpg", ".jpeg", ".png")


class Portrait(MediaAttachment):
    """A picture that is drawn when it is sent for the first time."""

    def __init__(self, name: str, draw: Callable[[], bytes]) -> None:
        super().__init__(ContentType.PHOTO, path=name)
        self.draw = draw


async def of(card: DoctorCard, store: Path) -> MediaAttachment:
    """Find a doctor's photo, or have initials drawn in its place."""
    photo = store.parent / PHOTOS / card.photo
    is_name = card.photo and Path(card.photo).name == card.photo and photo.suffix.lower() in _SUFFIXES
    if is_name and await asyncio.to_thread(photo.is_file):
        return MediaAttachment(ContentType.PHOTO, path=str(photo))
    letters = portrait.initials(card.row.given_name, card.row.surname)
    return Portrait(f"initials of {card.code}: {letters}", lambda: portrait.png(letters, card.code))
