"""What the history is to show: chosen in a window or typed, pressed off as chips."""

from datetime import date
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import history, periods
from clinic.clock import moscow_day
from clinic.periods import Period
from dialogs import for_whom, navigation, sent_files
from dialogs.history import turning, words
from dialogs.states import History
from dialogs.widgets import Choice, shorten
from locales import Translator
from storage.history import OUTCOMES, Filters, Seen
from storage.people import PatientRow
from storage.text import fold

_DATA = "history"
_CHIP = 16
_TYPED_OUTCOMES = {
    "завершена": "done", "завершенные": "done", "завершены": "done", "took place": "done", "done": "done",
    "отменена": "cancelled", "отмененные": "cancelled", "отменены": "cancelled", "отмены": "cancelled",
    "cancelled": "cancelled", "неявка": "missed", "неявки": "missed", "не пришел": "missed",
    "не пришла": "missed", "missed": "missed", "прошла": "passed", "прошедшие": "passed", "over": "passed",
}  # fmt: skip


def _kept(manager: DialogManager) -> dict[str, Any]:
    kept: dict[str, Any] = manager.dialog_data.setdefault(_DATA, {})
    return kept


def today(manager: DialogManager) -> date:
    """Tell the day by which periods are counted."""
    return moscow_day(manager.middleware_data["clock"].now())


def chosen(manager: DialogManager) -> Filters:
    """Read what was chosen in this conversation."""
    kept = _kept(manager)
    shown = _period(manager)
    return Filters(
        since=shown.since,
        until=shown.until,
        doctor_id=kept["doctor"][0] if kept.get("doctor") else None,
        facility_id=kept["facility"][0] if kept.get("facility") else None,
        patient_id=kept.get("patient"),
        outcome=kept.get("outcome", "") if kept.get("outcome") in OUTCOMES else "",
    )


def _period(manager: DialogManager) -> Period:
    kept = _kept(manager).get("period")
    if isinstance(kept, str):
        return periods.named(kept, today(manager))
    if kept is None:
        return periods.ALWAYS
    return Period(*(date.fromisoformat(day) if day else None for day in kept))


def _keep(manager: DialogManager, name: str, value: Any) -> None:
    kept = _kept(manager)
    kept.pop(name, None)
    if value:
        kept[name] = value
    turning.begin_anew(manager)


# --- chips


def named(manager: DialogManager, known: list[PatientRow]) -> dict[str, str]:
    """Name each filter that is on, by what it is called in clinic.history.DROPPABLE."""
    tr: Translator = manager.middleware_data["tr"]
    kept = _kept(manager)
    found = {}
    if "period" in kept:
        is_named = isinstance(kept["period"], str)
        found["period"] = (
            tr(words.PERIODS[kept["period"]]) if is_named else words.period(tr, _period(manager))
        )
    for name in ("doctor", "facility"):
        if name in kept:
            found[f"{name}_id"] = kept[name][1]
    if "patient" in kept:
        found["patient_id"] = next((words.person(row) for row in known if row.id == kept["patient"]), "?")
    if kept.get("outcome") in OUTCOMES:
        found["outcome"] = tr(words.OUTCOMES[kept["outcome"]])
    return found


def chips(manager: DialogManager, known: list[PatientRow]) -> list[Choice]:
    """Name each filter on a button that takes it off."""
    return [Choice(_crossed(name), value) for value, name in named(manager, known).items()]


def _crossed(name: str) -> str:
    return f"{name}×" if len(name) == _CHIP + 1 else f"{shorten(name, _CHIP)} ×"


async def drop(manager: DialogManager, value: str) -> None:
    """Take one filter off."""
    if value in history.DROPPABLE:
        _keep(manager, value.removesuffix("_id"), None)


async def drop_all(manager: DialogManager) -> None:
    """Take all filters off."""
    manager.dialog_data.pop(_DATA, None)
    turning.begin_anew(manager)


# --- the window


async def open_window(manager: DialogManager) -> None:
    """Show all filters."""
    await navigation.go(manager, History.filters)


