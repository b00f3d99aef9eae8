"""The figures as a picture: SVG that needs no script and no colour. Plain Python."""

from html import escape


HEIGHT, WIDTH = 220, 720
LEFT, BOTTOM, TOP = 40, 40, 12
#: Of the picture of steps: height of one, and the room for its number at the end.
STEP, COUNT = 44, 80


def bars(months: list[tuple[str, int, int]], title: str, text: str, names: tuple[str, str]) -> str:
    """Two bars a month: (label, received, decided). `text` says the same in words.

    The bars differ by filling, not by colour; all is drawn in the colour of the text around it.
    """
    highest = _ceiling(max((max(received, decided) for _, received, decided in months), default=0))
    step = (WIDTH - LEFT) / max(len(months), 1)
    width = min(step * 0.36, 28)
    parts = [
        f'<svg class="k-chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="chart-title chart-text" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="chart-title">{escape(title)}</title>',
        f'<desc id="chart-text">{escape(text)}</desc>',
        '<g fill="none" stroke="currentColor" stroke-width="1">',
    ]
    for part in range(5):
        y = _y(highest * part / 4, highest)
        opacity = 1 if part == 0 else 0.25
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH}" stroke-opacity="{opacity}"/>')
    parts.append('</g><g fill="currentColor" font-size="12">')
    for part in (0, 2, 4):
        value, y = highest * part // 4, _y(highest * part / 4, highest)
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
    for place, (label, received, decided) in enumerate(months):
        middle = LEFT + step * (place + 0.5)
        parts.append(_bar(middle - width, width, received, highest, 'fill-opacity="0.35"'))
        parts.append(_bar(middle, width, decided, highest, ""))
        parts.append(
            f'<text x="{middle:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">'
            f"{escape(label)}</text>"
        )
    parts.append(_legend(names))
    return "".join([*parts, "</g></svg>"])


def steps(rows: list[tuple[str, int]], title: str, text: str, id: str) -> str:
    """One lying bar a step: (label, how many). `id`: begins the ids, one picture a page each."""
    highest = max((count for _label, count in rows), default=0) or 1
    height = len(rows) * STEP
    parts = [
        f'<svg class="k-chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{id}-title {id}-text" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{id}-title">{escape(title)}</title>',
        f'<desc id="{id}-text">{escape(text)}</desc>',
        '<g fill="currentColor" font-size="14">',
    ]
    for place, (label, count) in enumerate(rows):
        y, width = place * STEP, (WIDTH - COUNT) * count / highest
        parts.append(f'<text x="0" y="{y + 14}">{escape(label)}</text>')
        parts.append(
            f'<rect x="0.5" y="{y + 20}" width="{max(width, 1):.1f}" height="12" '
            'stroke="currentColor" fill-opacity="0.35"/>'
            f'<text x="{max(width, 1) + 8:.1f}" y="{y + 31}">{count}</text>'
        )
    return "".join([*parts, "</g></svg>"])


def _bar(x, width, value, highest, more):
    y = _y(value, highest)
    height = HEIGHT - BOTTOM - y
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'stroke="currentColor" {more}/>'
    )


def _legend(names):
    y = HEIGHT - 6
    return (
        f'<rect x="{LEFT}" y="{y - 10}" width="12" height="10" stroke="currentColor" '
        'fill-opacity="0.35"/>'
        f'<text x="{LEFT + 18}" y="{y}">{escape(names[0])}</text>'
        f'<rect x="{LEFT + 170}" y="{y - 10}" width="12" height="10" stroke="currentColor"/>'
        f'<text x="{LEFT + 188}" y="{y}">{escape(names[1])}</text>'
    )


def _y(value, highest):
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / highest


def _ceiling(value: int) -> int:
    """A round number of which a quarter is whole, at least 4."""
    unit = 4
    while unit < value:
        unit = unit * 5 // 2 if str(unit)[0] == "4" else unit * 2
        unit += -unit % 4
    return unit
