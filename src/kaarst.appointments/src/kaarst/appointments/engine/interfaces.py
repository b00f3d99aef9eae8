"""Seams of the engine: what can be exchanged without touching the rest of it."""

from zope.interface import Interface


class IHolidays(Interface):
    """A calendar of public holidays."""

    def name(day):
        """The name of the holiday on a `datetime.date`, "" on every other day."""


class IHours(Interface):
    """Opening or working hours."""

    def open_cells(day):
        """The bitmap of the open five-minute cells of a local `datetime.date`."""

    def closed_because(day):
        """Why the whole day is closed, "" if it is not or for no particular reason."""
