"""What an office with given hours answers at a given moment."""

from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from hypothesis import given
from hypothesis import strategies
from kaarst.core.opening_hours import BERLIN
from kaarst.core.opening_hours import HoursException
from kaarst.core.opening_hours import parse_day
from kaarst.core.opening_hours import parse_exceptions
from kaarst.core.opening_hours import Schedule
from kaarst.core.opening_hours import Span
from kaarst.core.opening_hours.schema_org import specifications
from kaarst.core.opening_hours.wording import sentence

import pytest
import time_machine


def week(**days):
    names = ("mo", "tu", "we", "th", "fr", "sa", "su")
    return tuple(parse_day(days.get(name)) for name in names)


TOWN_HALL = Schedule(
    week(
        mo="08:30–12:00",
        tu="08:30–12:00",
        we="08:30–12:00",
        th="08:30–12:00, 14:00–18:00",
        fr="08:30–12:00",
    ),
    parse_exceptions(
        "24.12. geschlossen: Heiligabend\n05.11.2026 08:30–10:00: Betriebsversammlung"
    ),
)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def told(schedule, moment):
    said = sentence(schedule, at(moment))
    message = said.detail
    for key, value in (getattr(message, "mapping", None) or {}).items():
        message = message.replace(f"${{{key}}}", value)
    return said.open, message, said.reason


@pytest.mark.parametrize(
    "moment, expected",
    [
        ("2026-05-21T08:29:59", (False, "opens today at 08:30", "")),
        ("2026-05-21T08:30:00", (True, "until 12:00", "")),
        ("2026-05-21T12:00:00", (False, "opens today at 14:00", "")),
        ("2026-05-21T18:00:00", (False, "opens tomorrow at 08:30", "")),
        # over the weekend and Whit Monday
        ("2026-05-22T12:00:00", (False, "opens on Tuesday at 08:30", "")),
        ("2026-05-25T09:00:00", (False, "opens tomorrow at 08:30", "Pfingstmontag")),
        # an exception that shortens a day
        ("2026-11-05T09:59:00", (True, "until 10:00", "Betriebsversammlung")),
        ("2026-11-05T10:00:00", (False, "opens tomorrow at 08:30", "Betriebsversammlung")),
        # Christmas Eve is no public holiday, the town closes nevertheless
        ("2026-12-24T09:00:00", (False, "opens on Monday at 08:30", "Heiligabend")),
        ("2026-12-25T09:00:00", (False, "opens on Monday at 08:30", "Erster Weihnachtstag")),
    ],
)
def test_the_town_hall(moment, expected):
    assert told(TOWN_HALL, moment) == expected


def test_a_week_or_more_ahead_the_date_is_named():
    closed = Schedule(
        TOWN_HALL.week, parse_exceptions("03.08.2026–14.08.2026 geschlossen: Sommerpause")
    )
    assert told(closed, "2026-08-03T09:00:00") == (
        False,
        "opens on 17. August 2026 at 08:30",
        "Sommerpause",
    )


def test_nobody_entered_hours():
    assert not Schedule().known
    assert told(Schedule(), "2026-05-21T09:00:00") == (False, "", "")


def test_holidays_can_be_working_days():
    swimming_pool = Schedule(week(th="10–18"), closed_on_holidays=False)
    assert told(swimming_pool, "2026-05-14T11:00:00") == (True, "until 18:00", "")


def test_an_exception_comes_before_a_holiday():
    open_day = Schedule(
        TOWN_HALL.week, parse_exceptions("03.10.2026 11–17 Uhr: Tag der offenen Tür")
    )
    assert told(open_day, "2026-10-03T12:00:00") == (True, "until 17:00", "Tag der offenen Tür")


def test_the_narrower_exception_wins_and_of_two_the_later():
    schedule = Schedule(
        TOWN_HALL.week,
        parse_exceptions(
            "06.07.2026 10–11: nur kurz\n01.07.2026–31.07.2026 geschlossen: Ferien\n"
            "07.07.2026 geschlossen\n07.07.2026 9–10"
        ),
    )
    assert schedule.day(date(2026, 7, 6)).reason == "nur kurz"
    assert schedule.day(date(2026, 7, 8)).reason == "Ferien"
    assert schedule.day(date(2026, 7, 7)).spans == (Span(540, 600),)


