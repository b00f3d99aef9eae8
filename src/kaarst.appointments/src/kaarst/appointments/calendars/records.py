"""What is kept about foreign calendars, as plain as the records of the engine.

They lie beside the content, not in it: a password thus is in no export, no copy and no answer of
the REST interface.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from kaarst.appointments.calendars.delivery import Delivered
from kaarst.appointments.calendars.interfaces import Busy
from kaarst.appointments.calendars.interfaces import CalendarError


# Seconds between two looks at a calendar, the most of it after failures.
INTERVAL = 120
LONGEST = 3600
# So long a calendar that could be read a moment ago may be out of reach before it counts as busy.
GRACE = 300
# Read anew at least this often, whatever the calendar says about changes.
REREAD = 900


@dataclass(frozen=True)
class Connection:
    """The foreign calendar of a resource, whose id it bears. Instants as in the engine.

    `writes`: appointments are delivered to it. `token` and `busy` are of the last reading, at
    `read`. `since`, `tries`, `again`, `reason` tell of failures to read since then; `refused` is
    why nothing can be written, "" if it can. `delivered`: (uid, fingerprint, etag, end).
    """

    id: str
    desk: str
    address: str
    user: str
    password: str = field(repr=False)
    made: int
    actor: str = ""
    writes: bool = True
    token: str = ""
    read: int = 0
    since: int = 0
    tries: int = 0
    again: int = 0
    reason: str = ""
    refused: str = ""
    busy: tuple[Busy, ...] = field(default=(), repr=False)
    delivered: tuple[tuple[str, str, str, int], ...] = field(default=(), repr=False)

    def __post_init__(self):
        object.__setattr__(self, "busy", tuple(Busy(*one) for one in self.busy))

    def known(self) -> dict[str, Delivered]:
        """What was delivered, by uid."""
        return {uid: Delivered(*rest) for uid, *rest in self.delivered}

    def counts_as_busy(self, now: int) -> bool:
        """Whether it has been unreadable for too long to trust what was read."""
        return bool(self.since) and now - self.since >= GRACE

    def must_read(self, now: int) -> bool:
        """Whether to read even if nothing is said to have changed."""
        return bool(self.since) or now - self.read >= REREAD

    def failed(self, now: int, error: CalendarError) -> "Connection":
        """With a failure to read."""
        wait = max(min(INTERVAL * 2**self.tries, LONGEST), error.later)
        return replace(
            self,
            since=self.since or now,
            tries=min(self.tries + 1, 10),
            again=now + wait,
            reason=error.reason,
            # Whatever changes meanwhile is found by reading everything.
            token="",
        )

    def was_read(self, now: int, busy: Iterable[Busy]) -> "Connection":
        """With what has been read."""
        return replace(self, read=now, since=0, tries=0, again=0, reason="", busy=tuple(busy))

    def holding(self, delivered: Mapping[str, Delivered], refused: str) -> "Connection":
        """With what stands there now, and why no more does."""
        plain = tuple((uid, *one) for uid, one in delivered.items())
        return replace(self, delivered=plain, refused=refused)


@dataclass(frozen=True)
class Feed:
    """A feed of a desk or a resource, whose id it bears; `digest` (SHA-256) is of its token."""

    id: str
    desk: str
    digest: str = field(repr=False)
    made: int
    actor: str = ""
