"""«Напоминания»: when they come and by which way; each change plans anew what is to come, and says so."""

from aiogram_dialog import Dialog

from dialogs.reminders import hours, leads, main
from dialogs.states import Reminders
from dialogs.widgets import Act, Choices, screen
from locales import later


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Reminders.main,
            main.shown,
            Choices("lead", main.open_lead),
            Act("add", "➕ One more reminder", main.open_add, shown_if="can_add"),
            Choices("hour", main.open_other, source="hours", width=2),
            Choices("other", main.open_other, source="others", width=2),
            Choices("questions", main.toggle_questions, source="questions"),
            Act("all", "↩️ As for all", main.as_for_all, shown_if="is_own"),
            personal=True,
        ),
        screen(
            Reminders.lead,
            leads.lead,
            Choices("way", leads.choose_way),
            Act("email", "✉️ Give an e-mail", leads.give_email, shown_if="can_give_email"),
            Act("away", "🔕 Do not remind then", leads.take_away, shown_if="is_set"),
            personal=True,
        ),
        screen(
            Reminders.add,
            leads.add,
            Choices("lead", leads.choose_lead, width=2),
            typed=leads.type_lead,
            expected=later("How long before? For example: «5 hours», «2 days», «40 minutes»."),
            personal=True,
        ),
        screen(
            Reminders.hour,
            hours.hour,
            Choices("hour", hours.choose_hour, width=3),
            Act("any", "At the hour of the visit", hours.any_hour, shown_if="is_set"),
            typed=hours.type_hour,
            expected=later("An hour is needed here, from 0 to 23, for example 19."),
            personal=True,
        ),
        screen(
            Reminders.quiet,
            hours.quiet,
            Choices("quiet", hours.choose_quiet, width=2),
            Act("never", "🔔 At night too", hours.never_quiet, shown_if="is_set"),
            typed=hours.type_quiet,
            expected=later("Two hours are needed here, for example 23-8."),
            personal=True,
        ),
        screen(Reminders.changes, hours.changes, Choices("change", hours.toggle), personal=True),
        screen(
            Reminders.whose,
            main.people,
            Choices("whose", main.choose_whose, width=3),
            personal=True,
        ),
        on_start=main.begin,
    )
