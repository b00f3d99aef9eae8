"""What happened to an appointment: when, what, who, in words."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.desks.untold import TOLD
from kaarst.appointments.desks.untold import UNTOLD
from kaarst.appointments.engine.records import BOOKED
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CANCELLED
from kaarst.appointments.engine.records import Event
from kaarst.appointments.engine.records import LATE
from kaarst.appointments.engine.records import MOVED
from kaarst.appointments.page import Page
from kaarst.appointments.page import STATES
from plone import api


WORDS = {
    BOOKED: _("Booked"),
    MOVED: _("Moved"),
    "reminded": _("Reminded"),
    LATE: _("Comes later"),
    UNTOLD: _("Moved without telling: no e-mail address"),
    TOLD: _("Told by telephone"),
    office.FOR_ANOTHER: _("Booked for somebody else"),
}


#: Whoever comes late and has waited is put back by nobody in particular.
VISITOR = "visitor"


class HistoryPage(Page):
    """A page that shows the history of appointments."""

    def history_of(self, booking: Booking) -> list[str]:
        """ "23.11.2026 08:15 · Verschoben: 24.11.2026 09:00 → 25.11.2026 10:00 · Petra Beispiel"."""
        return [" · ".join(filter(None, self._line(line))) for line in booking.history]

    def _line(self, line: Event) -> tuple[str, str, str]:
        words = self._action(line)
        detail = self._detail(line)
        return _moment(line.at), f"{words}: {detail}" if detail else words, self._actor(line)

    def _action(self, line: Event) -> str:
        if line.action == LATE and line.detail == "0":
            return self.translate(_("Comes in time after all"))
        known = WORDS.get(line.action) or STATES.get(line.action)
        return self.translate(known) if known else line.action

    def _detail(self, line: Event) -> str:
        if line.action == MOVED:
            starts = line.detail.split()
            moments = [_moment(int(one)) for one in starts if one.isdecimal()]
            return (
                " → ".join(moments)
                if len(set(starts)) > 1
                else self.translate(_("only the counter"))
            )
        if line.action in (CANCELLED, office.FOR_ANOTHER):
            return line.detail
        return ""

    def _actor(self, line: Event) -> str:
        if line.action == office.FOR_ANOTHER or not line.actor:
            return ""
        if line.actor in (office.CITIZEN, VISITOR):
            return self.translate(_("Citizen"))
        return _name_of(line.actor)


def _moment(moment: int) -> str:
    return f"{details.local(moment):%d.%m.%Y %H:%M}"


def _name_of(user_id: str) -> str:
    """How somebody on the staff is called; the id of who is not there any more."""
    user = api.user.get(userid=user_id)
    return (user.getProperty("fullname") if user is not None else "") or user_id
