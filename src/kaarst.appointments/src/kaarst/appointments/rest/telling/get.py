"""Whom to call because an appointment was moved and there is no e-mail address."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.desks.misfits import coming
from kaarst.appointments.desks.untold import believed
from kaarst.appointments.rest.working import appointment_json
from kaarst.appointments.rest.working import DeskGet


class ToCallGet(DeskGet):
    """By start; `believed` is the time somebody still believes in."""

    def handle(self):
        found = [one for one in coming(office.engine(self.context)) if believed(one) is not None]
        self.note_reading(found)
        items = [
            {**appointment_json(self.context, one), "believed": details.iso(believed(one))}
            for one in found
        ]
        return {"@id": self.address(), "items": items}
