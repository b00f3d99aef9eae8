"""The public holidays of North Rhine-Westphalia (Feiertagsgesetz NW, § 2)."""

from __future__ import annotations

from datetime import date
import holidays
from kaarst.appointments.engine.interfaces import IHolidays
from zope.interface import implementer


@implementer(IHolidays)
class PublicHolidays:
    """Holidays of a German state, with their German names; the years are worked out on demand."""

    def __init__(self, state: str = "NW"):
        self.state = state
        self._days = holidays.country_holidays("DE", subdiv=state, language="de")

    def __eq__(self, other):
        return isinstance(other, PublicHolidays) and self.state == other.state

    def __hash__(self):
        return hash(self.state)

    def name(self, day: date) -> str:
        """The name of the holiday, "" on every other day."""
        return self._days.get(day, "")
