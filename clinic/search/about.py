"""About whom a text speaks: a child, a woman, of what age; what the text says wins over the account."""

import re
from dataclasses import dataclass

_CHILD = frozenset(
    """
    ребенок ребенка ребенку ребенком ребенке ребенок ребеночек ребеночка ребеночку реб рёб дитя дите
    малой мелкий мелкого мелкой детям детей дети деток детки детский детская детское детские
    детского детской детскую детскому малыш малыша малышу малышка малышки малышке малышом малышкой
    кроха сын сына сыну сыном сыне сынок сынка сынку сынишка сыночек сыночка дочь дочка дочке дочки
    дочку дочери дочкой доча доче дочурка дочу дочерью внук внука внуку внучка внучки внучке внучку
    внучок внучек внуком мальчик мальчика мальчику девочка девочки девочке девочку школьник
    школьника школьнику школьница первоклассник дошкольник дошкольника подросток подростка подростку
    подростковый двойня двойняшки близнецы племянник племянника племяннику племянница племяннице
    племянницы child kid son daughter children kids baby toddler teenager
    """.split()  # noqa: SIM905
)
_BABY = frozenset(
    """
    грудничок грудничка грудничку грудничком младенец младенца младенцу новорожденный новорожденного
    новорожденному новорожденная новорожденной новорожденную грудной грудного грудному груднички
    лялька ляля ляли ляле недоношенный недоношенного infant newborn
    """.split()  # noqa: SIM905
)
_ADULT = frozenset(
    """
    муж мужа мужу мужем жена жены жене жену женой мама мамы маме маму мамой мать матери отец отца
    отцу мужик мужика мужику мужиком
    папа папы папе папу папой бабушка бабушки бабушке бабушку бабушкой бабуля бабули бабуле дед
    деда деду дедушка дедушки дедушке дедушку теща тещи теще тещу свекровь свекрови свекр тесть брат
    брата брату сестра сестры сестре сестру парень парня парню девушка девушки девушке девушку тетя
    тети тете дядя дяди дяде взрослый взрослого взрослому взрослая пенсионер пенсионерка пожилой
    пожилого пожилая старик старушка супруг супруга супругу прабабушка прабабушке свекру мамочка
    мамочке батя бате отчим мачеха husband wife mother mom father dad grandmother grandfather adult
    """.split()  # noqa: SIM905
)
_OLD = ("бабуш", "бабул", "дед", "пожил", "пенсионер", "стари", "старуш", "прабабуш")
_MALE = (
    "сын", "внук", "внуч", "мальчик", "муж", "отец", "отц", "пап", "дед", "брат", "парен", "парн", "тест",
    "дяд", "племянник", "супругу", "бат", "мужчин", "husband", "son", "father", "dad",
)  # fmt: skip
_FEMALE = (
    "доч", "внучк", "девочк", "жен", "мам", "мат", "бабуш", "бабул", "тещ", "свекров", "сестр", "девушк",
    "тет", "племянниц", "беремен", "женщин", "wife", "daughter", "mother", "mom",
)  # fmt: skip
_AGE = re.compile(
    r"(?<!\d)(\d{1,3})\s*-?\s*(?:х|ти|и|ми)?\s*-?\s*"
    r"(лет\w*|год\w*|г\b|л\b|мес\w*|м\b|недел\w*|нед\b|дн\w*|день|летн\w*|years?|months?|weeks?|yo\b)"
)
_WORDED_AGE = re.compile(
    r"\b(полгода|полтора года|годик\w*|год\b|годовал\w*|месячн\w*|двухлетн\w*|трехлетн\w*)"
)
_DURATION = re.compile(r"(?:уже|в течение|больше|более|около|почти|назад|на протяжении)\s*$")
_WANTED_CHILD = re.compile(
    r"\b(?:завести|зачать|родить|хоти[мт]|хочу|планиру\w+|получается)\s+(?:\w+\s+)?(?:ребенк\w+|детей|малыша)\b"
)
_WORD = re.compile(r"\w+")
GROWN_UP = 18
OLD = 65


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the patient; None is «not known»."""

    is_child: bool | None = None
    is_baby: bool = False
    is_old: bool = False
    sex: str | None = None
    is_said: bool = False
    """the text says it, not the account"""


def about(text: str, age: int | None, sex: str | None) -> tuple[About, str]:
    """Read a folded text; returns of whom it speaks and the text without those words.

    `age` in full years and `sex` are the account's own person's, or the chosen patient's.
    """
    text = _WANTED_CHILD.sub(" . зачатие . ", text)
    found = _WORD.findall(text)
    has_baby = any(word in _BABY for word in found)
    has_child = has_baby or any(word in _CHILD for word in found)
    has_adult = any(word in _ADULT for word in found)
    years, rest = _years(text, is_person=has_child or has_adult)
    said = _sex(found)
    if years is not None and (has_child or has_adult):
        has_child, has_adult = years < GROWN_UP, years >= GROWN_UP
    is_said = has_child or has_adult
    is_old = any(word.startswith(_OLD) for word in found) or (years is not None and years >= OLD)
    if is_said:
        is_child: bool | None = has_child
        is_baby = has_child and (has_baby or (years is not None and years < 1))
    else:
        is_child = None if age is None else age < GROWN_UP
        is_baby = age is not None and age < 1
        is_old = is_old or (age is not None and age >= OLD)
    rest = _WORD.sub(lambda match: "" if _is_person(match[0]) else match[0], rest)
    return About(is_child, is_baby, is_old, said or (None if is_said else sex), is_said), rest


def _is_person(word: str) -> bool:
    return word in _CHILD or word in _BABY or word in _ADULT


def _sex(found: list[str]) -> str | None:
    for word in found:
        if not (_is_person(word) or word.startswith(("беремен", "мужчин", "женщин"))):
            continue
        if word.startswith(_FEMALE) and not word.startswith("женат"):
            return "female"
        if word.startswith(_MALE):
            return "male"
    return None


def _years(text: str, *, is_person: bool) -> tuple[float | None, str]:
    """Find an age in a text, and take ages and durations out of it.

    «3 года» is an age where a person is named and it does not follow «уже», else a duration.
    """
    years: float | None = None
    for match in _AGE.finditer(text):
        number, unit = int(match[1]), match[2]
        if not is_person or years is not None or _DURATION.search(text[: match.start()]):
            continue
        if unit.startswith(("год", "лет", "г", "л", "y")):
            years = number
        elif unit.startswith(("мес", "м", "mo")):
            years = number / 12
        elif unit.startswith(("недел", "нед", "w")) and re.search(r"(новорожд|груднич|младен)", text):
            years = 0
    worded = _WORDED_AGE.search(text)
    if years is None and is_person and worded:
        years = 0.5 if worded[0] in ("полгода", "месячн") else 1.0
    return years, _AGE.sub(" ", text)
