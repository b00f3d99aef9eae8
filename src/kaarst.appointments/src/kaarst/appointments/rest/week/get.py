"""The preview of a week: when the desk and each of its counters are there, closures taken out."""

from datetime import timedelta
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.desks import sharing
from kaarst.appointments.desks import week
from kaarst.appointments.rest.working import DeskGet


class WeekGet(DeskGet):
    """The week of `date`, from Monday on; the desk itself comes first and has no id."""

    def handle(self):
        first, titles = week.monday(self.day()), sharing.titles(self.context)
        engine = office.engine(self.context)
        return {
            "@id": self.address(),
            "from": first.isoformat(),
            "to": (first + timedelta(days=6)).isoformat(),
            "items": [
                {
                    "id": key or None,
                    "title": titles[key] if key else self.context.title,
                    "days": [self._day(day) for day in days],
                }
                for key, days in week.week(engine.plan, engine.storage, first)
            ],
        }

    def _day(self, day):
        return {
            "date": day.date.isoformat(),
            "open": [
                {"start": details.iso(start), "end": details.iso(end)} for start, end in day.spans
            ],
            "reason": day.reason or None,
        }
