"""The ledger of one resource on one day: the persistent object whose conflicts are the lock.

Two transactions that change the same ledger side by side are merged by ZODB where they do not
touch one another and refused with a ConflictError where they do. The process that runs the
storage does this, so **a ZEO server must be able to import this module**; see `probe`. It imports
nothing but ZODB's `Persistent` and the arithmetic of `claims` for that reason.

The state holds numbers, strings and tuples only.
"""

from collections.abc import Mapping
from kaarst.appointments.engine import claims
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.errors import Overlap
from persistent import Persistent
from ZODB.POSException import ConflictError


class Ledger(Persistent):
    """Claims on the cells of a day, of which `capacity` may lie on one another."""

    # (capacity, from, until, cells): the full cells, valid for instants from <= now < until.
    _v_full: tuple[int, float, float, int] | None = None
    _highest = 0

    def __init__(self, capacity: int = 1):
        self._capacity = capacity
        self._claims: dict[str, tuple] = {}

    @property
    def capacity(self) -> int:
        """How many takings may lie on one cell, as said when it was last written to."""
        return self._capacity

    @property
    def highest(self) -> int:
        """The greatest capacity it ever had: more than that cannot lie on one cell."""
        return max(self._highest, self._capacity)

    @property
    def claims(self) -> Mapping[str, Claim]:
        """All claims by their keys, expired holds included; a copy."""
        return _unpack(self._claims)

    def full(self, now: int, capacity: int | None = None) -> int:
        """The cells nobody else can take at the instant `now`; `capacity` as of `place`."""
        capacity = self._capacity if capacity is None else capacity
        known = self._v_full
        if known and known[0] == capacity and known[1] <= now < known[2]:
            return known[3]
        current = self.claims
        ends = [c.expires for c in current.values() if c.state == claims.HELD and c.expires > now]
        cells = claims.full(current, capacity, now)
        self._v_full = (capacity, now, min(ends, default=float("inf")), cells)
        return cells

    def place(
        self, key: str, claim: Claim, now: int, capacity: int | None = None, instead: str = ""
    ) -> None:
        """Add or change a claim, or raise `Taken`; `capacity` when it may have been changed.

        `instead` is the key of a claim that it takes the place of.
        """
        capacity = self._capacity if capacity is None else capacity
        self._change(claims.place(self.claims, capacity, key, claim, now, instead), capacity)

    def remove(self, key: str) -> bool:
        """Take a claim away; False when there was none."""
        if key not in self._claims:
            return False
        self._change({name: claim for name, claim in self.claims.items() if name != key})
        return True

    def sweep(self, now: int) -> list[str]:
        """Take away the holds whose time is up and name them; writes only if there are any."""
        kept = claims.without_expired(self.claims, now)
        gone = sorted(self._claims.keys() - kept.keys())
        if gone:
            self._change(kept)
        return gone

    def _change(self, new: Mapping[str, Claim], capacity: int | None = None) -> None:
        self._v_full = None
        self._claims = _pack(new)
        if capacity is not None and capacity != self._capacity:
            self._highest = max(self.highest, capacity)
            self._capacity = capacity

    def _p_resolveConflict(self, old, committed, ours):
        """Called by the storage with the three states as saved."""
        try:
            merged, capacity = claims.merge(*(_of_state(one) for one in (old, committed, ours)))
        except Overlap as error:
            raise ConflictError(str(error)) from error
        highest = max(one.get("_highest", one["_capacity"]) for one in (committed, ours))
        return {
            **committed,
            "_claims": _pack(merged),
            "_capacity": capacity,
            "_highest": highest,
        }


def _pack(unpacked: Mapping[str, Claim]) -> dict[str, tuple]:
    # Plain tuples: the saved state names no class that a storage would have to import.
    return {key: tuple(claim) for key, claim in unpacked.items()}


def _unpack(packed: Mapping[str, tuple]) -> dict[str, Claim]:
    return {key: Claim._make(claim) for key, claim in packed.items()}


def _of_state(state) -> tuple[dict[str, Claim], int]:
    return _unpack(state["_claims"]), state["_capacity"]
