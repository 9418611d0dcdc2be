"""What is wished of reminders, on the pages of «Мои данные»: all that can be set, changed or not."""

from clinic import reminding
from dialogs.reminders import words
from locales import Translator


def of_account(tr: Translator, reach: frozenset[str], written: str | None) -> tuple[tuple[str, str], ...]:
    """Word the settings of an account as they are kept, what is set for all its patients alone too."""
    settings = reminding.read(written)
    return (
        *rows(tr, reach, written),
        (tr("A family's day in one message"), words.on(tr, settings.is_together)),
        (tr("Questions about visits"), words.on(tr, settings.has_questions)),
    )


def rows(tr: Translator, reach: frozenset[str], *written: str | None) -> tuple[tuple[str, str], ...]:
    """Word what can be set for each patient, as written for one after what is written for all.

    `reach`: the channels by which the account can be reached besides the chat.
    """
    settings = reminding.read(*written)
    leads = [(words.before(tr, lead), words.by_way(tr, way)) for lead, way in settings.by_lead(reach).items()]
    hour = tr("at the hour of the visit")
    if settings.hour is not None:
        hour = tr("at {hour}:00 by the clinic's clock", hour=settings.hour)
    quiet = tr("none")
    if settings.quiet is not None:
        quiet = tr("from {first}:00 to {last}:00", first=settings.quiet[0], last=settings.quiet[1])
    policy = {"last4": tr("last 4 digits"), "whole": tr("whole number"), "none": tr("not named")}
    return (
        *(leads or [(tr("Reminders"), tr("none"))]),
        (tr("Those of a day before and more"), hour),
        (tr("Quiet hours"), quiet),
        (tr("Letters about changes"), words.on(tr, settings.has_letters)),
        (tr("Text messages about changes"), words.on(tr, settings.has_texts)),
        (tr("Policy in text messages"), policy[settings.policy]),
    )
