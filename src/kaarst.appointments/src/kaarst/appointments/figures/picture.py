"""A bar for each of some things: SVG that needs no script and no colour. Plain Python."""

from html import escape


# Narrow, so that letters can be read on a phone; NUMBER is the room at the end of a bar.
WIDTH, STEP, NUMBER = 380, 46, 60


def bars(rows: list[tuple[str, int]], title: str, text: str, id: str) -> str:
    """One lying bar a row: (label, how many). `text` says the same in words; `id` begins the ids."""
    highest = max((count for _label, count in rows), default=0) or 1
    parts = [
        f'<svg class="k-chart" viewBox="0 0 {WIDTH} {max(len(rows), 1) * STEP}" role="img" '
        f'aria-labelledby="{id}-title {id}-text" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{id}-title">{escape(title)}</title>',
        f'<desc id="{id}-text">{escape(text)}</desc>',
        '<g fill="currentColor" font-size="15">',
    ]
    for place, (label, count) in enumerate(rows):
        y, width = place * STEP, (WIDTH - NUMBER) * count / highest
        parts.append(f'<text x="0" y="{y + 16}">{escape(shortened(label))}</text>')
        parts.append(
            f'<rect x="0.5" y="{y + 23}" width="{max(width, 1):.1f}" height="14" '
            'stroke="currentColor" fill-opacity="0.35"/>'
            f'<text x="{max(width, 1) + 8:.1f}" y="{y + 35}">{count}</text>'
        )
    return "".join([*parts, "</g></svg>"])


def shortened(label: str, most: int = 44) -> str:
    """What fits above a bar; the table has the whole."""
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"
