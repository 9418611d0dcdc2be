"""Carrying one-time codes: by SMS and by e-mail."""

from dataclasses import dataclass
from email.message import EmailMessage

from clinic import confirmation
from clinic.confirmation import Sent
from clinic.errors import CodeNotSent
from dialogs import letters
from locales import translator
from reminders.channels import Trouble, Unreachable
from reminders.sms import SmsGateway
from reminders.smtp import Smtp


@dataclass(frozen=True)
class Codes:
    """The ways that are set up; None where one is not."""

    sms: SmsGateway | None
    smtp: Smtp | None

    def carries(self, way: str) -> bool:
        """Tell whether codes can go that way here."""
        return (self.sms if way == confirmation.SMS else self.smtp) is not None

    async def send(
        self, way: str, target: str, language: str, purpose: str, sent: Sent, asked_by: str = ""
    ) -> None:
        """Carry a code; raises CodeNotSent. Telling whether an address exists is not this one's business."""
        tr = translator(language)
        try:
            if way == confirmation.SMS and self.sms is not None:
                await self.sms.send(target, letters.code_sms(tr, purpose, sent.code, asked_by), sent.key)
                return
            if way == confirmation.EMAIL and self.smtp is not None:
                words = letters.code(tr, sent.code)
                message = EmailMessage()
                message["To"] = target
                message["Subject"] = words.subject
                message["Message-ID"] = f"<{sent.key}@talon>"
                message["Auto-Submitted"] = "auto-generated"
                message.set_content(words.text)
                message.add_alternative(words.html, subtype="html")
                await self.smtp.send(message)
                return
        except (Trouble, Unreachable):
            raise CodeNotSent from None
        raise CodeNotSent
