"""What trees were watered with, and the days of rain that were uploaded.

Waterings lie in their tree, in a BTree of their own: written down by people, gone with the tree. They are
no content: a tick on a round touches neither the catalogue nor what caches hold of other pages. Nobody's
name is kept with them.
"""

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from datetime import datetime
from datetime import UTC
from kaarst.metering.trees.state import Watering


def waterings(tree, since: datetime | None = None) -> list[Watering]:
    """What a tree was watered with, oldest first; from a moment (aware) on."""
    if tree._waterings is None:
        return []
    low = None if since is None else _key(since)
    return [_watering(moment, litres) for moment, (litres, _s) in tree._waterings.items(low)]


def water(tree, at: datetime, litres: int, source: str = "") -> bool:
    """Notes a watering; False where the same `source` (a round's UID) has noted one already."""
    if tree._waterings is None:
        tree._waterings = LOBTree()
    if source and watered_by(tree, source) is not None:
        return False
    moment = _key(at)
    while moment in tree._waterings:
        moment += 1
    tree._waterings[moment] = (litres, source)
    return True


def watered_by(tree, source: str) -> Watering | None:
    """The watering that a round has noted, or None."""
    for moment, (litres, noted) in (tree._waterings or {}).items():
        if noted == source:
            return _watering(moment, litres)
    return None


def forget(tree, at: datetime) -> bool:
    """Takes a watering back; whether there was one at that moment."""
    return tree._waterings is not None and tree._waterings.pop(_key(at), None) is not None


def forget_copied(copied, event):
    """A copy of a tree is another tree: nobody has watered it."""
    copied._waterings = copied._told = None


def rain_days(page) -> dict[int, int]:
    """Tenths of a millimetre by day ordinal (`date.toordinal`), as uploaded."""
    return dict(page._rain or {})


def add_rain(page, days: dict[int, int]) -> None:
    """Keeps uploaded days; those that are known already are replaced."""
    if page._rain is None:
        page._rain = OOBTree()
    page._rain.update(days)


def _key(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _watering(moment: int, litres: int) -> Watering:
    return Watering(datetime.fromtimestamp(moment / 1000, UTC), litres)
