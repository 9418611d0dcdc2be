"""Finding rows by what people type: words by their beginnings, without case endings and small words.

«ухо» finds «ухо» and not «опухоль»; «к лору» finds «лор»; «питер» finds Saint Petersburg.
"""

import re
from functools import lru_cache

from storage.text import fold

_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    """
    к ко у в во на по с со о об от до для за и или а же мне меня мой моя мое мои нам нас я мы бы очень сильно
    болит болят болеет боль боли заболел заболела заболело хочу хотел хотела нужен нужна нужно надо можно
    записаться запись запишите записать прием врач врачу врача доктор доктору доктора
    to the a an my i see need want at in for doctor
    """.split()  # noqa: SIM905
)
"""Words that say nothing about what is looked for; alone they are looked for all the same."""
_ENDING = re.compile(
    r"(?:ями|ами|ого|его|ому|ему|ыми|ими|ой|ей|ий|ый|ая|яя|ое|ее|ые|ие|ую|юю|ою|ею|ым|им|ом|ем|ам|ям|ах|ях|ых|их"
    r"|а|я|у|ю|ы|и|о|е|ь|й)$"
)
_SHORTEST_STEM = 3

EVERYDAY = {
    "RU-MOW": "мск",
    "RU-MOS": "подмосковье",
    "RU-SPE": "питер спб ленинград spb piter",
    "RU-LEN": "ленобласть",
    "RU-SVE": "екатеринбург екб",
    "RU-NVS": "новосиб",
    "RU-PRI": "приморье владик",
    "RU-KDA": "кубань",
    "RU-TA": "казань",
    "RU-BA": "башкирия уфа",
    "RU-KHM": "хмао",
    "RU-YAN": "янао",
    "RU-STA": "ставрополье",
    "RU-ALT": "барнаул",
    "RU-CHE": "челяба",
}
"""What people call a region, by its code; its towns with a clinic are known from the clinics."""


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Cut a text into the words by whose beginnings it is found."""
    return tuple(_WORD.findall(fold(text)))


def has_words(text: str, query: str) -> bool:
    """Tell whether each word of a query, a folded one, begins a word of the text; a function of SQL too."""
    known = words(text)
    return all(any(word.startswith(part) for word in known) for part in query.split())


def stem(word: str) -> str:
    """Take the case ending off a word; one that would grow too short stays as it is."""
    cut = _ENDING.sub("", word)
    return cut if len(cut) >= _SHORTEST_STEM else word


def queries(typed: str) -> tuple[str, ...]:
    """Turn what was typed into queries for `has_words`, to be tried in turn until one finds something.

    As typed, then without the small words, then cut to stems. Where nothing was typed it
    is one empty query, which finds all.
    """
    if not typed.strip():
        return ("",)
    all_words = words(typed)
    telling = [word for word in all_words if word not in _SMALL] or list(all_words)
    tries = (" ".join(all_words), " ".join(telling), " ".join(map(stem, telling)))
    return tuple(dict.fromkeys(query or "\0" for query in tries))
