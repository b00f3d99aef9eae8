"""Bitmaps against the obvious, slow way of doing the same."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.appointments.engine import bits

import pytest


BITMAPS = st.integers(0, 2**300 - 1)
# Long runs do not come about by chance.
DAYS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), max_size=8).map(
    lambda parts: sum_of(bits.span(start, start + length) for start, length in parts)
)


def sum_of(bitmaps):
    union = 0
    for bitmap in bitmaps:
        union |= bitmap
    return union


def members(bitmap):
    return {cell for cell in range(bitmap.bit_length()) if bitmap >> cell & 1}


@given(st.integers(0, 300), st.integers(0, 300))
def test_span_holds_the_cells_between(start, stop):
    assert members(bits.span(start, stop)) == set(range(start, stop))


@given(DAYS, st.integers(1, 40))
def test_runs_begin_where_all_cells_of_the_length_are_free(free, length):
    taken = members(free)
    expected = {cell for cell in taken if all(cell + offset in taken for offset in range(length))}
    assert members(bits.runs(free, length)) == expected


def test_a_run_has_a_length():
    with pytest.raises(ValueError, match="at least one cell"):
        bits.runs(1, 0)


@given(st.lists(BITMAPS, max_size=6), st.integers(1, 4))
def test_at_least_counts(bitmaps, count):
    expected = {cell for cell in range(300) if sum(b >> cell & 1 for b in bitmaps) >= count}
    assert members(bits.at_least(bitmaps, count)) == expected


@given(st.lists(BITMAPS, max_size=3))
def test_at_least_none_is_every_cell(bitmaps):
    assert bits.at_least(bitmaps, 0) == -1


@given(DAYS)
def test_cells_and_first(bitmap):
    assert list(bits.cells(bitmap)) == sorted(members(bitmap))
    assert bits.first(bitmap) == min(members(bitmap), default=-1)


@given(DAYS)
def test_spans_are_maximal_and_complete(bitmap):
    found = list(bits.spans(bitmap))
    assert sum_of(bits.span(*one) for one in found) == bitmap
    assert all(before[1] < after[0] for before, after in zip(found, found[1:], strict=False))
