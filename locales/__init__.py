"""Everything the bot says, per language: gettext catalogues, dates and plurals.

English is written in the code and is the key; `ru/LC_MESSAGES/talon.po` has the Russian. The compiled
catalogue is made from it at the first use and again whenever it is older, so it cannot be forgotten.
"""

import gettext
import html
import io
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("ru", "en")
DEFAULT = "ru"
_FOLDER = Path(__file__).parent


def choose(code: str | None) -> str:
    """Choose the language for a Telegram `language_code`: Russian unless it clearly is another one.

    Belarusian, Kazakh and other neighbours read Russian better than English.
    """
    short = (code or DEFAULT).split("-")[0].lower()
    readers_of_russian = ("ru", "be", "kk", "ky", "uk", "uz", "tg", "hy", "az", "ka", "tt", "ba")
    return "ru" if short in readers_of_russian else "en"


def later(message: str) -> str:
    """Mark a text that is translated where it is shown, not where it stands."""
    return message


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: str) -> "Translator":
    """Give the one translator of a language."""
    return Translator(language)


class Translator:
    """Words, plurals and dates of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def __call__(self, message: str, **values: Any) -> str:
        """Translate and fill in `{named}` values as they are: for buttons, alerts, captions of files."""
        text = self._catalogue.gettext(message)
        return text.format_map(values) if values else text

    def html(self, message: str, **values: Any) -> str:
        """Translate and fill in values escaped for Telegram's HTML; the message itself may have tags."""
        text = self._catalogue.gettext(message)
        return text.format_map(_escaped(values)) if values else text

    def plural(self, one: str, many: str, count: int, **values: Any) -> str:
        """Translate with the right plural form; `{count}` is filled in."""
        text = self._catalogue.ngettext(one, many, count)
        return text.format_map({"count": count, **values})

    def name(self, ru: str, en: str) -> str:
        """Pick the name that data carry in both languages."""
        return en if self.language == "en" and en else ru

    def day(self, day: date) -> str:
        """Write a day whole: «вторник, 24 ноября»."""
        return _format_date(day, "EEEE, d MMMM", self.language)

    def bare_day(self, day: date) -> str:
        """Write a day without its weekday: «24 ноября»."""
        return _format_date(day, "d MMMM", self.language)

    def day_with_year(self, day: date) -> str:
        """Write a day with its year: «вторник, 24 ноября 2026»."""
        return _format_date(day, "EEEE, d MMMM y", self.language)

    def short_day(self, day: date) -> str:
        """Write a day for a button: «Вт 24 ноя»."""
        text = _format_date(day, "EEE d MMMM", self.language)
        weekday, number, month = text.replace(".", "").split()
        return f"{weekday[:1].upper()}{weekday[1:]} {number} {month[:3]}"

    def accusative_day(self, day: date) -> str:
        """Write a day as it stands after «на»: «среду, 25 ноября»; English has one form."""
        weekday, _, rest = self.day(day).partition(",")
        return f"{_ACCUSATIVE.get(weekday, weekday)},{rest}"

    def on_day(self, day: date) -> str:
        """Say on which day: «в среду, 25 ноября», «во вторник, 24 ноября», «on Wednesday, 25 November»."""
        text = self.accusative_day(day)
        if self.language == "en":
            return f"on {text}"
        return ("во " if text.startswith("вт") else "в ") + text

    def month(self, day: date) -> str:
        """Write a month with its year: «Ноябрь 2026»."""
        return capital(_format_date(day, "LLLL y", self.language))

    def months(self, first: date, last: date) -> str:
        """Write the months of a span: «Ноябрь — декабрь 2026», «Декабрь 2026 — январь 2027»."""
        if (first.year, first.month) == (last.year, last.month):
            return self.month(first)
        pattern = "LLLL" if first.year == last.year else "LLLL y"
        beginning = capital(_format_date(first, pattern, self.language))
        return f"{beginning} — {_format_date(last, 'LLLL y', self.language)}"

    def weekday_letters(self) -> tuple[str, ...]:
        """Give the two letters of each weekday, Monday first."""
        monday = date(2024, 1, 1)
        return tuple(
            _format_date(monday.replace(day=number), "EEEEEE", self.language).capitalize()
            for number in range(1, 8)
        )

    def number(self, value: float) -> str:
        """Write a number with one digit after the point: «2,5», "2.5"."""
        text = f"{value:.1f}"
        return text.replace(".", ",") if self.language == "ru" else text

    def language_name(self, code: str) -> str:
        """Name a language by its code of ISO 639: «английский»; what is no code stays as it is."""
        return _language_name(code, self.language)

    def time(self, at: datetime | time) -> str:
        """Write a time of day: «9:20»."""
        return f"{at.hour}:{at.minute:02}"


_ACCUSATIVE = {"среда": "среду", "пятница": "пятницу", "суббота": "субботу"}


def capital(text: str) -> str:
    """Begin with a capital what begins a line."""
    return text[:1].upper() + text[1:]


def _escaped(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: html.escape(value, quote=False) if isinstance(value, str) else value
        for name, value in values.items()
    }


@lru_cache(maxsize=4096)
def _format_date(day: date, pattern: str, language: str) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, locale=language)


@lru_cache(maxsize=512)
def _language_name(code: str, language: str) -> str:
    from babel import Locale

    return str(Locale(language).languages.get(code, code))


def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    source = _FOLDER / language / "LC_MESSAGES" / "talon.po"
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    return gettext.GNUTranslations(io.BytesIO(_compile(source, compiled)))


def _compile(source: Path, compiled: Path) -> bytes:
    """Make the compiled catalogue; where it cannot be written it is made at each start."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    try:
        unfinished = compiled.with_suffix(".mo.new")
        unfinished.write_bytes(buffer.getvalue())
        unfinished.replace(compiled)
    except OSError:
        pass
    return buffer.getvalue()
