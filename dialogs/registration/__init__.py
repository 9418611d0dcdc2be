"""Who is coming: consent, phone, name, date of birth. The chosen time is held meanwhile.

Nothing is written about a person before they consent, and nothing of the account before the last «yes»;
until then the answers live in the conversation's sealed state. Only what the booking needs is asked; the rest
is in `dialogs.profile`.
"""

from aiogram_dialog import Dialog

from dialogs import phone as phones
from dialogs.registration import child, consent, person, phone
from dialogs.registration.consent import AGREED, REGISTERED, RENEWED
from dialogs.states import Registration
from dialogs.widgets import Act, Choices, screen
from locales import later

__all__ = ["AGREED", "REGISTERED", "RENEWED", "dialog"]


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Registration.consent,
            consent.consent,
            Act("yes", "✅ I agree", consent.agree),
            Act("text", "📄 Read the whole text", consent.open_consent_text),
            Act("no", "I do not agree", consent.refuse),
            typed=consent.type_consent,
            expected=later("Please press «I agree» or «I do not agree»."),
        ),
        screen(
            Registration.consent_text,
            consent.consent_text,
            Act("yes", "✅ I agree", consent.agree),
            typed=consent.type_consent,
        ),
        screen(
            Registration.refused,
            consent.refused,
            Act("doctors", "‹ To the doctors", consent.back_to_doctors, shown_if="is_booking"),
            Act("back", "‹ Back", consent.back_to_doctors, shown_if="is_family"),
            back=False,
        ),
        screen(
            Registration.phone,
            phone.phone,
            phones.keyboard(),
            typed=phone.take_contact,
            expected=later("I am waiting for your number."),
            navigation_row=False,
            markup_factory=phones.keyboard_factory(),
        ),
        screen(
            Registration.name,
            person.name,
            Choices("name", person.choose_name),
            Act("after_all", "It is me after all", child.correct, shown_if="has_child"),
            typed=person.type_name,
            expected=later("I am waiting for the name: please type it in words."),
        ),
        screen(
            Registration.birth_date,
            person.birth_date,
            Choices("born_on", person.choose_birth_date),
            Act("after_all", "It is me after all", child.correct, shown_if="has_child"),
            typed=person.type_birth_date,
            expected=later("I am waiting for the date of birth, for example 15.04.1986."),
        ),
        screen(
            Registration.check,
            person.check,
            Act("child", "🧒 It is my child", child.is_child, shown_if="may_be_child"),
            Act("myself", "It is me", person.finish, shown_if="may_be_child"),
            Act("ok", "✅ Everything is right", person.finish, shown_if="is_plain"),
            Act("name", "Correct the name", person.correct_name),
            Act("born", "Correct the date of birth", person.correct_birth_date),
            Act("sex", "Correct the sex", person.correct_sex),
            Act("child_data", "Correct the child's data", child.correct, shown_if="has_child"),
            typed=person.type_check,
            expected=later("If everything is right, press the button; otherwise choose what to correct."),
            personal=True,
        ),
        screen(Registration.sex, person.sex, Choices("sex", person.choose_sex, width=2), personal=True),
        on_process_result=phone.code_taken,
    )
