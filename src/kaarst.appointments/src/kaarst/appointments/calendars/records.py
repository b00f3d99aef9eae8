"""What is kept about foreign calendars, as plain as the records of the engine.

They lie beside the content, not in it: a password thus is in no export, no copy and no answer of
the REST interface. In the database it is sealed as well (kaarst.core.sealing).
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
# A subscription is renewed in its last day, and asked for again after an hour where it was refused.
RENEW_BEFORE = 24 * 3600
ASK_AGAIN = 3600

#: Kinds of calendars.
CALDAV, GRAPH = "caldav", "graph"


@dataclass(frozen=True)
class Connection:
    """The foreign calendar of a resource, whose id it bears. Instants as in the engine.

    `writes`: appointments are delivered to it. `token` and `busy` are of the last reading, at
    `read`. `since`, `tries`, `again`, `reason` tell of failures to read since then; `refused` is
    why nothing can be written, "" if it can. `delivered`: (uid, fingerprint, etag, end).
    `looked`: the last round, whatever came of it.

    Of Microsoft Graph `address` is the mailbox, `user` and `password` the application's id and
    secret, `tenant` and `cloud` where it is registered. `subscription` tells us of changes until
    `expires`; it was asked for at `asked`, and `state` (SHA-256) is of the secret it names.
    """

    id: str
    desk: str
    address: str
    user: str
    password: str = field(repr=False)
    made: int
    actor: str = ""
    writes: bool = True
    kind: str = CALDAV
    cloud: str = ""
    tenant: str = ""
    looked: int = 0
    subscription: str = field(default="", repr=False)
    state: str = field(default="", repr=False)
    asked: int = 0
    expires: int = 0
    token: str = field(default="", repr=False)
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

    def is_same(self, other: "Connection") -> bool:
        """Whether both are the same calendar, reached in the same way."""
        mine = (self.kind, self.cloud, self.tenant, self.address, self.user)
        return mine == (other.kind, other.cloud, other.tenant, other.address, other.user)

    def is_due(self, now: int, heard: int = 0) -> bool:
        """Whether to look at it in this round; `heard`: when it told of a change, 0 for never."""
        waited = now - self.looked >= INTERVAL or heard >= self.looked
        return self.again <= now and waited

    def wants_subscription(self, now: int, lost: int = 0) -> bool:
        """Whether to ask for being told of changes; `lost`: when it said that this ends."""
        ending = self.expires - now < RENEW_BEFORE or (lost and lost >= self.asked)
        return bool(ending) and now - self.asked >= ASK_AGAIN

    def known(self) -> dict[str, Delivered]:
        """What was delivered, by uid."""
        return {uid: Delivered(*rest) for uid, *rest in self.delivered}

    def standing(self, now: int) -> int:
        """How many appointments to come stand there."""
        return sum(one.end > now and bool(one.fingerprint) for one in self.known().values())

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

    def holding(
        self, delivered: Mapping[str, Delivered], refused: str, again: int = 0
    ) -> "Connection":
        """With what stands there now, why no more does, and when to try again if they say."""
        plain = tuple((uid, *one) for uid, one in delivered.items())
        return replace(self, delivered=plain, refused=refused, again=max(self.again, again))


@dataclass(frozen=True)
class Notice:
    """What the calendar with this id told: at `at` of a change, at `lost` that it will not go on.

    Apart from the connection, so that whoever reads the calendar and whoever hears of a change
    do not get into each other's way.
    """

    id: str
    at: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Feed:
    """A feed of a desk or a resource, whose id it bears; `digest` (SHA-256) is of its token."""

    id: str
    desk: str
    digest: str = field(repr=False)
    made: int
    actor: str = ""
