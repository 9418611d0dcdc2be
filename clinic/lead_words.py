"""Reading how long before a visit somebody wishes to be reminded: «5 часов», «за 2 дня», «полчаса»."""

import re

_UNITS = (
    (60, r"м|мин|минут\w*|m|min|minutes?"),
    (3_600, r"ч|час\w*|h|hours?"),
    (86_400, r"д|дн|день|дня|дней|сут\w*|d|days?"),
    (604_800, r"нед|недел\w*|w|weeks?"),
)
_NUMBERS = {"один": 1, "одну": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6,
            "one": 1, "a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}  # fmt: skip
_HALF = {"полчаса": 1_800, "half an hour": 1_800, "полтора часа": 5_400, "полдня": 43_200}
_LONGEST = 40


def parse(text: str) -> int | None:
    """Read a lead time in seconds; None where it says none."""
    said = " ".join(text.lower().replace("ё", "е").strip(" .!").split())
    if len(said) > _LONGEST:
        return None
    said = re.sub(r"^за | до приема$| before$|^the ", "", said)
    if said in _HALF:
        return _HALF[said]
    found = re.fullmatch(r"(?:(\d{1,4}|[а-яa-z]+) ?)??(" + "|".join(unit for _, unit in _UNITS) + ")", said)
    if found is None:
        return None
    word = found[1]
    count = 1 if word is None else int(word) if word.isdigit() else _NUMBERS.get(word, 0)
    seconds = next(one for one, unit in _UNITS if re.fullmatch(unit, found[2]))
    return count * seconds or None
