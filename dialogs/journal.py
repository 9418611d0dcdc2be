"""Words for the journal: who, what, when."""

from clinic import rights
from clinic.rights import Looked
from dialogs import cards
from dialogs.widgets import shorten
from locales import Translator, later
from storage import journal as entries

ZONE = "Europe/Moscow"
_ACTIONS = {
    entries.CREATED: later("added"),
    entries.VIEWED: later("looked at"),
    entries.CHANGED: later("changed"),
    entries.DELETED: later("deleted"),
    entries.BOOKED: later("booked"),
    entries.MOVED: later("moved"),
    entries.CANCELLED: later("cancelled"),
    entries.SHARED: later("access given"),
    entries.UNSHARED: later("access ended"),
    entries.EXPORTED: later("exported"),
    entries.ERASED: later("erased"),
    entries.CONFIRMED: later("confirmed"),
}
_RECORDS = {
    entries.PATIENT: later("profile"),
    entries.ACCOUNT: later("account"),
    entries.DOCUMENT: later("documents"),
    entries.VISIT: later("visit"),
    entries.PIN: later("PIN"),
    entries.WAITING: later("waiting list"),
    entries.AGREEMENT: later("agreement by SMS"),
    entries.LETTER: later("letter about no times"),
    entries.CONSENT: later("consent"),
    entries.FEEDBACK: later("rating and review"),
    entries.RESULT: later("result of a visit"),
    entries.ATTENDANCE: later("mark whether you came"),
    entries.SUPPORT: later("request to support"),
}


def who(tr: Translator, looked: Looked) -> str:
    """Name who did it."""
    if looked.name:
        return shorten(looked.name, 20)
    if looked.who == rights.YOU:
        return tr("you")
    if looked.who == rights.CLINIC:
        return tr("the clinic")
    return tr("the service") if looked.who == rights.SERVICE else tr("staff or a former carer")


def what(tr: Translator, looked: Looked) -> str:
    """Name what was done."""
    entry = looked.entry
    action = tr(_ACTIONS[entry.action]) if entry.action in _ACTIONS else entry.action
    record = tr(_RECORDS[entry.record]) if entry.record in _RECORDS else entry.record
    return f"{action}: {record}"


def line(tr: Translator, looked: Looked) -> str:
    """Write an entry of the journal on one line, as HTML."""
    at = cards.local(looked.entry.at, ZONE)
    return tr.html(
        "{when} · {who} · {what}",
        when=f"{at:%d.%m.%y} {tr.time(at)}",
        who=who(tr, looked),
        what=what(tr, looked),
    )
