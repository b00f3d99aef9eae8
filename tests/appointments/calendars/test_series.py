"""Series of events: each date where it is by the clock of whoever wrote it."""

from datetime import date
from datetime import datetime
from datetime import timedelta
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as some
from icalendar import Calendar
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import NOT_EXPANDED
from kaarst.appointments.calendars.times import busy_times
from kaarst.appointments.engine import raster
from tests.appointments.calendars.events import calendar
from tests.appointments.calendars.events import event
from tests.appointments.calendars.events import local
from tests.appointments.calendars.events import midnight
from tests.appointments.calendars.events import WINDOWS_ZONE

import pytest
import recurring_ical_events


YEAR = midnight("2026-01-01"), midnight("2027-01-01")
MONDAYS = ("DTSTART;TZID=Europe/Berlin:20260105T090000", "DTEND;TZID=Europe/Berlin:20260105T100000")


def read(*lines, span=YEAR):
    return local(busy_times(calendar(*lines), *span))


def zone(offset):
    return (
        "BEGIN:VTIMEZONE",
        "TZID:Customized Time Zone",
        "BEGIN:STANDARD",
        "DTSTART:16010101T000000",
        f"TZOFFSETFROM:{offset}",
        f"TZOFFSETTO:{offset}",
        "END:STANDARD",
        "END:VTIMEZONE",
    )


def test_a_zone_is_that_of_its_own_calendar():
    lines = event("DTSTART;TZID=Customized Time Zone:20260615T080000", "DURATION:PT1H")
    assert read(*zone("+0100"), *lines) == ["15.06. 09:00–10:00"]
    assert read(*zone("+0500"), *lines) == ["15.06. 05:00–06:00"]
    assert read(*lines, *zone("+0300")) == ["15.06. 07:00–08:00"]
    # What nobody defines is meant as it is read here.
    assert read(*lines) == ["15.06. 08:00–09:00"]
    for name, expected in (
        ("Pacific Standard Time", "15.06. 17:00–18:00"),
        ("/freeassociation.sourceforge.net/Europe/London", "15.06. 09:00–10:00"),
        ('"(UTC+01:00) Amsterdam, Berlin, Bern, Rom"', "15.06. 08:00–09:00"),
    ):
        assert read(*event(f"DTSTART;TZID={name}:20260615T080000", "DURATION:PT1H")) == [expected]


def test_exceptions_of_all_kinds():
    found = read(
        *WINDOWS_ZONE,
        *event(
            *(one.replace("Europe/Berlin", "W. Europe Standard Time") for one in MONDAYS),
            "RRULE:FREQ=WEEKLY;UNTIL=20260330T070000Z",
            "EXDATE;TZID=W. Europe Standard Time:20260112T090000,20260119T090000",
            "EXDATE:20260126T080000Z",
            "RDATE;TZID=W. Europe Standard Time:20261026T090000",
            "RDATE;VALUE=PERIOD:20261027T080000Z/PT2H,20261028T080000Z/20261028T083000Z",
        ),
        # Moved, made free, cancelled.
        *event("RECURRENCE-ID:20260202T080000Z", "DTSTART:20260204T100000Z", "DURATION:PT3H"),
        *event("RECURRENCE-ID:20260209T080000Z", MONDAYS[0], MONDAYS[1], "TRANSP:TRANSPARENT"),
        *event("RECURRENCE-ID:20260216T080000Z", MONDAYS[0], MONDAYS[1], "STATUS:CANCELLED"),
    )
    assert found == [
        "05.01. 09:00–10:00",
        "04.02. 11:00–14:00",
        "23.02. 09:00–10:00",
        "02.03. 09:00–10:00",
        "09.03. 09:00–10:00",
        "16.03. 09:00–10:00",
        "23.03. 09:00–10:00",
        # The clock has been changed; nine is nine.
        "30.03. 09:00–10:00",
        "26.10. 09:00–10:00",
        "27.10. 09:00–11:00",
        "28.10. 09:00–09:30",
    ]


def test_a_date_moved_here_from_afar_and_one_that_began_before():
    week = midnight("2026-10-24"), midnight("2026-10-27")
    series = event(*MONDAYS, "RRULE:FREQ=WEEKLY;BYDAY=TU")
    moved = event("RECURRENCE-ID:20261201T080000Z", "DTSTART:20261026T100000Z", "DURATION:PT1H")
    assert read(*series, *moved, span=week) == ["26.10. 11:00–12:00"]
    long = event("DTSTART;TZID=Europe/Berlin:20200103T120000", "DURATION:P2D", "RRULE:FREQ=WEEKLY")
    assert read(*long, span=week) == ["24.10. 00:00–12:00"]


