"""Making a foreign calendar hold what it should: plain reconciliation, safe to repeat.

What a process delivered just before it ended is found again by its uid and written once more, so
that nothing is lost and nothing stands there twice.
"""

from collections.abc import Mapping
from kaarst.appointments.calendars.entries import fingerprint
from kaarst.appointments.calendars.interfaces import ANSWER
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import Changes
from kaarst.appointments.calendars.interfaces import Entry
from kaarst.appointments.calendars.interfaces import EntryChanged
from kaarst.appointments.calendars.interfaces import ICalendarAdapter
from typing import NamedTuple

import time


# So many entries that a server does not take are enough for one round.
MOST_FAILURES = 5


class Delivered(NamedTuple):
    """What is known to stand in a calendar: a fingerprint of the entry, its etag, its end."""

    fingerprint: str
    etag: str
    end: int


class Delivery:
    """One round for one calendar.

    `delivered`: what stands there, by uid; kept up to date after each step, so that what is done
    counts when a later step fails. Appointments that are over stay until `forget`, an instant.
    """

    def __init__(
        self,
        adapter: ICalendarAdapter,
        delivered: Mapping[str, Delivered],
        now: int,
        forget: int = 0,
    ):
        self.adapter = adapter
        self.delivered = dict(delivered)
        self.now = now
        self.forget = forget

    def notice(self, changes: Changes) -> None:
        """Learn which entries somebody else changed or took out."""
        etags = changes.etags or {}
        if changes.whole:
            etags = {**dict.fromkeys(self.delivered), **etags}
        for uid, etag in etags.items():
            known = self.delivered.get(uid)
            if known is None or known.end <= self.now:
                continue
            if _bare(etag) != _bare(known.etag):
                self.delivered[uid] = known._replace(fingerprint="", etag=etag or "")

    def announce(self, wanted: Mapping[str, Entry]) -> bool:
        """Note what is not there yet before it is written; whether there is anything.

        Whoever is ended between writing and noting it leaves nothing behind that nobody knows: it
        is found again, also when the appointment has been cancelled meanwhile.
        """
        new = {uid: Delivered("", "", one.end) for uid, one in wanted.items()}
        new = {uid: one for uid, one in new.items() if uid not in self.delivered}
        self.delivered |= new
        return bool(new)

    def bring(
        self, wanted: Mapping[str, Entry], at_most: int, seconds: float = float("inf")
    ) -> bool:
        """Write what is new or different, take out what is not wanted; raises `CalendarError`.

        Whether all is done. After `at_most` so many steps, or `seconds`, the next round goes on:
        others wait while a slow server answers.
        """
        until = time.monotonic() + seconds
        steps, failures = 0, []
        for uid, entry in wanted.items():
            known = self.delivered.get(uid)
            mark = fingerprint(entry)
            if known is not None and known.fingerprint == mark:
                continue
            if steps == at_most or time.monotonic() >= until:
                return False
            steps += 1
            try:
                etag = self._put(entry, known.etag if known is not None else None)
            except CalendarError as error:
                # One that is not taken keeps no other one out.
                failures.append(error)
                if error.reason != ANSWER or len(failures) == MOST_FAILURES:
                    raise
                continue
            self.delivered[uid] = Delivered(mark, etag, entry.end)
        for uid, known in list(self.delivered.items()):
            if uid in wanted or (known.end <= self.now and known.end > self.forget):
                continue
            if steps == at_most or time.monotonic() >= until:
                return False
            steps += 1
            self._delete(uid, known.etag)
            del self.delivered[uid]
        if failures:
            raise failures[0]
        return True

    def _put(self, entry: Entry, etag: str | None) -> str:
        """Whatever was made of it there: the town's appointment is what counts."""
        try:
            return self.adapter.put(entry, etag or None)
        except EntryChanged:
            return self.adapter.put(entry, self.adapter.etag(entry.uid))

    def _delete(self, uid: str, etag: str) -> None:
        try:
            self.adapter.delete(uid, etag or None)
        except EntryChanged:
            self.adapter.delete(uid)


def _bare(etag: str | None) -> str:
    """An etag as it can be compared: some servers write the same one in two ways."""
    return (etag or "").removeprefix("W/").strip('"')
