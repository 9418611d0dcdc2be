"""Where the demo clinic has its houses: towns, streets, and how many of what."""

from typing import NamedTuple


class Town(NamedTuple):
    """A town with streets that towns of its kind have; degrees as in WGS 84."""

    name: str
    area_code: str
    latitude: float
    longitude: float
    streets: tuple[str, ...]
    university: str
    """where most of its doctors learned, as in a doctor's card"""


class District(NamedTuple):
    """A region's part of the demo: `houses` are (kind, position in `towns`), in order."""

    region_code: str
    number: int
    """a two-digit number of its own: phones and codes are made of it"""
    towns: tuple[Town, ...]
    houses: tuple[tuple[str, int], ...]


ADULTS, CHILDREN, HOSPITAL, DENTAL, HEART, HEALTH = (
    "adults",
    "children",
    "hospital",
    "dental",
    "heart",
    "health",
)
"""Kinds of houses; what each is called and who works there: clinics.py, rosters.py."""

_COMMON = (
    "улица Мира",
    "Садовая улица",
    "Парковая улица",
    "Школьная улица",
    "Солнечная улица",
    "Берёзовая улица",
)

DISTRICTS = (
    District(
        "RU-MOW", 1,
        (
            Town("Москва", "495", 55.7558, 37.6173,
                 ("Ленинский проспект", "Профсоюзная улица", "улица Вавилова", "Дмитровское шоссе",
                  *_COMMON),
                 "Сеченовский университет"),
        ),
        ((ADULTS, 0), (CHILDREN, 0), (ADULTS, 0), (HOSPITAL, 0), (HEART, 0), (DENTAL, 0)),
    ),
    District(
        "RU-SPE", 2,
        (
            Town("Санкт-Петербург", "812", 59.9386, 30.3141,
                 ("Московский проспект", "улица Савушкина", "проспект Просвещения",
                  "Гражданский проспект", *_COMMON),
                 "Первый СПбГМУ имени академика И. П. Павлова"),
        ),
        ((ADULTS, 0), (CHILDREN, 0), (HOSPITAL, 0), (HEALTH, 0), (ADULTS, 0)),
    ),
    District(
        "RU-KGD", 3,
        (
            Town("Калининград", "4012", 54.7104, 20.4522,
                 ("улица Горького", "Московский проспект", "улица Черняховского", *_COMMON),
                 "БФУ имени И. Канта"),
            Town("Советск", "40161", 55.0786, 21.8838, ("улица Победы", *_COMMON), "БФУ имени И. Канта"),
        ),
        ((ADULTS, 0), (CHILDREN, 0), (HOSPITAL, 0), (ADULTS, 1)),
    ),
    District(
        "RU-TA", 4,
        (
            Town("Казань", "843", 55.7963, 49.1064,
                 ("улица Декабристов", "проспект Победы", "улица Чистопольская", *_COMMON),
                 "Казанский ГМУ"),
        ),
        ((ADULTS, 0), (CHILDREN, 0), (HOSPITAL, 0), (HEALTH, 0)),
    ),
    District(
        "RU-SAM", 5,
        (
            Town("Самара", "846", 53.1959, 50.1002,
                 ("Московское шоссе", "улица Победы", "улица Гагарина", *_COMMON), "Самарский ГМУ"),
            Town("Тольятти", "8482", 53.5078, 49.4204, ("Приморский бульвар", "улица Жукова", *_COMMON),
                 "Самарский ГМУ"),
        ),
        ((ADULTS, 0), (CHILDREN, 0), (HEART, 0), (ADULTS, 1)),
    ),
    District(
        "RU-SVE", 6,
        (
            Town("Екатеринбург", "343", 56.8389, 60.6057,
                 ("улица Малышева", "проспект Ленина", "улица Белинского", "улица 8 Марта", *_COMMON),
                 "Уральский ГМУ"),
            Town("Нижний Тагил", "3435", 57.9101, 59.9813, ("проспект Мира", "улица Фрунзе", *_COMMON),
                 "Уральский ГМУ"),
        ),
        ((ADULTS, 0), (CHILDREN, 0), (HOSPITAL, 0), (DENTAL, 0), (ADULTS, 1)),
    ),
    District(
        "RU-NVS", 7,
        (
            Town("Новосибирск", "383", 55.0302, 82.9204,
                 ("Красный проспект", "улица Гоголя", "улица Титова", "Морской проспект", *_COMMON),
                 "Новосибирский ГМУ"),
        ),
        ((ADULTS, 0), (CHILDREN, 0), (HOSPITAL, 0), (HEALTH, 0)),
    ),
    District(
        "RU-IRK", 8,
        (
            Town("Иркутск", "3952", 52.2864, 104.2807,
                 ("улица Байкальская", "улица Лермонтова", "улица Декабрьских Событий", *_COMMON),
                 "Иркутский ГМУ"),
        ),
        ((ADULTS, 0), (CHILDREN, 0), (HOSPITAL, 0)),
    ),
    District(
        "RU-PRI", 9,
        (
            Town("Владивосток", "423", 43.1155, 131.8855,
                 ("Океанский проспект", "улица Светланская", "улица Русская", *_COMMON),
                 "Тихоокеанский ГМУ"),
            Town("Находка", "4236", 42.8240, 132.8927, ("Находкинский проспект", *_COMMON),
                 "Тихоокеанский ГМУ"),
        ),
        ((ADULTS, 0), (CHILDREN, 0), (HOSPITAL, 0), (ADULTS, 1)),
    ),
    District(
        "RU-KAM", 10,
        (
            Town("Петропавловск-Камчатский", "4152", 53.0241, 158.6437,
                 ("улица Ленинская", "проспект Победы", "улица Пограничная", *_COMMON),
                 "Тихоокеанский ГМУ"),
        ),
        ((ADULTS, 0), (CHILDREN, 0), (HOSPITAL, 0)),
    ),
)  # fmt: skip
