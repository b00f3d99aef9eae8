"""What we write stands there, whatever others do to it and whenever we are interrupted."""

from dataclasses import replace
from kaarst.appointments.calendars import interfaces
from kaarst.appointments.calendars.delivery import Delivered
from kaarst.appointments.calendars.delivery import Delivery
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import Changes
from kaarst.appointments.calendars.interfaces import Entry
from kaarst.appointments.calendars.interfaces import EntryChanged

import pytest


NOW = 1_800_000_000
ENTRIES = {uid: Entry(uid, NOW + 600, NOW + 1200, f"Termin {uid}") for uid in "abcdefgh"}


class Plain:
    """A calendar in memory. `wrong`: the uids it does not take, and why not."""

    def __init__(self):
        self.entries, self.wrong, self.puts = {}, {}, 0

    def put(self, entry, etag=None):
        self.puts += 1
        if entry.uid in self.wrong:
            raise CalendarError(self.wrong[entry.uid])
        if self.etag(entry.uid) != etag:
            raise EntryChanged
        self.entries[entry.uid] = entry
        return self.etag(entry.uid)

    def etag(self, uid):
        return f'"{hash(self.entries[uid])}"' if uid in self.entries else None

    def delete(self, uid, etag=None):
        self.entries.pop(uid, None)

    def all(self, token="t"):
        return Changes(token, {uid: self.etag(uid) for uid in self.entries}, True)


@pytest.fixture
def calendar():
    return Plain()


def test_after_a_failure_all_there_is_is_compared(calendar):
    delivery = Delivery(calendar, {}, NOW)
    delivery.bring(ENTRIES, 100)
    # While nobody could read it a clerk moved one and took another one out.
    calendar.entries["a"] = replace(ENTRIES["a"], start=NOW, summary="moved")
    del calendar.entries["b"]
    count = calendar.puts
    delivery.notice(calendar.all())
    delivery.bring(ENTRIES, 100)
    assert calendar.entries == ENTRIES
    assert calendar.puts == count + 2
    delivery.notice(calendar.all())
    assert all(one.fingerprint for one in delivery.delivered.values())


def test_the_same_etag_in_another_spelling_is_no_change(calendar):
    delivery = Delivery(calendar, {"a": Delivered("x", '"1"', NOW + 9)}, NOW)
    delivery.notice(Changes("t", {"a": 'W/"1"'}))
    assert delivery.delivered["a"].fingerprint == "x"
    delivery.notice(Changes("t", {"a": 'W/"2"'}))
    assert delivery.delivered["a"].fingerprint == ""


def test_what_was_announced_goes_again_when_it_is_cancelled_meanwhile(calendar):
    delivery = Delivery(calendar, {}, NOW)
    assert delivery.announce(ENTRIES)
    stored = dict(delivery.delivered)
    delivery.bring(ENTRIES, 100)
    # Killed here. What was written is not noted, and one of them is cancelled.
    later = Delivery(calendar, stored, NOW)
    rest = {uid: one for uid, one in ENTRIES.items() if uid != "a"}
    assert not later.announce(rest)
    later.bring(rest, 100)
    assert calendar.entries == rest


def test_an_entry_that_is_not_taken_keeps_no_other_one_out(calendar):
    calendar.wrong = {"a": interfaces.ANSWER, "b": interfaces.ANSWER}
    delivery = Delivery(calendar, {}, NOW)
    with pytest.raises(CalendarError):
        delivery.bring(ENTRIES, 100)
    assert calendar.entries.keys() == ENTRIES.keys() - {"a", "b"}
    # Where nothing works nobody goes on asking.
    for reason, asked in ((interfaces.ANSWER, 5), (interfaces.REFUSED, 1)):
        nobody = Plain()
        nobody.wrong = dict.fromkeys(ENTRIES, reason)
        with pytest.raises(CalendarError):
            Delivery(nobody, {}, NOW).bring(ENTRIES, 100)
        assert nobody.puts == asked
