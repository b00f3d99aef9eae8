"""The yearly review of the accessibility statement (§ 4 (4) BITVNRW)."""

from datetime import date
from datetime import datetime
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.core.opening_hours import BERLIN
from kaarst.core.town import town
from zope.interface import implementer


def overdue(reviewed: date | None, today: date) -> bool:
    """Whether more than a year has passed since the last review, or there was none."""
    if reviewed is None:
        return True
    try:
        due = reviewed.replace(year=reviewed.year + 1)
    except ValueError:  # 29 February
        due = date(reviewed.year + 1, 3, 1)
    return today > due


@implementer(IHealthCheck)
class AccessibilityReview:
    """Operators see when the review is due; the page itself reminds the editors."""

    def check(self, site):
        reviewed = town(site).accessibility_reviewed
        if overdue(reviewed, datetime.now(BERLIN).date()):
            said = f"on {reviewed.isoformat()}" if reviewed else "never"
            return Health("warning", f"The accessibility statement was last reviewed {said}.")
        return Health("ok", f"The accessibility statement was reviewed on {reviewed.isoformat()}.")
