"""«Мои данные»: a patient's profile, corrected one field at a time, or filled in step by step."""

from functools import partial

from aiogram_dialog import Dialog, Window

from dialogs import lists, phone
from dialogs.profile import chosen, clinic, contact, main, steps, typed_fields
from dialogs.profile.main import STEPS
from dialogs.states import Profile
from dialogs.widgets import Act, Choices, Pager, screen
from locales import later

__all__ = ["STEPS", "dialog"]

_CHOOSE = later("I did not understand. Please press one of the buttons.")


def _ends(field: str) -> tuple[Act, Act]:
    """Make the last buttons of a field's window."""
    return (
        Act("del", "🗑 Delete", partial(steps.delete_field, field=field), shown_if="can_delete"),
        Act("skip", "Skip ›", partial(steps.next_step, after=field), shown_if="is_step"),
    )


def _typed_windows() -> list[Window]:
    return [
        screen(
            getattr(Profile, field),
            typed_fields.asking(field),
            Choices("c", typed_fields.choose_born_on),
            *_ends(field),
            typed=typed_fields.typing_of(field),
            expected=words,
            personal=True,
        )
        for field, words in typed_fields.QUESTIONS.items()
    ]


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Profile.main,
            main.listed,
            Choices("w", main.use_tool, source="tools", width=2),
            Choices("f", main.open_field, width=2),
            expected=later("Press what you want to fill in or correct."),
            personal=True,
        ),
        screen(
            Profile.clinic,
            clinic.clinics,
            Choices("c", clinic.choose),
            lists.show_all(),
            Pager(),
            Act("off", "☆ Take off", clinic.take_off, shown_if="is_set"),
            Act("region", "📍 Choose the region", clinic.choose_region, shown_if="has_no_region"),
            typed=lists.narrow,
            personal=True,
        ),
        *_typed_windows(),
        screen(
            Profile.policy_doubt,
            typed_fields.policy_doubt,
            Act("yes", "✅ It is right", typed_fields.accept_policy),
            Act("no", "✏️ Correct", typed_fields.correct_policy),
            typed=typed_fields.type_doubt,
            personal=True,
        ),
        screen(
            Profile.identity_number,
            typed_fields.identity_number,
            Act("skip", "Skip ›", partial(steps.next_step, after="identity"), shown_if="is_step"),
            typed=typed_fields.type_identity_number,
            expected=later("I am waiting for the number of the document."),
            personal=True,
        ),
        screen(
            Profile.sex,
            chosen.sex,
            Choices("s", chosen.choose_sex, width=2),
            *_ends("sex"),
            typed=chosen.type_sex,
            expected=_CHOOSE,
            personal=True,
        ),
        screen(
            Profile.region,
            chosen.regions,
            Choices("r", chosen.choose_region),
            lists.show_all(),
            Pager(),
            *_ends("region"),
            typed=chosen.type_region,
            personal=True,
        ),
        screen(
            Profile.identity,
            chosen.identity,
            Choices("k", chosen.choose_identity),
            *_ends("identity"),
            typed=chosen.skipping("identity"),
            personal=True,
        ),
        screen(
            Profile.benefit,
            chosen.benefit,
            Choices("b", chosen.choose_benefit),
            Act("proof", "📎 Add the proof", chosen.add_proof, shown_if="has_benefit"),
            *_ends("benefit"),
            typed=chosen.type_benefit,
            personal=True,
        ),
        screen(
            Profile.phone,
            contact.phone,
            phone.keyboard(),
            typed=contact.take_phone,
            expected=later("I am waiting for your number."),
            navigation_row=False,
            markup_factory=phone.keyboard_factory(),
            personal=True,
        ),
        screen(
            Profile.email,
            contact.email,
            Act("del", "🗑 Delete", contact.delete_email, shown_if="can_delete"),
            Act("skip", "Skip ›", partial(steps.next_step, after="email"), shown_if="is_step"),
            typed=contact.type_email,
            expected=later("An e-mail address is needed here, for example anna@example.ru."),
            personal=True,
        ),
        on_start=main.begin,
        on_process_result=contact.code_taken,
    )
