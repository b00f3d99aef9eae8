"""Notes that somebody knows the new time."""

from kaarst.appointments.desks.untold import note_told
from kaarst.appointments.rest.working import DeskPost


class ToldPost(DeskPost):
    """`{number}` → the appointment."""

    def done(self, data):
        booking = self.booking(data)
        note_told(self.engine, booking, self.actor())
        return 200, self.one(self.engine.booking(booking.id))
