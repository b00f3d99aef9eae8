"""Who stands in for whom, and when."""

from BTrees.OOBTree import OOBTree
from dataclasses import astuple
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from kaarst.services.forms.validators import BERLIN
from persistent import Persistent

import secrets


#: Nobody plans further ahead; a longer absence is no matter of a deputy.
LONGEST = timedelta(days=366)


class Refused(ValueError):
    """An agreement that cannot be. `field`: which part of it; `reason`: a word for it."""

    def __init__(self, field: str, reason: str):
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@dataclass(frozen=True)
class Agreement:
    """`deputy` stands in for `clerk` (user ids) from `first` to `last`, both included, in Germany."""

    id: str
    clerk: str
    deputy: str
    first: date
    last: date

    def holds(self, today: date) -> bool:
        return self.first <= today <= self.last


def check(clerk: str, deputy: str, first: date, last: date, today: date) -> None:
    """Raises Refused for what makes no sense."""
    if not deputy or clerk == deputy:
        raise Refused("deputy", "self")
    if last < first:
        raise Refused("last", "order")
    if last < today:
        raise Refused("last", "past")
    if last - first > LONGEST:
        raise Refused("last", "long")


def this_day() -> date:
    """Today in Germany."""
    return datetime.now(BERLIN).date()


class Deputies(Persistent):
    """All agreements, by id; a few dozen at most. What is over is taken out by the worker."""

    def __init__(self):
        self._kept = OOBTree()

    def all(self) -> list[Agreement]:
        """Earliest first."""
        found = [Agreement(*kept) for kept in self._kept.values()]
        return sorted(found, key=lambda one: (one.first, one.last, one.id))

    def add(self, clerk: str, deputy: str, first: date, last: date) -> Agreement:
        """Stores a new agreement. Raises Refused."""
        check(clerk, deputy, first, last, this_day())
        for one in self.all():
            if (one.clerk, one.deputy, one.first, one.last) == (clerk, deputy, first, last):
                return one
        one = Agreement(secrets.token_hex(8), clerk, deputy, first, last)
        self._kept[one.id] = astuple(one)
        return one

    def get(self, id: str) -> Agreement:
        """Raises KeyError."""
        return Agreement(*self._kept[id])

    def end(self, id: str) -> None:
        """Ends an agreement, begun or not, at once. Raises KeyError."""
        del self._kept[id]

    def of(self, clerk: str) -> frozenset[str]:
        """User ids of who stands in for a clerk today."""
        today = this_day()
        return frozenset(
            one.deputy for one in self.all() if one.clerk == clerk and one.holds(today)
        )

    def for_whom(self, deputy: str) -> frozenset[str]:
        """User ids of those somebody stands in for today."""
        today = this_day()
        return frozenset(
            one.clerk for one in self.all() if one.deputy == deputy and one.holds(today)
        )

    def forget_over(self, today: date) -> int:
        """Takes out what is over; returns how many. The history of the cases keeps what was done."""
        over = [one.id for one in self.all() if one.last < today]
        for id in over:
            del self._kept[id]
        return len(over)
