"""Opening hours for search engines.

Source: https://schema.org/OpeningHoursSpecification. Plain Python; the result goes into JSON.
"""

from datetime import date
from kaarst.core.opening_hours.schedule import Schedule


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: How many days ahead the days that differ are named one by one.
AHEAD = 60


def _closes(text: str) -> str:
    # schema.org knows no 24:00.
    return "23:59" if text == "24:00" else text


def specifications(schedule: Schedule, today: date, ahead: int = AHEAD) -> list[dict]:
    """The usual week, days with the same span together, then every day that differs within `ahead` days.

    A closed day has 00:00 for both times, as Google's documentation of local businesses asks for.
    """
    found: dict = {}
    for number, spans in enumerate(schedule.week):
        for span in spans:
            found.setdefault((span.opens, span.closes), []).append(WEEKDAYS[number])
    usual = [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": days,
            "opens": opens,
            "closes": _closes(closes),
        }
        for (opens, closes), days in found.items()
    ]
    special = []
    for day in schedule.days(today, ahead):
        if not day.exceptional:
            continue
        valid = {"validFrom": day.date.isoformat(), "validThrough": day.date.isoformat()}
        for opens, closes in [(span.opens, span.closes) for span in day.spans] or [
            ("00:00", "00:00")
        ]:
            special.append(
                {
                    "@type": "OpeningHoursSpecification",
                    "opens": opens,
                    "closes": _closes(closes),
                    **valid,
                }
            )
    return usual + special
