"""Files of both directions: kept as they came, given back byte for byte."""

import io
import mimetypes
import secrets
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from sandbox.errors import bad_request

UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
DOWNLOAD_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the sandbox."""

    file_id: str
    unique_id: str
    name: str
    mime_type: str
    content: bytes
    is_photo: bool
    width: int = 0
    height: int = 0

    @property
    def path(self) -> str:
        """Name it as getFile does."""
        return f"{'photos' if self.is_photo else 'documents'}/{self.unique_id}_{self.name}"

    def photo_sizes(self) -> list[dict[str, object]]:
        """Write it as the sizes of a photo: one here, the whole."""
        return [
            {
                "file_id": self.file_id,
                "file_unique_id": self.unique_id,
                "width": self.width,
                "height": self.height,
                "file_size": len(self.content),
            }
        ]

    def document(self) -> dict[str, object]:
        """Write it as a Document."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_name": self.name,
            "mime_type": self.mime_type,
            "file_size": len(self.content),
        }


class Files:
    """All files by their ids."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_unique_id: dict[str, StoredFile] = {}

    def add(self, content: bytes, name: str, *, is_photo: bool) -> StoredFile:
        """Keep a file; raises ApiError for an empty or too large one and for a photo that is none."""
        if not content:
            raise bad_request("file must be non-empty")
        if len(content) > (PHOTO_LIMIT if is_photo else UPLOAD_LIMIT):
            raise bad_request("file is too big")
        width = height = 0
        if is_photo:
            try:
                width, height = Image.open(io.BytesIO(content)).size
            except (UnidentifiedImageError, OSError):
                raise bad_request("IMAGE_PROCESS_FAILED") from None
            if width + height > 10_000 or max(width, height) > 20 * min(width, height):
                raise bad_request("PHOTO_INVALID_DIMENSIONS")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        name = name.replace("/", "_") or "file"
        stored = StoredFile(
            ("AgAC" if is_photo else "BQAC") + secrets.token_urlsafe(24),
            secrets.token_urlsafe(9),
            name,
            kind,
            content,
            is_photo,
            width,
            height,
        )
        self._by_id[stored.file_id] = self._by_unique_id[stored.unique_id] = stored
        return stored

    def by_id(self, file_id: str) -> StoredFile:
        """Find a file; raises ApiError."""
        if file_id not in self._by_id:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return self._by_id[file_id]

    def by_unique_id(self, unique_id: str) -> StoredFile | None:
        """Find a file by the id that the page uses."""
        return self._by_unique_id.get(unique_id)

    def by_path(self, path: str) -> StoredFile | None:
        """Find a file by the path that getFile gave."""
        unique_id = path.split("/", 1)[-1][:12]
        return self._by_unique_id.get(unique_id)
