"""Moving appointments that something got in the way of: each, or all, by one press of a button."""

from collections.abc import Callable
from collections.abc import Iterable
from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.bookings.hits import ways_out
from kaarst.appointments.citizen.book import instant
from kaarst.appointments.desks.untold import note_untold
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.staff.day import DeskPage
from plone import api
from plone.protect.authenticator import check as check_authenticator


# Each is a change of two ledgers and a mail, all of them in one transaction.
MOST_AT_ONCE = 100


class MovingPage(DeskPage):
    """A page that lists appointments, each with the nearest times to move it to.

    `path` is its own name.
    """

    message = ""
    path = ""

    def __call__(self):
        self.private()
        self.engine = office.engine(self.context)
        if self.request.method == "POST":
            check_authenticator(self.request)
            step = self.steps().get(self.text("step"))
            try:
                if step is not None and step():
                    return self.request.response.redirect(self.url(self.path))
            except EngineError:
                self.request.response.setStatus(409)
                self.message = _("This is not possible any more. Somebody was faster.")
        return self.template()

    def steps(self) -> dict[str, Callable[[], bool]]:
        """What its buttons do, by name; True where the page is to be shown anew."""
        return {"move": self.move, "move-all": lambda: self.move_all(self.listed())}

    def listed(self) -> Iterable[Booking]:
        """The appointments of which "move all" speaks. To be implemented."""
        raise NotImplementedError

    def move(self) -> bool:
        """Moves one of the appointments listed; False and `message` where it cannot be."""
        booking = self.engine.booking(self.text("key"))
        start = instant(self.text("start"))
        try:
            if start is None:
                raise NotBookable("time")
            untold = self._move(booking, start)
        except NotBookable as error:
            self.message = refusals.sentence(self.context, error)
            return False
        api.portal.show_message(_("The appointment was moved."), self.request)
        if untold:
            self._say_whom_to_call(1)
        return True

    def move_all(self, bookings: Iterable[Booking]) -> bool:
        """Moves each to its next free time; who has none stays where he is, and in the list."""
        moved = untold = stay = 0
        for booking in list(bookings)[:MOST_AT_ONCE]:
            start = self.next_time(booking)
            try:
                if start is None:
                    raise NotBookable("time")
                untold += self._move(booking, start)
                moved += 1
            except EngineError:
                stay += 1
        api.portal.show_message(
            _("Appointments moved: ${count}.", mapping={"count": moved}), self.request
        )
        if stay:
            message = _(
                "move_all_stay",
                default="Without a free time: ${count}. They still stand below.",
                mapping={"count": stay},
            )
            api.portal.show_message(message, self.request, type="warning")
        if untold:
            self._say_whom_to_call(untold)
        return True

    def _move(self, booking: Booking, start: int) -> bool:
        """Whether somebody has to be called about it now."""
        moved = office.move(booking, start, actor=self.actor(), unreleased=True, anew=True)
        return note_untold(self.engine, moved, booking.start, self.actor())

    def _say_whom_to_call(self, count: int) -> None:
        message = _(
            "move_untold",
            default="Without an e-mail address, please call: ${count}. See “To be called”.",
            mapping={"count": count},
        )
        api.portal.show_message(message, self.request, type="warning")

    def next_time(self, booking: Booking) -> int | None:
        """The same time if it can be at another counter, else the next one after it.

        Nobody is told to come earlier than agreed without being asked.
        """
        try:
            request = self.engine.plan.request(booking.services, booking.travel)
        except NotBookable:
            return None
        search = self.engine.search(ignoring=booking.id, unreleased=True)
        first, last = raster.day_of(booking.start), search.window[1]
        for day, starts in search.days(request, first, last):
            later = [one for one in search.instants(request, day) if one >= booking.start]
            if starts and later:
                return later[0]
        return None

    def hit(self, booking):
        """`{key, when, name, phone, services, others: [{value, words}], move_url, day_url}`."""
        self.note_reading([booking])
        return {
            "key": booking.id,
            "when": self.when(booking.start),
            "name": booking.person.get("name", ""),
            "phone": "" if booking.person.get("email") else booking.person.get("phone", ""),
            "services": self.services_of(booking.services),
            "others": [
                {"value": self.iso(one), "words": self._words(one, booking)}
                for one in ways_out(self.engine, booking)
            ],
            "move_url": f"{self.url('by-phone')}?moving={booking.id}",
            "day_url": f"{self.url('day')}?date={raster.day_of(booking.start).isoformat()}",
        }

    def _words(self, start: int, booking) -> str:
        """The citizen is not troubled where only the counter changes; that is worth saying."""
        if start == booking.start:
            return self.translate(_("the same time at another counter"))
        return self.when(start)
