"""Whom to call because an appointment was moved and there is no e-mail address."""

from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.desks.misfits import coming
from kaarst.appointments.desks.untold import believed
from kaarst.appointments.desks.untold import note_told
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.staff.day import DeskPage
from kaarst.core.places.contact import phone_url
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class ToCallView(DeskPage):
    """Names, telephone numbers and the new times; one press when somebody knows."""

    template = ViewPageTemplateFile("templates/to_call.pt")
    heading = _("To be called")

    def __call__(self):
        self.private()
        self.engine = office.engine(self.context)
        if self.request.method == "POST":
            check_authenticator(self.request)
            self._told()
            return self.request.response.redirect(self.url("to-call"))
        return self.template()

    def _told(self) -> None:
        try:
            booking = self.engine.booking(self.text("key"))
        except EngineError:
            message = _("This appointment is not there any more.")
            api.portal.show_message(message, self.request, type="warning")
            return
        note_told(self.engine, booking, self.actor())
        api.portal.show_message(_("Noted."), self.request)

    def rows(self):
        """`{key, name, phone, phone_url, number, services, counters, before, when, move_url}`."""
        found = [one for one in coming(self.engine) if believed(one) is not None]
        self.note_reading(found)
        return [
            {
                "key": booking.id,
                "name": booking.person.get("name", ""),
                "phone": booking.person.get("phone", ""),
                "phone_url": phone_url(booking.person.get("phone", "")),
                "number": booking.number,
                "services": self.services_of(booking.services),
                "counters": self.counters_of(booking),
                "before": self.when(believed(booking)),
                "when": self.when(booking.start),
                "move_url": f"{self.url('by-phone')}?moving={booking.id}",
            }
            for booking in found
        ]
