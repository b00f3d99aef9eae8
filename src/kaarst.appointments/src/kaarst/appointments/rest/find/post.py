"""Finds an appointment by what somebody says on the phone; by POST, for it is mostly a name."""

from kaarst.appointments.rest.working import appointment_json
from kaarst.appointments.rest.working import DeskPost
from kaarst.appointments.rest.working import note_reading
from kaarst.appointments.staff.finding import find
from kaarst.appointments.staff.finding import MOST
from kaarst.core.rest import texts


class FindPost(DeskPost):
    """`{text}`: name, number, telephone or e-mail address → `items`, the soonest first; `more`."""

    changes = False

    def done(self, data):
        (asked,) = texts(data, "text", limit=120)
        found = find(self.context, asked)
        note_reading(self.context, "@find", found[:MOST])
        return 200, {
            "items": [appointment_json(self.context, one) for one in found[:MOST]],
            "more": len(found) > MOST,
        }
