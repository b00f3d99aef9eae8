"""Who waits for an earlier time at a desk, and what is reserved for whom."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.wishes import OFFERED
from kaarst.appointments.staff.day import DeskPage
from kaarst.appointments.wishing import wishes
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class WishesView(DeskPage):
    """The list in its order; takes somebody out of it who asks for that by phone."""

    template = ViewPageTemplateFile("templates/wishes.pt")
    heading = _("Who waits for an earlier time")

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            check_authenticator(self.request)
            self._act()
            return self.request.response.redirect(self.url("wishes"))
        return self.template()

    def _act(self) -> None:
        known = {one.id: one for one in wishes.active(self.context)}
        wish = known.get(self.text("key"))
        steps = {"withdraw": wishes.withdraw, "refuse": wishes.refuse, "accept": self._accept}
        step = steps.get(self.text("step"))
        if wish is None or step is None:
            return
        try:
            step(wish)
        except EngineError:
            message = _("This is not possible any more. Somebody was faster.")
            api.portal.show_message(message, self.request, type="warning")

    def _accept(self, wish) -> None:
        wishes.accept(wish, self.actor())

    def rows(self):
        """`{key, since, name, email, phone, number, sent_for, services, until, present, offer, answer_by}`."""
        bookings = store.existing().engine.records(Booking)
        found = list(wishes.active(self.context))
        self.note_reading(found)
        for wish in found:
            offered = wish.state == OFFERED
            booking = bookings.get(wish.booking) if wish.booking else None
            yield {
                "key": wish.id,
                "since": f"{details.local(wish.since):%d.%m.%Y %H:%M}",
                "name": wish.person.get("name", ""),
                "email": wish.person.get("email", ""),
                "phone": wish.person.get("phone", ""),
                "number": wish.number,
                "sent_for": wish.sent_for,
                "services": self.services_of(wish.services),
                "until": f"{details.local(wish.before - 1):%d.%m.%Y}",
                "present": self.when(booking.start) if booking is not None else "",
                "offer": self.when(wish.start) if offered else "",
                "answer_by": self.when(wish.answer_by) if offered else "",
            }
