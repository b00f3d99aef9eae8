"""Appointments on which an event in a clerk's own calendar lies, and where they could go."""

from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.calendars import blocking
from kaarst.appointments.calendars.linking import window
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.staff.moving import MovingPage
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class ConflictsView(MovingPage):
    """Lists them until the appointment is moved or the event goes."""

    template = ViewPageTemplateFile("templates/conflicts.pt")
    heading = _("Conflicts with calendars")

    def __call__(self):
        self.private()
        self.engine = office.engine(self.context)
        if self.request.method == "POST":
            check_authenticator(self.request)
            steps = {"move": self.move, "move-all": self.move_found}
            step = steps.get(self.text("step"))
            try:
                if step is not None and step():
                    return self.request.response.redirect(self.url("conflicts"))
            except EngineError:
                self.request.response.setStatus(409)
                self.message = _("This is not possible any more. Somebody was faster.")
        return self.template()

    def found(self):
        """Each appointment with the ids of the resources in whose calendars an event lies on it."""
        return blocking.collisions(self.engine, *window(self.engine.plan, self.engine.now))

    def move_found(self) -> bool:
        return self.move_all(booking for booking, _resources in self.found())

    def conflicts(self):
        """As of `hit`, and `who`: the counters in whose calendars the event stands."""
        titles = self.resource_titles()
        for booking, resources in self.found():
            who = ", ".join(titles.get(one, "–") for one in resources)
            yield {**self.hit(booking), "who": who}
