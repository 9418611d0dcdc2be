"""Every problem that something typed or sent can have is said in words, in each language."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from clinic import identifiers, names, pin, typed
from dialogs.wording import BAD_INPUT, bad_input
from locales import LANGUAGES, translator

ROOT = Path(__file__).parents[2]
RAISED = {"BadInput", "Unrecognised"}


def problems(source: str) -> set[str]:
    """Name the problems that a module raises: the texts in the arguments of its refusals."""
    return {
        part.value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in RAISED
        for argument in call.args
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def returned(source: str, function: str) -> set[str]:
    """Name the texts that a function returns."""
    tree = ast.parse(source)
    (found,) = (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function
    )
    return {
        part.value
        for node in ast.walk(found)
        if isinstance(node, ast.Return) and node.value
        for part in ast.walk(node.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def all_problems() -> set[str]:
    files = [path for folder in ("clinic", "dialogs", "documents") for path in (ROOT / folder).rglob("*.py")]
    recognise = (ROOT / "documents" / "recognise.py").read_text(encoding="utf-8")
    return set.union(
        returned(recognise, "_foreign"), *(problems(path.read_text(encoding="utf-8")) for path in files)
    )


def test_problems_are_found_in_the_source() -> None:
    assert problems('raise BadInput("a" if is_mixed else "b")\nUnrecognised("c")\nother("d")') == {
        "a",
        "b",
        "c",
    }
    assert returned('def f():\n  return "a" if x else "b"\n', "f") == {"a", "b"}


def test_every_problem_has_words_and_every_word_a_problem() -> None:
    assert set(BAD_INPUT) == all_problems()
    assert len(BAD_INPUT) > 25


@pytest.mark.parametrize("problem", BAD_INPUT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_is_said_with_an_example(problem: str, language: str) -> None:
    text = bad_input(translator(language), problem)
    assert (text == BAD_INPUT[problem]) is (language == "en")
    assert 20 < len(text) < 200  # an alert holds 200
    example = (
        r"[0-9]{6}|[0-9]{2}[.-][0-9]{2}|[0-9]{4} [0-9]{4}|@example\.ru"
        "|Смирнова|Smith|СОГАЗ|Sogaz|PDF|фото|photo|например 4071|example 4071|(не|not) 1234"
    )
    assert re.search(example, text), text


def test_examples_are_such_that_they_are_taken() -> None:
    """What a patient copies from the answer must not be refused again."""
    today = date(2026, 11, 25)
    parsers = {
        "snils": (identifiers.parse_snils, r"[0-9]{3}-[0-9]{3}-[0-9]{3} [0-9]{2}"),
        "inn": (identifiers.parse_inn, "[0-9]{12}"),
        "policy": (identifiers.parse_policy, "[0-9]{4} [0-9]{4} [0-9]{4} [0-9]{4}"),
        "passport": (identifiers.parse_passport, "[0-9]{4} [0-9]{6}"),
        "certificate": (identifiers.parse_birth_certificate, "I-МЮ [0-9]{6}"),
        "document": (identifiers.parse_foreign_document, r"[A-Z]*[0-9]{7,}"),
        "phone": (typed.parse_phone, r"\+7 [0-9 -]+"),
        "email": (typed.parse_email, r"\w+@[a-z]+\.ru"),
        "date": (lambda text: typed.parse_birth_date(text, today), r"15\.04\.1986|15 \w+ 1986"),
        "needed": (names.parse_name_part, "Смирнова|Smith"),
        "foreign": (identifiers.parse_snils, r"[0-9]{3}-[0-9]{3}-[0-9]{3} [0-9]{2}"),
        "pin": (pin.parse_pin, r"\b[0-9]{4}\b"),
        "name": (names.parse_name_part, "Смирнова[А-Яа-я -]*|Smith[A-Za-z -]*"),
    }
    for problem in BAD_INPUT:
        if problem.startswith(("file_", "request_")) or problem == "pin_weak":  # it shows a wrong one
            continue
        if problem == "insurer":
            continue  # any name is one
        parse, example = parsers[problem.split("_")[0]]
        for language in LANGUAGES:
            found = re.findall(example, bad_input(translator(language), problem))
            assert found, (problem, language)
            for text in found:
                parse(text)
