"""Opening hours of offices: plain Python, no Plone.

An editor writes lines ("08:30–12:00, 14:00–18:00"; "24.12.2026 geschlossen: Heiligabend"), `parsing`
reads them, `schedule` answers questions about them, `wording` says the answers in words.
"""

from kaarst.core.opening_hours.holidays import holiday_name
from kaarst.core.opening_hours.parsing import HoursError
from kaarst.core.opening_hours.parsing import parse_day
from kaarst.core.opening_hours.parsing import parse_exception
from kaarst.core.opening_hours.parsing import parse_exceptions
from kaarst.core.opening_hours.schedule import BERLIN
from kaarst.core.opening_hours.schedule import Day
from kaarst.core.opening_hours.schedule import HoursException
from kaarst.core.opening_hours.schedule import Schedule
from kaarst.core.opening_hours.schedule import Span
from kaarst.core.opening_hours.schedule import State


__all__ = [
    "BERLIN",
    "Day",
    "HoursError",
    "HoursException",
    "Schedule",
    "Span",
    "State",
    "holiday_name",
    "parse_day",
    "parse_exception",
    "parse_exceptions",
]
