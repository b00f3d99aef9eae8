"""Who has taken which cells of one resource on one day; the arithmetic, without storage.

Claims are a mapping from a key (the id of a booking, closure or foreign event) to a `Claim`.
Nothing here changes its arguments. The rules:

- A cell is full when `capacity` takings (holds, bookings) lie on it or any block (closure,
  foreign event) does.
- Nobody takes a full cell, save with `over`, the overbooking that needs a right of its own. Who has
  a cell keeps it: also when its claim changes after the capacity was lowered.
- Blocks may be laid over bookings: whoever lays them finds out which they hit.
- A hold past its expiry no longer fills cells. It stays until it is swept or its cells are taken
  again, and whoever takes them removes it in the same write. So stored takings never overlap,
  whatever a clock says, and merging needs no clock.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from functools import reduce
from kaarst.appointments.engine import bits
from kaarst.appointments.engine.errors import Overlap
from kaarst.appointments.engine.errors import Taken
from operator import or_
from typing import NamedTuple


HELD = 1
BOOKED = 2
CLOSED = 3
BUSY = 4
TAKING = (HELD, BOOKED)


class Claim(NamedTuple):
    """Cells of a day and what they are taken for.

    `expires` is the instant at which a hold ends, 0 for everything else.
    `over` says that the cells were taken although they were full, with the right to do so.
    """

    state: int
    cells: int
    expires: int = 0
    over: bool = False

    @property
    def taking(self) -> bool:
        """Whether this counts against the capacity; blocks fill cells whatever it is."""
        return self.state in TAKING

    def expired(self, now: int) -> bool:
        """Whether this is a hold whose time is up."""
        return self.state == HELD and self.expires <= now


Claims = Mapping[str, Claim]


def full(claims: Claims, capacity: int, now: int) -> int:
    """The cells nobody else can take at the instant `now`."""
    current = [claim for claim in claims.values() if not claim.expired(now)]
    return _blocked(current) | _filled(current, capacity)


def place(
    claims: Claims, capacity: int, key: str, claim: Claim, now: int, instead: str = ""
) -> dict[str, Claim]:
    """The claims with this one added or changed, or put where the one of the key `instead` was.

    Raises `Taken` with the cells that are full. Removes expired holds on the cells taken.
    """
    former = {name: claims[name] for name in (key, instead) if name in claims}
    others = {
        name: other
        for name, other in claims.items()
        if name not in former and not (other.expired(now) and other.cells & claim.cells)
    }
    if claim.taking and not claim.over:
        own = reduce(or_, (one.cells for one in former.values() if one.taking), 0)
        current = [one for one in others.values() if not one.expired(now)]
        collision = claim.cells & (_blocked(current) | _filled(current, capacity) & ~own)
        if collision:
            raise Taken(collision)
    return {**others, key: claim}


def without_expired(claims: Claims, now: int) -> dict[str, Claim]:
    """The claims without the holds whose time is up."""
    return {key: claim for key, claim in claims.items() if not claim.expired(now)}


def beyond(claims: Claims, capacity: int) -> int:
    """The cells on which more takings lie than the capacity allows, expired holds included."""
    return bits.at_least((c.cells for c in claims.values() if c.taking), capacity + 1)


def merge(
    old: tuple[Claims, int], theirs: tuple[Claims, int], ours: tuple[Claims, int]
) -> tuple[dict[str, Claim], int]:
    """Both of two changes made side by side to the same (claims, capacity).

    The result is what either order of the two would have given. Raises `Overlap` where the order
    matters: the same claim changed differently, cells taken by both beyond the capacity, or cells
    taken by one and blocked by the other.
    """
    merged = _merge_keys(old[0], theirs[0], ours[0])
    capacity = _merge_value(old[1], theirs[1], ours[1])
    their_takings, their_blocks = _additions(old[0], theirs[0])
    our_takings, our_blocks = _additions(old[0], ours[0])
    # Whose capacity was changed meanwhile has been checked against the former one.
    theirs_unchecked = -1 if theirs[1] != capacity else our_takings
    ours_unchecked = -1 if ours[1] != capacity else their_takings
    unchecked = (their_takings & theirs_unchecked) | (our_takings & ours_unchecked)
    collision = (
        (their_takings & our_blocks)
        | (their_blocks & our_takings)
        | (beyond(merged, capacity) & unchecked)
    )
    if collision:
        raise Overlap(collision)
    return merged, capacity


def _blocked(claims: Iterable[Claim]) -> int:
    return reduce(or_, (claim.cells for claim in claims if not claim.taking), 0)


def _filled(claims: Iterable[Claim], capacity: int) -> int:
    return bits.at_least((claim.cells for claim in claims if claim.taking), capacity)


def _merge_keys(old: Claims, theirs: Claims, ours: Claims) -> dict[str, Claim]:
    merged = {}
    for key in {**theirs, **ours}:
        claim = _merge_value(old.get(key), theirs.get(key), ours.get(key))
        if claim is not None:
            merged[key] = claim
    return merged


def _merge_value(old, theirs, ours):
    if theirs == ours or ours == old:
        return theirs
    if theirs == old:
        return ours
    raise Overlap(0)


def _additions(old: Claims, new: Claims) -> tuple[int, int]:
    """The cells of new and changed claims: takings, blocks."""
    takings = blocks = 0
    for key, claim in new.items():
        if claim != old.get(key):
            if claim.taking:
                takings |= claim.cells
            else:
                blocks |= claim.cells
    return takings, blocks