async def window(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show every filter, the chosen ones ticked."""
    kept = _kept(dialog_manager)
    known = await for_whom.known(dialog_manager)
    on = named(dialog_manager, known)
    shown = kept.get("period", "")
    text = tr(
        "<b>Which visits to show?</b>\nPress what matters, or type it: October, from 1.10 to 15.11,"
        " a doctor's surname."
    )
    if "period" in on and not isinstance(shown, str):
        text += "\n\n" + tr.html("Period: {period}", period=on["period"])
    whom = [
        Choice(shorten("🩺 " + on.get("doctor_id", tr("Any doctor"))), "doctor"),
        Choice(shorten("🏥 " + on.get("facility_id", tr("Any clinic"))), "facility"),
    ]
    if len(known) > 1:
        whom.append(Choice(shorten("👤 " + on.get("patient_id", tr("Everybody"))), "patient"))
    return {
        "text": text,
        "periods": [Choice(_ticked(tr(name), shown == kind), kind or "all") for kind, name in
                    words.PERIODS.items()],
        "outcomes": [Choice(_ticked(tr(words.OUTCOMES[one]).capitalize(), kept.get("outcome") == one), one)
                     for one in OUTCOMES],
        "whom": whom,
        "ways": [Choice(tr("✅ Show"), "show"), *([Choice(tr("Drop all"), "drop")] if on else [])],
    }  # fmt: skip


def _ticked(name: str, is_chosen: bool) -> str:
    return f"✓ {name}" if is_chosen else name


async def choose_period(manager: DialogManager, value: str) -> None:
    """Take a period that ends today; pressed again it is taken off."""
    kind = value if value in periods.MONTHS else ""
    _keep(manager, "period", None if _kept(manager).get("period") == kind else kind)


async def choose_outcome(manager: DialogManager, value: str) -> None:
    """Take what became of visits; pressed again it is taken off."""
    if value in OUTCOMES:
        _keep(manager, "outcome", None if _kept(manager).get("outcome") == value else value)


async def go_way(manager: DialogManager, value: str) -> None:
    """Show the list, or take all filters off and stay."""
    if value == "drop":
        await drop_all(manager)
    else:
        await navigation.go(manager, History.list)


# --- one doctor, clinic or person of several


async def open_choice(manager: DialogManager, value: str) -> None:
    """Show the doctors, clinics or people to choose from."""
    if value in ("doctor", "facility", "patient"):
        manager.dialog_data["choosing"] = value
        await navigation.go(manager, History.choose)


_SIZE = 6


async def _seen(manager: DialogManager, what: str) -> list[Seen]:
    if what == "patient":
        rows = await for_whom.known(manager)
        names = for_whom.unlike([row.person.full_name for row in rows], rows)
        return [Seen(row.id, name) for row, name in zip(rows, names, strict=True)]
    data = manager.middleware_data
    return await history.seen(
        data["database"], data["event_chat"].id, data["clock"].now(), is_doctors=what == "doctor"
    )


async def choosing(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """List where and with whom the family has been."""
    data = dialog_manager.dialog_data
    what: str = data.get("choosing", "doctor")
    questions = {
        "doctor": tr("Visits to which doctor?"),
        "facility": tr("Visits to which clinic?"),
        "patient": tr("Whose visits?"),
    }
    text = questions[what] + " " + tr("Choose, or type a part of the name.")
    rows, part = await _seen(dialog_manager, what), data.get("filter")
    if part:
        rows = [row for row in rows if _has(row, part)]
        found = tr.html("Found by «{part}»:", part=part)
        nothing = tr.html("Nothing found by «{part}». Try the first three or four letters.", part=part)
        text += "\n\n" + (found if rows else nothing)
    number: int = min(data.get("page", 0), max(0, (len(rows) - 1) // _SIZE))
    return {
        "text": text,
        "choices": [Choice(row.name, row.id) for row in rows[number * _SIZE : (number + 1) * _SIZE]],
        "page": number,
        "has_next": len(rows) > (number + 1) * _SIZE,
        "is_narrowed": bool(part),
    }


def _has(row: Seen, part: str) -> bool:
    wanted = fold(part).split()
    names = fold(row.name).split()
    return all(any(name.startswith(one) for name in names) for one in wanted)


async def choose(manager: DialogManager, value: str) -> None:
    """Take it and return to the filters."""
    what: str = manager.dialog_data.get("choosing", "doctor")
    wanted = for_whom.as_id(value)
    row = next((one for one in await _seen(manager, what) if one.id == wanted), None)
    if row is not None:
        _take(manager, what, row)
        manager.dialog_data.pop("filter", None)
        await navigation.go(manager, History.filters)


def _take(manager: DialogManager, what: str, row: Seen) -> None:
    _keep(manager, what, row.id if what == "patient" else [row.id, row.name])


# --- typed


async def understand(manager: DialogManager, message: Message) -> bool:
    """Take a typed period, outcome, doctor, clinic or person as a filter; a file as a document."""
    text = message.text
    if not text:
        return await sent_files.take_unasked(manager, message)
    kind = periods.parse_name(text)
    if kind is not None:
        _keep(manager, "period", kind)
        return True
    if shown := periods.parse(text, today(manager)):
        days = [day.isoformat() if day else "" for day in (shown.since, shown.until)]
        _keep(manager, "period", days)
        return True
    if one := _TYPED_OUTCOMES.get(fold(text).strip(" .!")):
        _keep(manager, "outcome", one)
        return True
    return len(text) <= 60 and await _take_named(manager, text)


async def _take_named(manager: DialogManager, text: str) -> bool:
    """Take the only doctor, clinic or person that is called so."""
    part = " ".join(text.replace(".", " ").split())
    if not any(sign.isalnum() for sign in part):
        return False
    for what in ("doctor", "patient", "facility"):
        found = [row for row in await _seen(manager, what) if _has(row, part)]
        if len(found) == 1 and (what != "patient" or len(await for_whom.known(manager)) > 1):
            _take(manager, what, found[0])
            return True
    return False
