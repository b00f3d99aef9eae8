"""Who waits for an earlier time at a desk, and what is reserved for whom."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.wishes import OFFERED
from kaarst.appointments.rest.working import DeskGet
from kaarst.appointments.rest.working import services_json
from kaarst.appointments.wishing import wishes


class WaitingListGet(DeskGet):
    """In the order in which offers are made."""

    def handle(self):
        found = wishes.active(self.context)
        self.note_reading(found)
        items = [waiting_json(self.context, one) for one in found]
        return {"@id": self.address(), "items": items}


def waiting_json(desk, wish) -> dict:
    """A wish as those who work at the desk see it."""
    kept = store.existing().engine.records(Booking)
    booking = kept.get(wish.booking) if wish.booking else None
    offer = None
    if wish.state == OFFERED:
        offer = {"start": details.iso(wish.start), "answer_by": details.iso(wish.answer_by)}
    return {
        "id": wish.id,
        "number": wish.number,
        "state": wish.state,
        "since": details.iso(wish.since),
        "before": details.iso(wish.before),
        "services": services_json(desk, wish.services),
        "name": wish.person.get("name", ""),
        "email": wish.person.get("email", ""),
        "phone": wish.person.get("phone", ""),
        "has": details.iso(booking.start) if booking is not None else None,
        "offer": offer,
    }
