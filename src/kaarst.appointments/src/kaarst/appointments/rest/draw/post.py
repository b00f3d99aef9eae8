"""A ticket in a draw by number and PIN: as it is, and its withdrawal."""

from datetime import date
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.drawing import lots
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.rest.common import place_json
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import number_and_pin
from kaarst.core.rest import ApiError
from kaarst.core.rest import JsonPost
from zExceptions import NotFound


class DrawEntryPost(JsonPost):
    """The ticket as it is. Who has won finds an appointment under the number, at `@booking`."""

    max_body = 10_000
    changes = False

    def handle(self, data):
        number, pin = number_and_pin(data)
        entry = guarded(self.request, number, pin, lots.sealed)
        try:
            desk = lots.desk_of(entry)
        except Gone:
            raise NotFound(number) from None
        return 200, self.done(desk, entry)

    def done(self, desk, entry) -> dict:
        """Returns the body."""
        return entry_json(desk, entry)


class DrawEntryWithdrawPost(DrawEntryPost):
    """Takes no part."""

    changes = True

    def done(self, desk, entry):
        before = entry_json(desk, entry)
        try:
            lots.withdraw(entry)
        except EngineError:
            message = _("It is too late to withdraw.")
            raise ApiError(409, "Closed", message, more={"alternatives": []}) from None
        return {**before, "state": "withdrawn"}


def entry_json(desk, entry) -> dict:
    """What a citizen may know of a ticket; `state` is "entered", "lost" or "void"."""
    draw = lots.draw_of(entry)
    state = "void" if entry.void else "lost" if draw.drawn else "entered"
    return {
        "number": entry.number,
        "ticket": entry.ticket,
        "state": state,
        "date": date.fromordinal(draw.day).isoformat(),
        "closes": details.iso(draw.closes),
        "services": list(entry.services),
        "place": place_json(desk),
    }
