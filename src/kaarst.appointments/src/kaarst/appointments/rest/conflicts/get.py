"""Appointments on which an event in a clerk's own calendar lies, and where they could go."""

from kaarst.appointments.bookings import office
from kaarst.appointments.calendars import blocking
from kaarst.appointments.calendars.linking import window
from kaarst.appointments.hall.queues import counter_titles
from kaarst.appointments.rest.working import DeskGet
from kaarst.appointments.rest.working import hit_json


class ConflictsGet(DeskGet):
    """By start; `hit_counters` are those in whose calendars the event stands."""

    def handle(self):
        engine, titles = office.engine(self.context), counter_titles(self.context)
        first, last = window(engine.plan, engine.now)
        found = list(blocking.collisions(engine, first, last))
        self.note_reading(booking for booking, _counters in found)
        items = [
            {
                **hit_json(self.context, engine, booking),
                "hit_counters": [{"id": one, "title": titles.get(one, "–")} for one in counters],
            }
            for booking, counters in found
        ]
        return {"@id": self.address(), "items": items}
