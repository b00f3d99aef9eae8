"""`figures` of a desk: pictures, tables, and the same as CSV."""

from functools import cached_property
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.desks.interfaces import today
from kaarst.appointments.figures import picture
from kaarst.appointments.figures.made import made
from kaarst.appointments.figures.made import span
from kaarst.appointments.figures.made import used
from kaarst.appointments.figures.made import WrongSpan
from kaarst.appointments.page import WEEKDAYS
from kaarst.appointments.staff.day import DeskPage
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode

import csv
import io


CHANNELS = {"online": _("Online"), "staff": _("Booked by staff"), "draw": _("Drawn by lot")}
# A cell that begins like this is a formula for a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FiguresView(DeskPage):
    """Figures without a single name."""

    template = ViewPageTemplateFile("templates/figures.pt")
    heading = _("Figures")
    message = ""

    def __call__(self):
        self.private()
        try:
            self.first, self.last = span(self.text("from"), self.text("to"), today())
        except WrongSpan:
            self.request.response.setStatus(400)
            self.message = _("Please give two days, the first before the last.")
            self.first, self.last = span("", "", today())
        return self.answer()

    def answer(self):
        return self.template()

    @cached_property
    def found(self):
        return made(self.context, self.first, self.last)

    def overview(self):
        """`(what, value)`: the figures of the whole time."""
        found, rate = self.found, self.found.no_show_rate
        say = self.translate
        return [
            (say(_("Appointments")), found.appointments),
            (say(_("Cancelled")), found.cancelled),
            (say(_("Did not come")), found.no_shows),
            (say(_("Did not come, in percent")), _number(rate * 100 if rate is not None else None)),
            (say(_("Visitors without an appointment")), found.visitors),
            (say(_("Half of them booked at least so many days ahead")), _number(found.ahead)),
            (say(_("Half of them waited at most (minutes)")), _number(found.waited)),
            (say(_("90 % waited at most (minutes)")), _number(found.waited_long)),
        ]

    def tables(self):
        """`{id, title, column, rows, picture}` of each way to look at it; rows `(label, count)`."""
        services = {one.getId(): one.title for one in details.offerings(self.context)}
        days = [
            (self.translate(full), self.found.by_weekday.get(number, 0))
            for number, (_short, full) in enumerate(WEEKDAYS)
        ]
        hours = self.found.taken
        span_of_hours = range(min(hours), max(hours) + 1) if hours else ()
        ways = (
            (
                "service",
                _("By service"),
                _("Appointments"),
                [
                    (services.get(name, name), count)
                    for name, count in self.found.by_service.items()
                ],
            ),
            (
                "missed",
                _("Did not come, by service"),
                _("Appointments"),
                [
                    (self._with_share(services.get(name, name), count, all_), count)
                    for name, all_ in self.found.by_service.items()
                    if (count := self.found.missed_by_service.get(name, 0))
                ],
            ),
            ("weekday", _("By weekday"), _("Appointments"), days if hours else []),
            (
                "hour",
                _("By hour"),
                _("Minutes booked"),
                [(f"{hour:02d}–{hour + 1:02d}", hours.get(hour, 0)) for hour in span_of_hours],
            ),
            (
                "use",
                _("How full the open hours were"),
                _("Percent"),
                [
                    (f"{hour:02d}–{hour + 1:02d}", use.percent)
                    for hour, use in used(self.context, self.first, self.last).items()
                ]
                if hours
                else [],
            ),
            (
                "channel",
                _("By way of booking"),
                _("Appointments"),
                [
                    (self.translate(CHANNELS.get(name, name)), count)
                    for name, count in self.found.by_channel.items()
                ],
            ),
        )
        for id, title, column, rows in ways:
            if id == "missed" and not rows:
                # Everybody came: nothing to say about it.
                continue
            yield {
                "id": id,
                "title": self.translate(title),
                "column": self.translate(column),
                "rows": rows,
                "picture": picture.bars(
                    rows,
                    f"{self.translate(title)}: {self.translate(column)}",
                    self.translate(_("The table below has the same figures.")),
                    id,
                ),
            }

    def _with_share(self, title: str, count: int, all_: int) -> str:
        """ "Reisepass (12,5 %)"."""
        return f"{title} ({_number(100 * count / all_)} %)"

    def csv_url(self):
        query = urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})
        return f"{self.url('figures.csv')}?{query}"


class FiguresCSV(FiguresView):
    """A table for spreadsheets in Germany."""

    def answer(self):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        for label, value in self.overview():
            writer.writerow([harmless(cell) for cell in ("", label, value)])
        for table in self.tables():
            for label, count in table["rows"]:
                title = f"{table['title']}: {table['column']}"
                writer.writerow([harmless(cell) for cell in (title, label, count)])
        response = self.request.response
        response.setHeader("Content-Type", "text/csv; charset=utf-8")
        response.setHeader("Content-Disposition", 'attachment; filename="termine.csv"')
        # With a mark at the beginning Excel reads it as UTF-8.
        return "\ufeff" + out.getvalue()


def harmless(cell) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _number(value: float | None) -> str:
    """With one decimal, as Germans write it; a dash where there is nothing to count."""
    return "–" if value is None else f"{value:.1f}".replace(".", ",")
