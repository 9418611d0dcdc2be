"""Whether a clinic takes somebody's policy, as far as names of insurers tell."""

import re
from collections.abc import Sequence

from storage.text import fold

_WORD = re.compile(r"\w+")
_TELLS_NOTHING = frozenset(
    """
    ооо оао зао пао ао страховая страховой страхование медицинская медицинское компания общество смо смк ск
    филиал мед мс м омс insurance company medical ltd llc
    """.split()  # noqa: SIM905
)
_SHORTEST = 3


def accepting(insurers: Sequence[str], own: str) -> str | None:
    """Find somebody's own insurer in a clinic's list; None where it is not there, which proves nothing."""
    wanted = _key(own)
    for name in insurers:
        key = _key(name)
        if min(len(key), len(wanted)) >= _SHORTEST and (key.startswith(wanted) or wanted.startswith(key)):
            return name
    return None


def _key(name: str) -> str:
    words = _WORD.findall(fold(name))
    return "".join(word for word in words if word not in _TELLS_NOTHING) or "".join(words)
