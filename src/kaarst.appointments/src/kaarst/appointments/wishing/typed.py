"""What suits somebody, as typed on the page or sent over REST, checked."""

from collections.abc import Sequence
from datetime import date
from kaarst.appointments import _
from kaarst.appointments.wishing.wishes import DEFAULT_NOTICE
from kaarst.appointments.wishing.wishes import Limits
from kaarst.appointments.wishing.wishes import NOTICES
from kaarst.appointments.wishing.wishes import PARTS


def checked(
    until: object, weekdays: Sequence[object], part: object, notice: object, window
) -> tuple[Limits | None, dict[str, object]]:
    """The limits, None where something is wrong, and the mistakes by field.

    `window` is the first and the last day that can be booked; `weekdays` are numbers (0 is
    Monday), also as text, `until` is an ISO date, `notice` minutes.
    """
    mistakes: dict[str, object] = {}
    first, last = window
    day = _day(until)
    if day is None or not first <= day <= last:
        mistakes["until"] = _(
            "wish_until_wrong",
            default="Please choose a day between ${first} and ${last}.",
            mapping={"first": f"{first:%d.%m.%Y}", "last": f"{last:%d.%m.%Y}"},
        )
    days = [_number(one) for one in weekdays]
    if any(one is None or not 0 <= one <= 6 for one in days):
        mistakes["weekdays"] = _("Please choose days of the week.")
    if part not in PARTS:
        mistakes["part"] = _("Please choose a part of the day.")
    minutes = DEFAULT_NOTICE if notice in (None, "") else _number(notice)
    if minutes not in NOTICES:
        mistakes["notice"] = _("Please choose how much time you need.")
    if mistakes:
        return None, mistakes
    return Limits(day, tuple(sorted(set(days))), part, minutes), {}


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 6:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
