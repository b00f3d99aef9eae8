"""Calling people to a counter, and what becomes of it."""

from kaarst.appointments import _
from kaarst.appointments.hall import following
from kaarst.appointments.hall.queues import queue_of
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
        found = next((one for one in self.queue.tickets() if one.number == number), None)
        if found is None:
            raise NotFound(number)
        return found

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
