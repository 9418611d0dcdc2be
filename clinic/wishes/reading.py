"""Reading a wish from plain words: «невролог, будни после 17, кроме четверга»."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import product
from typing import TypeVar

from clinic.wishes.grammar import pieces_of
from clinic.wishes.matches import WHOLE_DAY, Hours, Kind, Piece, Span
from clinic.wishes.wish import EVERY_DAY, Window, Wish

LONGEST = 400
"""What is typed beyond it is left unread."""
_MOST_WINDOWS = 12
_LONGEST_ABSENCE = timedelta(days=366)


@dataclass(slots=True)
class _Clause:
    """What belongs together: these days at those hours."""

    days: frozenset[int] | None = None
    hours: list[Hours] = field(default_factory=list)
    dates: list[Span] = field(default_factory=list)
    last: Kind | None = None

    def has(self, kind: Kind) -> bool:
        return bool({Kind.DAYS: self.days, Kind.HOURS: self.hours, Kind.DATES: self.dates}[kind])

    def copy(self) -> "_Clause":
        return _Clause(self.days, [*self.hours], [*self.dates], None)

    def add(self, piece: Piece, *, is_or: bool) -> None:
        match piece.kind:
            case Kind.DAYS:
                self.days = (self.days or frozenset()) | piece.days
            case Kind.HOURS:
                _join(self.hours, piece.hours, None if is_or else _both_hours)
            case Kind.DATES:
                _join(self.dates, piece.dates, None if is_or else _both_dates)
        self.last = piece.kind

    def windows(self) -> list[Window]:
        if self.last is None:
            return []
        days = EVERY_DAY if self.days is None else self.days
        return [
            Window(days, since, until, first, last)
            for (first, last), (since, until) in product(
                self.dates or [(None, None)], self.hours or [WHOLE_DAY]
            )
        ]


T = TypeVar("T", Hours, Span)


def _join(known: list[T], new: T, both: Callable[[T, T], T | None] | None) -> None:
    """Put a piece beside the ones before it: «после 9» and «до 12» are one span, two of them are either."""
    together = both(known[-1], new) if both and known else None
    if together is None:
        known.append(new)
    else:
        known[-1] = together


def _both_hours(one: Hours, other: Hours) -> Hours | None:
    """Cut two stretches of a day to what they share, where one of them is open; None where nothing is."""
    if all(since > time(0) and until is not None for since, until in (one, other)):
        return None
    since = max(one[0], other[0])
    ends = [until for until in (one[1], other[1]) if until is not None]
    until = min(ends, default=None)
    return (since, until) if until is None or since < until else None


def _both_dates(one: Span, other: Span) -> Span | None:
    if not any(None in span for span in (one, other)):
        return None
    first = max((day for day in (one[0], other[0]) if day), default=None)
    last = min((day for day in (one[1], other[1]) if day), default=None)
    return (first, last) if first is None or last is None or first <= last else None


class _Reader:
    """Puts pieces together, from left to right."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self.used: list[tuple[int, int]] = []
        self.notice = timedelta()
        self.clauses = [_Clause()]
        self._is_or = False
        self._common: _Clause | None = None
        self._without_days: frozenset[int] = frozenset()
        self._without_dates: set[date] = set()

    def read(self) -> Wish:
        position = 0
        while position < len(self._pieces):
            position += self._take(position)
        windows: list[Window] = []
        for clause in self.clauses:
            windows += [window for window in clause.windows() if window not in windows]
        windows = self._exclude(windows)
        return Wish(tuple(windows[:_MOST_WINDOWS]), self.notice)

    def _take(self, position: int) -> int:
        """Work a piece; returns how many were taken."""
        piece = self._pieces[position]
        match piece.kind:
            case Kind.NOT:
                return self._refuse(position)
            case Kind.OR:
                self._begin_or(piece, position)
                return 1
            case Kind.AND:
                return 1
            case Kind.NOTICE:
                self.notice = max(self.notice, piece.notice)
            case Kind.ANY:
                pass
            case _:
                self._place(piece)
        self.used.append((piece.start, piece.end))
        return 1

    def _begin_or(self, piece: Piece, position: int) -> None:
        """«в будни либо утром, либо вечером»: what stands before the first of two holds for both."""
        is_pair = piece.word and any(other.kind is Kind.OR for other in self._pieces[position + 1 :])
        if is_pair and self._common is None and self.clauses[-1].last is not None:
            self._common = self.clauses.pop().copy()
            self.clauses.append(self._common.copy())
        elif self.clauses[-1].last is not None:
            self._is_or = True

    def _place(self, piece: Piece) -> None:
        clause = self.clauses[-1]
        is_same = piece.kind is clause.last
        if not is_same and clause.last is not None and (self._is_or or clause.has(piece.kind)):
            new = self._common.copy() if self._common else _Clause()
            if not new.dates and piece.kind is not Kind.DATES:
                new.dates = _shared(clause.dates, piece)
            clause = new
            self.clauses.append(clause)
        clause.add(piece, is_or=self._is_or)
        self._is_or = False

    def _refuse(self, position: int) -> int:
        """Leave out the days that follow «кроме», or stand before «не могу»; returns how many were taken."""
        piece = self._pieces[position]
        taken = 1
        kind = None
        while position + taken < len(self._pieces):
            joiners = 0
            if kind is not None and self._pieces[position + taken].kind in (Kind.AND, Kind.OR):
                joiners = 1
            if position + taken + joiners >= len(self._pieces):
                break
            refused = self._pieces[position + taken + joiners]
            if kind not in (None, refused.kind) or not self._leave_out(refused):
                break
            kind = refused.kind
            self.used.append((refused.start, refused.end))
            taken += 1 + joiners
        if kind is not None or (piece.word and position and self._take_back(self._pieces[position - 1])):
            self.used.append((piece.start, piece.end))
        return taken

    def _leave_out(self, piece: Piece) -> bool:
        if piece.kind is Kind.DAYS:
            self._without_days |= piece.days
            return True
        if piece.kind is Kind.DATES:
            first, last = piece.dates
            if first is None or last is None or last - first > _LONGEST_ABSENCE:
                return False
            self._without_dates |= {first + timedelta(days=ahead) for ahead in range((last - first).days + 1)}
            return True
        if piece.kind is Kind.HOURS:
            since, until = piece.hours
            clause = self.clauses[-1]
            rest: list[Hours] = [(time(0), since)] if since > time(0) else []
            rest += [(until, None)] if until is not None else []
            cut = [
                both for known in clause.hours or [WHOLE_DAY] for new in rest if (both := _cut(known, new))
            ]
            if not cut:
                return False
            clause.hours, clause.last = cut, Kind.HOURS
            return True
        return False

    def _take_back(self, piece: Piece) -> bool:
        """«в среду не могу»: a day taken as a wish turns out to be none."""
        clause = self.clauses[-1]
        if piece.kind is Kind.DAYS and clause.last is Kind.DAYS and clause.days:
            clause.days = clause.days - piece.days or None
            if clause.days is None and not clause.hours and not clause.dates:
                clause.last = None
            return self._leave_out(piece)
        if piece.kind is Kind.DATES and clause.last is Kind.DATES and clause.dates[-1] == piece.dates:
            clause.dates.pop()
            if clause.days is None and not clause.hours and not clause.dates:
                clause.last = None
            return self._leave_out(piece)
        return False

    def _exclude(self, windows: list[Window]) -> list[Window]:
        if not self._without_days and not self._without_dates:
            return windows
        without = frozenset(self._without_dates)
        return [
            Window(
                window.weekdays - self._without_days or window.weekdays,
                window.since,
                window.until,
                window.first,
                window.last,
                without,
            )
            for window in windows or [Window()]
        ]


