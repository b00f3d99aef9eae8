"""Who calls about an appointment says a name, seldom the number."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import store
from kaarst.appointments.bookings.matching import matches
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.staff.day import DeskPage
from plone.protect.authenticator import check as check_authenticator
from plone.uuid.interfaces import IUUID
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile

import time


MOST = 50


def find(desk, asked: str) -> list[Booking]:
    """The appointments of a desk (content) that are meant: those to come, the soonest first; then
    the others, the latest first."""
    kept, own, now = store.existing(), IUUID(desk), int(time.time())
    bookings = kept.engine.records(Booking)
    # Only what has a number has a name; the figures of years are not looked through.
    known = (bookings.get(key) for key in list(kept.numbers.values()))
    found = [
        one
        for one in known
        if one is not None and one.desk == own and matches(asked, one.number, one.person)
    ]
    return sorted(found, key=lambda one: (one.end <= now, abs(one.start - now)))


class FindView(DeskPage):
    """Appointments of this desk by name, number, telephone or e-mail.

    Asked by POST: what is typed is a name, and addresses stand in logs.
    """

    template = ViewPageTemplateFile("templates/find.pt")
    heading = _("Find an appointment")
    asked = ""
    found = ()
    more = False

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            check_authenticator(self.request)
            self.asked = self.text("asked", 120)
            self._find()
        return self.template()

    def _find(self) -> None:
        found = find(self.context, self.asked)
        self.more = len(found) > MOST
        self.found = found[:MOST]
        self.note_reading(self.found)

    def rows(self):
        """`{key, when, day_url, name, number, phone, services, state, may_change, move_url, …}`."""
        return [
            {
                "key": one.id,
                "when": self.when(one.start),
                "start": self.clock(one.start),
                "day": details.local(one.start).date().isoformat(),
                "name": one.person.get("name", ""),
                "phone": one.person.get("phone", ""),
                "email": one.person.get("email", ""),
                "number": one.number,
                "services": self.services_of(one.services),
                "counters": self.counters_of(one),
                "state": self.state_words(one.state),
                "may_change": one.state == CONFIRMED,
                "move_url": f"{self.url('by-phone')}?moving={one.id}",
                "history": self.history_of(one),
            }
            for one in self.found
        ]
