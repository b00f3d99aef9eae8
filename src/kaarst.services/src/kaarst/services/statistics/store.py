"""Where the facts lie: one for each case that is there, and counts of what was deleted.

A web process writes the fact of the case it is changing, one of many small trees, so that citizens
do not get into each other's way. When a case is deleted its fact goes into the counts, which know
months, department, form and days and lead back to nobody.
"""

from BTrees.Length import Length
from BTrees.OOBTree import OOBTree
from collections.abc import Iterator
from dataclasses import astuple
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from kaarst.core.shards import Shards
from kaarst.core.stores import existing
from kaarst.core.stores import store
from kaarst.services.forms.validators import BERLIN
from kaarst.services.statistics.dropout import Reached
from kaarst.services.statistics.figures import DECIDED
from kaarst.services.statistics.figures import Fact
from kaarst.services.statistics.figures import fact
from kaarst.services.statistics.figures import WITHDRAWN
from persistent import Persistent
from plone import api
from plone.app.uuid.utils import uuidToObject

import json


STORE = "kaarst.services.statistics"
SHARDS = 64


class Statistics(Persistent):
    """Facts as tuples: of cases by number, and of deleted ones with how many there were."""

    def __init__(self):
        self.live = Shards(SHARDS)
        self.past = OOBTree()
        #: What is counted, as a text, to how often; these add up when two count at once.
        self.steps = Shards(SHARDS)

    def put(self, number: str, one: Fact) -> None:
        self.live[number] = astuple(one)

    def fold(self, number: str) -> None:
        """The case is deleted; only the count is left. An open one leaves nothing but its receipt."""
        kept = self.live.pop(number, None)
        if kept is None:
            return
        if Fact(*kept).is_open:
            one = Fact(*kept)
            kept = astuple(
                replace(one, due="", closed=one.received, outcome=WITHDRAWN, days=0, late=False)
            )
        self.past[kept] = self.past.get(kept, 0) + 1

    def facts(self) -> Iterator[tuple[Fact, int]]:
        for kept in self.live.values():
            yield Fact(*kept), 1
        for kept, count in self.past.items():
            yield Fact(*kept), count

    def count_step(self, one: Reached) -> None:
        """Somebody has reached a step."""
        key = json.dumps(astuple(one), ensure_ascii=False)
        length = self.steps.get(key)
        if length is None:
            length = self.steps[key] = Length()
        length.change(1)

    def reached(self) -> Iterator[tuple[Reached, int]]:
        for key, length in self.steps.items():
            yield Reached(*json.loads(key)), length()

    def department(self, number: str) -> str | None:
        """The department a case was counted under, or None if it is new."""
        kept = self.live.get(number)
        return None if kept is None else kept[1]


def make_store(site) -> Statistics:
    """Called when the package is installed, so that no request has to."""
    return store(site, STORE, Statistics)


def found(site) -> Statistics | None:
    """For who only looks."""
    return existing(site, STORE)


def count(case) -> None:
    """A case was made or has changed."""
    kept = make_store(api.portal.get())
    department = kept.department(case.number)
    if department is None:
        department = department_of(case)
    received = case.received.astimezone(BERLIN).date()
    kept.put(
        case.number,
        fact(received, department, case.form_title, case.due, end_of(case), case.channel),
    )


def move(case, department: str) -> None:
    """The case now is of another department (its title); what it counted as before is forgotten."""
    kept = make_store(api.portal.get())
    before = Fact(*kept.live[case.number])
    kept.put(case.number, replace(before, department=department))


def count_step(form: str, step: int, title: str = "") -> None:
    """Somebody has reached a step of a form (its title), or SENT it."""
    today = datetime.now(BERLIN).date()
    make_store(api.portal.get()).count_step(Reached(f"{today:%Y-%m}", form, step, title))


def end_of(case):
    """(day, outcome) of a closed case, or None."""
    if case.delete_on is None:
        return None
    outcome = WITHDRAWN if case.state == WITHDRAWN else DECIDED
    # The period of keeping began on the day it was closed, whatever was written to it later.
    return case.delete_on - timedelta(days=case.keep_days), outcome


def forget(number: str) -> None:
    """The case is being deleted."""
    kept = found(api.portal.get())
    if kept is not None:
        kept.fold(number)


def department_of(case) -> str:
    """Title of the department a case belongs to, or an empty text."""
    place = uuidToObject(case.department, unrestricted=True) if case.department else None
    return place.Title() if place is not None else ""
