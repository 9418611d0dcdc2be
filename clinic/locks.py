"""Which chats are open for personal windows, and until when. Kept in memory: a restart locks every one."""

from collections import OrderedDict
from datetime import datetime

from clinic import pin, rules
from clinic.clock import Clock
from clinic.errors import NotRegistered, PinBlocked, PinWrong
from storage.database import Database

REMEMBERED_CHATS = 10_000


class Locks:
    """The locks of all chats. A chat without a PIN is never locked and costs one look into a dictionary."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._has_pin: OrderedDict[int, bool] = OrderedDict()
        self._open_until: OrderedDict[int, datetime] = OrderedDict()
        self._last_try: OrderedDict[int, tuple[str, str | PinWrong | PinBlocked | None]] = OrderedDict()

    async def has_pin(self, chat_id: int) -> bool:
        """Tell whether a chat has a PIN; it is read once."""
        known = self._has_pin.get(chat_id)
        if known is not None:
            return known
        self.learn(chat_id, has_pin=await pin.has_pin(self._database, chat_id))
        return self._has_pin[chat_id]

    def learn(self, chat_id: int, *, has_pin: bool) -> None:
        """Take note of whether a chat has a PIN, as it was read just now, maybe along with other things."""
        if chat_id not in self._has_pin:  # it may have been set meanwhile
            self._remember(chat_id, has_pin=has_pin)

    async def is_locked(self, chat_id: int) -> bool:
        """Tell whether nothing personal may be shown in a chat now."""
        if not await self.has_pin(chat_id):
            return False
        until = self._open_until.get(chat_id)
        return until is None or until <= self._clock.now()

    def renew(self, chat_id: int) -> None:
        """Begin the idle time anew: somebody pressed. What is locked stays locked."""
        until = self._open_until.get(chat_id)
        if until is not None and until > self._clock.now():
            self._open(chat_id)

    def lock(self, chat_id: int) -> None:
        """Lock a chat before its time is over."""
        self._open_until.pop(chat_id, None)

    def forget(self, chat_id: int) -> None:
        """Read anew whether a chat has a PIN: it was changed elsewhere, or the account has gone."""
        self._has_pin.pop(chat_id, None)
        self.lock(chat_id)

    async def unlock(self, chat_id: int, typed: str, attempt: str) -> str | None:
        """Take a typed PIN, open the chat and give the proof of it; raises what check_pin raises.

        `attempt` names the press or message: an update that is worked again, since Telegram could not be
        reached say, is one try.
        """
        name, outcome = self._last_try.get(chat_id, ("", None))
        if name != attempt:
            try:
                outcome = await pin.check_pin(self._database, chat_id, typed, self._clock.now())
            except (PinWrong, PinBlocked) as error:
                outcome = error
            except NotRegistered:  # the account has gone, and its PIN with it
                outcome = None
            self._last_try[chat_id] = (attempt, outcome)
            if len(self._last_try) > REMEMBERED_CHATS:
                self._last_try.popitem(last=False)
        if isinstance(outcome, PinBlocked):
            self.lock(chat_id)
        if isinstance(outcome, (PinWrong, PinBlocked)):
            raise outcome.with_traceback(None)
        self._remember(chat_id, has_pin=outcome is not None)
        self._open(chat_id)
        return outcome

    async def set_pin(self, chat_id: int, new: str, proof: str | None) -> None:
        """Set or change the PIN of a chat, which is open then; raises what pin.set_pin raises."""
        await pin.set_pin(self._database, chat_id, new, self._clock.now(), proof=proof)
        self._remember(chat_id, has_pin=True)
        self._open(chat_id)

    async def remove_pin(self, chat_id: int, proof: str | None) -> None:
        """Take the PIN of a chat away; raises what pin.remove_pin raises."""
        await pin.remove_pin(self._database, chat_id, proof, self._clock.now())
        self.forget(chat_id)

    def _open(self, chat_id: int) -> None:
        self._open_until[chat_id] = self._clock.now() + rules.LOCK_AFTER
        self._open_until.move_to_end(chat_id)
        if len(self._open_until) > REMEMBERED_CHATS:
            self._open_until.popitem(last=False)

    def _remember(self, chat_id: int, *, has_pin: bool) -> None:
        self._has_pin[chat_id] = has_pin
        self._has_pin.move_to_end(chat_id)
        if len(self._has_pin) > REMEMBERED_CHATS:
            self._has_pin.popitem(last=False)