def test_free_series_with_one_date_that_is_not():
    lines = event(*MONDAYS, "RRULE:FREQ=WEEKLY", "TRANSP:TRANSPARENT")
    busy = event("RECURRENCE-ID:20260112T080000Z", "DTSTART:20260112T080000Z", "DURATION:PT1H")
    assert read(*lines, *busy) == ["12.01. 09:00–10:00"]


def test_nights_and_days_over_both_changes_of_the_clock():
    night = event(
        "DTSTART;TZID=Europe/Berlin:20260101T230000",
        "DTEND;TZID=Europe/Berlin:20260102T050000",
        "RRULE:FREQ=DAILY",
    )
    spring = midnight("2026-03-28") + 12 * 3600, midnight("2026-03-30")
    autumn = midnight("2026-10-24") + 12 * 3600, midnight("2026-10-26")
    # As long by the clock as by the hour: at least.
    assert read(*night, span=spring) == ["28.03. 23:00–06:00", "29.03. 23:00–00:00"]
    assert read(*night, span=autumn) == ["24.10. 23:00–05:00", "25.10. 23:00–00:00"]
    days = event("DTSTART;VALUE=DATE:20250329", "DTEND;VALUE=DATE:20250331", "RRULE:FREQ=YEARLY")
    assert read(*days, span=(YEAR[0], midnight("2026-06-01"))) == ["29.03. 00:00–00:00"]


@pytest.mark.parametrize(
    "lines",
    [
        ("RRULE:FREQ=SECONDLY",),
        ("RRULE:FREQ=HOURLY;INTERVAL=6",),
        ("RRULE:FREQ=WEEKLY;INTERVAL=0",),
        ("RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6;BYMINUTE=0,10,20,30,40,50",),
        ("RRULE:RSCALE=CHINESE;FREQ=YEARLY",),
        ("RRULE:FREQ=FORTNIGHTLY",),
        ("RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T080000Z",),
    ],
)
def test_rules_that_nobody_follows(lines):
    with pytest.raises(CalendarError) as caught:
        read(*event(*MONDAYS, *lines))
    assert caught.value.reason == NOT_EXPANDED


moments = some.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1)).map(
    lambda one: one.replace(second=0, microsecond=0, hour=max(one.hour, 4))
)
rules = some.fixed_dictionaries(
    {
        "FREQ": some.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        "INTERVAL": some.integers(1, 4).map(str),
    },
    optional={
        "BYDAY": some.sets(some.sampled_from(["MO", "WE", "SA"]), min_size=1).map(",".join),
        "COUNT": some.integers(1, 300).map(str),
    },
)


@settings(max_examples=60, deadline=None)
@given(
    start=moments,
    rule=rules,
    minutes=some.integers(5, 3000),
    where=some.sampled_from(["", "Z", "Europe/Berlin", "America/New_York", "day"]),
    exceptions=some.sets(some.integers(0, 400), max_size=3),
)
def test_the_same_as_others_read(start, rule, minutes, where, exceptions):
    """Against the library recurring_ical_events."""

    def line(name, moment):
        if where == "day":
            return f"{name};VALUE=DATE:{moment:%Y%m%d}"
        zone = f";TZID={where}" if "/" in where else ""
        return f"{name}{zone}:{moment:%Y%m%dT%H%M%S}{where if where == 'Z' else ''}"

    length = f"DURATION:P{minutes // 400 + 1}D" if where == "day" else f"DURATION:PT{minutes}M"
    text = calendar(
        *event(
            line("DTSTART", start),
            length,
            "RRULE:" + ";".join(f"{name}={value}" for name, value in rule.items()),
            *(line("EXDATE", start + timedelta(days=day)) for day in exceptions),
        )
    )
    first, last = midnight("2026-02-01"), midnight("2026-11-20")
    found = {one.start: one.end for one in busy_times(text, first, last)}
    others = {}
    for one in recurring_ical_events.of(Calendar.from_ical(text)).between(
        raster.local(first), raster.local(last)
    ):
        begin, end = _instant(one.start), _instant(one.end)
        if begin < last and end > first:
            # Of two that were under way before, the longer one.
            begin = max(begin, first)
            others[begin] = max(min(end, last), others.get(begin, 0))
    own = max(_instant(Calendar.from_ical(text).events[0].start), first)
    # A first date beside its own rule is one for us.
    assert others.keys() <= found.keys() <= {*others, own}
    # Hours are hours for us (3.3.6); for them 24 are a day of the clock, also when it is changed.
    assert all(abs(found[one] - others[one]) <= 3600 for one in others)


def _instant(moment):
    if isinstance(moment, datetime):
        return int((moment if moment.tzinfo else moment.replace(tzinfo=raster.ZONE)).timestamp())
    assert isinstance(moment, date)
    return raster.midnight(moment)
