"""What foreign calendars get of an appointment."""

from dataclasses import replace
from icalendar import Calendar
from kaarst.appointments.calendars import entries
from kaarst.appointments.calendars.interfaces import Entry
from tests.appointments.calendars.events import midnight

import pytest


SUMMER = midnight("2026-10-25") + 3600
ENTRY = Entry(
    uid=entries.uid_of("key"),
    start=SUMMER,
    end=SUMMER + 2 * 3600,
    summary="Termin: Reisepass, Büttgen; (E. M.)",
    location="Am Neumarkt 2",
    url="https://kaarst.example/termine/kaarst/day",
    sequence=2,
    changed=SUMMER - 60,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Erika Mustermann", "E. M."),
        ("  Änne  von der Heide ", "Ä. H."),
        ("Prince", "P."),
        ("0160 123456", ""),
        ("", ""),
    ],
)
def test_initials(name, expected):
    assert entries.initials(name) == expected


def test_a_uid_stays_and_tells_nothing():
    assert entries.uid_of("key") == entries.uid_of("key") != entries.uid_of("other")
    assert "key" not in entries.uid_of("key")


def test_read_back_by_icalendar():
    file = entries.file_of(ENTRY)
    calendar = Calendar.from_ical(file)
    assert "METHOD" not in calendar
    (event,) = calendar.walk("VEVENT")
    # Across the end of summer time, in UTC.
    assert b"DTSTART:20261024T230000Z" in file
    assert b"DTEND:20261025T010000Z" in file
    assert event["SUMMARY"] == ENTRY.summary
    assert event["SEQUENCE"] == 2
    assert event["STATUS"] == "CONFIRMED"
    assert event["UID"] == ENTRY.uid


def test_a_feed_keeps_what_was_cancelled():
    gone = replace(ENTRY, uid="gone", sequence=3, cancelled=True)
    calendar = Calendar.from_ical(entries.feed([ENTRY, gone], "Bürgerbüro"))
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["X-WR-CALNAME"] == "Bürgerbüro"
    first, second = calendar.walk("VEVENT")
    assert (first["STATUS"], second["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (2, 3)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT30M" in entries.feed([], "x")


def test_a_fingerprint_changes_with_what_it_says():
    assert entries.fingerprint(ENTRY) == entries.fingerprint(replace(ENTRY))
    assert entries.fingerprint(ENTRY) != entries.fingerprint(replace(ENTRY, location="Büttgen"))
