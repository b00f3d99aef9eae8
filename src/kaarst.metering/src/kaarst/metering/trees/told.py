"""Waterings that citizens tell the town without an account: hints until somebody of the town confirms them.

A hint changes nothing of a tree's state, because nobody can know whether it is true. Confirmed, it is a
watering like any other; otherwise it goes after two weeks. Kept are the moment and the litres, and nothing
of who told it.
"""

from BTrees.LOBTree import LOBTree
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core import ratelimit
from kaarst.core.proof import Guard
from kaarst.metering.trees.state import Watering
from kaarst.metering.trees.waterings import water


#: Litres in a can or a bucket, and how many of them can be told: nobody measures.
CAN = 10
CANS = (1, 2, 5, 10)
#: How long a hint waits for somebody to look at it, and how many of a tree do.
KEPT = timedelta(days=14)
MOST = 20
# What one connection may tell in an hour, and of one tree in a day; a family or an office shares one.
TOGETHER, HOUR = 20, 3600
OF_ONE, DAY = 3, 24 * 3600


def hints(tree, now: datetime | None = None) -> list[Watering]:
    """What was told of a tree in the last two weeks and nobody has looked at, oldest first."""
    if tree._told is None:
        return []
    low = _key((now or datetime.now(UTC)) - KEPT)
    return [
        Watering(datetime.fromtimestamp(moment / 1000, UTC), litres)
        for moment, litres in tree._told.items(low)
    ]


def tell(tree, cans: int, now: datetime | None = None) -> Watering:
    """Notes a hint, and forgets those that are too old or too many. Raises ValueError for other `cans`."""
    if cans not in CANS:
        raise ValueError(cans)
    now = now or datetime.now(UTC)
    if tree._told is None:
        tree._told = LOBTree()
    kept = tree._told
    for moment in [*kept.keys(max=_key(now - KEPT), excludemax=True), *[*kept.keys()][: 1 - MOST]]:
        kept.pop(moment, None)
    moment = _key(now)
    while moment in kept:
        moment += 1
    kept[moment] = cans * CAN
    return Watering(datetime.fromtimestamp(moment / 1000, UTC), cans * CAN)


def settle(tree, at: datetime, is_true: bool) -> bool:
    """Makes a hint a watering, or forgets it; False where it is not there any more."""
    litres = None if tree._told is None else tree._told.pop(_key(at), None)
    if litres is None:
        return False
    if is_true:
        water(tree, at, litres)
    return True


def count(request, tree_uid: str) -> None:
    """Counts what a connection tells. Raises TooManyRequests."""
    client = ratelimit.client(request)
    ratelimit.hit(f"told:{client}", TOGETHER, HOUR)
    ratelimit.hit(f"told:{tree_uid}:{client}", OF_ONE, DAY)


def guard(request) -> Guard:
    """Asks for a proof of work when a great many come."""
    return Guard(request, "told-waterings")


def _key(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
