"""What the tests of parsers share."""

from typing import Any

import pytest

from clinic.errors import BadInput


def outcome(parse, *arguments: object) -> tuple[str, Any]:
    """Parse what may be junk: («read», the value) or («refused», the problem); nothing else passes."""
    try:
        return "read", parse(*arguments)
    except BadInput as refused:
        return "refused", refused.problem


def problem(parse, *arguments: object) -> str:
    with pytest.raises(BadInput) as refused:
        parse(*arguments)
    return refused.value.problem
