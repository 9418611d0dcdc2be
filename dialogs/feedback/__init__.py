"""Feedback: a visit is rated, five questions and a comment follow; administrators look at what waits."""

from aiogram_dialog import Dialog

from dialogs.feedback import checking, comment, given, points, rating
from dialogs.states import Feedback
from dialogs.widgets import Act, Choices, screen
from locales import later

_EXPECTED = later("Please press a number from 1 to 5, or type it.")


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Feedback.main,
            given.main,
            Act("rate", "⭐ Change the rating", given.open_rating, shown_if="can_rate"),
            Choices("write", given.open_comment, source="write"),
            Act("points", "📝 Questions about the service", given.open_points, shown_if="can_rate"),
            Act("remove", "🗑 Take everything back", given.open_removal, shown_if="is_given"),
            personal=True,
        ),
        screen(
            Feedback.rate,
            rating.rate,
            Choices("r", rating.choose_rating, width=5),
            typed=rating.typed(rating.choose_rating),
            expected=_EXPECTED,
            personal=True,
            on_unlock=rating.rate_wanted,
        ),
        *(
            screen(
                state,
                points.asking(point),
                Choices("a", points.answering(point), width=5),
                Choices("s", points.skipping(point), source="tools", width=2),
                typed=rating.typed(points.answering(point)),
                expected=_EXPECTED,
                personal=True,
            )
            for point, state in points.STEPS.items()
        ),
        screen(
            Feedback.comment,
            comment.window,
            Choices("t", comment.use_tool, source="tools"),
            typed=comment.understand,
            expected=later("Please type it in words, or press «Skip»."),
            personal=True,
            is_prose=True,
        ),
        screen(
            Feedback.remove,
            given.removal,
            Act("yes", "🗑 Yes, take it back", given.remove),
            typed=given.type_removal,
            personal=True,
        ),
        screen(
            Feedback.check,
            checking.window,
            Act("show", "✅ Publish", checking.show, shown_if="can_show"),
            Act("hide", "🚫 Reject", checking.hide, shown_if="can_hide"),
            personal=True,
        ),
        on_start=rating.begin,
    )
