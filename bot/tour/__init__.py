"""`python bot.py tour`: a patient's whole way, played through the chat and printed as text."""

import asyncio
import sys
import tempfile
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot import log
from bot.demo import playground
from bot.middlewares import Flood
from bot.send_limits import SendLimits
from bot.tour import account, support, visit
from bot.tour.stage import Stage, StepFailed

STEP_SECONDS = 30

Step = Callable[[Stage], Awaitable[None]]

STEPS: tuple[Step, ...] = (
    visit.register,
    visit.book,
    visit.calendar,
    visit.mail,
    visit.channels,
    visit.letter,
    visit.reminder,
    visit.move,
    account.lock,
    visit.cancel,
    account.family,
    account.relative,
    account.documents,
    support.ask,
    account.rights,
)


async def play(folder: Path) -> tuple[str, str | None]:
    """Play all steps; returns the chat as text, and the step that failed with why, or None."""
    async with playground(flood=Flood(burst=1_000), limits=SendLimits(1_000, 1_000, 1_000)) as box:
        stage = Stage(box, folder)
        for step in STEPS:
            try:
                await asyncio.wait_for(step(stage), STEP_SECONDS)
            except (AssertionError, StepFailed, TimeoutError, LookupError, ValueError) as error:
                return stage.anna.transcript(), f"{step.__name__}: {error or type(error).__name__}"
        if box.violations:
            return stage.anna.transcript(), f"what Telegram would not allow: {box.violations[0].what}"
        return stage.anna.transcript(), None


def run_tour(folder: Path | None) -> int:
    """Play, print, and leave ticket.pdf, visit.ics and data.zip in a folder; 1 when a step failed."""
    log.set_up("ERROR")
    folder = folder or Path(tempfile.mkdtemp(prefix="talon-tour-"))
    folder.mkdir(parents=True, exist_ok=True)
    transcript, failure = asyncio.run(play(folder))
    lines = [textwrap.fill(line, 100, subsequent_indent="    ") for line in transcript.splitlines()]
    sys.stdout.write("\n".join(lines) + "\n\n")
    if failure is not None:
        sys.stdout.write(f"The tour stopped at {failure}\n")
        return 1
    sys.stdout.write(f"The tour is through. ticket.pdf, visit.ics and data.zip are in {folder}\n")
    return 0
