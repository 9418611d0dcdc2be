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
        case errors.SiblingElsewhere():
            return tr("Another child of yours is at another clinic at this time.")
        case errors.AccessEnded():
            return tr("You do not book for this person any more.")
        case errors.ChildOfAge():
            return tr(
                "This person is 18 or older. Adults are booked for only when they agree:"
                " press «🤝 A grown relative»."
            )
        case errors.FamilyFull():
            return tr.plural(
                "You book for {count} person already: that is the limit.",
                "You book for {count} people already: that is the limit.",
                rules.FAMILY_SIZE,
            )
        case errors.VisitsAhead():
            return tr(
                "A visit is still to come, and nobody but you would know of it."
                " First cancel it in «My visits», or invite a second parent."
            )
        case errors.TooManyInvitations():
            return tr.plural(
                "{count} link is open already. Take one back in «Family», «Links», or wait until it ends.",
                "{count} links are open already. Take one back in «Family», «Links», or wait until one ends.",
                rules.OPEN_INVITATIONS,
            )
        case errors.InvitationRefused():
            return invitation_refusal(tr, error.why)
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
        case errors.MailTooSoon():
            return tr("The letter is on its way already. You can send it again in a minute.")
        case errors.BadInput():
            return bad_input(tr, error.problem)
        case _:
            return tr("There is no such visit or time any more.")


def invitation_refusal(tr: Translator, why: str) -> str:
    """Say why a link does nothing, and what to ask for."""
    sentences = {
        "expired": tr("This link is over: its time has passed. Please ask for a new one."),
        "used": tr("This link has been used already: it works once. Please ask for a new one."),
        "revoked": tr("This link was taken back. Please ask the one who sent it."),
        "own": tr("This is your own link. Forward it to the one whom you invite."),
        "known": tr("You are linked already: the link is not needed."),
        "minor": tr("Only somebody of age can agree. A child is added by a parent: «Family», «Add»."),
        "other_birthday": tr(
            "The date of birth in that record is another one than yours, so it stays where it is."
            " Is your date of birth right? Please ask the registry."
        ),
    }
    return sentences.get(why, tr("There is no such link. Please check that it was copied whole."))


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
        "phone": tr("This is not a phone number. For example: +7 916 123-45-67."),
    }
    return sentences[problem]
