"""Settings: the language, and the ways to one's own data, the PIN, the family and the documents."""

from typing import Any

from aiogram_dialog import Dialog, DialogManager

from clinic import patients
from dialogs.states import Documents, Family, Pin, Profile, Reminders, Rights, Settings
from dialogs.widgets import Act, Choice, Choices, screen
from locales import LANGUAGES, Translator, translator
from storage.database import Database

_NAMES = {"ru": "Русский", "en": "English"}


async def main(dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show the languages, the present one marked."""
    return {
        "text": tr("<b>Settings</b>\n\nWhat would you like to change?"),
        "choices": [
            Choice(("✓ " if language == tr.language else "") + _NAMES[language], language)
            for language in LANGUAGES
        ],
        "is_known": await patients.account(database, dialog_manager.middleware_data["event_chat"].id)
        is not None,
    }


async def choose_language(manager: DialogManager, value: str) -> None:
    """Keep the language for this chat, with an account or without, and speak it at once."""
    if value not in LANGUAGES:
        return
    data = manager.middleware_data
    database: Database = data["database"]
    chat_id: int = data["event_chat"].id
    await patients.set_language(database, chat_id, value)
    await data["state"].update_data(language=value)
    data["languages"].remember(chat_id, value)
    data["tr"] = translator(value)


async def open_profile(manager: DialogManager) -> None:
    """Open the person's own data."""
    await manager.start(Profile.main)


async def open_pin(manager: DialogManager) -> None:
    """Open the settings of the PIN."""
    await manager.start(Pin.main)


async def open_family(manager: DialogManager) -> None:
    """Open «Семья»."""
    await manager.start(Family.list)


async def open_documents(manager: DialogManager) -> None:
    """Open the documents."""
    await manager.start(Documents.list)


async def open_reminders(manager: DialogManager) -> None:
    """Open the settings of reminders."""
    await manager.start(Reminders.main)


async def open_rights(manager: DialogManager) -> None:
    """Open «Мои права»."""
    await manager.start(Rights.main)


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Settings.main,
            main,
            Choices("language", choose_language, width=2),
            Act("profile", "👤 My data", open_profile, shown_if="is_known"),
            Act("family", "👪 Family", open_family),
            Act("documents", "📎 Documents", open_documents, shown_if="is_known"),
            Act("reminders", "🔔 Reminders", open_reminders, shown_if="is_known"),
            Act("pin", "🔒 PIN", open_pin),
            Act("rights", "🔐 My rights", open_rights, shown_if="is_known"),
        )
    )
