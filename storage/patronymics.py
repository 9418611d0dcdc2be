"""What a patronymic says of the sex: for the ending of a verb, for a question; nothing is decided by it."""

SONS = ("оглы", "оглу", "улы", "уулу", "ogly", "oglu", "uulu", "uly")
DAUGHTERS = ("кызы", "гызы", "қызы", "kyzy", "qizi", "gizi")
"""Words of a patronymic that mean «son of» and «daughter of»; they have no capital."""
_SHORTEST = 5
"""«Ильич»."""


def likely_sex(patronymic: str, given_name: str = "") -> str:
    """Guess the sex from a patronymic: «female», «male», or «» where it does not tell.

    Without a patronymic the name is looked at: people type «Анна Петровна» where a surname is asked for.
    """
    word = (patronymic or given_name).lower().replace("-", " ").rpartition(" ")[2]
    if word in DAUGHTERS:
        return "female"
    if word in SONS:
        return "male"
    if len(word) < _SHORTEST:
        return ""
    if word.endswith(("вна", "чна", "шна", "vna", "chna")):
        return "female"
    return "male" if word.endswith(("ич", "vich", "ilyich", "kuzmich", "lukich")) else ""
