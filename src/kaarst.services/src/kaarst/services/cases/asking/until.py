"""The day by which an answer is wanted. Plain Python; days are those of Germany.

It is a request and no legal deadline: nothing happens by itself when it is over, but both sides see
it, and the citizen is reminded once before and once after.
"""

from datetime import date
from datetime import timedelta


LONGEST = timedelta(days=366)
#: So long before the last day one is reminded, unless the question is younger than that.
AHEAD = timedelta(days=3)
#: Of what is over for longer nobody is reminded: a worker that stood still writes no old news.
LATE = timedelta(days=14)
BEFORE, OVER = "before", "over"


class Wrong(ValueError):
    """What was typed is no such day; its only argument is "form", "past" or "far"."""


def read(typed, today: date) -> date | None:
    """The day that was typed (ISO 8601), or None for an empty text. Raises Wrong."""
    if typed in (None, ""):
        return None
    try:
        day = date.fromisoformat(typed)
    except (TypeError, ValueError):
        raise Wrong("form") from None
    if day <= today:
        raise Wrong("past")
    if day - today > LONGEST:
        raise Wrong("far")
    return day


def is_over(until: date | None, today: date) -> bool:
    """Whether the day has passed without an answer."""
    return until is not None and until < today


def reminder(until: date | None, asked: date, today: date, sent=()) -> str:
    """What the citizen is to be reminded of today: BEFORE, OVER or nothing (an empty text).

    `asked`: day of the question; `sent`: the reminders that have left.
    """
    if until is None:
        return ""
    if is_over(until, today):
        return OVER if OVER not in sent and today - until <= LATE else ""
    soon = until - AHEAD
    return BEFORE if BEFORE not in sent and soon <= today and asked < soon else ""
