"""Taking part in a draw of appointments, how it stands, and what was drawn."""

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
from kaarst.appointments.citizen.wish import FOREIGN
from kaarst.appointments.citizen.wish import PARTS
from kaarst.appointments.drawing import lots
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
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


SCOPE = "appointments\0draw"


class DrawView(Drawn, CitizenPage):
    """The form, and ticket, number and PIN."""

    template = ViewPageTemplateFile("templates/draw.pt")
    receipt_template = ViewPageTemplateFile("templates/draw_receipt.pt")
    heading = _("Take part in the draw")
    message = ""

    def __call__(self):
        self.private()
        self.typed, self.mistakes = {}, {}
        self.services = self.chosen()
        self.current = self.desk(self.text("desk"))
        if self.current is None or not lots.draws_lots(self.current):
            raise NotFound(self.text("desk"))
        key = self.text("key")
        self.key = key if KEY.fullmatch(key) else secrets.token_urlsafe(24)
        self.open = lots.open_draws(self.current)
        try:
            office.engine(self.current).plan.request(self.services)
        except NotBookable as error:
            self.request.response.setStatus(400)
            self.open = []
            self.message = refusals.sentence(self.current, error)
            return self.template()
        return self._send() if self.request.method == "POST" else self.template()

    def _send(self):
        answers = store(api.portal.get(), ANSWERS, Answers)
        known = answers.recall(self.key, SCOPE, self.key)
        if known is not None:
            return self._show(known[1]["number"], known[1]["pin"])
        self.typed, self.mistakes = checked(self.request.form, email=True)
        if self.text("part") not in PARTS:
            self.mistakes["part"] = _("Please choose a part of the day.")
        if self.text("draw") not in {one.id for one in self.open}:
            self.mistakes["draw"] = _("Please choose a day.")
        if self.text(HONEYPOT):
            self.mistakes["name"] = _("Please leave the hidden field empty and send this again.")
        try:
            check_origin(self.context, self.request)
            limits.count_wish(self.request)
        except ApiError:
            return self._refuse(403, FOREIGN)
        except ratelimit.TooManyRequests as error:
            self.request.response.setHeader("Retry-After", str(error.retry_after))
            message = _("Too many attempts. Please try again later, or call us.")
            return self._refuse(429, message)
        refused = self.acting_refused()
        if self.mistakes or refused:
            return self._refuse(400 if self.mistakes else 409, refused)
        try:
            entered = lots.enter(
                self.current,
                self.text("draw"),
                self.services,
                self.typed,
                self.text("part"),
                self.language,
            )
        except EngineError:
            return self._refuse(409, _("It is too late to take part for this day."))
        number = entered.entry.number
        answers.keep(self.key, SCOPE, self.key, 201, {"number": number, "pin": entered.pin})
        return self._show(number, entered.pin)

    def _refuse(self, status: int, message):
        self.request.response.setStatus(status)
        self.message = message
        return self.template()

    def _show(self, number: str, pin: str):
        found = lots.sealed(number)
        if found is None:
            raise NotFound(number)
        self.entry, self.pin = found[0], pin
        self.draw = lots.draw_of(self.entry)
        self.heading = _("You take part in the draw")
        return self.receipt_template()

    # For the templates

    def hidden(self):
        yield "desk", self.current.getId()
        for service in self.services:
            yield "service", service

    def titles(self):
        return details.titles(self.current, self.services)

    def day_of(self, draw) -> str:
        return self.day_words(date.fromordinal(draw.day))

    def days(self):
        """`{value, title, closes, chosen}` of each day for which one can take part: the next first."""
        chosen = self.text("draw") or (self.open[0].id if self.open else "")
        for draw in self.open:
            yield {
                "value": draw.id,
                "title": self.day_of(draw),
                "closes": self.when(draw.closes),
                "chosen": draw.id == chosen,
            }

    def parts(self):
        """`{value, title, chosen}`."""
        chosen = self.text("part") or "any"
        for value, title in PARTS.items():
            yield {"value": value, "title": self.translate(title), "chosen": value == chosen}

    def mistake(self, name: str) -> str:
        return self.translate(self.mistakes[name]) if name in self.mistakes else ""


class MyDrawView(CitizenPage):
    """A ticket by number and PIN: how it stands, and the way out."""

    template = ViewPageTemplateFile("templates/my_draw.pt")
    heading = _("My ticket in the draw")
    message = done = ""
    withdrawn = False

    def __call__(self):
        self.private()
        if self.request.method != "POST":
            return self.request.response.redirect(self.url("my-appointment"))
        number, pin = self.text("number"), self.text("pin")
        try:
            check_origin(self.context, self.request)
            entry = looked_up(self.request, number, pin, lots.sealed)
        except ApiError:
            self.request.response.setStatus(403)
            return self._look_up(FOREIGN)
        except REFUSALS as error:
            return self._look_up(explain(error, self.request.response))
        return self.show(entry)

    def show(self, entry):
        """The page of an entry whose number and PIN were right, after what was asked for."""
        self.private()
        self.entry = entry
        try:
            self.draw = lots.draw_of(entry)
            self.place = lots.desk_of(entry)
            if self.text("step") == "withdraw":
                lots.withdraw(entry)
                self.withdrawn = True
                self.done = _("You do not take part any more.")
        except Gone:
            self.request.response.setStatus(404)
            return self._look_up(_("This draw is over."))
        except EngineError:
            self.request.response.setStatus(409)
            self.message = _("It is too late to withdraw.")
        return self.template()

    def _look_up(self, message):
        view = getMultiAdapter((self.context, self.request), name="my-appointment")
        view.number = self.text("number")
        view.message = message
        return view.look_up_template()

    # For the template

    def hidden(self):
        yield "number", self.text("number")
        yield "pin", self.text("pin")

    def may_withdraw(self) -> bool:
        return not self.withdrawn and lots.may_withdraw(self.entry)

    def titles(self):
        return details.titles(self.place, self.entry.services)

    def day(self) -> str:
        return self.day_words(date.fromordinal(self.draw.day))


class DrawsView(CitizenPage):
    """All draws with what is needed to check them."""

    template = ViewPageTemplateFile("templates/draws.pt")
    heading = _("Draws of appointments")

    def __call__(self):
        return self.template()

    def places(self):
        """`{title, draws: [{day, closes, commitment, drawn, seed, tickets}]}` of each desk."""
        for desk in self.desks():
            found = [self._draw(one) for one in lots.draws(desk)]
            if found:
                yield {"title": desk.title, "draws": found}

    def _draw(self, draw):
        return {
            "day": self.day_words(date.fromordinal(draw.day)),
            "closes": self.when(draw.closes),
            "commitment": draw.commitment,
            "drawn": self.when(draw.drawn) if draw.drawn else "",
            # Secret until the draw has taken place.
            "seed": draw.seed if draw.drawn else "",
            "tickets": draw.tickets,
        }
