"""Moments and days as programs send them."""

from datetime import date
from datetime import datetime
from datetime import UTC


def moment(value) -> datetime | None:
    """ISO 8601 with offset as UTC; None for anything else."""
    try:
        found = datetime.fromisoformat(value)
        return None if found.tzinfo is None else found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def day(value) -> date | None:
    """A date as "2026-07-15"; None for anything else."""
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except (TypeError, ValueError):
        return None
