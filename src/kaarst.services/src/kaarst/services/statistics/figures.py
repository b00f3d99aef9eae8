"""From facts about cases to figures. Plain Python; nothing in here is about a person.

Days are calendar days in Germany, from receipt to decision. Of a set of durations the median and the
ninetieth percentile are given by the nearest-rank method: the smallest duration that at least half,
or nine tenths, of the cases did not exceed. Withdrawn cases have no duration.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
from datetime import date

import math


DECIDED, WITHDRAWN = "decided", "withdrawn"


@dataclass(frozen=True)
class Fact:
    """One case: months as "2026-03", `days` from receipt to the end, `due` as ISO 8601.

    An open case has no `closed`, `outcome` and `days`. `late`: decided after it was due.
    """

    received: str
    department: str = ""
    form: str = ""
    due: str = ""
    closed: str = ""
    outcome: str = ""
    days: int | None = None
    late: bool = False
    channel: str = ""

    @property
    def is_open(self) -> bool:
        return not self.closed


def fact(
    received: date,
    department: str,
    form: str,
    due: date | None,
    end: tuple | None,
    channel: str = "",
) -> Fact:
    """The fact of a case. `end`: (day, outcome) or None while it is open.

    `channel`: see kaarst.services.cases.counter.channels.
    """
    if end is None:
        due_text = due.isoformat() if due else ""
        return Fact(_month(received), department, form, due_text, channel=channel)
    day, outcome = end
    late = bool(outcome == DECIDED and due and day > due)
    days = (day - received).days
    return Fact(_month(received), department, form, "", _month(day), outcome, days, late, channel)


@dataclass
class Figures:
    """Sums of one row: of a month, a department, a form or of all."""

    received: int = 0
    decided: int = 0
    withdrawn: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    durations: Counter = field(default_factory=Counter)

    @property
    def median(self) -> int | None:
        return percentile(self.durations, 50)

    @property
    def ninetieth(self) -> int | None:
        return percentile(self.durations, 90)

    def as_dict(self) -> dict:
        names = ("received", "decided", "withdrawn", "late", "open", "overdue")
        return {
            **{name: getattr(self, name) for name in names},
            "median_days": self.median,
            "ninetieth_days": self.ninetieth,
        }


@dataclass(frozen=True)
class Report:
    """Rows in order: months from the first to the last, departments, forms and channels by their names."""

    months: dict[str, Figures]
    departments: dict[str, Figures]
    forms: dict[str, Figures]
    channels: dict[str, Figures]
    total: Figures


def report(
    facts: Iterable[tuple[Fact, int]], months: list[str], today: date, department: str | None = None
) -> Report:
    """Adds up (fact, how many). `months`: ascending; what is open is counted whenever it came in.

    With `department` only its cases count; the empty text is cases without one.
    """
    wanted = set(months)
    found = Report({month: Figures() for month in months}, {}, {}, {}, Figures())
    for one, count in facts:
        if department is not None and one.department != department:
            continue
        rows = [
            found.total,
            found.departments.setdefault(one.department, Figures()),
            found.forms.setdefault(one.form, Figures()),
            found.channels.setdefault(one.channel, Figures()),
        ]
        if one.received in wanted:
            for row in [*rows, found.months[one.received]]:
                row.received += count
        if one.is_open:
            _add_open(rows, one, count, today)
        elif one.closed in wanted:
            _add_closed([*rows, found.months[one.closed]], one, count)
    return Report(
        found.months,
        _sorted(found.departments),
        _sorted(found.forms),
        _sorted(found.channels),
        found.total,
    )


def percentile(durations: Counter, percent: int) -> int | None:
    """The smallest duration that at least `percent` of 100 did not exceed; None of nothing."""
    rank = math.ceil(sum(durations.values()) * percent / 100)
    below = 0
    for days in sorted(durations):
        below += durations[days]
        if below >= rank:
            return days
    return None


def months_until(today: date, count: int) -> list[str]:
    """The last `count` months, this one included, ascending."""
    last = today.year * 12 + today.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(last - count + 1, last + 1)]


def _add_open(rows, one, count, today):
    overdue = count if one.due and one.due < today.isoformat() else 0
    for row in rows:
        row.open += count
        row.overdue += overdue


def _add_closed(rows, one, count):
    for row in rows:
        if one.outcome == WITHDRAWN:
            row.withdrawn += count
        else:
            row.decided += count
            row.late += count if one.late else 0
            row.durations[one.days] += count


def _sorted(rows):
    return {name: rows[name] for name in sorted(rows) if _is_worth_a_row(rows[name])}


def _is_worth_a_row(row):
    return row.received or row.decided or row.withdrawn or row.open


def _month(day: date) -> str:
    return f"{day.year}-{day.month:02}"
