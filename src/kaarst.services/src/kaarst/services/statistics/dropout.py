"""How many reached which step of a form, and how many of them sent it. Plain Python.

A count is of a month, a form, a step and its title, and leads back to nobody: somebody who opens a
form twice counts twice. Only what is filled in on the page in a browser with scripts is counted.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


#: Stands for the number of a step: the form was sent.
SENT = 0


@dataclass(frozen=True)
class Reached:
    """What is counted: month as "2026-03", title of the form, number of the step (from 1) and its title."""

    month: str
    form: str
    step: int
    title: str = ""


@dataclass(frozen=True)
class Row:
    """One step: how many reached it and, of them, how many went no further.

    `number` is SENT and nobody is `lost` for those who have sent the form.
    """

    number: int
    title: str
    reached: int
    lost: int

    @property
    def percent(self) -> int:
        """How many of 100 who reached it went no further."""
        return round(100 * self.lost / self.reached) if self.reached else 0

    def as_dict(self) -> dict:
        return {
            "step": self.number or None,
            "title": self.title or None,
            "reached": self.reached,
            "lost": self.lost,
        }


def report(counts: Iterable[tuple[Reached, int]], months: list[str]) -> dict[str, list[Row]]:
    """Form (by title) → its rows in order, the last of them for those who have sent it.

    A step that was called differently in several versions has all its titles.
    """
    wanted = set(months)
    reached: dict[str, Counter] = {}
    titles: dict[tuple[str, int], dict] = {}
    for one, count in counts:
        if one.month in wanted:
            reached.setdefault(one.form, Counter())[one.step] += count
            titles.setdefault((one.form, one.step), {})[one.title] = None
    return {
        form: _rows(reached[form], lambda step, form=form: titles.get((form, step), {}))
        for form in sorted(reached, key=str.casefold)
    }


def _rows(counts, titles):
    rows = []
    last = max(counts)
    for step in range(1, last + 1):
        following = counts[step + 1] if step < last else counts[SENT]
        title = " / ".join(filter(None, titles(step)))
        rows.append(Row(step, title, counts[step], max(counts[step] - following, 0)))
    return [*rows, Row(SENT, "", counts[SENT], 0)]
