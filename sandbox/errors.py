"""What the server refuses, in Telegram's own words."""


class ApiError(Exception):
    """An answer with ok=false. `is_violation`: the bot did what Telegram does not allow."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after: int | None = None,
        is_violation: bool = True,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.is_violation = is_violation


def bad_request(what: str) -> ApiError:
    """Refuse a call as wrong."""
    return ApiError(400, f"Bad Request: {what}")


class CannotDo(Exception):
    """A person tried what Telegram's app would not let them do."""