def test_an_exception_of_every_year_over_the_turn_of_the_year():
    (exception,) = parse_exceptions("27.12.–01.01. geschlossen: Betriebsferien")
    assert exception.length == 6
    covered = [date(2027, 12, 27), date(2027, 12, 31), date(2028, 1, 1)]
    assert all(exception.covers(day) for day in covered)
    assert not exception.covers(date(2028, 1, 2))


def test_midnight_at_both_ends():
    late = Schedule(week(mo="20–24", tu="0–2"))
    assert late.state(at("2026-06-01T23:00:00")).until == at("2026-06-02T02:00:00")
    assert told(Schedule(week(mo="20–24")), "2026-06-01T23:00:00")[1] == "until 24:00"


def test_round_the_clock():
    always = Schedule(week(**dict.fromkeys(("mo", "tu", "we", "th", "fr", "sa", "su"), "0–24")))
    always = Schedule(always.week, closed_on_holidays=False)
    assert told(always, "2026-06-01T23:00:00")[:2] == (True, "around the clock")


def test_the_hour_that_is_left_out_in_spring():
    # 29 March 2026: after 01:59 comes 03:00.
    night = Schedule(week(su="01:00–04:00"))
    now = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 in Kaarst
    state = night.state(now)
    assert state.until == at("2026-03-29T04:00:00")
    assert state.until.astimezone(UTC) - now == timedelta(minutes=30)
    inside = Schedule(week(su="02:30–03:30"))
    opens = inside.state(datetime(2026, 3, 29, 0, 0, tzinfo=UTC)).opens
    assert opens.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert f"{opens:%H:%M}" == "03:30"


def test_the_hour_that_comes_twice_in_autumn():
    # 25 October 2026: 02:00 to 03:00 comes twice.
    night = Schedule(week(su="02:00–02:45"))
    first, last = (
        datetime(2026, 10, 25, 0, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 44, tzinfo=UTC),
    )
    assert night.state(first).open and night.state(last).open
    assert not night.state(last + timedelta(minutes=1)).open


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError):
        TOWN_HALL.state(datetime(2026, 5, 21, 9, 0))


def test_winter_and_summer_have_the_same_wall_time():
    for moment in ("2026-01-15T11:59:00", "2026-07-16T11:59:00"):
        with time_machine.travel(at(moment), tick=False):
            assert told(TOWN_HALL, moment)[1] == "until 12:00"
            assert TOWN_HALL.state(datetime.now(UTC)).open


def test_search_engines():
    found = specifications(TOWN_HALL, date(2026, 10, 30))
    assert found[0] == {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
        "opens": "08:30",
        "closes": "12:00",
    }
    special = {entry["validFrom"]: entry["closes"] for entry in found[2:]}
    assert special["2026-11-05"] == "10:00"
    assert special["2026-12-25"] == "00:00"


days = strategies.lists(
    strategies.tuples(strategies.integers(0, 1439), strategies.integers(1, 1440)).filter(
        lambda pair: pair[0] < pair[1]
    ),
    max_size=1,
).map(lambda pairs: tuple(Span(*pair) for pair in pairs))
weeks = strategies.tuples(*[days] * 7)
exceptions = strategies.lists(
    strategies.builds(
        lambda first, length, spans: HoursException(first, first + timedelta(days=length), spans),
        strategies.dates(date(2026, 1, 1), date(2026, 12, 31)),
        strategies.integers(0, 20),
        days,
    ),
    max_size=3,
).map(tuple)
moments = strategies.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(weeks, exceptions, strategies.booleans(), moments)
def test_the_answer_holds_until_the_moment_it_names(week, exceptions, holidays, now):
    """Just before the moment named nothing has changed, at that moment it has."""
    schedule = Schedule(week, exceptions, holidays)
    state = schedule.state(now)
    change = state.changes
    if change is None:
        assert not state.open
        return
    instant = change.astimezone(UTC)
    assert instant > now
    assert schedule.state(max(now, instant - timedelta(microseconds=1))).open is state.open
    assert schedule.state(instant).open is not state.open


@given(weeks, moments)
def test_open_means_within_a_span_of_that_day(week, now):
    schedule = Schedule(week, closed_on_holidays=False)
    local = now.astimezone(BERLIN)
    inside = any(
        span.start <= local.hour * 60 + local.minute < span.end for span in week[local.weekday()]
    )
    if local.date() not in (date(2026, 3, 29), date(2026, 10, 25)):
        assert schedule.state(now).open is inside
