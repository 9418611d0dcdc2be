"""Every setting, with its unit, default and meaning; `.env.example` is written from here."""

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.database import UnsupportedDatabase, sqlite_path

MAKE_KEY = "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
KEY_LENGTH = 32
"""Fewest characters of a key; the command above makes 43."""
KEY_LETTERS = 12
"""Fewest different characters of a key: «aaaa…» is none."""


class BadConfig(Exception):
    """A setting is missing or wrong; the text is one line that says which and what to do."""


class Config(BaseSettings):
    """The settings, from the environment and from the file .env; the environment wins."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    bot_token: SecretStr = Field(description="The bot's token, from @BotFather. Required.")
    secret_key: SecretStr = Field(
        description=f"Key for everything personal, 32 characters or more; make one: {MAKE_KEY}"
        " Several, separated by commas: the first one seals, all of them open. Required."
    )
    database_url: str = Field(
        "sqlite+aiosqlite:///data/talon.db",
        description="The store: a SQLite file. Its folder is made where it is missing.",
    )
    redis_url: str | None = Field(
        None, description="Where dialog state is kept: redis://host:6379/0. Unset: in the database."
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="The Bot API server: Telegram's own, or one that you run."
    )
    webhook_url: str | None = Field(
        None,
        description="Public https address for updates, with a path. Unset: long polling.",
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="What Telegram has to send along with each update, 16 or more of A-Z a-z 0-9 _ -."
        " Required with WEBHOOK_URL.",
    )
    http_host: str = Field(
        "127.0.0.1", description="Local address that the webhook listens on; 0.0.0.0 in a container."
    )
    http_port: int = Field(8080, ge=1, le=65535, description="Local port that the webhook listens on.")
    operator_name: str | None = Field(
        None,
        description="Who runs this bot, by the legal name: the consent to the processing of personal data"
        " names it. Unset: «the operator of this service».",
    )
    admin_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (),
        description="Telegram ids of the administrators, separated by commas: what patients write to support"
        " comes into their private chats with the bot, and they answer there; so do reviews that wait to be"
        " checked. Each must have pressed «Start»."
        " Unset: patients are told the registry's phone.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Outgoing mail: smtp://user:password@host:587?from=talon@clinic.example"
        " (smtps:// for port 465). Unset: the ticket by e-mail is not offered.",
    )
    sms_url: SecretStr | None = Field(
        None,
        description="Outgoing text messages: https://user:password@gateway.example/send takes JSON {to, text}"
        " and an Idempotency-Key. Unset: a phone is confirmed by Telegram's contact alone.",
    )
    backup_dir: str | None = Field(
        None, description="Folder of the backups. Unset: the folder backups beside the store."
    )
    backup_hour: int = Field(
        3, ge=-1, le=23, description="Hour, Moscow time, of the nightly backup; -1: the bot makes none."
    )
    backup_daily: int = Field(
        7, ge=1, description="Nightly backups are kept of so many days, the last one of each."
    )
    backup_weekly: int = Field(4, ge=0, description="Of so many weeks beside them, the last one of each.")
    backup_monthly: int = Field(
        12,
        ge=0,
        description="Of so many months beside them, the last one of each.",
    )
    limits_file: str | None = Field(
        None,
        description="Table of the longest waits that the state allows, as storage/reference/limits.csv."
        " Unset: that one.",
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: str = Field(
        "text", description="text, or json: an object a line, for what collects and searches logs."
    )
    metrics_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Local port for /healthz, /readyz and /metrics (docs/running.md). Not the webhook's,"
        " so that no proxy shows them to the world by mistake. Unset: they are not served.",
    )
    metrics_host: str = Field(
        "127.0.0.1",
        description="Local address that METRICS_PORT listens on: whoever reaches it sees the numbers.",
    )

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of SECRET_KEY: the first one seals, all of them open."""
        return tuple(key.strip() for key in self.secret_key.get_secret_value().split(","))

    @field_validator("bot_token")
    @classmethod
    def _is_token(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:[\w-]{3,}", value.get_secret_value()):
            raise ValueError("it is not a token: @BotFather gives one like 123456:ABC-DEF")
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_strong(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            if len(key.strip()) < KEY_LENGTH or len(set(key.strip())) < KEY_LETTERS:
                raise ValueError(f"it is too weak; make one: {MAKE_KEY}")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_sqlite(cls, value: str) -> str:
        try:
            sqlite_path(value)
        except UnsupportedDatabase:
            raise ValueError("it must name a SQLite file: sqlite+aiosqlite:///data/talon.db") from None
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
            raise ValueError("it must be an http or https address")
        return value.rstrip("/")

    @field_validator("webhook_url")
    @classmethod
    def _is_public(cls, value: str | None) -> str | None:
        if value is not None and (
            urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).path
        ):
            raise ValueError("it must be an address with a path: https://bot.clinic.example/telegram")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _is_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()):
            raise ValueError("it needs 16 to 256 of the letters A-Z a-z 0-9 _ -")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            from reminders.smtp import Smtp

            Smtp.from_url(value.get_secret_value())
        return value

    @field_validator("sms_url")
    @classmethod
    def _is_gateway(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            from reminders.sms import SmsGateway

            SmsGateway.from_url(value.get_secret_value())
        return value

    @field_validator("limits_file")
    @classmethod
    def _is_table(cls, value: str | None) -> str | None:
        if value is not None:
            from storage.reference.reader import read_limits

            try:
                read_limits(Path(value))
            except OSError as error:
                raise ValueError(f"{value} cannot be read ({error.strerror})") from None
        return value

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("admin_ids")
    @classmethod
    def _are_people(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(number <= 0 for number in value):
            raise ValueError("each must be a person's id, above zero: groups are never written to")
        return tuple(dict.fromkeys(value))

    @field_validator("log_level")
    @classmethod
    def _is_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("it must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("log_format")
    @classmethod
    def _is_format(cls, value: str) -> str:
        if value.lower() not in ("text", "json"):
            raise ValueError("it must be text or json")
        return value.lower()

    @model_validator(mode="after")
    def _has_ports_of_their_own(self) -> "Config":
        if self.webhook_url and self.metrics_port == self.http_port:
            raise ValueError("METRICS_PORT is wrong: it must not be the webhook's, HTTP_PORT")
        return self

    @model_validator(mode="after")
    def _has_secret(self) -> "Config":
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("WEBHOOK_SECRET is missing: WEBHOOK_URL needs it")
        return self


def read_config(**overrides: Any) -> Config:
    """Read the settings; raises BadConfig with one line for the first thing that is wrong."""
    try:
        return Config(**overrides)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        what = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            raise BadConfig(what) from None
        name = str(first["loc"][0]).upper()
        if first["type"] == "missing":
            field = Config.model_fields[str(first["loc"][0])]
            raise BadConfig(f"{name} is missing. {field.description}") from None
        raise BadConfig(f"{name} is wrong: {what}") from None


def env_example() -> str:
    """Write `.env.example`: every setting with its meaning, the optional ones as comments."""
    lines = ["# Settings of Talon. Copy to .env and fill in; the environment wins over the file."]
    for name, field in Config.model_fields.items():
        lines += ["", f"# {field.description}"]
        default = field.default
        if field.is_required():
            lines.append(f"{name.upper()}=")
        else:
            lines.append(f"# {name.upper()}={'' if default in (None, ()) else default}")
    return "\n".join(lines) + "\n"
