"""A time of day as editors type it."""

from datetime import datetime
from kaarst.appointments import _
from zope import schema


class WrongTime(schema.ValidationError):
    __doc__ = _("Please write the time like this: 07:30")


def valid_time(value: str | None) -> bool:
    """Constraint of a field with a time of day."""
    try:
        minutes_of(value)
    except ValueError:
        raise WrongTime(value) from None
    return True


def minutes_of(value: str | None) -> int:
    """Minutes after midnight of "07:30"; 0 for an empty text. Raises ValueError."""
    if not (value or "").strip():
        return 0
    moment = datetime.strptime(value.strip(), "%H:%M")
    return moment.hour * 60 + moment.minute
