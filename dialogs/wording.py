"""Sentences for what the use cases refuse: the classes carry data, the words are here."""

from clinic import errors, rules
from locales import Translator


def refusal(tr: Translator, error: errors.Refused) -> str:
    """Say what was refused and what can be done instead, as Telegram HTML."""
    offered = ""
    if isinstance(error, errors.TimeRefused):
        offered = "\n\n" + (
            tr("The nearest free times:")
            if error.nearest
            else tr("There are no other free times nearby now.")
        )
    match error:
        case errors.TimeTaken():
            return tr("Somebody has just taken this time.") + offered
        case errors.TimePast():
            return tr("This time is over already.") + offered
        case errors.TimeBarred():
            return (
                tr("You cancelled this very time late and without a reason, so it cannot be booked again.")
                + offered
            )
        case errors.VisitOverlaps():
            return tr("You have another visit at this time. Choose another time, or move that visit first.")
        case errors.SameSpecialty():
            return tr("You already have a visit to this specialty.")
        case errors.NotRegistered():
            return tr("To book a visit, please tell who is coming first.")
        case errors.VisitCancelled():
            return tr("This visit has been cancelled already.")
        case errors.VisitOver():
            return tr("This visit has begun or is over: it cannot be changed any more.")
        case errors.TooFarToMove():
            return tr.plural(
                "A visit can be moved within {count} day of its first date.",
                "A visit can be moved within {count} days of its first date.",
                rules.MOVE_WITHIN.days,
            )
        case errors.WrongPlace():
            return tr("A visit can be moved within its clinic and specialty only.")
        case errors.CodeWrong():
            return tr.plural(
                "This is not the right code. {count} try is left.",
                "This is not the right code. {count} tries are left.",
                error.tries_left,
            )
        case errors.CodeExpired():
            return tr("This code does not work any more. Please ask for a new one.")
        case errors.CodeBlocked():
            return tr(
                "There were too many codes or wrong tries, so new ones are closed for a day."
                " Need help now? Press «Help» on the first screen."
            )
        case errors.CodeNotSent():
            return tr("The code could not be sent just now. Please try again in a minute.")
        case errors.PinWrong():
            return tr.plural(
                "This is not the right PIN. {count} try is left.",
                "This is not the right PIN. {count} tries are left.",
                error.tries_left,
            )
        case errors.PinBlocked():
            return tr("The PIN was wrong too many times. Please confirm that it is you.")
        case errors.PhoneDiffers():
            return tr("This is not the number that your visits are booked with.")
        case errors.MailTooSoon():
            return tr("The letter is on its way already. You can send it again in a minute.")
        case errors.BadInput():
            return bad_input(tr, error.problem)
        case _:
            return tr("There is no such visit or time any more.")


def bad_input(tr: Translator, problem: str) -> str:
    """Say what is wrong with something typed, with an example."""
    sentences = {
        "name_one_word": tr("Please type surname, name and patronymic in one line: Смирнова Анна Петровна."),
        "name_letters": tr(
            "A name has letters and hyphens only. For example: Смирнова-Белова Анна Петровна."
        ),
        "name_alphabets": tr(
            "Cyrillic and Latin letters are mixed in one word. Please type it anew on one keyboard."
        ),
        "name_long": tr("That is too long for a name. Please check and type it again."),
        "date_format": tr("Please type the date of birth as day, month, year: 15.04.1986."),
        "date_missing": tr("There is no such day. Please check: 15.04.1986 is day, month, year."),
        "date_future": tr("This date is still to come. Please check the year."),
        "date_too_old": tr("More than 120 years ago? Please check the year."),
        "email": tr("This does not look like an e-mail address. For example: anna@example.ru."),
        "pin_digits": tr("A PIN is 4 to 6 digits, for example 4071."),
        "pin_weak": tr("This PIN is easy to guess. Please think of another one, not 1234 and not 0000."),
        "phone": tr("This is not a phone number. For example: +7 916 123-45-67."),
    }
    return sentences[problem]
