"""Handing text messages to a gateway over HTTP: one request a message, harmless when it is repeated.

POST to SMS_URL, JSON `{"to": "+79161234567", "text": "…"}`, header Idempotency-Key; 2xx takes it, 4xx (but
408, 425 and 429) refuses it for good, anything else may be tried again. Name and password of the address go
as HTTP Basic (RFC 7617).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from reminders.channels import Trouble, Unreachable

SECONDS = 15.0
_LATER = {408, 425, 429}


@dataclass(frozen=True)
class SmsGateway:
    """A gateway's address, without the name and password that may have stood in it."""

    url: str
    username: str | None = None
    password: str = ""

    @classmethod
    def from_url(cls, url: str) -> "SmsGateway":
        """Read SMS_URL; raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it begins with https:// or http:// and names a host")
        place = parts.hostname + (f":{parts.port}" if parts.port else "")
        bare = urlunsplit((parts.scheme, place, parts.path or "/", parts.query, ""))
        return cls(bare, parts.username, parts.password or "")

    async def send(self, to: str, text: str, key: str) -> None:
        """Hand a message over; the same key twice is one message. Raises Unreachable or Trouble."""
        from aiohttp import BasicAuth, ClientError, ClientSession, ClientTimeout

        auth = BasicAuth(self.username, self.password) if self.username else None
        timeout = ClientTimeout(total=SECONDS)
        try:
            async with (
                ClientSession(timeout=timeout, auth=auth) as session,
                session.post(
                    self.url, json={"to": to, "text": text}, headers={"Idempotency-Key": key}
                ) as response,
            ):
                status = response.status
        except (ClientError, TimeoutError, OSError) as error:
            raise Trouble(type(error).__name__) from None
        if 400 <= status < 500 and status not in _LATER:
            raise Unreachable(f"the gateway answers {status}")
        if status >= 300:
            raise Trouble(f"the gateway answers {status}")
