"""All appointments of a day; today also the counters and who waits."""

from kaarst.appointments.bookings import office
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.records import ARRIVED
from kaarst.appointments.engine.records import CALLED
from kaarst.appointments.engine.records import FINISHED
from kaarst.appointments.engine.records import NO_SHOW
from kaarst.appointments.engine.waiting import CALLED as TICKET_CALLED
from kaarst.appointments.engine.waiting import NO_SHOW as CALLED_IN_VAIN
from kaarst.appointments.engine.waiting import PARKED
from kaarst.appointments.hall.elsewhere import at_other_desks
from kaarst.appointments.hall.notice import notice_of
from kaarst.appointments.hall.queues import counter_titles
from kaarst.appointments.hall.queues import queue_of
from kaarst.appointments.rest.working import appointment_json
from kaarst.appointments.rest.working import DeskGet
from kaarst.appointments.rest.working import ticket_json


#: What stands at another desk that has the counter too, of what `at_other_desks` knows.
ELSEWHERE = ("title", "serves", "waiting", "number", "sooner")


class DayGet(DeskGet):
    """`date`, today unless given → `items`, `counts`, `counters`, `waiting`."""

    def handle(self):
        day = self.day()
        self.engine = office.engine(self.context)
        bookings = self.engine.on_days(day, day)
        self.note_reading(bookings)
        states = [one.state for one in bookings]
        is_today = day == raster.day_of(self.engine.now)
        self.queue = queue_of(self.context, self.engine) if is_today else None
        return {
            "@id": self.address(),
            "date": day.isoformat(),
            "title": self.context.title,
            "counts": {
                "planned": len(states),
                "here": states.count(ARRIVED) + states.count(CALLED),
                "done": states.count(FINISHED),
                "missed": states.count(NO_SHOW),
            },
            "items": [appointment_json(self.context, one) for one in bookings],
            "counters": list(self._counters()) if is_today else [],
            "waiting": [self._ticket(one) for one in self.queue.waiting()] if is_today else [],
            "aside": list(self._aside()) if is_today else [],
            "notice": notice_of(self.context) if is_today else None,
        }

    def _counters(self):
        """Those that call, each with whom it serves and what waits for it elsewhere."""
        others = at_other_desks(self.context, self.queue)
        serving = {one.resource: one for one in self.queue.tickets() if one.state == TICKET_CALLED}
        titles = counter_titles(self.context)
        for one in self.engine.plan.resources:
            if one.kind != self.queue.kind:
                continue
            ticket = serving.get(one.id)
            yield {
                "id": one.id,
                "title": titles.get(one.id, "–"),
                "ticket": self._ticket(ticket) if ticket is not None else None,
                "elsewhere": [
                    {name: there[name] for name in ELSEWHERE} for there in others.get(one.id, ())
                ],
            }

    def _aside(self):
        """Who was put aside or called in vain."""
        for ticket in self.queue.tickets():
            if ticket.state in (PARKED, CALLED_IN_VAIN):
                yield self._ticket(ticket)

    def _ticket(self, ticket):
        return ticket_json(self.context, self.queue, ticket)
