"""«Пожелания»: hours, weekdays, notice, doctors and clinics, by buttons or in plain words."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import days, finding
from clinic.clock import Clock
from clinic.days import Scope
from clinic.wishes import editing
from dialogs import calendar, cards, navigation, typed_days, wish_buttons, wish_memory
from dialogs.booking.times import has_colleagues, has_others_in_region
from dialogs.states import Booking
from dialogs.widgets import Choice, shorten
from dialogs.wish_words import notice_words, wish_words
from locales import Translator
from storage.database import Database
from storage.days import Seen

PAGE_SIZE = 6


async def wishes_screen(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what is wished for, what comes of it, and the buttons of its last row."""
    wish = calendar.wish_of(dialog_manager)
    start = wish_buttons.row_start(dialog_manager)
    row = wish.windows[start:]
    said = wish_words(tr, wish)
    lines = [tr("<b>When would it suit you?</b>")]
    if said:
        lines.append(tr.html("Now: {wish}.", wish=said))
    if start and not row:
        lines.append(tr("Choose one more time, it holds beside the one before."))
    lines.append(await _outcome(dialog_manager, tr))
    lines.append(tr("Press, or type: «weekdays after 5 pm, except Thursday»."))
    notice = notice_words(tr, wish.least_notice) if wish.least_notice else tr("not sooner than …")
    return {
        "text": "\n\n".join(lines),
        **wish_buttons.choices(tr, row),
        "notice": [Choice(shorten(f"⏱ {notice}"), "next")],
        "has_row": bool(row),
        "has_places": await has_colleagues(dialog_manager) or await has_others_in_region(dialog_manager),
        "has_wish": bool(wish),
    }


async def _outcome(manager: DialogManager, tr: Translator) -> str:
    """Say what comes of the wish: the nearest time that fits, and how many it hides."""
    found = await calendar.nearest_of(manager)
    hidden = (
        " " + tr.plural("They hide {count} more time.", "They hide {count} more times.", found.hidden)
        if found.hidden
        else ""
    )
    if found.first is None:
        return tr("Nothing fits now.") + hidden
    place = await finding.place(manager.middleware_data["database"], found.first.schedule_id)
    when = cards.short_day_and_time(tr, found.first.starts_at, place.facility.timezone)
    return tr.html("The nearest that fits: {when}.", when=when) + hidden


async def choose_notice(manager: DialogManager, value: str) -> None:
    """Go on to the next least notice."""
    calendar.set_wish(manager, editing.next_notice(calendar.wish_of(manager)))


async def begin_row(manager: DialogManager) -> None:
    """Begin one more window, joined by OR."""
    manager.dialog_data[wish_buttons.ROW] = len(calendar.wish_of(manager).windows)


async def clear(manager: DialogManager) -> None:
    """Take all wishes off."""
    await wish_memory.drop(manager)
    manager.dialog_data.pop(wish_buttons.ROW, None)


async def show(manager: DialogManager) -> None:
    """Go back to where the wishes were opened: to the times of a day, or to the days."""
    manager.dialog_data.pop(wish_buttons.ROW, None)
    await wish_memory.keep(manager)
    state = Booking.time if navigation.previous(manager) == Booking.time.state else Booking.day
    await navigation.skip_to(manager, state)


async def show_days(manager: DialogManager) -> None:
    """Go to the days, whatever was looked at before: they may be of others now."""
    await wish_memory.keep(manager)
    await navigation.skip_to(manager, Booking.day)


async def understand(manager: DialogManager, message: Message) -> bool:
    """Take plain words: as the window that «Ещё одно» began, else in place of those before."""
    if not message.text:
        return False
    known, start = calendar.wish_of(manager), wish_buttons.row_start(manager)
    if not typed_days.take_wish(manager, message.text):
        return False
    if start and start == len(known.windows):
        found = calendar.wish_of(manager)
        calendar.set_wish(manager, editing.joined(known, found) if found.windows != known.windows else found)
    manager.dialog_data.pop(wish_buttons.ROW, None)
    await wish_memory.keep(manager)
    return True


# --- doctors and clinics


async def _seen(manager: DialogManager) -> list[Seen]:
    """Read all doctors of the specialty in the region, those of this clinic first."""
    data = manager.dialog_data
    scope = Scope(0, data["specialty_id"], data["facility_id"], data["region"], is_wide=True)
    found = await days.seen(manager.middleware_data["database"], scope)
    here = data["facility_id"]
    return sorted(found, key=lambda one: (one.facility_id != here, one.facility, one.doctor, one.schedule_id))


async def open_places(manager: DialogManager) -> None:
    """Show the doctors and clinics."""
    await navigation.go(manager, Booking.wish_places)


async def places(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List clinics, where there are several, and doctors; one press takes one alone, two leave it out."""
    wish = calendar.wish_of(dialog_manager)
    found = await _seen(dialog_manager)
    facilities = {one.facility_id: one.facility for one in found}
    choices = []
    if len(facilities) > 1:
        for number, name in facilities.items():
            sign = _sign(number in wish.facility_ids, number in wish.without_facilities)
            choices.append(Choice(shorten(f"{sign}🏥 {name}"), f"f{number}"))
    for one in found:
        sign = _sign(one.schedule_id in wish.schedule_ids, one.schedule_id in wish.without_schedules)
        choices.append(Choice(shorten(f"{sign}{one.doctor}"), f"s{one.schedule_id}"))
    last = max(0, len(choices) - 1) // PAGE_SIZE
    page = min(dialog_manager.dialog_data.get("page", 0), last)
    text = tr(
        "<b>Which doctors and clinics?</b>\n\nOne press: ✓ only this one. Two: ✕ without this one."
        " Three: never mind."
    )
    return {
        "text": f"{text}\n\n{await _outcome(dialog_manager, tr)}",
        "choices": choices[page * PAGE_SIZE : (page + 1) * PAGE_SIZE],
        "page": page,
        "has_next": page < last,
    }


def _sign(is_taken: bool, is_left_out: bool) -> str:
    return "✓ " if is_taken else "✕ " if is_left_out else ""


async def turn_place(manager: DialogManager, value: str) -> None:
    """Turn a doctor or a clinic on; as soon as one is named, any doctor that fits is looked at."""
    data = manager.dialog_data
    page = data.get("page", 0)
    wish = calendar.wish_of(manager)
    turn = editing.turn_facility if value[:1] == "f" else editing.turn_schedule
    known = await _seen(manager)
    if int(value[1:]) not in {one.facility_id if value[:1] == "f" else one.schedule_id for one in known}:
        return
    wish = turn(wish, int(value[1:]))
    calendar.set_wish(manager, wish)
    data["page"] = page
    here = {one.schedule_id for one in known if one.facility_id == data["facility_id"]}
    is_wide = wish.facility_ids or wish.without_facilities or wish.schedule_ids - here
    data["any"] = calendar.REGION if is_wide else calendar.FACILITY
