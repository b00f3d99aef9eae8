"""Calling people to a counter, and what becomes of it."""

from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.engine import passing
from kaarst.appointments.hall import following
from kaarst.appointments.hall.display import siblings
from kaarst.appointments.hall.queues import queue_of
from kaarst.appointments.rest.common import services_of
from kaarst.appointments.rest.common import wrong
from kaarst.appointments.rest.working import DeskPost
from kaarst.appointments.rest.working import note_reading
from kaarst.appointments.rest.working import ticket_json
from kaarst.core.rest import texts
from zExceptions import NotFound


class QueuePost(DeskPost):
    """What the endpoints share: the queue of today."""

    def done(self, data):
        self.queue = queue_of(self.context, self.engine)
        return 200, self.step(data)

    def step(self, data: dict) -> dict:
        """Returns the body."""
        raise NotImplementedError

    def ticket(self, data: dict):
        """The ticket of today whose number was sent as `ticket`; raises NotFound, ApiError 400."""
        (typed,) = texts(data, "ticket")
        number = following.normal(typed)
        if not number:
            message = _("A waiting number is a letter and three digits, for example A017.")
            raise wrong("ticket", message)
        # Who was sent on and comes back has a second one: the latest counts.
        found = [one for one in self.queue.tickets() if one.number == number]
        if not found:
            raise NotFound(number)
        return found[-1]

    def answer_with(self, ticket) -> dict:
        found = ticket_json(self.context, self.queue, ticket)
        if ticket.booking:
            name = self.__name__.rpartition("_")[2]
            note_reading(self.context, name, [self.engine.booking(ticket.booking)])
        return found


class CallNextPost(QueuePost):
    """`{counter}` → `ticket`, null where nobody can be called, and how many wait."""

    def step(self, data):
        (counter,) = texts(data, "counter")
        ticket = self.queue.call_next(counter, actor=self.actor())
        return {
            "ticket": self.answer_with(ticket) if ticket is not None else None,
            "waiting": len(self.queue.waiting()),
        }


class CallAgainPost(QueuePost):
    """`{ticket}`: who was called and does not come."""

    def step(self, data):
        ticket = self.ticket(data)
        if not ticket.resource:
            raise wrong("ticket", _("This ticket was not called yet."))
        return self.answer_with(self.queue.call(ticket.id, ticket.resource, actor=self.actor()))


class FinishPost(QueuePost):
    """`{ticket}`: done, the counter is free."""

    def step(self, data):
        return self.answer_with(self.queue.finish(self.ticket(data).id, actor=self.actor()))


class NoShowPost(QueuePost):
    """`{ticket}`: called in vain."""

    def step(self, data):
        return self.answer_with(self.queue.no_show(self.ticket(data).id, actor=self.actor()))


class LeavePost(QueuePost):
    """`{ticket}`: will not wait any longer."""

    def step(self, data):
        return self.answer_with(self.queue.leave(self.ticket(data).id))


class ParkPost(QueuePost):
    """`{ticket}`: is not ready yet; the counter is free, and nobody calls the ticket meanwhile."""

    def step(self, data):
        ticket = self.ticket(data)
        return self.answer_with(passing.park(self.queue, ticket.id, actor=self.actor()))


class BackPost(QueuePost):
    """`{ticket}`: who was put aside waits at the old place; who was called in vain as of now."""

    def step(self, data):
        ticket = self.ticket(data)
        return self.answer_with(passing.come_back(self.queue, ticket.id, actor=self.actor()))


class PassOnPost(QueuePost):
    """`{ticket, counter}` to another counter, `{ticket, services}` for something else; with `desk`
    (its id) to another desk of the house; with none of them back into the queue."""

    field = "services"

    def step(self, data):
        ticket, actor = self.ticket(data), self.actor()
        services = services_of(data["services"], "services") if data.get("services") else []
        if data.get("desk"):
            return self._to_desk(ticket, texts(data, "desk")[0], services)
        only = texts(data, "counter")[0] if data.get("counter") else ""
        found = passing.put_back(self.queue, ticket.id, services=services, only=only, actor=actor)
        return self.answer_with(found)

    def _to_desk(self, ticket, name: str, services: list[str]) -> dict:
        desk = next((one for one in siblings(self.context) if one.getId() == name), None)
        if desk is None:
            raise wrong("desk", _("Please choose where the visitor is to go."))
        to = queue_of(desk, office.engine(desk, self.engine.now))
        sent = passing.send_on(self.queue, ticket.id, to, services, actor=self.actor())
        return ticket_json(desk, to, sent)
