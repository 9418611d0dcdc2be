"""Text messages as a channel: short, to the phone that an account has confirmed."""

from datetime import datetime

from clinic import family_days, planning, reminding
from clinic.clock import Clock
from clinic.family_days import Day
from dialogs import texts
from locales import translator
from reminders.channels import Sent, Unreachable
from reminders.sms import SmsGateway
from storage import accounts, people
from storage.appointments import Visit
from storage.database import Database
from storage.notifications import NotificationRow
from storage.types import Tx


class SmsChannel:
    """Sends text messages about visits."""

    def __init__(self, gateway: SmsGateway, database: Database, clock: Clock) -> None:
        self._gateway = gateway
        self._database = database
        self._clock = clock

    async def send(self, row: NotificationRow, visit: Visit) -> Sent:
        """Send a message of the row's kind; raises Unreachable or Trouble.

        One that goes again after a crash has the same key, so that the gateway sends it once.
        """
        now = self._clock.now()
        phone, settings, day = await self._database.read(lambda tx: self._read(tx, row, visit, now))
        tr = translator(visit.appointment.language)
        if row.kind == planning.CANCELLED:
            text = texts.cancelled(tr, visit)
        elif row.kind == planning.NEWS:
            text = texts.news(tr, visit)
        elif row.kind in planning.RESULTS:
            text = texts.result(tr, visit, is_changed=row.kind == planning.RESULT_UPDATED)
        elif len(day.visits) > 1:
            text = texts.family(tr, day.visits, now)
        else:
            text = texts.reminder(tr, visit, now, settings.policy)
        await self._gateway.send(phone, text, f"n{day.key}")
        return Sent(along=day.along)

    def _read(
        self, tx: Tx, row: NotificationRow, visit: Visit, now: datetime
    ) -> tuple[str, reminding.Settings, Day]:
        carer = people.carer(tx, row.account_id, visit.appointment.patient_id)
        if carer is None or not carer.has_phone:
            raise Unreachable("no phone is confirmed")
        phone = accounts.contact_of(tx, self._database.keyring, row.account_id).phone
        settings = reminding.read(carer.reminders, carer.own_reminders)
        return phone, settings, family_days.day(tx, self._database.keyring, row, visit, now)
