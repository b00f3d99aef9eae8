"""What readings say, from curves and slots alone: no site, no database."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.metering.analysis import alerts
from kaarst.metering.analysis import compare
from kaarst.metering.analysis import groups
from kaarst.metering.analysis import night
from kaarst.metering.analysis import parts
from kaarst.metering.analysis import steps
from kaarst.metering.analysis import weather
from kaarst.metering.analysis.series import Item
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.curve import curve
from kaarst.metering.rollup.curve import Segment
from kaarst.metering.rollup.curve import Slot
from kaarst.metering.rollup.curve import slots
from tests.metering.helpers import at

import pytest


# A Monday, 12:30; four weeks before lies the night in which summer time ended.
NOW = at("2026-11-16T12:30:00")
FIRST = day_of(NOW) - 35


def hourly(rate, missing=(), now=NOW, first=FIRST):
    """A curve with a reading every hour; `rate(moment)` is what is used in the hour from it on."""
    points, used = [], 0
    for moment in range(day_start(first), now + 1, HOUR):
        if day_of(moment) not in missing:
            points.append((moment, used))
        used += rate(moment)
    return curve([Segment(points)], 2 * HOUR)


def daily(amount, since, until):
    """Slots of whole days; `amount(day)` is None for a day that is not known."""
    made = []
    for number in range(day_number(since), day_number(until)):
        found = amount(number)
        made.append(
            Slot(day_start(number), day_start(number + 1), found, found is not None, found is None)
        )
    return made


def test_today_against_the_same_weekday():
    today = day_of(NOW)
    found = hourly(lambda moment: 3000 if day_of(moment) == today else 2000)
    usual = compare.against_usual(found, NOW)
    assert (usual.used, usual.usual, usual.weeks) == (36_000, 24_000, 4)
    # The last reading was at twelve: only what is known is compared.
    assert usual.until == at("2026-11-16T12:00:00")


def test_a_week_that_is_not_complete_does_not_count():
    found = hourly(lambda moment: 2000, missing={day_of(NOW) - 14})
    assert compare.against_usual(found, NOW).weeks == 3
    assert compare.against_usual(hourly(lambda moment: 1, first=day_of(NOW)), NOW).usual is None
    assert compare.against_usual(curve([], HOUR), NOW) == (None, None, 0, NOW)


def test_the_same_clock_on_days_with_23_and_25_hours():
    for text in ("2026-03-29T12:00:00", "2026-10-25T12:00:00"):
        day = date.fromisoformat(text[:10])
        assert compare.same_clock(NOW - 1_800_000, day_number(day)) == at(text)


def test_month_against_budget():
    today = day_of(NOW)
    days = daily(
        lambda number: 100 if (number - day_number(date(1970, 1, 5))) % 7 < 5 else 10,
        date(2026, 10, 1), date(2026, 11, 16),
    )  # fmt: skip
    start, end = at("2026-11-01T00:00:00"), at("2026-12-01T00:00:00")
    [so_far] = [Slot(day_start(today), NOW, 40, False, False)]
    found = compare.forecast([*days, so_far], start, end, NOW)
    assert found.days == 28
    # November 2026 has 21 working days and 9 of weekends.
    assert found.expected == 21 * 100 + 9 * 10
    assert found.used == 10 * 100 + 5 * 10 + 40
    assert compare.forecast([], start, end, NOW) == (0, None, 0)
    [finding] = alerts.of_budget(found, 1000, alerts.Thresholds())
    assert (finding.kind, finding.value) == ("budget", 219)
    assert alerts.of_budget(found, None, alerts.Thresholds()) == []
    assert alerts.of_budget(found, 2190, alerts.Thresholds()) == []


@given(
    amounts=st.lists(st.none() | st.integers(0, 10**9), min_size=1, max_size=60),
    today=st.integers(0, 59),
)
@settings(max_examples=60)
def test_a_forecast_is_never_less_than_what_was_used(amounts, today):
    first = date(2026, 9, 1)
    days = daily(
        lambda number: amounts[(number - day_number(first)) % len(amounts)],
        first,
        date(2026, 11, 1),
    )
    now = day_start(day_number(first) + today) + 9 * HOUR
    found = compare.forecast(
        days, day_start(day_number(first)), day_start(day_number(first) + 60), now
    )
    assert found.expected is None or found.expected >= found.used


def test_year_against_year_counts_only_days_known_in_both():
    def amount(number):
        if number == day_number(date(2025, 2, 3)):
            return None
        return 90 if number >= day_number(date(2026, 1, 1)) else 100

    found = compare.year_against_year(
        daily(amount, date(2025, 1, 1), date(2026, 3, 1)), date(2026, 3, 1)
    )
    assert (found.known, found.days) == (58, 59)
    assert found.change == pytest.approx(-0.1)
    nothing = compare.year_against_year([], date(2026, 3, 1))
    assert nothing.change is None


def test_a_colder_year_is_no_waste():
    means = {}
    for number in range(day_number(date(2025, 1, 1)), day_number(date(2026, 11, 1))):
        month = date.fromordinal(number + date(1970, 1, 1).toordinal()).month
        summer = month in (6, 7, 8)
        # This year's heating days are colder by two degrees.
        means[number] = 20.0 if summer else (8.0 if number < day_number(date(2026, 1, 1)) else 6.0)
    days = daily(
        lambda number: 500 + round(100 * weather.degree_days(means[number])),
        date(2025, 1, 1), date(2026, 11, 1),
    )  # fmt: skip
    found = weather.adjusted(days, means, date(2026, 11, 1))
    assert found.degree_days[0] > found.degree_days[1]
    assert found.now > found.before_measured
    assert found.change == pytest.approx(0, abs=1e-6)
    assert compare.year_against_year(days, date(2026, 11, 1)).change > 0.1
    few = {number: mean for number, mean in means.items() if number % 2}
    assert weather.adjusted(days, few, date(2026, 11, 1)) is None
    assert weather.adjusted([], {}, date(2026, 1, 1)) is None


DWD = """STATIONS_ID;MESS_DATUM;QN_3;  FX;  FM;QN_4; RSK;RSKF; SDK;SHK_TAG;  NM; VPM;  PM; TMK; UPM; TXK; TNK; TGK;eor
       1078;20260101;   10;  12.0;   4.1;    9;   0.2;   6;   1.1;   0;   6.8;   7.1; 1010.90;   4.3;  85.00;   6.6;   1.9;   0.2;eor
       1078;20260102;   10;  12.0;   4.1;    9;   0.2;   6;   1.1;   0;   6.8;   7.1; 1010.90;-999;  85.00;   6.6;   1.9;   0.2;eor
       1078;20260103;   10;  12.0;   4.1;    9;   0.2;   6;   1.1;   0;   6.8;   7.1; 1010.90;  -2.5;  85.00;   6.6;   1.9;   0.2;eor
