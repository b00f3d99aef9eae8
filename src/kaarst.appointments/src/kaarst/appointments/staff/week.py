"""The week of a desk: who comes on which day, and how full each day is."""

from datetime import timedelta
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.desks import week
from kaarst.appointments.engine.records import FINISHED
from kaarst.appointments.engine.records import NO_SHOW
from kaarst.appointments.page import WEEKDAYS
from kaarst.appointments.staff.day import DeskPage
from kaarst.appointments.staff.day import FIRST
from kaarst.appointments.staff.day import LAST
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class WeekView(DeskPage):
    """The days of a week that are open or have appointments, each leading to its own page."""

    template = ViewPageTemplateFile("templates/week.pt")
    heading = _("Week")

    def __call__(self):
        self.private()
        self.engine = office.engine(self.context)
        self.first = week.monday(self.day())
        self.bookings = self.engine.on_days(self.first, self.first + timedelta(days=6))
        self.note_reading(self.bookings)
        return self.template()

    @property
    def page_title(self):
        return f"{self.context.title}: {self.title()}"

    def title(self) -> str:
        """ "Woche 48, 23.–29.11.2026"."""
        first = week.monday(self.day())
        last = first + timedelta(days=6)
        return self.translate(
            _(
                "week_title",
                default="Week ${number}, ${first} to ${last}",
                mapping={
                    "number": first.isocalendar().week,
                    "first": f"{first:%d.%m.}",
                    "last": f"{last:%d.%m.%Y}",
                },
            )
        )

    def week_url(self, weeks: int) -> str:
        day = min(max(self.first + timedelta(days=7 * weeks), FIRST), LAST)
        return f"{self.url('week')}?date={day.isoformat()}"

    def days(self):
        """`{iso, words, open, share, rows}`; `share`: percent of the open time that is booked."""
        for number in range(7):
            day = self.first + timedelta(days=number)
            found = [one for one in self.bookings if details.local(one.start).date() == day]
            share = week.booked_share(self.engine, day)
            if share is not None or found:
                yield {
                    "iso": day.isoformat(),
                    "words": f"{self.translate(WEEKDAYS[day.weekday()][1])}, {day:%d.%m.}",
                    "open": share is not None,
                    "share": round(100 * (share or 0)),
                    "rows": [self._row(one) for one in found],
                }

    def _row(self, booking):
        return {
            "start": self.clock(booking.start),
            "name": booking.person.get("name", ""),
            "counters": self.counters_of(booking),
            "over": booking.state in (FINISHED, NO_SHOW),
        }
