"""Keeping a time, entering a name, the receipt.

One answer to one POST each: neither the key of a hold nor a PIN ever stands in an address. Sending
the same page again keeps the same time, and gives the same receipt.
"""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import limits
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.bookings.person import checked
from kaarst.appointments.citizen.choose import CitizenPage
from kaarst.appointments.citizen.choose import TYPED
from kaarst.appointments.desks.meeting import HOME
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.persons.login import known
from kaarst.core import ratelimit
from kaarst.core.acting.intent import Drawn
from kaarst.core.idempotency import Answers
from kaarst.core.idempotency import KEY
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from kaarst.core.stores import ANSWERS
from kaarst.core.stores import store
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound
from zope.component import getMultiAdapter

import secrets
import time


HOLD_SCOPE = "appointments\0hold"
BOOK_SCOPE = "appointments\0book"
HONEYPOT = "homepage_url"


class BookPage(Drawn, CitizenPage):
    """What the steps of a booking share."""

    details_template = ViewPageTemplateFile("templates/details.pt")
    taken_template = ViewPageTemplateFile("templates/taken.pt")
    receipt_template = ViewPageTemplateFile("templates/receipt.pt")
    heading = _("Your name")
    message = ""
    hold = None
    booked = None
    alternatives = ()

    def __call__(self):
        self.private()
        if self.request.method != "POST":
            return self.request.response.redirect(self.url())
        self.current = self.desk(self.text("desk"))
        if self.current is None:
            raise NotFound(self.text("desk"))
        self.services = self.chosen()
        self.typed, self.mistakes = {}, {}
        self.start = instant(self.text("start"))
        self.key = (
            self.text("key") if KEY.fullmatch(self.text("key")) else secrets.token_urlsafe(24)
        )
        try:
            check_origin(self.context, self.request)
            return self.answer()
        except ApiError:
            return self.refuse(403, _("This form was sent from another website. Please try again."))
        except ratelimit.TooManyRequests as error:
            self.request.response.setHeader("Retry-After", str(error.retry_after))
            minutes = -(-error.retry_after // 60)
            return self.refuse(
                429,
                _(
                    "message_too_many",
                    default="A great many requests have come from your connection. Please wait "
                    "${minutes} minutes and try again, or call us.",
                    mapping={"minutes": minutes},
                ),
            )
        except Taken as error:
            self.alternatives = error.alternatives
            return self.refuse(409, _("This time has just been taken. Please choose another one."))
        except NotBookable as error:
            return self.refuse(400, refusals.sentence(self.current, error))

    def answer(self):
        """The page that answers the POST. To be implemented."""
        raise NotImplementedError

    def refuse(self, status: int, message):
        """A page that says what is wrong and what else is possible."""
        self.request.response.setStatus(status)
        self.message = message
        self.typed = self.typed or self.typed_already()
        self.heading = _("Choose a time")
        return self.taken_template()

    def keep(self):
        """Keeps the time; the same one again when the page is sent again."""
        if self.start is None:
            raise NotBookable("time")
        limits.count_hold(self.request)
        answers = store(api.portal.get(), ANSWERS, Answers)
        wanted = [self.current.getId(), self.services, self.start]
        kept = answers.recall(self.key, HOLD_SCOPE, self.key)
        # Who went back and chose another time lets go of the first one.
        before = kept[1]["hold"] if kept is not None else self.text("hold", 64)
        if kept is not None and kept[1]["wanted"] == wanted:
            self.hold = self.held(before)
            self.booked = answers.recall(before, BOOK_SCOPE, before)
        if self.hold is None and self.booked is None:
            self.hold = office.hold_anew(self.current, before, self.services, self.start)
            answer = {"hold": self.hold.id, "wanted": wanted}
            answers.keep(self.key, HOLD_SCOPE, self.key, 201, answer)

    def held(self, key: str):
        """What is held under this key, None when its time is up."""
        engine = office.engine(self.current)
        try:
            hold = engine.held(key)
        except Gone:
            return None
        return hold if hold.expires > engine.now else None

    def typed_already(self) -> dict[str, str]:
        """What was typed on a page before, so that nothing is lost."""
        return {name: self.text(name) for name in TYPED}

    def show(self, number: str, pin: str):
        """The receipt; of an appointment that was changed meanwhile how it stands now."""
        found = office.sealed(number)
        if found is None:
            raise NotFound(number)
        self.booking, self.pin = found[0], pin
        if self.booking.state != CONFIRMED or self.booking.start != self.start:
            self.request.form.update(number=number, pin=pin)
            view = getMultiAdapter((self.context, self.request), name="my-appointment")
            return view.show(self.booking)
        self.services = list(self.booking.services)
        self.heading = _("Your appointment is booked")
        return self.receipt_template()

    # For the templates

    def at_home(self) -> bool:
        """Whether we come to the citizen."""
        return self.current.meets == HOME

    def hidden(self):
        """What the form carries on: (name, value)."""
        yield "desk", self.current.getId()
        for service in self.services:
            yield "service", service

    def titles(self):
        return details.titles(self.current, self.services)

    def bring(self):
        return details.bring(self.current, self.services)

    def others(self):
        """The alternatives: `{value, words}`."""
        return [
            {"value": self.iso(start), "words": self.when(start)} for start in self.alternatives
        ]

    def mistake(self, name: str) -> str:
        return self.translate(self.mistakes[name]) if name in self.mistakes else ""

    def seconds_left(self) -> int:
        """For the countdown: the clock of a phone may be wrong."""
        return max(self.hold.expires - int(time.time()), 0)


class HoldView(BookPage):
    """Keeps the time chosen and asks for the name."""

    def answer(self):
        self.keep()
        if self.booked is not None:
            # Went back after it was booked.
            return self.show(self.booked[1]["number"], self.booked[1]["pin"])
        typed = self.typed_already()
        self.typed = typed if any(typed.values()) else known(self.request)
        return self.details_template()


class BookView(BookPage):
    """Makes the appointment and shows number and PIN."""

    def answer(self):
        key = self.text("hold", 64)
        if not KEY.fullmatch(key) or self.start is None:
            raise NotBookable("time")
        answers = store(api.portal.get(), ANSWERS, Answers)
        booked = answers.recall(key, BOOK_SCOPE, key)
        if booked is not None:
            return self.show(booked[1]["number"], booked[1]["pin"])
        limits.count_booking(self.request)
        self.typed, self.mistakes = checked(self.request.form, desk=self.current)
        if self.text(HONEYPOT):
            self.mistakes["name"] = _("Please leave the hidden field empty and send this again.")
        self.message = self.acting_refused()
        if self.mistakes or self.message:
            self.request.response.setStatus(400 if self.mistakes else 409)
            # Made anew if its time is up; raises `Taken` when somebody else was faster.
            self.hold = self.held(key) or office.hold_anew(
                self.current, key, self.services, self.start
            )
            return self.details_template()
        receipt = office.confirm_or_book(
            self.current, key, self.services, self.start, self.typed, self.language
        )
        number = receipt.booking.number
        answers.keep(key, BOOK_SCOPE, key, 201, {"number": number, "pin": receipt.pin})
        return self.show(number, receipt.pin)


def instant(text: str) -> int | None:
    """Seconds since 1970 of a moment that a page offered, or None."""
    try:
        return int(details.instant(text))
    except ValueError:
        return None
