"""My appointment: look it up by number and PIN, move it, cancel it, put it into a calendar.

Number and PIN, or the key in the link of a mail, are only ever in the body of a POST. Each step
sends them again and is checked again: there is no session.
"""

from kaarst.appointments import _
from kaarst.appointments.bookings import calendar
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.citizen.book import instant
from kaarst.appointments.citizen.calendar import Month
from kaarst.appointments.citizen.choose import TimesView
from kaarst.appointments.citizen.found import looked_up
from kaarst.appointments.desks.meeting import DESK
from kaarst.appointments.desks.meeting import HOME
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.lottery import Entry
from kaarst.appointments.engine.wishes import OFFERED
from kaarst.appointments.engine.wishes import Wish
from kaarst.appointments.hall import queues
from kaarst.appointments.hall.following import Words
from kaarst.appointments.page import RESOURCES
from kaarst.appointments.wishing import wishes
from kaarst.appointments.wishing.serving import may_wait
from kaarst.core.acting import seeing
from kaarst.core.reference_lookup import explain
from kaarst.core.reference_lookup import REFUSALS
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getMultiAdapter

import time


LATE_MINUTES = (5, 10, 15, 20)


class MyAppointmentView(TimesView):
    """Number and PIN → the appointment and what can be done with it."""

    look_up_template = ViewPageTemplateFile("templates/look_up.pt")
    mine_template = ViewPageTemplateFile("templates/mine.pt")
    move_template = ViewPageTemplateFile("templates/move.pt")
    method = "post"
    heading = _("My appointment")
    message = ""
    done = ""
    number = ""
    booking = current = None
    #: Whether it is seen only because who booked it lets who is asking see it.
    is_shared = False
    alternatives = ()

    def __call__(self):
        self.private()
        if self.request.method != "POST":
            return self.look_up_template()
        self.number = self.text("number")
        try:
            check_origin(self.context, self.request)
            found = self._found()
        except ApiError:
            message = _("This form was sent from another website. Please try again.")
            return self._not_found(403, message)
        except REFUSALS as error:
            self.message = explain(error, self.request.response)
            return self.look_up_template()
        if isinstance(found, Wish):
            return getMultiAdapter((self.context, self.request), name="my-wish").show(found)
        if isinstance(found, Entry):
            return getMultiAdapter((self.context, self.request), name="my-draw").show(found)
        return self.show(found)

    def _found(self):
        """What number and PIN lead to, or what an account shows. Raises REFUSALS."""
        pin = self.text("pin")
        looks = self.text("step") in ("", "file")
        found = looked_up(self.request, self.number, pin, shared=looks)
        self.is_shared = not pin and seeing.may_see(found.number)
        return found

    def show(self, booking, done=""):
        """The page of an appointment whose number and PIN were right, after what was asked for."""
        self.private()
        self.booking, self.done = booking, done
        self.place = office.desk_of(self.booking)
        if self.place is None:
            return self._not_found(404, _("The desk of this appointment is gone. Please call us."))
        steps = {
            "move": self.move,
            "take": self.take,
            "cancel": self.cancel,
            "file": self.file,
            "late": self.late,
            "check-in": self.check_in,
        }
        return steps.get(self.text("step"), self.mine_template)()

    # The steps

    def move(self):
        """The free times to choose from."""
        if not self.changeable():
            return self.mine_template()
        self.services = list(self.booking.services)
        self.choices = list(self._possible())
        if not self.choices:
            self.message = _("This appointment cannot be moved here any more. Please call us.")
            return self.mine_template()
        wanted = self.text("place")
        self.current = next((one for one in self.choices if one[0].getId() == wanted), None)
        self.current = self.current or self.choices[0]
        _place, search, request, _earliest = self.current
        self.month = Month(search, request, self.text("month", 7), self.text("day", 10))
        self.heading = _("Choose another time")
        return self.move_template()

    def _possible(self):
        """(desk, search, request, earliest start) of each it can be at, its own first."""
        others = [desk for desk in self.desks() if not self._is_here(desk) and desk.meets != HOME]
        for desk in (self.place, *(others if self.place.meets != HOME else ())):
            engine = office.engine(desk)
            try:
                request = engine.plan.request(self.services, self.booking.travel)
            except NotBookable:
                continue
            search = engine.search(ignoring=self.booking.id)
            earliest = search.earliest(request, *search.window)
            if self._is_here(desk) or earliest is not None:
                yield desk, search, request, earliest

    def _moved(self, start: int):
        """The appointment at its new time, and place if another one was chosen."""
        there = self.desk(self.text("place")) or self.place
        if self._is_here(there):
            return office.move(self.booking, start)
        if HOME in (there.meets, self.place.meets):
            raise NotBookable("service")
        moved = office.move_elsewhere(self.booking, there, start)
        self.place = there
        return moved

    def take(self):
        """The new time, or what else is free."""
        start = instant(self.text("start"))
        try:
            if not self.changeable():
                raise NotPossible(self.booking.state)
            if start is None:
                raise NotBookable("time")
            self.booking = self._moved(start)
            self.done = _("Your appointment was moved.")
        except Taken as error:
            self.request.response.setStatus(409)
            self.alternatives = error.alternatives
            self.message = _("This time has just been taken. Please choose another one.")
            return self.move()
        except NotBookable as error:
            self.request.response.setStatus(400)
            self.message = refusals.sentence(self.place, error)
        except NotPossible as error:
            self.request.response.setStatus(409)
            self.message = refusals.too_late(error)
        return self.mine_template()

    def cancel(self):
        """Cancelled; a second time it is cancelled all the same."""
        if self.changeable():
            self.booking = office.cancel(self.booking)
            self.done = _("Your appointment is cancelled. Somebody else can have the time now.")
        return self.mine_template()

    def late(self):
        """Tells the desk; nothing else changes. 0 minutes take it back."""
        try:
            minutes = int(self.text("minutes", 2))
            if minutes not in (0, *LATE_MINUTES):
                raise ValueError(minutes)
            self.booking = office.announce_late(self.booking, minutes)
        except (ValueError, EngineError):
            self.request.response.setStatus(409)
            self.message = _("This is not possible any more. Please call us.")
        else:
            self.done = (
                _("Thank you, the desk knows. You may have to wait a little when you come.")
                if minutes
                else _("Thank you, the desk knows that you come in time.")
            )
        return self.mine_template()

    def check_in(self):
        """Is here; a second time it is the same ticket."""
        try:
            queues.check_in(self.place, self.booking, office.CITIZEN)
            self.booking = office.engine(self.place).booking(self.booking.id)
        except queues.TooEarly as error:
            self.request.response.setStatus(409)
            self.message = _(
                "check_in_opens",
                default="It is too early. You can check in from ${clock} on.",
                mapping={"clock": self.clock(error.opens)},
            )
        except NotPossible as error:
            self.request.response.setStatus(409)
            self.message = refusals.too_late(error)
        return self.mine_template()

    def file(self):
        """The calendar file."""
        response = self.request.response
        response.setHeader("Content-Type", calendar.MEDIA_TYPE)
        response.setHeader("Content-Disposition", f"attachment; filename={calendar.FILE_NAME}")
        response.setHeader("X-Content-Type-Options", "nosniff")
        return calendar.file_of(self.place, self.booking, self.language)

    def _not_found(self, status: int, message):
        self.request.response.setStatus(status)
        self.message = message
        return self.look_up_template()

    # For the templates

    def changeable(self):
        return not self.is_shared and office.may_change(self.booking)

    def may_wish(self):
        """Whether an earlier time can be waited for."""
        return may_wait(self.place) and self.changeable()

    def waits(self) -> str:
        """ "" unless an earlier time is waited for; "offered" while one is reserved."""
        wish = wishes.of_booking(self.booking) if not self.is_shared else None
        if wish is None:
            return ""
        return "offered" if wish.state == OFFERED else "waiting"

    def late_minutes(self):
        """What can be said on the day: minutes; empty when it is not the day."""
        is_late = not self.is_shared and office.may_be_late(self.booking)
        return LATE_MINUTES if is_late else ()

    def may_check_in(self) -> bool:
        """Whether "I am here" can be said now."""
        now = int(time.time())
        return not self.is_shared and queues.may_check_in(self.place, self.booking, now)

    def ticket(self):
        """The ticket of today, None before one is here and after the call."""
        return queues.ticket_of(self.place, self.booking)

    def words(self) -> Words:
        """The sentences about it."""
        return Words(self.translate)

    def hall_script_url(self) -> str:
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/hall.js"

    def again(self):
        """For a form that takes the time of a cancelled appointment anew: (name, value)."""
        if not self.cancelled() or self.booking.start <= time.time() or self.place.meets != DESK:
            return
        yield "desk", self.place.getId()
        yield "start", self.iso(self.booking.start)
        for service in self.booking.services:
            yield "service", service

    def hold_again_url(self) -> str:
        return self.url("hold")

    def cancelled(self):
        return self.booking.state == "cancelled"

    def titles(self):
        return details.titles(self.place, self.booking.services)

    def bring(self):
        return details.bring(self.place, self.booking.services)

    def pin(self):
        return self.text("pin")

    def hidden(self):
        """Number and PIN, for the next step, and the place looked at if it is another one."""
        yield from self.credentials()
        if self.elsewhere():
            yield "place", self.current[0].getId()

    def credentials(self):
        """Number and PIN."""
        yield "number", self.booking.number
        yield "pin", self.pin()

    def elsewhere(self) -> bool:
        """Whether the times of another place are shown."""
        return self.current is not None and not self._is_here(self.current[0])

    def _is_here(self, desk) -> bool:
        return office.uid(desk) == self.booking.desk

    def earliest(self):
        """The first time at another place; at this one a time before the present one, or None."""
        start = self.current[3]
        earlier = start is not None and start < self.booking.start
        return super().earliest() if earlier or self.elsewhere() else None

    def action(self):
        return self.url("my-appointment")

    hold_action = action

    def others(self):
        """The alternatives: `{value, words}`."""
        return [
            {"value": self.iso(start), "words": self.when(start)} for start in self.alternatives
        ]
