"""What the steps of the tour share: who plays, where files go, how a step fails."""

from pathlib import Path

from sandbox.actor import Actor
from sandbox.server import Sandbox


class StepFailed(Exception):
    """A step of the tour did not do what it must."""


class Stage:
    """Anna, what she has in her hands, and where her files go."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        self.box = box
        self.anna: Actor = box.person("Анна")
        self.folder = folder

    def keep(self, message: dict[str, object], name: str) -> Path:
        """Write a document of the chat into the folder."""
        path = self.folder / name
        path.write_bytes(self.box.download(message["document"]))  # type: ignore[arg-type]
        return path


async def first_choice(anna: Actor) -> None:
    """Press the first button."""
    await anna.press(anna.buttons[0])


async def far_enough(anna: Actor) -> None:
    """Choose the first doctor with a time some days ahead, so that both reminders come."""
    if "Выберите врача" in anna.text:
        doctors = [label for label in anna.buttons if label[-1:].isdigit() and "⚡" not in label]
        await anna.press(doctors[0])
    days = [label for label in anna.buttons if " · " in label and "⚡" not in label]
    await anna.press(days[-1])
    times = [label for label in anna.buttons if label[:1].isdigit() and ":" in label]
    await anna.press(times[-1])
