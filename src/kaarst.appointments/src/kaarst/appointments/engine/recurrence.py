"""The days on which an editor's rule applies, written as in iCalendar (RFC 5545, 3.8.5).

Plone's recurrence widget writes `RRULE`, `EXDATE` and `RDATE` lines; they are read here as
local days. Times and time zones in them are ignored: the time of day stands beside the rule.
"""

from datetime import date
from datetime import datetime
from datetime import time
from dateutil.rrule import rrulestr

import warnings


ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
# What the widget offers. More would let rules in that dateutil searches for their next day until
# the year 9999, for seconds or for ever.
ALLOWED = {
    "DAILY": ALWAYS | {"BYDAY", "BYMONTH", "BYMONTHDAY"},
    "WEEKLY": ALWAYS | {"BYDAY", "BYMONTH"},
    "MONTHLY": ALWAYS | {"BYDAY", "BYMONTH", "BYMONTHDAY"},
    "YEARLY": ALWAYS | {"BYDAY", "BYMONTH", "BYMONTHDAY"},
}


class InvalidRecurrence(ValueError):
    """The text is not a recurrence of days."""


class Recurrence:
    """The days of a rule, beginning at `start`; without a text `start` alone.

    Compares and hashes by what was written, so that it can be part of a frozen configuration.
    """

    def __init__(self, start: date, text: str = ""):
        self.start = start
        self.text = text.strip()
        self._rule = ""
        self._until = date.max
        self._added: set[date] = set()
        self._excluded: set[date] = set()
        for line in filter(None, (line.strip() for line in self.text.splitlines())):
            self._read(line)
        self._years: dict[int, frozenset[date]] = {}

    def __eq__(self, other):
        return isinstance(other, Recurrence) and (self.start, self.text) == (
            other.start,
            other.text,
        )

    def __hash__(self):
        return hash((self.start, self.text))

    def __repr__(self):
        return f"Recurrence({self.start.isoformat()}, {self.text!r})"

    def __contains__(self, day: date) -> bool:
        if day.year not in self._years:
            self._years[day.year] = self._expand(day.year)
        return day in self._years[day.year]

    def _read(self, line: str) -> None:
        name, separator, value = line.partition(":")
        name = name.partition(";")[0].upper()
        if not separator:
            name, value = "RRULE", line
        if name == "RRULE" and not self._rule:
            self._read_rule(value.strip().upper())
        elif name == "RDATE":
            self._added.update(_dates(value))
        elif name == "EXDATE":
            self._excluded.update(_dates(value))
        else:
            raise InvalidRecurrence(line)

    def _read_rule(self, rule: str) -> None:
        parts = dict(part.partition("=")[::2] for part in rule.split(";") if part)
        frequency = parts.get("FREQ")
        if frequency not in ALLOWED or set(parts) - ALLOWED[frequency]:
            raise InvalidRecurrence(rule)
        if not all(parts.get(name, "1").lstrip("0").isdecimal() for name in ("INTERVAL", "COUNT")):
            raise InvalidRecurrence(rule)
        if frequency == "DAILY" and set(parts) - ALWAYS:
            _as_monthly(parts)
        if "UNTIL" in parts:
            self._until = _dates(parts.pop("UNTIL"))[0]
        self._rule = ";".join(f"{name}={value}" for name, value in parts.items())
        # dateutil looks for the next day until the year 9999. A rule that has none (30 February)
        # costs a second here, once, and every other rule finds its next day at once.
        if next(iter(self._parsed(self._rule)), None) is None:
            raise InvalidRecurrence(f"never: {rule}")

    def _expand(self, year: int) -> frozenset[date]:
        found = self._occurrences(date(year, 12, 31)) if self._rule else [self.start]
        return frozenset(day for day in {*found, *self._added} - self._excluded if day.year == year)

    def _occurrences(self, last: date) -> list[date]:
        until = min(last, self._until)
        return [
            moment.date() for moment in self._parsed(f"{self._rule};UNTIL={until:%Y%m%d}T235959")
        ]

    def _parsed(self, rule: str):
        with warnings.catch_warnings():
            # COUNT together with UNTIL is deprecated and does what is wanted here.
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                return rrulestr(rule, dtstart=datetime.combine(self.start, time()))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise InvalidRecurrence(rule) from error


def _as_monthly(parts: dict[str, str]) -> None:
    """Writes "every day that ..." as "of every month the days that ...": found far sooner."""
    if int(parts.get("INTERVAL", "1")) != 1:
        raise InvalidRecurrence("every nth day has no further conditions")
    parts["FREQ"] = "MONTHLY"
    parts.setdefault("BYMONTHDAY", ",".join(str(number) for number in range(1, 32)))


def _dates(value: str) -> list[date]:
    try:
        return [date.fromisoformat(item.strip().partition("T")[0]) for item in value.split(",")]
    except ValueError as error:
        raise InvalidRecurrence(value) from error
