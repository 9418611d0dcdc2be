"""The people of the sandbox: invented, with numbers that nobody has."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Person:
    """Somebody with Telegram on their phone."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "ru"
    phone_number: str = "79990000000"
    about: str = ""
    started: bool = False
    blocked: bool = False

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def user(self) -> dict[str, Any]:
        """Write the person as a Bot API User."""
        fields = {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {name: value for name, value in fields.items() if value != ""}

    def chat(self) -> dict[str, Any]:
        """Write the person's chat with the bot as a Bot API Chat."""
        user = self.user()
        return {key: user[key] for key in ("id", "first_name", "last_name", "username") if key in user} | {
            "type": "private"
        }


def demo_people() -> list[Person]:
    """Invent people: three who see doctors, one who answers them, and one who has seen doctors before."""
    return [
        Person(1001, "Анна", "Смирнова", "anna_s", "ru", "79990000101", "пациентка"),
        Person(1002, "Игорь", "Ветров", "", "ru", "79990000102", "папа двоих детей"),
        Person(1003, "Emily", "Brown", "emily_b", "en", "79990000103", "говорит по-английски"),
        Person(1004, "Олег", "Титов", "", "ru", "79990000104", "администратор", started=True),
        Person(1005, "Вера", "Соколова", "", "ru", "79990000105", "есть история приёмов", started=True),
    ]
