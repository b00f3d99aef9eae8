"""Appointments that the desk's hours, counters and services as they are set now no longer fit."""

from kaarst.appointments import _
from kaarst.appointments.desks import misfits
from kaarst.appointments.staff.moving import MovingPage
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


REASONS = {
    misfits.SERVICE: _("This service cannot be booked here any more."),
    misfits.HOURS: _("Outside of the opening hours"),
    misfits.SKILLS: _("What is planned for it cannot do it any more."),
    misfits.FULL: _("More at the same time than there may be"),
}


class OutsideView(MovingPage):
    """Lists them until each is moved or cancelled, or the desk is set as before."""

    template = ViewPageTemplateFile("templates/outside.pt")
    heading = _("Appointments that no longer fit")
    path = "outside"

    def found(self) -> list[misfits.Misfit]:
        return list(misfits.misfits(self.engine, misfits.coming(self.engine)))

    def listed(self):
        return (one.booking for one in self.found())

    def rows(self):
        """As of `hit`, and `who`: where and why it does not fit."""
        for one in self.found():
            who = f"{self.counters_of(one.booking)}: {self.translate(REASONS[one.reason])}"
            yield {**self.hit(one.booking), "who": who}
