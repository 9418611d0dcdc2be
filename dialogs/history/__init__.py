"""«История»: what is over or cancelled, filtered, looked at, taken along."""

from aiogram_dialog import Dialog

from dialogs import lists
from dialogs.history import exporting, filters, listing
from dialogs.history.turning import Turner
from dialogs.states import History
from dialogs.widgets import Act, Choices, Pager, screen
from locales import later

_EXPECTED = later(
    "I did not understand. Type a month, a period like «from 1.10 to 15.11», or a doctor's surname."
)


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            History.list,
            listing.window,
            Choices("c", filters.drop, source="chips", width=2),
            Choices("v", listing.open_visit),
            Turner("turn"),
            Choices("t", listing.use_tool, source="tools", width=2),
            typed=filters.understand,
            expected=_EXPECTED,
            personal=True,
        ),
        screen(
            History.filters,
            filters.window,
            Choices("p", filters.choose_period, source="periods", width=2),
            Choices("o", filters.choose_outcome, source="outcomes", width=2),
            Choices("w", filters.open_choice, source="whom"),
            Choices("g", filters.go_way, source="ways", width=2),
            typed=filters.understand,
            expected=_EXPECTED,
            personal=True,
        ),
        screen(
            History.choose,
            filters.choosing,
            Choices("s", filters.choose),
            lists.show_all(),
            Pager(),
            typed=lists.narrow,
            personal=True,
        ),
        screen(
            History.export,
            exporting.window,
            Act("pdf", "📄 PDF to print", exporting.send_pdf, shown_if="has_past"),
            Act("csv", "📊 CSV for Excel", exporting.send_csv, shown_if="has_past"),
            Act("ics", "📅 Coming visits", exporting.send_ics, shown_if="has_coming"),
            personal=True,
        ),
    )
