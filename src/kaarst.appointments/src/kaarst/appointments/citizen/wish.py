"""Waiting for an earlier time: asking for it, and what can be done with a wish."""

from datetime import date
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import limits
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.bookings.person import checked
from kaarst.appointments.citizen.book import HONEYPOT
from kaarst.appointments.citizen.choose import CitizenPage
from kaarst.appointments.citizen.found import looked_up
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.wishes import OFFERED
from kaarst.appointments.page import WEEKDAYS
from kaarst.appointments.wishing import typed
from kaarst.appointments.wishing import wishes
from kaarst.appointments.wishing.serving import may_wait
from kaarst.core import ratelimit
from kaarst.core.acting.intent import Drawn
from kaarst.core.idempotency import Answers
from kaarst.core.idempotency import KEY
from kaarst.core.reference_lookup import explain
from kaarst.core.reference_lookup import REFUSALS
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from kaarst.core.stores import ANSWERS
from kaarst.core.stores import store
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound
from zope.component import getMultiAdapter

import secrets


SCOPE = "appointments\0wish"
PARTS = {
    "any": _("At any time"),
    "morning": _("In the morning"),
    "afternoon": _("In the afternoon"),
}
NOTICES = {
    60: _("An hour"),
    180: _("Three hours"),
    1440: _("A day"),
    2880: _("Two days"),
}
FOREIGN = _("This form was sent from another website. Please try again.")


