"""Which days the figures are of, and their picture. Without a site."""

from datetime import date
from kaarst.appointments.engine.closing import close
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.storage.memory import MemoryStorage
from kaarst.appointments.figures import picture
from kaarst.appointments.figures.browser import harmless
from kaarst.appointments.figures.made import span
from kaarst.appointments.figures.made import WrongSpan
from kaarst.appointments.figures.use import use_by_hour
from lxml import etree
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY

import pytest


TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("", "", ("2026-05-19", "2026-06-15")),
        (None, "2026-03-28", ("2026-03-01", "2026-03-28")),
        ("2026-06-01", "", ("2026-06-01", "2026-06-15")),
        ("2026-06-01", "2026-06-01", ("2026-06-01", "2026-06-01")),
    ],
)
def test_four_weeks_unless_told_otherwise(first, last, days):
    assert tuple(day.isoformat() for day in span(first, last, TODAY)) == days


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("yesterday", "", "from"),
        ("2026-02-30", "", "from"),
        ("0001-01-01", "", "from"),
        ("", "9999-12-31", "to"),
        ("2026-06-02", "2026-06-01", "to"),
        ("2020-01-01", "2026-01-01", "to"),
    ],
)
def test_what_is_no_time(first, last, field):
    with pytest.raises(WrongSpan) as error:
        span(first, last, TODAY)
    assert error.value.field == field


def test_the_picture_says_what_it_shows():
    rows = [("Personalausweis & Reisepass", 4), ("<b>", 2), ("Nichts", 0)]
    drawn = etree.fromstring(picture.bars(rows, "Nach Leistung", "Wie die Tabelle", "service"))
    texts = [one.text for one in drawn.iter("{*}text")]
    assert texts == ["Personalausweis & Reisepass", "4", "<b>", "2", "Nichts", "0"]
    first, second, third = (float(one.get("width")) for one in drawn.iter("{*}rect"))
    assert first == 2 * second and third == 1
    assert drawn.get("aria-labelledby") == "service-title service-text"
    assert picture.bars([], "Nichts", "", "none")
    assert len(picture.shortened("x" * 80)) == 44


def test_no_cell_is_a_formula():
    assert harmless("=1+1") == "'=1+1"
    assert harmless(3) == "3"


def test_how_full_the_open_hours_were():
    kept = MemoryStorage()
    hall = plan(resources=(Resource("counter-1", capacity=2), Resource("room", kind="room")))
    desk = Desk(hall, kept, BEFORE)
    desk.book(["passport"], at(MONDAY, "08:50"), {"name": "Max"})
    desk.book(["passport"], at(MONDAY, "12:00"), {"name": "Max"}, over=True, public=False)
    gone = desk.book(["passport"], at(MONDAY, "09:30"), {"name": "Max"})
    desk.cancel(gone.id)
    close(desk, at(TUESDAY, "09:00"), at(TUESDAY, "10:00"))

    def use(first, last):
        found = use_by_hour(hall, kept.records(Booking), kept.records(Closure), first, last)
        return {hour: (one.booked, one.open, one.percent) for hour, one in found.items()}

    assert use(MONDAY, MONDAY) == {8: (10, 120, 8), 9: (10, 120, 8)}
    assert use(MONDAY, TUESDAY) == {8: (10, 240, 4), 9: (10, 120, 8)}
    # When the clock is put back the hour from two to three is there twice.
    night = plan(hours=daily("0–4"), resources=(Resource("counter-1"),))
    found = use_by_hour(night, (), (), date(2026, 10, 25), date(2026, 10, 25))
    assert {hour: one.open for hour, one in found.items()} == {0: 60, 1: 60, 2: 120, 3: 60}
