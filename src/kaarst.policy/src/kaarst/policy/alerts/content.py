"""The content class of an alert."""

from datetime import datetime
from datetime import UTC
from kaarst.core.opening_hours import BERLIN
from kaarst.policy.alerts.interfaces import IAlert
from plone.dexterity.content import Item
from zope.interface import implementer


def in_utc(moment: datetime | None) -> datetime | None:
    """UTC; what came without a zone was meant as local time."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=BERLIN)
    return moment.astimezone(UTC)


@implementer(IAlert)
class Alert(Item):
    """A notice; its dates are kept in UTC whatever zone they were given in."""

    _start: datetime | None = None
    _end: datetime | None = None

    @property
    def start(self) -> datetime | None:
        return self._start

    @start.setter
    def start(self, moment: datetime | None) -> None:
        self._start = in_utc(moment)

    @property
    def end(self) -> datetime | None:
        return self._end

    @end.setter
    def end(self, moment: datetime | None) -> None:
        self._end = in_utc(moment)
