"""Appointments that a desk's hours, counters and services as they are set now no longer fit."""

from kaarst.appointments.bookings import office
from kaarst.appointments.desks import misfits
from kaarst.appointments.rest.working import DeskGet
from kaarst.appointments.rest.working import hit_json
from kaarst.appointments.staff.outside import REASONS


class MisfitsGet(DeskGet):
    """By start, each with why and with the nearest times to move it to."""

    def handle(self):
        engine = office.engine(self.context)
        found = list(misfits.misfits(engine, misfits.coming(engine)))
        self.note_reading(one.booking for one in found)
        items = [
            {
                **hit_json(self.context, engine, one.booking),
                "reason": one.reason,
                "reason_words": REASONS[one.reason],
            }
            for one in found
        ]
        return {"@id": self.address(), "items": items}
