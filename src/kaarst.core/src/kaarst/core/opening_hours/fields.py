"""The lines in which editors keep opening hours, as schema fields; used by places and by the town."""

from kaarst.core import _
from kaarst.core.opening_hours.parsing import HoursError
from kaarst.core.opening_hours.parsing import parse_day
from kaarst.core.opening_hours.parsing import parse_exception
from kaarst.core.opening_hours.parsing import parse_exceptions
from kaarst.core.opening_hours.schedule import HoursException
from kaarst.core.opening_hours.schedule import Schedule
from kaarst.core.opening_hours.schedule import Span
from zope import schema
from zope.interface import Interface
from zope.schema import ValidationError


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class HoursInvalid(ValidationError):
    """The field's text cannot be read as opening hours; the first argument is a sentence that says why."""

    def doc(self):
        return self.args[0]


def valid_day(value: str | None) -> bool:
    """Constraint of a field with the hours of one day."""
    try:
        parse_day(value)
    except HoursError as error:
        raise HoursInvalid(error.message) from error
    return True


def valid_exceptions(value: str | None) -> bool:
    """Constraint of a field with one exception a line."""
    try:
        parse_exceptions(value)
    except HoursError as error:
        raise HoursInvalid(error.message) from error
    return True


class IOpeningHoursFields(Interface):
    """A week of opening hours and what differs from it."""

    hours_monday = schema.TextLine(
        title=_("Monday"),
        description=_("For example: 08:30–12:00, 14:00–18:00. Empty means closed."),
        required=False,
        constraint=valid_day,
    )
    hours_tuesday = schema.TextLine(title=_("Tuesday"), required=False, constraint=valid_day)
    hours_wednesday = schema.TextLine(title=_("Wednesday"), required=False, constraint=valid_day)
    hours_thursday = schema.TextLine(title=_("Thursday"), required=False, constraint=valid_day)
    hours_friday = schema.TextLine(title=_("Friday"), required=False, constraint=valid_day)
    hours_saturday = schema.TextLine(title=_("Saturday"), required=False, constraint=valid_day)
    hours_sunday = schema.TextLine(title=_("Sunday"), required=False, constraint=valid_day)
    hours_exceptions = schema.Text(
        title=_("Exceptions"),
        description=_(
            "One a line: 24.12.2026 geschlossen: Heiligabend – or 05.11.2026 08:30–10:00: "
            "Betriebsversammlung – or 27.12.–31.12. geschlossen (without a year: every year)."
        ),
        required=False,
        constraint=valid_exceptions,
    )
    hours_closed_on_holidays = schema.Bool(
        title=_("Closed on public holidays in North Rhine-Westphalia"),
        default=True,
        required=False,
    )
    hours_note = schema.TextLine(
        title=_("Note on the opening hours"),
        description=_("For example: Appointments also outside these hours."),
        required=False,
    )


def _day(text: str | None) -> tuple[Span, ...]:
    try:
        return parse_day(text)
    except HoursError:
        return ()


def _exceptions(text: str | None) -> tuple[HoursException, ...]:
    found = []
    for line in (text or "").splitlines():
        try:
            found.extend([parse_exception(line)] if line.strip() else [])
        except HoursError:
            continue
    return tuple(found)


def schedule_of(fields) -> Schedule:
    """The schedule of an object with the attributes of IOpeningHoursFields.

    Never fails: what got stored past the form and cannot be read counts as closed.
    """
    return Schedule(
        week=tuple(_day(getattr(fields, f"hours_{name}", None)) for name in WEEKDAYS),
        exceptions=_exceptions(getattr(fields, "hours_exceptions", None)),
        closed_on_holidays=bool(getattr(fields, "hours_closed_on_holidays", True)),
    )