class WishView(Drawn, CitizenPage):
    """The form, and number and PIN. Who has an appointment comes with that one's number and PIN."""

    template = ViewPageTemplateFile("templates/wish.pt")
    receipt_template = ViewPageTemplateFile("templates/wish_receipt.pt")
    heading = _("Tell me when something earlier is free")
    message = ""
    booking = None

    def __call__(self):
        self.private()
        self.typed, self.mistakes = {}, {}
        try:
            if self.request.method == "POST":
                check_origin(self.context, self.request)
            # Only from the body of a POST: no PIN stands in an address.
            if self.request.method == "POST" and self.text("number"):
                number, pin = self.text("number"), self.text("pin")
                self.booking = looked_up(self.request, number, pin, office.sealed)
        except ApiError:
            return self._refuse(403, FOREIGN)
        except REFUSALS as error:
            return self._refuse(0, explain(error, self.request.response))
        self.current = self._desk()
        self.services = list(self.booking.services) if self.booking else self.chosen()
        try:
            self.engine = office.engine(self.current)
            self.wanted = self.engine.plan.request(self.services)
        except NotBookable as error:
            return self._refuse(400, refusals.sentence(self.current, error))
        self.search = self.engine.search()
        key = self.text("key")
        self.key = key if KEY.fullmatch(key) else secrets.token_urlsafe(24)
        if self.request.method == "POST" and self.text("send"):
            return self._send()
        if self.booking is not None:
            self.typed = {name: self.booking.person.get(name, "") for name in ("name", "email")}
        return self.template()

    def _desk(self):
        if self.booking is not None:
            desk = office.desk_of(self.booking)
        else:
            desk = self.desk(self.text("desk"))
        if desk is None or not may_wait(desk):
            raise NotFound(self.text("desk"))
        return desk

    def _refuse(self, status: int, message):
        """The first page of the way, with what is wrong."""
        if status:
            self.request.response.setStatus(status)
        view = getMultiAdapter((self.context, self.request), name="my-appointment")
        view.number = self.text("number")
        view.message = message
        return view.look_up_template()

    def _send(self):
        answers = store(api.portal.get(), ANSWERS, Answers)
        known = answers.recall(self.key, SCOPE, self.key)
        if known is not None:
            return self._show(known[1]["number"], known[1]["pin"])
        try:
            limits.count_wish(self.request)
        except ratelimit.TooManyRequests as error:
            return self._wait(error)
        self.typed, self.mistakes = checked(self.request.form, email=True)
        window = self.search.window
        until = self.text("until")
        if self.booking is not None:
            until = min(raster.day_of(self.booking.start), window[1]).isoformat()
        wanted, mistakes = typed.checked(
            until, self.texts("weekday"), self.text("part"), self.text("notice"), window
        )
        self.mistakes |= mistakes
        if self.text(HONEYPOT):
            self.mistakes["name"] = _("Please leave the hidden field empty and send this again.")
        # A wish for an appointment changes nothing about whose that is.
        self.message = self.acting_refused() if self.booking is None else ""
        if self.mistakes or self.message:
            self.request.response.setStatus(400 if self.mistakes else 409)
            return self.template()
        try:
            asked = wishes.ask(
                self.current, self.services, self.typed, wanted, self.language, self.booking
            )
        except NotPossible as error:
            return self._refuse(409, refusals.too_late(error))
        answers.keep(
            self.key, SCOPE, self.key, 201, {"number": asked.wish.number, "pin": asked.pin}
        )
        return self._show(asked.wish.number, asked.pin)

    def _wait(self, error):
        self.request.response.setStatus(429)
        self.request.response.setHeader("Retry-After", str(error.retry_after))
        self.typed = {name: self.text(name) for name in ("name", "email", "phone")}
        self.message = _(
            "message_too_many",
            default="A great many requests have come from your connection. Please wait "
            "${minutes} minutes and try again, or call us.",
            mapping={"minutes": -(-error.retry_after // 60)},
        )
        return self.template()

    def _show(self, number: str, pin: str):
        """Number and PIN; once."""
        found = wishes.sealed(number)
        if found is None:
            raise NotFound(number)
        self.wish, self.pin = found[0], pin
        if not pin and self.wish.state == OFFERED:
            # While something is reserved there is another thing to do than to wait.
            return getMultiAdapter((self.context, self.request), name="my-wish").show(self.wish)
        self.heading = _("You wait for an earlier time")
        return self.receipt_template()

    # For the templates

    def action(self):
        return self.url("wish")

    def hidden(self):
        """What the form carries on: (name, value)."""
        if self.booking is not None:
            yield "number", self.booking.number
            yield "pin", self.text("pin")
            return
        yield "desk", self.current.getId()
        for service in self.services:
            yield "service", service

    def titles(self):
        return details.titles(self.current, self.services)

    def earliest(self) -> str:
        """What is free now, in words; "" for nothing before the appointment one has."""
        start = self.search.earliest(self.wanted, *self.search.window)
        if start is None or (self.booking is not None and start >= self.booking.start):
            return ""
        return self.when(start)

    def until(self) -> str:
        """The day in the field: what was typed, else the last one that can be booked."""
        return self.text("until") or self.last_day()

    def first_day(self) -> str:
        return self.search.window[0].isoformat()

    def last_day(self) -> str:
        return self.search.window[1].isoformat()

    def weekdays(self):
        """The days on which the desk is open in the next weeks: `{number, title, chosen}`."""
        first, last = self.search.window
        days = [date.fromordinal(one) for one in range(first.toordinal(), last.toordinal() + 1)]
        open_on = {day.weekday() for day in days if self.engine.plan.hours.open_cells(day)}
        chosen = self.texts("weekday")
        for number, (_short, title) in enumerate(WEEKDAYS):
            if number in open_on:
                yield {
                    "number": number,
                    "title": self.translate(title),
                    "chosen": str(number) in chosen,
                }

    def parts(self):
        """`{value, title, chosen}`."""
        chosen = self.text("part") or "any"
        for value, title in PARTS.items():
            yield {"value": value, "title": self.translate(title), "chosen": value == chosen}

    def notices(self):
        """`{value, title, chosen}`."""
        chosen = self.text("notice") or str(wishes.DEFAULT_NOTICE)
        for value, title in NOTICES.items():
            yield {"value": value, "title": self.translate(title), "chosen": str(value) == chosen}

    def mistake(self, name: str) -> str:
        return self.translate(self.mistakes[name]) if name in self.mistakes else ""

    def answer_minutes(self) -> int:
        return self.current.wish_answer


class MyWishView(CitizenPage):
    """A wish by number and PIN: yes or no to an offer, or wait no longer."""

    template = ViewPageTemplateFile("templates/my_wish.pt")
    heading = _("My wish for an earlier time")
    message = done = ""
    booking = None

    def __call__(self):
        self.private()
        if self.request.method != "POST":
            return self.request.response.redirect(self.url("my-appointment"))
        number, pin = self.text("number"), self.text("pin")
        try:
            check_origin(self.context, self.request)
            wish = looked_up(self.request, number, pin, wishes.sealed)
        except ApiError:
            self.request.response.setStatus(403)
            return self._look_up(FOREIGN)
        except REFUSALS as error:
            return self._look_up(explain(error, self.request.response))
        return self.show(wish)

    def show(self, wish):
        """The page of a wish whose number and PIN were right, after what was asked for."""
        self.private()
        self.wish = wish
        steps = {"accept": self.accept, "refuse": self.refuse, "withdraw": self.withdraw}
        try:
            self.place = wishes.desk_of(wish)
            step = steps.get(self.text("step"))
            if step is not None:
                step()
        except Gone:
            self._too_late(_("This time has been passed on meanwhile."))
        except Taken:
            self._too_late(_("This time cannot be given any more. You go on waiting."))
        except EngineError:
            self._too_late(_("This is not possible any more. Somebody was faster."))
        if self.booking is not None:
            view = getMultiAdapter((self.context, self.request), name="my-appointment")
            return view.show(self.booking, done=self.done)
        return self.template()

    def accept(self):
        self.booking = wishes.accept(self.wish)
        self.done = _("The time is yours. Your number and your PIN stay the same.")

    def refuse(self):
        self.wish = wishes.refuse(self.wish)
        self.done = _("Thank you. The time is offered to the next, and you keep your place.")

    def withdraw(self):
        self.wish = wishes.withdraw(self.wish)
        self.done = _("You do not wait any longer.")

    def _too_late(self, message) -> None:
        self.request.response.setStatus(409)
        self.message = message
        found = wishes.sealed(self.wish.number)
        self.wish = found[0] if found is not None else self.wish

    def _look_up(self, message):
        view = getMultiAdapter((self.context, self.request), name="my-appointment")
        view.number = self.text("number")
        view.message = message
        return view.look_up_template()

    # For the template

    def hidden(self):
        yield "number", self.text("number")
        yield "pin", self.text("pin")

    def offered(self) -> bool:
        return self.wish.state == OFFERED

    def active(self) -> bool:
        return wishes.is_active(self.wish)

    def ahead(self) -> int:
        """How many wait longer."""
        return wishes.place(self.wish)

    def titles(self):
        return details.titles(self.place, self.wish.services)

    def until(self) -> str:
        """The last day, in words."""
        return self.day_words(raster.day_of(self.wish.before - 1))
