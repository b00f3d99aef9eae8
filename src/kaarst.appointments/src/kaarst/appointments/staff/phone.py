"""Booking and moving for a citizen who calls or stands at the reception."""

from datetime import timedelta
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.bookings.person import checked
from kaarst.appointments.bookings.rights import may_overbook
from kaarst.appointments.citizen.book import instant
from kaarst.appointments.desks.times import minutes_of
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.staff.day import DeskPage
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class PhoneView(DeskPage):
    """Services and day, then a free time, then the name; number and PIN to read out."""

    template = ViewPageTemplateFile("templates/by_phone.pt")
    message = ""
    receipt = None
    moving = None
    request_of = None

    @property
    def heading(self):
        return _("Move an appointment") if self.moving is not None else _("Book for somebody")

    def __call__(self):
        self.private()
        self.typed, self.mistakes = {}, {}
        self.engine = office.engine(self.context)
        self._read()
        if self.request.method == "POST":
            check_authenticator(self.request)
            try:
                self.book()
            except EngineError as error:
                self.request.response.setStatus(409)
                self.message = self._sentence(error)
        return self.template()

    def _read(self) -> None:
        key = self.text("moving")
        if key:
            try:
                self.moving = self.engine.booking(key)
                self.note_reading([self.moving])
            except Gone:
                self.message = _("This appointment is not there any more.")
        self.services = list(self.moving.services) if self.moving else self.texts("service")
        if not self.services:
            return
        try:
            self.request_of = self.engine.plan.request(self.services)
        except NotBookable as error:
            self.message = refusals.sentence(self.context, error)

    def book(self) -> None:
        """Books or moves; sets `receipt`, or `message` and `mistakes`."""
        options = {"public": False, "unreleased": True}
        start = instant(self.text("start"))
        if self.text("over") and self.may_overbook():
            start = self._typed_start()
            options["over"] = True
        if start is None or self.request_of is None:
            self.request.response.setStatus(400)
            self.message = _("Please choose a time.")
            self.typed, _mistakes = checked(self.request.form, desk=self.context)
            return
        if self.moving is not None:
            moved = office.move(self.moving, start, actor=self.actor(), **options)
            api.portal.show_message(_("The appointment was moved."), self.request)
            day = details.local(moved.start).date()
            self.request.response.redirect(f"{self.url('day')}?date={day.isoformat()}")
            return
        self.typed, self.mistakes = checked(self.request.form, desk=self.context)
        if self.mistakes:
            self.request.response.setStatus(400)
            return
        self.receipt = office.book(
            self.context,
            self.services,
            start,
            self.typed,
            channel="staff",
            actor=self.actor(),
            **options,
        )

    def _typed_start(self) -> int | None:
        """The time of day typed for an overbooking, on the day looked at."""
        try:
            minutes = minutes_of(self.text("clock"))
        except ValueError:
            return None
        start = raster.wall_clock(self.day(), minutes) if minutes else None
        return start - start % raster.CELL_SECONDS if start is not None else None

    def _sentence(self, error: EngineError):
        if isinstance(error, NotBookable):
            return refusals.sentence(self.context, error)
        if isinstance(error, NotPossible):
            return refusals.too_late(error)
        if isinstance(error, Taken):
            return _("This time has just been taken. Please choose another one.")
        return _("This is not possible any more. Somebody was faster.")

    # For the template

    def may_overbook(self) -> bool:
        return may_overbook(self.context)

    def day_url(self, days: int) -> str:
        day = self.day() + timedelta(days=days)
        query = "".join(f"&service={service}" for service in self.services if not self.moving)
        moving = f"&moving={self.moving.id}" if self.moving else ""
        return f"{self.url('by-phone')}?date={day.isoformat()}{query}{moving}"

    def choices(self):
        """The services: `{id, title, chosen}`."""
        for offering in self.offerings():
            yield {**offering, "chosen": offering["id"] in self.services}

    def times(self):
        """The free times of the day, those held back for later included: `{value, clock}`."""
        if self.request_of is None:
            return []
        ignoring = self.moving.id if self.moving else ""
        search = self.engine.search(public=False, unreleased=True, ignoring=ignoring)
        step = self.engine.plan.step * 60
        found = search.instants(self.request_of, self.day())
        return [
            {"value": self.iso(start), "clock": self.clock(start)}
            for start in found
            if (start - raster.midnight(self.day())) % step == 0
        ]

    def first_free(self):
        """`{words, url}` of the first free time from the day looked at on, None if there is none."""
        if self.request_of is None:
            return None
        search = self.engine.search(public=False, unreleased=True)
        last = self.day() + timedelta(days=self.engine.plan.horizon)
        start = search.earliest(self.request_of, self.day(), last)
        if start is None:
            return None
        days = (raster.day_of(start) - self.day()).days
        return {"words": self.when(start), "url": self.day_url(days)}

    def mistake(self, name: str) -> str:
        return self.translate(self.mistakes[name]) if name in self.mistakes else ""
