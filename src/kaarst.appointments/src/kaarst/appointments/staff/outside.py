"""Appointments that the desk's hours, counters and services as they are set now no longer fit."""

from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.desks import misfits
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.staff.moving import MovingPage
from plone.protect.authenticator import check as check_authenticator
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

    def __call__(self):
        self.private()
        self.engine = office.engine(self.context)
        if self.request.method == "POST":
            check_authenticator(self.request)
            steps = {"move": self.move, "move-all": self.move_found}
            step = steps.get(self.text("step"))
            try:
                if step is not None and step():
                    return self.request.response.redirect(self.url("outside"))
            except EngineError:
                self.request.response.setStatus(409)
                self.message = _("This is not possible any more. Somebody was faster.")
        return self.template()

    def found(self) -> list[misfits.Misfit]:
        return list(misfits.misfits(self.engine, misfits.coming(self.engine)))

    def move_found(self) -> bool:
        return self.move_all(one.booking for one in self.found())

    def rows(self):
        """As of `hit`, and `who`: where and why it does not fit."""
        for one in self.found():
            who = f"{self.counters_of(one.booking)}: {self.translate(REASONS[one.reason])}"
            yield {**self.hit(one.booking), "who": who}
