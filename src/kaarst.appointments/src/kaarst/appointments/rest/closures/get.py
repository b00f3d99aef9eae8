"""The closures of a desk, each with the appointments it hits and where these could go."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.hits import hit_by
from kaarst.appointments.desks import week
from kaarst.appointments.hall.queues import counter_titles
from kaarst.appointments.rest.working import DeskGet
from kaarst.appointments.rest.working import hit_json
from kaarst.appointments.rest.working import note_reading


class ClosuresGet(DeskGet):
    """Those that are not over, by start; also those of other desks that have a counter too."""

    def handle(self):
        engine = office.engine(self.context)
        found = week.closures(engine.plan, engine.storage, engine.now)
        return {
            "@id": self.address(),
            "items": [closure_json(self.context, engine, one) for one in found],
        }


def closure_json(desk, engine, closure) -> dict:
    """A closure; whoever reads it has seen the names of those it hits."""
    titles = counter_titles(desk)
    names = dict.fromkeys(piece.resource for piece in closure.pieces if piece.resource in titles)
    hit = hit_by(engine, closure)
    note_reading(desk, "@closures", hit)
    return {
        "id": closure.id,
        "own": closure.desk == engine.plan.id,
        "start": details.iso(closure.start),
        "end": details.iso(closure.end),
        "reason": closure.reason,
        "counters": [{"id": name, "title": titles[name]} for name in names],
        "hit": [hit_json(desk, engine, one) for one in hit],
    }
