"""Columns over time: SVG that needs no script and no colour. Plain Python.

The drawing is stretched to the width there is; lettering stands beside it as text, so that it can be
read on a phone. Colours are those of the text: what is incomplete differs by its outline.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple


# In units of the drawing: height of the highest column, share of a slot that its column fills.
HEIGHT, FILLED = 100, 0.8
# No more lettering below than fits on a phone.
MOST_LABELS = 7


OTHER = ("k-columns-halo", "k-columns-other")


class Column(NamedTuple):
    """One slot: `value` and `other` (what it is compared with) may be None; `complete` as in a slot."""

    label: str
    value: float | None
    complete: bool = True
    other: float | None = None


def columns(found: Sequence[Column], title: str, text: str, id: str, scale: tuple[str, str]) -> str:
    """Returns a figure. `text` says the same in words; `id` begins the ids.

    `scale`: what stands at the top and in the middle, as text; the top is `ceiling` of the values.
    """
    top = ceiling(found)
    parts = [
        '<div class="k-columns">',
        f'<div class="k-columns-scale" aria-hidden="true"><span>{escape(scale[0])}</span>'
        f"<span>{escape(scale[1])}</span><span>0</span></div>",
        f'<svg viewBox="0 0 {max(len(found), 1)} {HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-labelledby="{id}-title {id}-text" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{id}-title">{escape(title)}</title>',
        f'<desc id="{id}-text">{escape(text)}</desc>',
        f'<path class="k-columns-lines" d="M0 0H{len(found)}M0 {HEIGHT / 2:g}H{len(found)}"/>',
    ]
    for place, column in enumerate(found):
        if column.value is not None:
            parts.append(_column(place, column, top))
    parts.append(_others(found, top))
    parts.append(f'<path class="k-columns-floor" d="M0 {HEIGHT}H{len(found)}"/></svg>')
    parts.append(_labels(found))
    return "".join([*parts, "</div>"])


def ceiling(found: Sequence[Column]) -> float:
    """Returns a round number not below any value; 1 where there is nothing."""
    highest = max(
        (value for one in found for value in (one.value, one.other) if value is not None), default=0
    )
    if highest <= 0:
        return 1.0
    size = 1.0
    while size > highest:
        size /= 10
    while size * 10 <= highest:
        size *= 10
    return next(
        size * step
        for step in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
        if size * step >= highest * 0.9999
    )


def _column(place: int, column: Column, top: float) -> str:
    height = HEIGHT * min(column.value, top) / top
    kind = "k-columns-whole" if column.complete else "k-columns-part"
    return (
        f'<rect class="{kind}" x="{place + (1 - FILLED) / 2:.2f}" y="{HEIGHT - height:.2f}"'
        f' width="{FILLED}" height="{height:.2f}"/>'
    )


def _others(found: Sequence[Column], top: float) -> str:
    marks = [
        f"M{place} {HEIGHT - HEIGHT * min(one.other, top) / top:.2f}H{place + 1}"
        for place, one in enumerate(found)
        if one.other is not None
    ]
    line = "".join(marks)
    # Light around dark, so that it is seen before a column as well as beside it.
    return "".join(f'<path class="{name}" d="{line}"/>' for name in OTHER) if marks else ""


def _labels(found: Sequence[Column]) -> str:
    every = -(-len(found) // MOST_LABELS) or 1
    spans = "".join(
        f"<span>{escape(one.label) if place % every == 0 else ''}</span>"
        for place, one in enumerate(found)
    )
    return f'<div class="k-columns-labels" aria-hidden="true">{spans}</div>'


def share(part: float, whole: float) -> str:
    """A lying bar for the cell of a table: how much of the largest it is."""
    width = 100 * min(max(part / whole, 0), 1) if whole > 0 else 0
    return (
        '<svg class="k-share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"'
        ' xmlns="http://www.w3.org/2000/svg">'
        f'<rect class="k-columns-whole" width="{max(width, 0.5):.1f}" height="10"/></svg>'
    )
