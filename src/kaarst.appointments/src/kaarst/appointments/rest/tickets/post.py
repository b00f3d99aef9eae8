"""Draws a ticket for somebody without an appointment."""

from kaarst.appointments import _
from kaarst.appointments.bookings import limits
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.hall import drawing
from kaarst.appointments.hall import queues
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import services_of
from kaarst.core.rest import ApiError
from kaarst.core.rest import JsonPost


class TicketsPost(JsonPost):
    """`{services}` → `number`, `minutes`; with the key of a terminal, or for who works there."""

    max_body = 10_000

    def handle(self, data):
        limits.count_ticket(self.request)
        if not drawing.may_draw(self.context, self.request.getHeader("X-Terminal-Key")):
            raise ApiError(
                403, "TerminalKeyNeeded", _("Tickets are drawn at the town hall, at a terminal.")
            )
        services = services_of(data.get("services"), "services")
        with answered(self.context):
            try:
                ticket = drawing.draw(self.context, services)
            except NotBookable:
                raise
            except EngineError:
                raise ApiError(
                    409, "Full", _("There are no more tickets for this today.")
                ) from None
        return 201, queues.ticket_json(self.context, queues.queue_of(self.context), ticket)
