"""What a counter's readings say about consumption, whatever happened to the counter."""

from kaarst.metering.rollup.curve import curve
from kaarst.metering.rollup.curve import Jump
from kaarst.metering.rollup.curve import Segment
from kaarst.metering.rollup.curve import slots

import pytest


HOUR = 3_600_000
GAP = 2 * HOUR


def readings(*values, step=HOUR // 4):
    return [(index * step, value) for index, value in enumerate(values)]


def jumps(points, answer=None, peak=None):
    """The jumps of readings, as the store finds them."""
    return [
        Jump(*a, *b, answer)
        for a, b in zip(points, points[1:], strict=False)
        if b[1] < a[1] or (peak and (b[1] - a[1]) * HOUR > peak * (b[0] - a[0]))
    ]


def total(points, answer=None, modulus=None, peak=None):
    segment = Segment(points, jumps(points, answer, peak), modulus, peak)
    found = curve([segment], GAP)
    assert found.used == sorted(found.used)
    return found.used[-1] - found.used[0], len(found.questions)


def test_difference_of_the_ends():
    assert total(readings(100, 103, 103, 110)) == (10, 0)


@pytest.mark.parametrize(
    ("values", "answer", "modulus", "expected"),
    [
        # Reset, once people say so; until then what is certain.
        ([100, 110, 2, 5], "reset", None, (15, 0)),
        ([100, 110, 2, 5], None, None, (10, 1)),
        # Roll-over of a four-digit counter.
        ([9_990, 9_998, 3, 7], None, 10_000, (17, 0)),
        # Too far from the end of the digits for a roll-over.
        ([5_000, 5_010, 3, 7], None, 10_000, (10, 1)),
        ([5_000, 5_010, 3, 7], "rollover", 10_000, (5_007, 0)),
        # A single misreading, too low: nothing lost, nothing invented.
        ([100, 101, 5, 102, 103], None, None, (3, 1)),
        ([100, 101, 5, 102, 103], "wrong", None, (3, 0)),
        # Two falls, one of them never made up for.
        ([100, 110, 50, 120, 60], None, None, (20, 2)),
    ],
)
def test_falls(values, answer, modulus, expected):
    assert total(readings(*values), answer, modulus) == expected


@pytest.mark.parametrize(
    ("values", "answer", "expected"),
    [
        # At most 40 an hour, 10 a quarter. Too high once, then back: what was used meanwhile counts.
        ([100, 105, 9_999, 107, 110], None, (10, 2)),
        ([100, 105, 9_999, 10_004], None, (10, 1)),
        ([100, 105, 9_999, 10_004], "real", (9_904, 0)),
        # Too low once: the way back is no spike.
        ([100, 105, 3, 112, 115], None, (15, 1)),
    ],
)
def test_rises_beyond_the_peak(values, answer, expected):
    assert total(readings(*values), answer, peak=40) == expected


def test_an_exchange_continues_the_curve():
    old = Segment([(0, 100), (HOUR, 110)], end=(HOUR + 600, 112))
    new = Segment([(2 * HOUR, 9)], start=(HOUR + 600, 5))
    found = curve([old, new], GAP)
    assert found.used[-1] - found.used[0] == 12 + 4
    assert found.unknown == []


def test_an_exchange_that_nobody_wrote_down_leaves_a_gap():
    found = curve([Segment([(0, 100), (HOUR, 110)]), Segment([(2 * HOUR, 9)])], GAP)
    assert found.used[-1] - found.used[0] == 10
    assert found.unknown == [(HOUR, 2 * HOUR)]


def test_between_readings_the_curve_is_a_line():
    found = curve([Segment([(0, 0), (4 * HOUR, 7)])], 8 * HOUR)
    assert [found.at(hour * HOUR) for hour in range(-1, 6)] == [0, 0, 1, 3, 5, 7, 7]


class TestSlots:
    """Consumption between cuts, and what is said about it."""

    cuts = [hour * HOUR for hour in range(7)]

    def test_a_gap_is_one_marked_slot_and_no_spike(self):
        found = curve([Segment([(0, 0), (HOUR, 10), (5 * HOUR - 60_000, 50), (6 * HOUR, 61)])], GAP)
        result = slots(found, self.cuts, True, 6 * HOUR)
        assert [(slot.start // HOUR, slot.end // HOUR, slot.gap) for slot in result] == [
            (0, 1, False),
            (1, 5, True),
            (5, 6, False),
        ]
        assert sum(slot.consumption for slot in result) == 61
        assert [slot.complete for slot in result] == [True, False, True]

    def test_without_merging_the_gap_is_spread_and_marked(self):
        found = curve([Segment([(0, 0), (6 * HOUR, 60)])], GAP)
        result = slots(found, self.cuts, False, 6 * HOUR)
        assert [slot.consumption for slot in result] == [10] * 6
        assert not any(slot.complete for slot in result)

    def test_outside_of_what_is_known(self):
        found = curve([Segment([(2 * HOUR, 5), (3 * HOUR + 1, 9)])], GAP)
        result = slots(found, self.cuts, True, 6 * HOUR)
        assert [slot.consumption for slot in result] == [None, None, 3, 1, None, None]
        assert [slot.complete for slot in result] == [False, False, True, False, False, False]
        assert slots(curve([], GAP), self.cuts, True, 0)[0].consumption is None

    def test_the_slot_that_is_not_over_is_not_complete(self):
        found = curve([Segment(readings(1, 2, 3, 4, 5, 6, 7, 8, 9))], GAP)
        result = slots(found, self.cuts[:3], True, HOUR + 1)
        assert [slot.complete for slot in result] == [True, False]

    def test_a_question_makes_its_slot_incomplete(self):
        points = [(0, 10), (HOUR, 12), (HOUR + 60_000, 3), (2 * HOUR, 4), (3 * HOUR, 5)]
        found = curve([Segment(points, jumps(points))], GAP)
        result = slots(found, self.cuts[:4], True, 6 * HOUR)
        assert [slot.complete for slot in result] == [True, False, True]
        assert [slot.consumption for slot in result] == [2, 0, 0]
