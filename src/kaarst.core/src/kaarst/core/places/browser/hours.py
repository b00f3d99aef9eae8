"""@@opening-hours: what holds now, the week and the days that differ, for any page to put in."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from functools import cached_property
from kaarst.core import _
from kaarst.core.opening_hours.schedule import Day
from kaarst.core.opening_hours.wording import date_text
from kaarst.core.opening_hours.wording import Sentence
from kaarst.core.opening_hours.wording import sentence
from kaarst.core.opening_hours.wording import WEEKDAYS
from kaarst.core.places.interfaces import IOpeningHours
from plone import api
from Products.Five.browser import BrowserView
from zope.i18n import translate


#: How many days ahead the days that differ are announced.
ANNOUNCED_DAYS = 56


class OpeningHoursView(BrowserView):
    """For anything that can be adapted to IOpeningHours.

    Called, it is a piece of HTML without a heading; a template may also ask it for the parts.
    """

    @cached_property
    def hours(self) -> IOpeningHours:
        return IOpeningHours(self.context)

    @cached_property
    def now(self) -> datetime:
        return datetime.now(UTC).astimezone(self.hours.schedule.zone)

    @cached_property
    def language(self) -> str:
        return (api.portal.get_current_language(self.context) or "de").split("-")[0]

    @property
    def known(self) -> bool:
        """Whether there are hours to show."""
        return self.hours.schedule.known

    @property
    def note(self) -> str:
        return self.hours.note

    @cached_property
    def now_open(self) -> Sentence:
        """What holds now."""
        return sentence(self.hours.schedule, self.now, self.language)

    @property
    def sentence(self) -> str:
        """What holds now as one text: "Jetzt geöffnet bis 12:00 Uhr"."""
        said = self.now_open
        label, detail = self._text(said.label), self._text(said.detail)
        reason = f" ({said.reason})" if said.reason else ""
        joint = " " if said.open else ", "
        return f"{label}{reason}" + (f"{joint}{detail}" if detail else "")

    def week(self) -> list[dict]:
        """Monday to Sunday of this week: `name`, `today`, `spans` (texts), `reason`."""
        today = self.now.date()
        return [
            {
                "name": self._text(WEEKDAYS[number]),
                "today": day.date == today,
                "spans": [self._span(span) for span in day.spans],
                "reason": day.reason,
            }
            for number, day in enumerate(self.hours.schedule.week_of(today, self.language))
        ]

    def announced(self) -> list[dict]:
        """Days after this week that differ from the usual: `date`, `spans`, `reason`.

        Neighbouring days with the same hours and reason are one entry.
        """
        today = self.now.date()
        first = today + timedelta(days=7 - today.weekday())
        runs: list[list[Day]] = []
        for day in self.hours.schedule.days(first, ANNOUNCED_DAYS, self.language):
            if not self._differs(day):
                continue
            if runs and _continues(runs[-1][-1], day):
                runs[-1].append(day)
            else:
                runs.append([day])
        return [
            {
                "date": self._dates(run),
                "spans": [self._span(span) for span in run[0].spans],
                "reason": run[0].reason,
            }
            for run in runs
        ]

    def _differs(self, day: Day) -> bool:
        """A closed holiday on a day that is closed anyway is no news."""
        usual = self.hours.schedule.week[day.date.weekday()]
        return day.exceptional and (bool(usual) or bool(day.spans))

    def _dates(self, run: list[Day]) -> str:
        first, last = run[0].date, run[-1].date
        weekday = self._text(WEEKDAYS[first.weekday()])
        text = f"{weekday}, {date_text(first, self.language)}"
        if first == last:
            return text
        until = f"{self._text(WEEKDAYS[last.weekday()])}, {date_text(last, self.language)}"
        return self._text(_("${first} to ${last}", mapping={"first": text, "last": until}))

    def _span(self, span) -> str:
        return self._text(
            _("${opens}–${closes}", mapping={"opens": span.opens, "closes": span.closes})
        )

    def _text(self, message) -> str:
        return translate(message, context=self.request, target_language=self.language)


def _continues(before: Day, after: Day) -> bool:
    return (
        after.date - before.date == timedelta(days=1)
        and after.spans == before.spans
        and after.reason == before.reason
    )
