"""`weather` of the energy page: daily mean temperatures by upload, for comparing years."""

from collections import Counter
from datetime import date
from functools import cached_property
from kaarst.metering import _
from kaarst.metering.analysis import weather
from kaarst.metering.dashboards import words
from kaarst.metering.entered import MISSING
from kaarst.metering.errors import MeteringError
from kaarst.metering.forms import Field
from kaarst.metering.forms import FormPage
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.store import audit
from kaarst.metering.store import temperatures
from kaarst.metering.store.engine import default_store
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


WRONG = {
    "unreadable": _("No day and number could be read"),
    "impossible": _("A temperature that cannot be"),
    "future": _("A day that lies ahead or too far back"),
}
#: Numbers of lines that are named for each mistake.
NAMED = 5


class WeatherView(FormPage):
    """What is known, and a field for a file. The same file twice changes nothing."""

    template = ViewPageTemplateFile("templates/weather.pt")
    heading = _("Weather for comparing years")
    wrong = ()

    @property
    def today(self) -> date:
        return day_date(day_of(self.now))

    def fields(self):
        hint = _(
            "help_weather_file",
            default="The German weather service's daily file (produkt_klima_tag_….txt), or any CSV with a column "
            "Datum and a column Temperatur.",
        )
        return self.drawn(
            [Field("file", _("File with daily mean temperatures"), "file", hint, required=True)]
        )

    def do_upload(self):
        sent = self.request.form.get("file")
        if not hasattr(sent, "read") or not getattr(sent, "filename", ""):
            self.entered.mistake("file", MISSING)
            return None
        content = sent.read(weather.LARGEST_FILE + 1)
        try:
            means, self.wrong = weather.parse(content, self.today)
        except MeteringError as error:
            too_large = error.reason == "too-large"
            self.entered.mistake(
                "file",
                _("The file is too large.")
                if too_large
                else _("No columns for day and temperature were found in this file."),
            )
            return None
        if not means:
            self.entered.mistake("file", _("There is no temperature in this file."))
            return None
        with default_store().writing() as connection:
            temperatures.save(connection, means)
            audit.note(
                connection, self.actor(), "temperatures", "weather", self.now, days=len(means)
            )
        self.say(_("${count} days were stored.", mapping={"count": len(means)}))
        self.done = "stored" if self.wrong else ""
        return None if self.wrong else self.url("weather")

    def mistakes(self) -> list[str]:
        """What could not be read, in words, with the numbers of some lines."""
        kinds = Counter(kind for _line, kind in self.wrong)
        found = []
        for kind, count in kinds.items():
            lines = [str(line) for line, one in self.wrong if one == kind][:NAMED]
            more = " …" if count > NAMED else ""
            found.append(
                self.translate(
                    _(
                        "${what}: ${count} lines (${lines})",
                        mapping={
                            "what": self.translate(WRONG[kind]),
                            "count": count,
                            "lines": ", ".join(lines) + more,
                        },
                    )
                )
            )
        return found

    @cached_property
    def known(self) -> dict | None:
        """`{first, last, count}` of what was uploaded, None if nothing was."""
        with default_store().reading() as connection:
            found = temperatures.span(connection)
        if found is None:
            return None
        first, last, count = found
        return {"first": self._day(first), "last": self._day(last), "count": count}

    def _day(self, number: int) -> str:
        return words.date_text(day_date(number), self.language)

    def sums(self) -> list[dict]:
        """`{year, degree_days, days}` of the last years: Gradtagzahl G 20/15, as far as known."""
        rows = []
        for year in range(self.today.year, self.today.year - 4, -1):
            first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
            with default_store().reading() as connection:
                means = temperatures.means(connection, first, last)
            if means:
                total = sum(weather.degree_days(mean) for mean in means.values())
                rows.append(
                    {
                        "year": year,
                        "degree_days": words.number(total, self.language),
                        "days": len(means),
                    }
                )
        return rows
