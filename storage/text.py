"""Text in the form in which it is compared; SQLite itself folds ASCII alone."""


def fold(text: str) -> str:
    """Bring text to the form in which it is compared: no case, ё as е, single spaces."""
    return " ".join(text.casefold().replace("ё", "е").split())
