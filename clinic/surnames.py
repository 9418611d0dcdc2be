"""A Slavic surname has a man's and a woman's form: a child is offered the parent's in both."""

_PAIRS = (
    ("ский", "ская"), ("цкий", "цкая"), ("ов", "ова"), ("ев", "ева"), ("ёв", "ёва"), ("ин", "ина"),
    ("ын", "ына"), ("ой", "ая"), ("ый", "ая"),
)  # fmt: skip


def forms(surname: str) -> dict[str, str]:
    """Give a surname's forms by sex; both are the same where it has one form, or none that is known."""
    parts = [_forms(part) for part in surname.split("-")]
    return {sex: "-".join(part[at] for part in parts) for at, sex in enumerate(("male", "female"))}


def _forms(part: str) -> tuple[str, str]:
    for male, female in _PAIRS:
        for ending in (female, male):
            if part.lower().endswith(ending) and len(part) > len(ending) + 1:
                stem = part[: -len(ending)]
                return stem + male, stem + female
    return part, part
