"""When more times become bookable, for the countdown."""

from collections.abc import Iterable
from datetime import date
from kaarst.appointments.engine.search import Search


def next_release(search: Search, days: Iterable[date]) -> int | None:
    """The instant at which more of the first of these days becomes bookable that waits for it.

    None where nothing is held back on any of them.
    """
    release = search.plan.release
    if release is None:
        return None
    found = (
        release.next_release(day, search.now) for day in days if search.plan.hours.open_cells(day)
    )
    return next((one for one in found if one), None)
