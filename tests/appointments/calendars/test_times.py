"""What blocks, read from iCalendar."""

from kaarst.appointments.calendars.interfaces import ANSWER
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import EVENT
from kaarst.appointments.calendars.interfaces import NOT_EXPANDED
from kaarst.appointments.calendars.times import busy_times
from tests.appointments.calendars.events import calendar
from tests.appointments.calendars.events import event
from tests.appointments.calendars.events import local
from tests.appointments.calendars.events import midnight
from tests.appointments.calendars.events import WINDOWS_ZONE

import pytest


YEAR = midnight("2026-01-01"), midnight("2027-01-01")


def read(*lines, ours=()):
    return busy_times(calendar(*lines), *YEAR, ours)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("DTSTART:20260615T060000Z", "DTEND:20260615T070000Z"), "15.06. 08:00–09:00"),
        (("DTSTART:20260615T080000", "DTEND:20260615T090000"), "15.06. 08:00–09:00"),
        (
            ("DTSTART;TZID=Europe/Berlin:20260615T080000", "DURATION:PT45M"),
            "15.06. 08:00–08:45",
        ),
        (("DTSTART;VALUE=DATE:20260615",), "15.06. 00:00–00:00"),
        (("DTSTART;VALUE=DATE:20260615", "DURATION:P1D"), "15.06. 00:00–00:00"),
        # Outlook's names of zones, without their definition.
        (
            ("DTSTART;TZID=W. Europe Standard Time:20260615T080000", "DURATION:PT1H"),
            "15.06. 08:00–09:00",
        ),
        (("STATUS:TENTATIVE", "DTSTART:20260615T060000Z", "DURATION:PT1H"), "15.06. 08:00–09:00"),
    ],
)
def test_events_block(lines, expected):
    assert local(read(*event(*lines))) == [expected]


@pytest.mark.parametrize(
    "line",
    ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"],
)
def test_what_is_free_does_not_block(line):
    assert read(*event("DTSTART:20260615T060000Z", "DTEND:20260615T070000Z", line)) == []


def test_no_length_blocks_nothing_and_what_is_ours_is_not_foreign():
    assert read(*event("DTSTART:20260615T060000Z")) == []
    assert read(*event("DTSTART:20260615T060000Z", "DURATION:PT1H"), ours={"meeting"}) == []


@pytest.mark.parametrize(
    ("first", "last", "hours"), [("20260329", "20260330", 23), ("20261025", "20261026", 25)]
)
def test_whole_days_are_those_of_the_clock(first, last, hours):
    found = read(*event(f"DTSTART;VALUE=DATE:{first}", f"DTEND;VALUE=DATE:{last}"))
    assert [one.end - one.start for one in found] == [hours * 3600]


@pytest.mark.parametrize("zone", [(), WINDOWS_ZONE])
def test_clock_changes(zone):
    name = "W. Europe Standard Time" if zone else "Europe/Berlin"
    found = read(
        *zone,
        *event(f"DTSTART;TZID={name}:20261024T230000", f"DTEND;TZID={name}:20261025T050000"),
        *event(f"DTSTART;TZID={name}:20260328T230000", "DURATION:P1D", uid="days"),
        *event(f"DTSTART;TZID={name}:20260328T230000", "DURATION:PT24H", uid="hours"),
    )
    assert [(one.end - one.start) // 3600 for one in found] == [24, 24, 7]


def test_cut_to_the_time_asked_for():
    found = busy_times(
        calendar(*event("DTSTART:20200101T000000Z", "DTEND:20300101T000000Z")), *YEAR
    )
    assert [(one.start, one.end) for one in found] == [YEAR]
    outside = event("DTSTART:20250101T000000Z", "DTEND:20250101T010000Z")
    assert read(*outside) == []


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            event("DTSTART:20260615T060000Z", "DURATION:PT1H", "RRULE:FREQ=MINUTELY"),
            NOT_EXPANDED,
        ),
        (event("DTSTART:the day after", "DURATION:PT1H"), EVENT),
        (event("SUMMARY:without a time"), EVENT),
        (event("DTSTART:20260615T060000Z", "DURATION:PT1H", "RRULE:every day"), NOT_EXPANDED),
        (event("DTSTART:20260615T060000Z", "DTEND;VALUE=DATE:20260616", uid=""), None),
        (("BEGIN:VEVENT",), ANSWER),
    ],
)
def test_what_is_not_understood_never_looks_free(lines, reason):
    if reason is None:
        assert read(*lines)
        return
    with pytest.raises(CalendarError) as caught:
        read(*lines)
    assert caught.value.reason == reason


def test_titles_are_not_taken_over():
    lines = event("DTSTART:20260615T060000Z", "DURATION:PT1H", uid="Lunch-with-Eva@x")
    (one,) = read(*lines)
    assert one == read(*lines)[0]
    assert "Eva" not in one.uid
