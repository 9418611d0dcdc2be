"""Wording the waiting list for windows and messages: an entry, a time that is offered, how that stands."""

from collections.abc import Sequence
from datetime import datetime

from clinic.waiting.answers import Offered
from clinic.waiting.entries import BOOK, EARLIER, Entry
from clinic.waiting.watching import Watched
from clinic.wishes import Wish
from dialogs import cards
from dialogs.wish_words import notice_words, wish_words
from locales import Translator, capital
from storage.people import SELF, Person
from storage.states import OfferState, WaitingState


def when(tr: Translator, wish: Wish) -> str:
    """Say which times suit."""
    if not wish.windows and not wish.least_notice:
        return tr("any time")
    return wish_words(tr, Wish(wish.windows)) or tr("any time")


def how(tr: Translator, mode: str, wish: Wish) -> str:
    """Say what is done with a time that suits."""
    if mode != BOOK:
        return tr("I ask you first")
    if not wish.least_notice:
        return tr("I book it at once")
    return tr("I book it at once, {notice}", notice=notice_words(tr, wish.least_notice))


def whom(person: Person, relation: str) -> str:
    """Name the patient where that is somebody else than who reads."""
    return "" if relation == SELF else person.short_name


def place(tr: Translator, entry: Entry) -> str:
    """Say at whom or where a time is waited for."""
    if entry.doctor is not None:
        return entry.doctor.doctor_short
    if entry.facility is not None:
        return entry.facility.name
    return tr("all clinics, {region}", region=tr.name(entry.region.name_ru, entry.region.name_en))


def label(tr: Translator, entry: Entry) -> str:
    """Name an entry on a button: «Невролог · 3-й»."""
    specialty = tr.name(entry.specialty.name_ru, entry.specialty.name_en)
    return f"{specialty} · {tr('No. {place}', place=entry.place)}"


def line(tr: Translator, entry: Entry) -> str:
    """Write an entry in a line or two of a list, as HTML."""
    named = whom(entry.person, entry.relation)
    return "• " + tr.html(
        "<b>{specialty}</b>{whom}: you are No. {place} of {of}\n{where}, {when}",
        specialty=tr.name(entry.specialty.name_ru, entry.specialty.name_en),
        whom=f" ({named})" if named else "",
        place=entry.place,
        of=entry.of,
        where=place(tr, entry),
        when=when(tr, entry.wish),
    )


def card(tr: Translator, entry: Entry, timezone: str) -> str:
    """Word an entry."""
    row = entry.row
    lines = [
        tr.html(
            "🔔 <b>Waiting list: {specialty}</b>",
            specialty=tr.name(entry.specialty.name_ru, entry.specialty.name_en).lower(),
        )
    ]
    if row.state is WaitingState.ENDED:
        return "\n".join([*lines, "", tr("This entry has ended.")])
    lines.append(tr.html("<b>You are No. {place}</b> of {of}", place=entry.place, of=entry.of))
    if named := whom(entry.person, entry.relation):
        lines.append(tr.html("For whom: {name}", name=named))
    lines.append(tr.html("Where: {where}", where=place(tr, entry)))
    if row.reason == EARLIER and row.before is not None:
        lines.append(tr("Sooner than: {when}", when=cards.short_day_and_time(tr, row.before, timezone)))
    lines.append(tr.html("When: {when}", when=when(tr, entry.wish)))
    lines.append(tr.html("When one gets free: {how}", how=how(tr, row.mode, entry.wish)))
    lines.append(tr("Until: {day}", day=tr.bare_day(cards.local(row.ends_at, timezone).date())))
    lines.append(tr("I write at any hour.") if row.is_any_hour else tr("I write from 8 to 21."))
    return "\n".join(lines)


# --- offers


