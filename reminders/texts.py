"""Text messages as a channel: short, to the phone that an account has confirmed."""

from clinic import planning, reminding
from clinic.clock import Clock
from dialogs import texts
from locales import translator
from reminders.channels import Unreachable
from reminders.sms import SmsGateway
from storage import people
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

    async def send(self, row: NotificationRow, visit: Visit) -> None:
        """Send a message of the row's kind; raises Unreachable or Trouble.

        One that goes again after a crash has the same key, so that the gateway sends it once.
        """
        phone, settings = await self._database.read(lambda tx: self._whom(tx, row, visit))
        tr = translator(visit.appointment.language)
        if row.kind == planning.CANCELLED:
            text = texts.cancelled(tr, visit)
        elif row.kind == planning.NEWS:
            text = texts.news(tr, visit)
        elif row.kind in planning.RESULTS:
            text = texts.result(tr, visit, is_changed=row.kind == planning.RESULT_UPDATED)
        else:
            text = texts.reminder(tr, visit, self._clock.now(), settings.policy)
        await self._gateway.send(phone, text, f"n{row.id}.{int(row.due_at.timestamp())}")

    def _whom(self, tx: Tx, row: NotificationRow, visit: Visit) -> tuple[str, reminding.Settings]:
        carer = people.carer(tx, row.account_id, visit.appointment.patient_id)
        if carer is None or not carer.has_phone:
            raise Unreachable("no phone is confirmed")
        phone = people.contact_of(tx, self._database.keyring, row.account_id).phone
        return phone, reminding.read(carer.reminders, carer.own_reminders)
