"""«Семья»: for whom an account acts, who acts for its person, and the links between people."""

from aiogram_dialog import Dialog

from dialogs.family import accepting, adding, by_sms, links, names, people
from dialogs.states import Family
from dialogs.widgets import Act, Choices, Pager, screen
from dialogs.yes_no import yes_or_no
from locales import later


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Family.list,
            people.listed,
            Choices("p", people.open_card),
            Pager(),
            Act("register", "📝 Tell who I am", people.register, shown_if="is_new"),
            Act("add", "➕ Add", people.open_add, shown_if="is_known"),
            Choices("m", people.open_more, source="more"),
            personal=True,
        ),
        screen(
            Family.add,
            adding.kinds,
            Act("child", "🧒 A child", adding.add_child),
            Act("ward", "🛡 A ward", adding.add_ward),
            Act("relative", "🤝 A grown relative", links.open_relatives),
            personal=True,
        ),
        screen(
            Family.name,
            names.name,
            typed=names.type_name,
            expected=later("I am waiting for the name: please type it in words."),
            personal=True,
        ),
        screen(
            Family.surname,
            names.surname,
            Choices("s", names.choose_surname, width=2),
            typed=names.type_surname,
            expected=later("Please press a surname or type it."),
            personal=True,
        ),
        screen(
            Family.birth_date,
            adding.birth_date,
            Choices("born", adding.choose_birth_date),
            Act("relative", "🤝 A grown relative", links.open_relatives, shown_if="is_of_age"),
            Act("minor", "🧒 Add as a child", adding.add_as_child, shown_if="is_minor"),
            typed=adding.type_birth_date,
            expected=later("I am waiting for the date of birth, for example 01.03.2018."),
            personal=True,
        ),
        screen(
            Family.check,
            adding.check,
            Act("ok", "✅ Add", adding.finish, shown_if="is_by_paper"),
            Act("code", "📩 Send the code", by_sms.ask, shown_if="is_by_code"),
            Act("name", "Correct the name", adding.correct_name),
            Act("born", "Correct the date of birth", adding.correct_birth_date),
            Act("phone", "Correct the phone", by_sms.correct_phone, shown_if="is_by_code"),
            typed=yes_or_no(by_sms.finish),
            expected=later("If everything is right, press the button; otherwise choose what to correct."),
            personal=True,
        ),
        screen(
            Family.card,
            people.card,
            Act("book", "🩺 Book a doctor", people.book),
            Act("profile", "👤 Data", people.open_profile),
            Act("documents", "📎 Documents", people.open_documents),
            Act("invite", "👪 Invite a second parent", links.invite_parent, shown_if="is_minor"),
            Act("remove", "Take from the list", people.open_remove),
            personal=True,
        ),
        screen(
            Family.remove,
            people.removing,
            Act("yes", "❌ Yes, take from the list", people.remove),
            typed=yes_or_no(people.remove),
            expected=later("Please press «Yes, take from the list» or «Back»."),
            personal=True,
        ),
        screen(
            Family.relative,
            links.about_relatives,
            Act("make", "🔗 Make the link", links.invite_relative),
            Act("sms", "📵 They have no Telegram", adding.add_relative, shown_if="has_sms"),
            personal=True,
        ),
        screen(Family.links, links.listed, Choices("l", links.revoke), personal=True),
        screen(
            Family.invitation,
            accepting.asked,
            Act("join", "✅ Accept", accepting.accept, shown_if="is_parent"),
            Act("agree", "✅ Agree", accepting.accept, shown_if="is_relative"),
            Act("take", "✅ Take to my account", accepting.accept, shown_if="is_grown"),
            Act("no", "Decline", accepting.decline),
            typed=yes_or_no(accepting.accept, accepting.decline),
            expected=later("Please press one of the two buttons: yes or no."),
            personal=True,
        ),
        screen(
            Family.accepted,
            accepting.accepted,
            Act("family", "👪 Family", people.show_list),
            personal=True,
        ),
        screen(Family.acting, accepting.acting, Choices("a", accepting.choose_acting), personal=True),
        screen(
            Family.take_back,
            accepting.taking_back,
            Act("yes", "❌ Yes, take it back", accepting.take_back),
            typed=yes_or_no(accepting.take_back),
            expected=later("Please press «Yes, take it back» or «Back»."),
            personal=True,
        ),
        screen(
            Family.phone,
            by_sms.phone,
            Act("make", "🔗 Make the link", links.invite_relative, shown_if="has_telegram"),
            typed=by_sms.type_phone,
            expected=later("I am waiting for the phone number, for example +7 916 123-45-67."),
            personal=True,
        ),
        on_process_result=by_sms.returned,
    )
