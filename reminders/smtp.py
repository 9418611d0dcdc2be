"""Handing letters to a mail server (RFC 5321)."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr
from urllib.parse import parse_qs, unquote, urlsplit

from reminders.channels import Trouble, Unreachable

SECONDS = 20.0
PORTS = {"smtp": 587, "smtps": 465}
NAME = "Талон"


@dataclass(frozen=True)
class Smtp:
    """A mail server and the sender's address; one connection a letter."""

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = None
    is_tls: bool = False
    """encrypted from the first byte; otherwise STARTTLS is used where the server offers it"""

    @classmethod
    def from_url(cls, url: str) -> "Smtp":
        """Read `smtp://user:password@host:587?from=talon@clinic.example`; raises ValueError."""
        parts = urlsplit(url)
        sender = parse_qs(parts.query).get("from", [""])[0]
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("it begins with smtp:// or smtps:// and names a host")
        if "@" not in sender:
            raise ValueError("the sender is missing: ?from=talon@clinic.example")
        return cls(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            sender,
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            parts.scheme == "smtps",
        )

    async def send(self, message: EmailMessage) -> None:
        """Hand a letter over; raises Unreachable for an address that is refused for good, else Trouble."""
        import aiosmtplib

        message["From"] = formataddr((NAME, self.sender))
        try:
            await aiosmtplib.send(
                message,
                sender=self.sender,
                hostname=self.host,
                port=self.port,
                username=self.username,
                password=self.password,
                use_tls=self.is_tls,
                timeout=SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(500 <= one.code < 600 for one in error.recipients):
                raise Unreachable("the address is refused") from None
            raise Trouble("the address is not taken now") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Trouble(type(error).__name__) from None
