"""Words about feedback: the question after a visit, ratings, the five points, what becomes of a comment."""

from datetime import datetime

from clinic import rules
from clinic.feedback import Opinion
from clinic.moderation import ABUSE, EMAIL, LINK, NAME, NICK, NUMBER
from clinic.reviews import ToCheck
from dialogs import cards, journal
from dialogs.widgets import Choice
from locales import Translator, capital, later
from storage.appointments import Visit
from storage.facilities import Rating
from storage.feedback import FeedbackRow
from storage.states import CommentState

QUESTIONS = {
    "timely": later("Did the confirmation of the booking come at once?"),
    "information": later("Was everything said about doctor and times full and true?"),
    "convenience": later("Was it convenient to book?"),
    "notifications": later("Did the reminders come in time?"),
    "protection": later("Are you at ease about your personal data here?"),
}
"""What is asked about each of storage.feedback.POINTS (seed 6.2)."""
DOUBTS = {
    NUMBER: later("a phone or another personal number"),
    EMAIL: later("an e-mail address"),
    LINK: later("a link"),
    NICK: later("a nickname"),
    NAME: later("the name of the patient"),
    ABUSE: later("a rude word"),
}


def scale(chosen: int | None = None, mark: str = "") -> list[Choice]:
    """Make the five buttons of a rating, the chosen one ticked."""
    return [Choice(f"✓ {value}" if value == chosen else f"{value}{mark}", value) for value in range(1, 6)]


def stars(rating: int) -> str:
    """Draw a rating: «★★★★☆»."""
    return "★" * rating + "☆" * (5 - rating)


def rating_line(tr: Translator, rating: Rating) -> str:
    """Say what ratings give, with their number: «★ 4,8 · 127 оценок»."""
    if rating.average is None:
        return tr("No ratings yet")
    return f"★ {tr.number(rating.average)} · " + tr.plural("{count} rating", "{count} ratings", rating.count)


def of_visit(tr: Translator, visit: Visit) -> list[str]:
    """Name a visit as lines of HTML: doctor, day, the patient where that is another one."""
    row, place = visit.appointment, visit.place
    specialty = tr.name(place.specialty_ru, place.specialty_en).lower()
    return [
        cards.escape(f"{place.doctor}, {specialty}"),
        capital(cards.day_and_time(tr, row.starts_at, place.facility.timezone)),
        *cards.patient_lines(tr, visit),
    ]


def question(tr: Translator, visit: Visit) -> str:
    """Ask how a visit was."""
    return "\n".join(
        [
            tr("⭐ <b>How was the visit?</b>"),
            *of_visit(tr, visit),
            "",
            tr("Rate the doctor, please: 1 is bad, 5 is very good. Your name is shown to nobody."),
        ]
    )


def locked_question(tr: Translator) -> str:
    """Ask it in a locked chat."""
    return tr("⭐ <b>How was the visit?</b>\nPress «Open» and rate it, please.")


def rated(tr: Translator, opinion: Opinion) -> str:
    """Say, in place of the question, what was answered."""
    if opinion.row is None:
        return tr("The rating was taken back.")
    lines = [tr("⭐ <b>Thank you! Your rating: {rating} of 5.</b>", rating=opinion.row.rating)]
    return "\n".join([*lines, *of_visit(tr, opinion.visit)])


def until(tr: Translator, opinion: Opinion) -> str:
    """Say up to which day a rating can be changed."""
    wall = cards.local(opinion.until, opinion.visit.place.facility.timezone)
    return tr("You can change this until {day}.", day=tr.bare_day(wall.date()))


def doubts(tr: Translator, row: FeedbackRow) -> str:
    """Say what is wrong with a comment: «телефон или другой личный номер, имя пациента»."""
    return ", ".join(tr(DOUBTS[one]) for one in row.doubts if one in DOUBTS)


def fate(tr: Translator, row: FeedbackRow) -> str:
    """Say what becomes of a comment."""
    match row.state:
        case CommentState.SHOWN:
            return tr("Other patients see it, without your name.")
        case CommentState.WAITING:
            return tr(
                "It waits to be checked, since it may have this in it: {doubts}. Nobody sees it until then."
                " Write it without, and it is shown at once.",
                doubts=doubts(tr, row),
            )
        case CommentState.REJECTED:
            return tr(
                "It is not shown: it has this in it: {doubts}. Write it without, and it is shown at once.",
                doubts=doubts(tr, row),
            )
        case _:
            return tr("Only those who look after this bot read it.")


def rejected(tr: Translator, opinion: Opinion) -> str:
    """Tell whoever wrote a comment that it is not shown, why, and what to do."""
    row = opinion.row
    why = "" if row is None else doubts(tr, row)
    return "\n".join(
        [
            tr("<b>Your review is not shown</b>"),
            *of_visit(tr, opinion.visit),
            "",
            tr(
                "It has this in it: {doubts}. The rating counts all the same. You can write the review anew:"
                " press below.",
                doubts=why,
            ),
        ]
    )


def month(tr: Translator, at: datetime) -> str:
    """Write a month as it stands within a sentence: «ноябрь 2026»."""
    text = tr.month(cards.local(at, journal.ZONE).date())
    return text if tr.language == "en" else text[:1].lower() + text[1:]


def to_check(tr: Translator, found: ToCheck) -> str:
    """Show an administrator a comment; whose it is stands nowhere."""
    row, place = found.row, found.place
    lines = [
        tr("💬 <b>A review to check</b>"),
        cards.escape(f"{place.doctor}, {place.facility.name}"),
        f"{stars(row.rating)} · {month(tr, row.given_at)}",
        "",
        cards.escape(f"«{row.comment}»"),
        "",
        tr("It may have this in it: {doubts}.", doubts=doubts(tr, row)),
    ]
    return "\n".join(lines)


def decided(tr: Translator, found: ToCheck) -> str:
    """Say, in place of a comment, what was decided; what it said is not kept in the chat."""
    if found.row.state is CommentState.SHOWN:
        return tr.html("✅ The review is shown: {doctor}", doctor=found.place.doctor_short)
    return tr.html("🚫 The review is not shown: {doctor}", doctor=found.place.doctor_short)


def remark(tr: Translator, found: ToCheck) -> str:
    """Show an administrator what somebody wrote about booking."""
    row = found.row
    return "\n".join(
        [
            tr("💬 <b>About booking</b>"),
            cards.escape(f"{stars(row.rating)} · {found.place.facility.name}"),
            "",
            cards.escape(f"«{row.comment}»"),
        ]
    )


def too_long(tr: Translator) -> str:
    """Say that a comment was cut."""
    return tr.plural(
        "That was long: the first {count} character is kept.",
        "That was long: the first {count} characters are kept.",
        rules.COMMENT_LENGTH,
    )
