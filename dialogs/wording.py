"""Sentences for what the use cases refuse: the classes carry data, the words are here."""

from clinic import errors, rules
from locales import Translator, later


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
        case errors.TimeTooShort():
            return tr("This takes longer than the doctor is free from this time on.") + offered
        case errors.ServiceNeeded():
            return tr("Please choose first what the visit is for.")
        case errors.TimeClosed():
            return tr("The clinic has closed this time.") + offered
        case errors.WrongAge(audience="child"):
            return tr("Children under 18 are seen here. Choose for whom it is, or another doctor.")
        case errors.WrongAge():
            return tr("Grown-ups are seen here. Choose for whom it is, or another doctor.")
        case errors.UnusualSex():
            return tr("This doctor sees patients of the other sex as a rule.")
        case errors.AccountInactive():
            return tr("Please confirm your phone first: the clinic must be able to reach you.")
        case errors.TooManyReminders():
            return tr.plural(
                "{count} reminder is set already: that is the limit. Take one away first.",
                "{count} reminders are set already: that is the limit. Take one away first.",
                rules.MOST_REMINDERS,
            )
        case errors.TooManyVisits():
            return tr.plural(
                "{count} visit is ahead already: that is the limit. Cancel one in «My visits» first.",
                "{count} visits are ahead already: that is the limit. Cancel one in «My visits» first.",
                rules.MOST_VISITS,
            )
        case errors.TimePast():
            return tr("This time is over already.") + offered
        case errors.TimeBarred():
            return (
                tr("You cancelled this very time late and without a reason, so it cannot be booked again.")
                + offered
            )
        case errors.VisitOverlaps():
            return tr("You have another visit at this time. Choose another time, or move that visit first.")
        case errors.TimeWithinLimit():
            return tr("There is a free time by now: the letter is not needed. Go back and choose it.")
        case errors.SameSpecialty():
            return tr("You already have a visit to this specialty.")
        case errors.SiblingElsewhere():
            return tr("Another child of yours is at another clinic at this time.")
        case errors.DocumentMissing():
            return tr(
                "This doctor takes nobody without the papers that are named below."
                " Add them by the button «📎», or call the registry."
            )
        case errors.AccessEnded():
            return tr("You do not book for this person any more.")
        case errors.ChildOfAge():
            return tr(
                "This person is 18 or older. Adults are booked for only when they agree:"
                " press «🤝 A grown relative»."
            )
        case errors.TooYoungToCare():
            return tr(
                "Those whom you act for can be added from the age of {age}. Until then a grown-up can"
                " book for them, in a chat of their own.",
                age=error.from_age,
            )
        case errors.NotOfAge():
            return tr("This person is under 18. A child is added by a parent, without a code.")
        case errors.PhoneHasTelegram():
            if error.is_own:
                return tr("This is your own number. The relative's own one is needed: the code goes there.")
            return tr(
                "The one with this number uses the bot already. Please send them the link:"
                " they agree in their own chat, by one press."
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
        case errors.VisitArrived():
            return tr(
                "Arrival is noted, so this visit can be neither moved nor cancelled here."
                " Please ask at the registry."
            )
        case errors.VisitCancelled():
            return tr("This visit has been cancelled already.")
        case errors.NoneStands():
            return tr(
                "None of these visits is still to come at its time: they were moved, cancelled, or are over."
                " «My visits» shows how things stand."
            )
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
                " Need help now? Write to support: /support"
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
        case errors.TooManyDocuments():
            return tr.plural(
                "{count} document is kept for a person at most. Please delete one first.",
                "{count} documents are kept for a person at most. Please delete some first.",
                rules.MOST_DOCUMENTS,
            )
        case errors.MailTooSoon():
            return tr("The letter is on its way already. You can send it again in a minute.")
        case errors.WaitingFull():
            return tr.plural(
                "You wait for {count} time already: that is the limit. Leave one of them first.",
                "You wait for {count} times already: that is the limit. Leave one of them first.",
                rules.MOST_WAITING,
            )
        case errors.WaitingOver():
            return tr("This entry of the waiting list has ended. You can join anew.")
        case errors.OfferOver():
            return tr("This time is not kept for you any more: it went to the next. You keep your place.")
        case errors.NotRated():
            return tr("Only a visit that took place can be rated.")
        case errors.RatingClosed():
            return tr.plural(
                "A visit can be rated for {count} day after it: that time is over.",
                "A visit can be rated for {count} days after it: that time is over.",
                rules.RATE_WITHIN.days,
            )
        case errors.CommentChanged():
            return tr("This review was written anew meanwhile. Please read the new one first.")
        case errors.CommentDecided(is_shown=True):
            return tr("Already done: this review is published.")
        case errors.CommentDecided():
            return tr("Already done: this review is rejected.")
        case errors.RequestChanged(how="answered"):
            return tr.html("{name} has answered already.", name=error.by)
        case errors.RequestChanged(how="settled"):
            return tr("Already done: this request is closed.")
        case errors.RequestChanged():
            return tr("The person has written more meanwhile. Please read it first.")
        case errors.SupportAbsent():
            return tr(
                "Nobody answers messages here yet. Please call the registry of your clinic:"
                " its phone stands on your ticket."
            )
        case errors.TooManyRequests():
            return tr.plural(
                "You have begun {count} request today, that is the limit. Please write more in it:"
                " /support, «My requests».",
                "You have begun {count} requests today, that is the limit. Please write more in one of them:"
                " /support, «My requests».",
                rules.REQUESTS_A_DAY,
            )
        case errors.TooManyPosts():
            return tr("That is a lot for one day. Please wait for the answer; you can write again tomorrow.")
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
    """Say what is wrong with something typed or sent, with an example of what is right."""
    return tr(BAD_INPUT[problem])


BAD_INPUT = {
    "name_one_word": later("Please type surname, name and patronymic in one line: Smith John."),
    "name_empty": later("Please type it in letters. For example: Smith-Brown."),
    "name_letters": later("A name has letters and hyphens only. For example: Smith-Brown John."),
    "name_alphabets": later(
        "Cyrillic and Latin letters are mixed in one word. Please type it anew on one keyboard."
        " For example: Smith John."
    ),
    "name_long": later(
        "That is too long for a name. Please check and type it again. For example: Smith John."
    ),
    "date_format": later(
        "Please type the date of birth as day, month, year. For example: 15.04.1986 or 15 April 1986."
    ),
    "date_missing": later("There is no such day. Please check: 15.04.1986 is day, month, year."),
    "date_future": later("This date is still to come. Please check the year. For example: 15.04.1986."),
    "date_too_old": later("More than 120 years ago? Please check the year. For example: 15.04.1986."),
    "email": later("This does not look like an e-mail address. For example: anna@example.ru."),
    "email_space": later("There is a space inside the address. Please type it without: anna@example.ru."),
    "email_letters": later(
        "There are letters before the «@» that are not Latin. Please type the address on the Latin keyboard:"
        " anna@example.ru."
    ),
    "pin_digits": later("A PIN is 4 to 6 digits, for example 4071."),
    "pin_weak": later("This PIN is easy to guess. Please think of another one, not 1234 and not 0000."),
    "phone": later("This is not a phone number. For example: +7 916 123-45-67."),
    "phone_short": later(
        "The number is too short. Please type it whole, with the code of the city or the operator:"
        " +7 916 123-45-67."
    ),
    "phone_long": later("The number has too many digits. Please check it. For example: +7 916 123-45-67."),
    "snils_format": later("SNILS has 11 digits. For example: 112-233-445 95."),
    "snils_check": later(
        "There is a mistake in the SNILS: its last two digits do not fit the others. Please compare it with"
        " the document. It looks like this: 112-233-445 95."
    ),
    "inn_format": later("A person's INN has 12 digits. For example: 123456789047."),
    "inn_company": later("This is an organisation's INN: it has 10 digits. A person's has 12: 123456789047."),
    "inn_check": later(
        "There is a mistake in the INN: its last two digits do not fit the others. Please compare it with the"
        " document. It looks like this: 123456789047."
    ),
    "policy_format": later(
        "The number of an OMS policy has 16 digits, that of a temporary certificate has 9."
        " For example: 7755 3108 8400 0121."
    ),
    "policy_check": later(
        "There is a mistake in the policy number: its last digit does not fit the others. Please compare it"
        " with the policy. It looks like this: 7755 3108 8400 0121."
    ),
    "passport_format": later(
        "A Russian passport has a series of 4 digits and a number of 6. For example: 4510 123456."
    ),
    "certificate_format": later(
        "A birth certificate has a Roman number, two Russian letters and 6 digits."
        " For example: «I-МЮ 123456»."
    ),
    "document_format": later(
        "The number of this document has 4 to 20 letters and digits. For example: 751234567."
    ),
    "insurer": later("Please type the insurer's name as it stands on the policy. For example: Sogaz-Med."),
    "needed": later(
        "This cannot be left empty. Please type the new one over it, for example: Smith, or 15.04.1986."
    ),
    "foreign_number": later(
        "With a foreign document a SNILS or an INN is needed. Please type the other one first, for example"
        " 112-233-445 95 or 123456789047."
    ),
    "request_empty": later("Please write a few words first, or send a photo of the screen."),
    "request_long": later("That is too long: 3000 characters fit. Please write it shorter, or send a photo."),
    "request_files": later("5 photos or files go with one message. Please send it, then you can add more."),
    "file_empty": later("The file is empty. Please send it again as PDF, JPG or PNG."),
    "file_too_large": later(
        "The file is larger than 5 MB. Please send a smaller one, for example the page as a photo."
    ),
    "file_gone": later("Telegram does not give this file any more. Please send it again: PDF, JPG or PNG."),
    "file_zip": later(
        "This is an archive or an office document, whatever its name says. Please send the page itself as"
        " PDF, JPG or PNG, for example a photo of it."
    ),
    "file_heic": later(
        "This is a picture in the format of an iPhone, which others cannot read. Please send it as a photo,"
        " not as a file."
    ),
    "file_type": later(
        "This is no PDF, JPG or PNG, whatever its name says. Please send one of these, for example a photo"
        " of the document."
    ),
    "file_password": later(
        "This PDF is locked, with a password or against copying. Please save it without the lock,"
        " or send a photo of the page."
    ),
    "file_broken": later(
        "The file is damaged and cannot be opened. Please send it again, or a photo of the document."
    ),
    "file_huge": later(
        "The picture has too many pixels. Please send a smaller one, for example as a photo, not as a file."
    ),
}
"""What each problem of BadInput, and of a file that was not recognised, is called in front of a patient."""
