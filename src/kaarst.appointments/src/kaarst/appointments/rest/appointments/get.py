"""The free times as those who work at a desk see them: without lead time, held-back ones included."""

from kaarst.appointments.bookings import office
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.rest.slots.get import SlotsGet
from kaarst.appointments.rest.working import booking_with
from zExceptions import NotFound


class FreeTimesGet(SlotsGet):
    """As `@slots`; with the number of an appointment as `moving` its own times count as free."""

    name = "@free-times"
    booking = None

    def handle(self):
        moving = self.request.form.get("moving")
        if moving:
            if not isinstance(moving, str):
                raise NotFound("moving")
            self.booking = booking_with(office.engine(self.context), moving)
        return super().handle()

    def chosen(self):
        return list(self.booking.services) if self.booking is not None else super().chosen()

    def search(self, engine):
        ignoring = self.booking.id if self.booking is not None else ""
        return engine.search(public=False, unreleased=True, ignoring=ignoring)

    def earliest(self, engine, search, request):
        for day, starts in search.days(request, *search.window):
            if cells := self.on_step(engine, day, starts):
                return raster.instant(day, bits.first(cells))
        return None

    def on_step(self, engine, day, starts):
        # Staff may book at any time; what is proposed keeps the rhythm of the day.
        return starts & raster.every(day, engine.plan.step)

    def keep(self):
        self.request.response.setHeader("Cache-Control", "no-store")
