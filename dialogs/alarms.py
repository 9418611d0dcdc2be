"""Signs of danger: 103 and 112 first. Which words are such signs, and by which order: docs/search.md."""

from collections.abc import Sequence

from aiogram_dialog import DialogManager

from clinic import search
from locales import Translator


def words(tr: Translator, dangers: Sequence[str]) -> str:
    """Say, in HTML, what comes before any booking."""
    said = tr("<b>🚑 If this is happening now, call 103 or 112 at once.</b> Do not wait for a visit.")
    if "mind" in dangers:
        said += "\n" + tr(
            "You are not alone. It is free and anonymous to talk: <b>8-800-2000-122</b> (children, teenagers,"
            " parents), <b>8 495 989-50-50</b> (helpline of the Ministry of Emergencies)."
        )
    return said


async def say(manager: DialogManager, text: str) -> None:
    """Say it above the window where what was typed has such a sign."""
    data = manager.middleware_data
    answer = await search.find(data["database"], None, text, data["clock"].now())
    if answer.dangers:
        hints = (words(data["tr"], answer.dangers), manager.dialog_data.get("hint"))
        manager.dialog_data["hint"] = "\n\n".join(filter(None, hints))