def offer(tr: Translator, found: Offered) -> str:
    """Word a time that is offered, or how it stands with it."""
    timezone = found.place.facility.timezone
    lines = [
        tr("🔔 <b>A time got free</b>"),
        cards.when_line(tr, found.slot.starts_at, timezone),
        *cards.place_lines(tr, found.place)[:-1],
    ]
    if named := whom(found.person, found.relation):
        lines.append(tr.html("Patient: {patient}", patient=named))
    lines.append("")
    if found.row.appointment_id is not None and found.visit is not None:
        old = _bare_day_and_time(tr, found.visit.appointment.starts_at, timezone)
        lines.append(
            tr("Now you are booked for {when}: that time stays yours until you take this one.", when=old)
        )
    lines.append(tr("I keep it for you until {until}.", until=cards.until(tr, found.offer.until, timezone)))
    return "\n".join(lines)


def stands(tr: Translator, found: Offered) -> str:
    """Say what has become of an offer; what to do with an open one stands in `offer`."""
    timezone = found.place.facility.timezone
    at = _bare_day_and_time(tr, found.slot.starts_at, timezone)
    state = found.offer.state
    if state is OfferState.ACCEPTED and found.visit is not None:
        return taken(tr, found)
    if found.row.state is WaitingState.ENDED:
        return tr("The time {when} is not kept any more, and this entry of the list has ended.", when=at)
    stay = tr("You are still No. {place} in the waiting list.", place=found.list_place)
    if state is OfferState.DECLINED:
        return tr("All right, the time {when} goes to the next.", when=at) + " " + stay
    return tr("The time {when} is not kept for you any more: it goes to the next.", when=at) + " " + stay


def _bare_day_and_time(tr: Translator, at: datetime, timezone: str) -> str:
    """Write when, for the middle of a sentence: «26 ноября 11:50»."""
    wall = cards.local(at, timezone)
    return f"{tr.bare_day(wall.date())} {tr.time(wall)}"


def taken(tr: Translator, found: Offered) -> str:
    """Say that a time is theirs."""
    timezone = found.place.facility.timezone
    at = cards.on_day_and_time(tr, found.slot.starts_at, timezone)
    if found.row.appointment_id is not None:
        words = tr.html(
            "✅ <b>Moved.</b> {doctor} expects you {when}.", when=at, doctor=found.place.doctor_short
        )
    else:
        words = tr.html(
            "✅ <b>Booked.</b> {doctor} expects you {when}.", when=at, doctor=found.place.doctor_short
        )
    return words + "\n\n" + tr("The ticket comes below.")


# --- the daily word


def watched(tr: Translator, entries: Sequence[Watched]) -> str:
    """Say once a day that the list is watched, and what has got free."""
    lines = [tr("👀 <b>I am watching the waiting list</b>")]
    for one in entries:
        named = whom(one.person, one.relation)
        lines.append(
            "• "
            + tr.html(
                "{specialty}{whom}: you are No. {place} of {of}.",
                specialty=tr.name(one.specialty.name_ru, one.specialty.name_en),
                whom=f" ({named})" if named else "",
                place=one.place,
                of=one.of,
            )
            + " "
            + tr.plural(
                "In a day {count} time got free, {suitable} of them to your wish.",
                "In a day {count} times got free, {suitable} of them to your wish.",
                one.freed,
                suitable=one.suitable,
            )
        )
    return "\n".join(lines)


def ended(tr: Translator, words: dict[str, str]) -> str:
    """Say that an entry has ended, why, and what to do next."""
    specialty = capital(tr.name(words["specialty_ru"], words["specialty_en"]))
    opening = tr.html("🔕 <b>Waiting list: {specialty}</b>", specialty=specialty)
    whys = {
        "over": tr(
            "The time for which you wanted to wait is over, and nothing suitable got free."
            " To wait on, join again."
        ),
        "visit_gone": tr(
            "The visit that was to be earlier is off, so I do not look for an earlier time any more."
        ),
        "access": tr.html(
            "You do not book for {patient} any more, so I do not watch for them.", patient=words["patient"]
        ),
    }
    return opening + "\n" + whys.get(words["why"], tr("I do not watch for this any more."))
