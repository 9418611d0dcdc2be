"""Which comments wait: numbers, addresses, the patient's names and abuse; plain praise and blame do not."""

import pytest

from clinic.moderation import ABUSE, EMAIL, LINK, NAME, NICK, NUMBER, doubts
from storage.reference.abuse import read_abuse

NAMES = ("Смирнова", "Анна", "Петровна")
DOCTOR = ("Чехов", "Антон", "Павлович")


def found(comment: str, names: tuple[str, ...] = NAMES, public: tuple[str, ...] = DOCTOR) -> tuple[str, ...]:
    return doubts(comment, names, public, read_abuse())


@pytest.mark.parametrize(
    "comment",
    [
        "Врач всё объяснил, принял вовремя. Спасибо!",
        "Ждала 40 минут в коридоре, в кабинете 304 было холодно.",
        "Приняли в 9:20 вместо 9:00, и всего за 10-15 минут.",
        "Хожу к нему с 2019 года, 5 звёзд из 5.",
        "Антон Павлович — прекрасный врач, спасибо Антону Павловичу!",
        "Плохо: не слушал, торопился, назначил лишние анализы за 15 000 рублей.",
        "Температура 37.5, давление 120/80: всё проверил.",
        "Рубля не взял. Потребляют кофе в рабочее время. Употреблял непонятные слова.",
        "Застрахован, хлебал горя, учебный случай, серебро, требует, небо, тебе, колебания.",
        "Команда, мандарин, скипидар, парикмахер, оскорблять, корабль, сабля, бляха.",
        "Подождите сами два или три часа и попробуйте один раз.",
        "Не дурно! Сукно на столе, суккулент в кабинете, творит чудеса, морозит в коридоре.",
        "Очень верю этому доктору.",
        "Explained everything, thank you! Waited ten minutes.",
        "The assistant was kind, a classic, passed the class.",
        "Жидкость пил, жидкие лекарства. Хачапури в буфете. Чмокнула ребёнка.",
        "Я страхую и застрахую, это лечебную гимнастику отменили, колебался.",
    ],
)
def test_what_tells_of_nobody_and_abuses_nobody_is_shown_at_once(comment: str) -> None:
    assert found(comment) == ()


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ("Звоните мне: +7 916 123-45-67", NUMBER),
        ("мой 8(916)1234567", NUMBER),
        ("городской 22-33-44", NUMBER),
        ("СНИЛС 112-233-445 95", NUMBER),
        ("полис 7755310884000121", NUMBER),
        ("родилась 15.04.1986", NUMBER),
        ("паспорт 4510 123456", NUMBER),
        ("восемь девятьсот шестнадцать сто двадцать три", NUMBER),
        ("пишите anna@example.ru", EMAIL),
        ("пишите anna собака mail точка ru", EMAIL),
        ("ivan@почта.рф", EMAIL),
        ("подробнее на https://example.org/x", LINK),
        ("подробнее на example.ru", LINK),
        ("t.me/anna", LINK),
        ("мой ник @anna_smirnova", NICK),
        ("Меня зовут Анна, и мне не помогли", NAME),
        ("принял Смирнову без очереди", NAME),
        ("мой муж, Смирнов, тоже доволен", NAME),
        ("записала Анну Петровну на другой день", NAME),
        ("АННОЙ занимались долго", NAME),
        ("Врач просто идиот", ABUSE),
        ("и д и о т, а не врач", ABUSE),
        ("полный мудак", ABUSE),
        ("дууурак", ABUSE),
        ("cукa", ABUSE),
        ("ни хрена не понял, долбоёб", ABUSE),
        ("what a stupid Moron", ABUSE),
        ("Ублюдки все", ABUSE),
    ],
)
def test_what_may_tell_of_somebody_or_abuse_waits(comment: str, why: str) -> None:
    assert found(comment) == (why,)


def test_all_that_is_wrong_is_told_in_one_order() -> None:
    assert found("Я Анна, 89161234567, ты дурак") == (NUMBER, NAME, ABUSE)


def test_five_digits_are_no_number_and_six_are() -> None:
    assert found("заплатил 12 345") == ()
    assert found("заплатил 123 456") == (NUMBER,)


def test_the_name_of_the_doctor_may_be_the_same_as_the_patients() -> None:
    assert found("Анна Петровна очень внимательна", NAMES, ("Волкова", "Анна", "Петровна")) == ()
    assert found("Меня, Смирнову, приняла Анна Петровна", NAMES, ("Волкова", "Анна", "Петровна")) == (NAME,)


def test_a_name_that_is_a_word_too_is_found_in_its_own_forms_alone() -> None:
    names = ("Львова", "Вера", "")
    assert found("Верно, верю и верила", names) == ()
    assert found("Я Вера", names) == (NAME,)


def test_letters_of_another_alphabet_and_signs_that_nobody_sees_hide_nothing() -> None:
    assert found("иди\u00adот") == (ABUSE,)
    assert found("8\u200b9161234567") == (NUMBER,)
