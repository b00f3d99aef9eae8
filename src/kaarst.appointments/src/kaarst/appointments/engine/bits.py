"""Arithmetic on bitmaps kept in plain integers; bit n is the n-th cell of a day."""

from collections.abc import Iterable
from collections.abc import Iterator


def span(start: int, stop: int) -> int:
    """The cells from `start` up to, not including, `stop`; empty where stop <= start."""
    return ((1 << (stop - start)) - 1) << start if stop > start else 0


def runs(free: int, length: int) -> int:
    """The cells at which at least `length` free cells in a row begin.

    Shifting by doubling steps needs log2(length) operations instead of length.
    """
    if length < 1:
        raise ValueError("a run has at least one cell")
    have = 1
    while have << 1 <= length:
        free &= free >> have
        have <<= 1
    return free & free >> (length - have) if have < length else free


def at_least(bitmaps: Iterable[int], count: int) -> int:
    """The cells set in at least `count` of the bitmaps (all cells, -1, for a count of 0)."""
    reached = [-1] + [0] * count
    for bitmap in bitmaps:
        for level in range(count, 0, -1):
            reached[level] |= reached[level - 1] & bitmap
    return reached[count]


def first(bitmap: int) -> int:
    """The first cell set; -1 where none is."""
    return (bitmap & -bitmap).bit_length() - 1


def cells(bitmap: int) -> Iterator[int]:
    """Every cell set, ascending."""
    while bitmap:
        lowest = bitmap & -bitmap
        yield lowest.bit_length() - 1
        bitmap ^= lowest


def spans(bitmap: int) -> Iterator[tuple[int, int]]:
    """The runs of cells set as (start, stop), ascending, stop not included."""
    offset = 0
    while bitmap:
        skip = first(bitmap)
        bitmap >>= skip
        length = first(~bitmap)
        yield offset + skip, offset + skip + length
        bitmap >>= length
        offset += skip + length
