"""What those who work at a desk do with an appointment."""

from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.desks.untold import note_untold
from kaarst.appointments.engine import passing
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.records import NO_SHOW
from kaarst.appointments.hall.queues import queue_of
from kaarst.appointments.rest.common import instant_of
from kaarst.appointments.rest.common import wrong
from kaarst.appointments.rest.working import DeskPost
from kaarst.appointments.rest.working import ticket_json


LONGEST_REASON = 500


class AppointmentMovePost(DeskPost):
    """`{number, start, over, knows}`; the citizen is told. The same start changes the counter alone.

    Who does not know of it (`knows` is false) and has no e-mail address has to be called then.
    """

    def done(self, data):
        booking = self.booking(data)
        start = instant_of(data.get("start"))
        over = self.is_over(data)
        knows = data.get("knows", True)
        if not isinstance(knows, bool):
            raise wrong("knows", _("Please check this entry."))
        options = {"public": False, "unreleased": True, "over": over, "anew": not knows}
        moved = office.move(booking, start, actor=self.actor(), **options)
        if not knows:
            note_untold(self.engine, moved, booking.start, self.actor())
            moved = self.engine.booking(booking.id)
        return 200, self.one(moved)


class AppointmentCancelPost(DeskPost):
    """`{number, reason}`; the citizen is told, with the reason."""

    def done(self, data):
        booking = self.booking(data)
        reason = data.get("reason") or ""
        if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
            message = _("At most ${count} characters.", mapping={"count": LONGEST_REASON})
            raise wrong("reason", message)
        return 200, self.one(office.cancel(booking, self.actor(), " ".join(reason.split())))


class AppointmentArrivePost(DeskPost):
    """`{number}`: somebody is here today → `ticket`; also who was taken for missing."""

    def done(self, data):
        booking = self.booking(data)
        queue = queue_of(self.context, self.engine)
        ticket = passing.arrive(queue, booking.id, actor=self.actor())
        answer = self.one(self.engine.booking(booking.id))
        return 200, {**answer, "ticket": ticket_json(self.context, queue, ticket)}


class AppointmentNoShowPost(DeskPost):
    """`{number}`: the time has come and nobody has."""

    def done(self, data):
        booking = self.booking(data)
        if booking.start >= self.engine.now:
            raise NotPossible(booking.state)
        return 200, self.one(self.engine.mark(booking.id, NO_SHOW, actor=self.actor()))
