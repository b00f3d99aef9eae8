"""Which notices stand above a page at a moment: plain Python.

Moments are aware datetimes in UTC. Paths are tuples of ids from the root.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How grave a notice is; the gravest stands first."""

    EMERGENCY = "emergency"
    WARNING = "warning"
    INFO = "info"


RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Notice:
    """A published notice.

    `start` and `end` may be missing: it holds from ever or for ever. `end` is not included.
    `places`: paths of the pages and sections it stands on; empty: everywhere.
    """

    path: tuple[str, ...]
    title: str
    text: str
    severity: Severity
    start: datetime | None = None
    end: datetime | None = None
    places: tuple[tuple[str, ...], ...] = ()

    def holds(self, now: datetime) -> bool:
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)

    def stands_on(self, path: tuple[str, ...]) -> bool:
        """Whether it belongs above the page at `path`: everywhere, there, or above it."""
        return not self.places or any(path[: len(place)] == place for place in self.places)


def current(notices: list[Notice], now: datetime) -> list[Notice]:
    """Those that hold at `now`, the gravest first, then the newest."""
    holding = [notice for notice in notices if notice.holds(now)]
    oldest = datetime.min.replace(tzinfo=now.tzinfo)
    holding.sort(key=lambda notice: notice.start or oldest, reverse=True)
    return sorted(holding, key=lambda notice: RANK[notice.severity])