"""


def test_temperatures_from_files():
    today = date(2026, 11, 1)
    found, wrong = weather.parse(DWD.encode(), today)
    assert found == {
        day_number(date(2026, 1, 1)): Decimal("4.3"),
        day_number(date(2026, 1, 3)): Decimal("-2.5"),
    }
    assert wrong == []
    own = 'Datum,Temperatur °C\n01.02.2026,"3,5"\n02.02.2026,99\n03.02.2027,1\nheute,1\n\n'.encode(
        "latin-1"
    )
    found, wrong = weather.parse(own, today)
    assert found == {day_number(date(2026, 2, 1)): Decimal("3.5")}
    assert wrong == [(3, "impossible"), (4, "future"), (5, "unreadable")]
    for rubbish in (b"", b"\x00\xff\x00", b"a;b\n1;2\n", b"\xef\xbb\xbf"):
        with pytest.raises(MeteringError):
            weather.parse(rubbish, today)


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_any_file_is_read_or_refused(content):
    with suppress(MeteringError):
        weather.parse(b"datum;tmk\n" + content, date(2026, 1, 1))


def item(amount, complete=True):
    return Item(0, HOUR, amount, None, complete, False)


@given(
    st.none() | st.integers(0, 10**9),
    st.lists(st.none() | st.integers(0, 10**9), max_size=6),
)
def test_what_no_submeter_counted(whole, amounts):
    found = parts.split(item(whole), [(f"m{n}", item(amount)) for n, amount in enumerate(amounts)])
    known = sum(amount or 0 for amount in amounts)
    assert len(found.parts) == len(amounts)
    if whole is None:
        assert found.rest is None
        return
    # Nothing vanishes: what is too much is said, not cut off.
    assert found.rest - found.excess == whole - known
    assert found.rest >= 0 <= found.excess
    assert not (found.rest and found.excess)


def test_buildings_a_square_metre():
    found = parts.ranking(
        [
            ("a", 100, 500, True),
            ("b", 10, 90, False),
            ("c", None, 5, True),
            ("d", 20, 100, True),
            ("e", 5, None, True),
        ]
    )
    assert [(one.key, one.place, one.per_area) for one in found] == [
        ("b", 1, 9.0), ("a", 2, 5.0), ("d", 2, 5.0),
    ]  # fmt: skip


def clock(moment):
    return (moment // HOUR + 1) % 24


def test_base_load_and_what_it_costs_to_leave_it_so():
    found = hourly(lambda moment: 400_000 if 0 <= clock(moment) < 6 else 2_000_000)
    nights = night.nights(found, NOW)
    assert len(nights) == 28
    # Among them the night in which summer time ended.
    assert sorted(len(one) for one in nights) == [5] * 27 + [6]
    base = night.base_load(nights)
    assert base.rate == 400_000
    assert base.cost(Decimal("0.30")) == Decimal("1051.92")
    assert night.base_load(nights[:6]) is None
    mean = sum(one.consumption for one in slots(found, [NOW - 672 * HOUR, NOW], False, NOW)) // 672
    assert night.standby(base, mean).share == pytest.approx(0.25, abs=0.01)
    assert alerts.of_electricity(nights, mean, alerts.Thresholds()) == []
    [finding] = alerts.of_electricity(nights, mean, alerts.Thresholds(standby_percent=20))
    assert (finding.kind, finding.value, finding.limit) == ("standby", 25, 20)


def test_a_night_that_is_not_known_is_no_night():
    found = hourly(lambda moment: 0, missing={day_of(NOW) - 1})
    assert len(night.nights(found, NOW, 3)) == 2
    assert night.nights(curve([], HOUR), NOW) == []


def test_the_nights_in_which_the_clock_is_changed():
    for text, hours in (("2026-10-25T12:00:00", 6), ("2026-03-29T12:00:00", 4)):
        now = at(text)
        found = hourly(lambda moment: 7, now=now, first=day_of(now) - 2)
        assert [len(one) for one in night.nights(found, now, 2)] == [hours, 5]


def test_water_that_never_rests():
    running = [[38_000, 40_000], [39_000, 41_000], [38_500, 50_000]]
    [finding] = alerts.of_water(running, alerts.Thresholds())
    assert finding == ("leak", 38, 3)
    once = [running[0], [0, 41_000], *running]
    assert alerts.of_water(once, alerts.Thresholds()) == []
    assert alerts.of_water(running[:2], alerts.Thresholds()) == []


def test_silence():
    limit = alerts.Thresholds(silent_hours=24)
    assert alerts.of_silence(NOW - 25 * HOUR, NOW, limit) == [("silent", 25, 24)]
    assert alerts.of_silence(NOW - 23 * HOUR, NOW, limit) == []
    assert alerts.of_silence(None, NOW, limit) == []


def power(*levels, every=10_000, each=40):
    noise = (0, 3, -2, 4, -4, 1)
    return [
        (number * every, level + noise[number % 6])
        for number, level in enumerate(level for level in levels for _ in range(each))
    ]


def test_steps_are_found_where_the_level_changes():
    found = steps.steps(power(200, 2200, 1200))
    assert [(step.at, round(step.change, -2)) for step in found] == [
        (400_000, 2000),
        (800_000, -1000),
    ]
    assert [step.change > 0 for step in steps.steps(power(200, 2200, 1200), most=1)] == [True]


def test_no_steps_in_noise_in_coarse_data_or_over_a_pause():
    assert steps.steps(power(200, 210, 190)) == []
    assert steps.steps(power(200, 2200, every=60_000)) == []
    before, after = power(200), power(2200)
    assert steps.steps([*before, *((ts + 10**7, watts) for ts, watts in after)]) == []
    assert steps.steps([]) == []


@given(st.lists(st.integers(0, 10**6), max_size=30), st.integers(5, 10), st.integers(1, 50))
def test_groups_give_nobody_away(amounts, least, percent):
    allowed = groups.may_publish(amounts, least, percent)
    if len(amounts) < least:
        assert not allowed
        return
    largest, second = sorted(amounts)[-1], sorted(amounts)[-2]
    # What the second largest can reckon of the largest is wrong by at least p percent.
    guess = sum(amounts) - second
    if allowed:
        assert (guess - largest) * 100 >= percent * largest > 0
    else:
        assert (guess - largest) * 100 < percent * largest or largest == 0


def test_groups_of_four_or_with_one_that_stands_out():
    assert groups.publishable_mean([10, 10, 10, 10]) is None
    assert groups.publishable_mean([10, 11, 12, 13, 14]) == 12
    assert groups.publishable_mean([1000, 20, 1, 1, 1]) is None
    assert groups.publishable_mean([0] * 9) is None
    # The rule can be made stricter, never laxer.
    assert not groups.may_publish([10, 11, 12], least=3)
    with pytest.raises(ValueError):
        groups.may_publish([-1, 2, 3, 4, 5])
