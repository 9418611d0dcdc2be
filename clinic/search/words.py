"""Words as people type them: stems, how they sound, other keyboards and Latin letters."""

import re
import threading
from functools import cache, lru_cache

from storage.text import fold

_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+|[^\s\w]|_")
_GLUED = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_CLAUSE = frozenset(".,;:!?()\n—–")

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_CYRILLIC = str.maketrans(_LATIN + _LATIN.upper() + '{}:"<>~', _CYRILLIC * 2 + "хъжэбюё")
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_LOOKALIKES = str.maketrans("aceopxykmthb", "асеорхукмтнв")

_SPELLED = (
    ("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("tz", "ц"), ("ch", "ч"), ("sh", "ш"),
    ("yu", "ю"), ("ju", "ю"), ("iu", "ю"), ("ya", "я"), ("ja", "я"), ("ia", "ия"), ("yo", "е"), ("jo", "е"),
    ("ye", "е"), ("je", "е"), ("ph", "ф"), ("ck", "к"), ("x", "кс"), ("w", "в"), ("q", "к"), ("c", "к"),
    ("a", "а"), ("b", "б"), ("v", "в"), ("g", "г"), ("d", "д"), ("e", "е"), ("z", "з"), ("i", "и"),
    ("j", "й"), ("y", "ы"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"),
    ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("f", "ф"), ("h", "х"), ("'", "ь"), ("4", "ч"),
)  # fmt: skip
_SPELLING = dict(_SPELLED)
_SPELLED_AT = re.compile("|".join(re.escape(latin) for latin, _ in _SPELLED))


def tokens(text: str) -> list[str]:
    """Cut a folded text into words, numbers and signs; «38,5» is one number, «086у» a number and a letter."""
    return _WORD.findall(text)


def ends_clause(token: str) -> bool:
    """Tell whether a sign divides sentences or their parts."""
    return token in _CLAUSE


class _Stemmers(threading.local):
    """The stemmers of a thread: each keeps the word it is at."""

    def __init__(self) -> None:
        import snowballstemmer  # takes a twentieth of a second, at the first search

        self.russian = snowballstemmer.stemmer("russian")
        self.english = snowballstemmer.stemmer("english")


@cache
def _stemmers() -> _Stemmers:
    return _Stemmers()


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """Take the endings off a folded word."""
    stemmers = _stemmers()
    which = stemmers.english if word.isascii() else stemmers.russian
    found: str = which.stemWord(word)
    return found.removesuffix("ическ") if found.endswith("логическ") else found


_SOUNDS = str.maketrans("оыэеёяюбвгджзщй", "аииииаупфктшсши", "ьъ")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=32768)
def sound(word: str) -> str:
    """Write a word as it sounds when nobody articulates: «афтальмолок» and «офтальмолог» are one."""
    heard = word.replace("тся", "ца").replace("ться", "ца").replace("тс", "ц").replace("дс", "ц")
    heard = heard.replace("стн", "сн").replace("здн", "сн").replace("сч", "щ").replace("зч", "щ")
    return _TWICE.sub(r"\1", heard.translate(_SOUNDS))


def has_latin(text: str) -> bool:
    """Tell whether a text has Latin letters."""
    return any("a" <= sign <= "z" for sign in text)


def has_cyrillic(text: str) -> bool:
    """Tell whether a text has Cyrillic letters."""
    return any("а" <= sign <= "я" for sign in text)


def readings(text: str) -> list[str]:
    """Give the ways in which a text can be meant, folded: as typed, on another keyboard, in other letters."""
    typed = fold(text)
    found = [typed]
    if has_latin(typed):
        if has_cyrillic(typed):
            found.append(_mixed(typed))
        found.append(fold(text.lower().translate(_TO_CYRILLIC)))
        found.append(_SPELLED_AT.sub(lambda match: _SPELLING[match[0]], typed))
    elif has_cyrillic(typed):
        found.append(typed.translate(_TO_LATIN))
    return list(dict.fromkeys(found))


def _mixed(typed: str) -> str:
    """Take Latin letters inside Cyrillic words for the Cyrillic ones that look alike."""
    return " ".join(
        word.translate(_LOOKALIKES) if has_cyrillic(word) and has_latin(word) else word
        for word in typed.split()
    )
