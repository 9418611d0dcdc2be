"""Messages about a family: somebody joined, agreed, took it back, came of age."""

from datetime import datetime

from aiogram import Bot

from clinic import family
from clinic.clock import MOSCOW
from clinic.locks import Locks
from dialogs import cards
from locales import Translator, translator
from storage.notifications import Note, NotificationRow


class NoteChannel:
    """Sends notes into the chat of their account; they name nobody while it is locked."""

    def __init__(self, bot: Bot, username: str, locks: Locks) -> None:
        self._bot = bot
        self._username = username
        self._locks = locks

    async def send(self, row: NotificationRow, note: Note) -> int:
        """Send a note of the row's kind; raises what aiogram raises."""
        tr = translator(note.language)
        is_locked = await self._locks.is_locked(note.telegram_id)
        if is_locked and row.kind != family.GROWN:
            text = tr("👪 There is news of your family: «Settings», «Family».")
        else:  # the link has to come; it stands nowhere else
            words = note.words | ({"patient": tr("A child of yours")} if is_locked else {})
            text = worded(tr, row.kind, words, self._username)
        message = await self._bot.send_message(note.telegram_id, text)
        return message.message_id


def worded(tr: Translator, kind: str, words: dict[str, str], username: str) -> str:
    """Word a note as Telegram HTML; raises KeyError for a kind that nobody knows."""
    if kind == family.GROWN:
        until = datetime.fromisoformat(words["until"]).astimezone(MOSCOW)
        return tr.html(
            "🎂 <b>{patient}: 18 years old.</b>\n"
            "Adults book for themselves, so this card has left your list."
            " Visits that are booked stay booked.\n\n"
            "Please forward this link: it takes the visits and the record along into one's own chat."
            " It works once, until {date}, {time} (Moscow time):\n{link}",
            patient=words["patient"],
            date=tr.day(until.date()),
            time=tr.time(until),
            link=cards.invitation_link(username, words["code"]),
        )
    texts = {
        family.JOINED: tr("👪 {patient}: from now on {name} books, moves and cancels visits too."),
        family.AGREED: tr("🤝 {name}: agreed. You can book visits for this person now."),
        family.ENDED: tr("{name}: does not want you to book visits any more. The card has left your list."),
    }
    return texts[kind].format_map({name: cards.escape(value) for name, value in words.items()})
