"""Appointments on which an event in a clerk's own calendar lies, and where they could go."""

from kaarst.appointments import _
from kaarst.appointments.calendars import blocking
from kaarst.appointments.calendars.linking import window
from kaarst.appointments.staff.moving import MovingPage
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class ConflictsView(MovingPage):
    """Lists them until the appointment is moved or the event goes."""

    template = ViewPageTemplateFile("templates/conflicts.pt")
    heading = _("Conflicts with calendars")
    path = "conflicts"

    def found(self):
        """Each appointment with the ids of the resources in whose calendars an event lies on it."""
        return blocking.collisions(self.engine, *window(self.engine.plan, self.engine.now))

    def listed(self):
        return (booking for booking, _resources in self.found())

    def conflicts(self):
        """As of `hit`, and `who`: the counters in whose calendars the event stands."""
        titles = self.resource_titles()
        for booking, resources in self.found():
            who = ", ".join(titles.get(one, "–") for one in resources)
            yield {**self.hit(booking), "who": who}
