"""Faults on order: what Telegram does on a bad day, for the next calls of a method."""

from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("429", "400", "403", "500", "502html", "late", "drop", "lose_answer")


@dataclass
class Fault:
    """What the next `count` calls of `method` («*»: any) meet; `seconds` is a delay or retry_after."""

    method: str
    kind: str
    count: int
    seconds: float = 1.0


class Faults:
    """The faults that are still waiting for their calls."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def order(self, method: str, kind: str, count: int = 1, seconds: float = 1.0) -> None:
        """Order a fault; raises ValueError for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"no fault of the kind {kind}: {', '.join(KINDS)}")
        self._waiting.append(Fault(method, kind, count, seconds))

    def take(self, method: str) -> Fault | None:
        """Take the fault that this call meets; getUpdates meets only what is ordered by its name."""
        for fault in self._waiting:
            if fault.method.lower() == method.lower() or (
                fault.method == "*" and method.lower() != "getupdates"
            ):
                fault.count -= 1
                if fault.count <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forget all orders."""
        self._waiting.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """Write the orders down for the page."""
        return [asdict(fault) for fault in self._waiting]