def _cut(one: Hours, other: Hours) -> Hours | None:
    since = max(one[0], other[0])
    ends = [until for until in (one[1], other[1]) if until is not None]
    until = min(ends, default=None)
    return (since, until) if until is None or since < until else None


def _shared(dates: list[Span], piece: Piece) -> list[Span]:
    """«на следующей неделе утром или в субботу»: the week holds for the Saturday too, «завтра» does not."""
    return [
        (first, last)
        for first, last in dates
        if first is not None
        and last is not None
        and first != last
        and any(
            (first + timedelta(days=ahead)).weekday() in piece.days
            for ahead in range((last - first).days + 1)
        )
    ]


_COMPLAINT = re.compile(
    r"бол(?:и|я)т|боль\b|боли\b|кашел|кашля|тошн|рвот|давлени|отек|немеет|судорог|ломит|ноет|ache|pain"
)
_HABIT = re.compile(
    r"по\s+(?:утрам|вечерам|выходным|будням)|in\s+the\s+(?:morning|evening)s?|(?:morn|even)ings"
)


def parse(text: str, today: date) -> tuple[Wish, str]:
    """Read what is wished for, and return it with the rest of the text: «невролог».

    Never raises; what is not understood is in the rest.
    """
    folded = _folded(text[:LONGEST])
    pieces = pieces_of(folded, today)
    if _COMPLAINT.search(folded):  # «голова болит по утрам» says when it aches
        pieces = [piece for piece in pieces if not _HABIT.match(folded, piece.start, piece.end)]
    reader = _Reader(pieces)
    wish = reader.read()
    return wish, _rest(text, sorted(reader.used))


_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")


def _folded(text: str) -> str:
    """Fold sign by sign, so that places in the text stay what they are."""
    return (
        "".join(small if len(small := sign.lower()) == 1 else sign for sign in text)
        .translate(_DASHES)
        .replace("ё", "е")
    )


_FILL = (
    r"и|или|либо|а|но|только|лишь|можно|желательно|лучше|удобно|мне|хочу|хотелось бы|нужно|надо|могу|смогу"
    r"|пожалуйста|чтобы|чтоб|бы|время|день|дни|часы|or|and|only|please|either|i can"
)
_LEADING = re.compile(rf"^(?:[\s,.;:/\-!?()«»]+|(?:{_FILL})\b)+", re.IGNORECASE)
_TRAILING = re.compile(rf"(?:[\s,.;:/\-()«»]+|(?<!\w)(?:{_FILL}|в|во|на|по|к|с|on|at|in))+$", re.IGNORECASE)


def _rest(text: str, used: list[tuple[int, int]]) -> str:
    """Join what was not understood, without the small words that held the wish."""
    if not used:
        return " ".join(text.split())
    parts = []
    at = 0
    for start, end in [*used, (len(text), len(text))]:
        part = text[at:start]
        if at:
            part = _LEADING.sub("", part)
        if end > start:
            part = _TRAILING.sub("", part)
        parts.append(part.strip())
        at = max(at, end)
    return " ".join(" ".join(part for part in parts if part).split()).strip(" ,;")
