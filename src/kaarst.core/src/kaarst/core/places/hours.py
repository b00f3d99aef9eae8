"""Opening hours of content and of the town hall."""

from kaarst.core.opening_hours.fields import schedule_of
from kaarst.core.opening_hours.schedule import Schedule
from kaarst.core.places.interfaces import IOpeningHours
from kaarst.core.places.interfaces import IOpeningHoursBehavior
from kaarst.core.town import town
from plone.base.interfaces import IPloneSiteRoot
from zope.component import adapter
from zope.interface import implementer


@implementer(IOpeningHours)
@adapter(IPloneSiteRoot)
class TownHallHours:
    """The hours in the town settings of the site."""

    def __init__(self, context):
        self._town = town(context)

    @property
    def schedule(self) -> Schedule:
        return self._town.schedule

    @property
    def note(self) -> str:
        return self._town.hours_note or ""


@implementer(IOpeningHours)
@adapter(IOpeningHoursBehavior)
class ContentHours:
    """The hours an editor gave a place, or those of the town hall."""

    def __init__(self, context):
        self.context = context
        self._town = town() if getattr(context, "hours_as_town_hall", False) else None

    @property
    def schedule(self) -> Schedule:
        return self._town.schedule if self._town else schedule_of(self.context)

    @property
    def note(self) -> str:
        own = getattr(self.context, "hours_note", None)
        return own or (self._town.hours_note if self._town else "") or ""
