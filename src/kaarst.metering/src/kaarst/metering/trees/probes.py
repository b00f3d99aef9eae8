"""Which probes can be believed: a probe that is silent, torn off or frozen says so by how it behaves."""

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from decimal import Decimal


TENSION, MOISTURE = "tension", "moisture"
NEVER, SILENT, TORN, FROZEN = "never", "silent", "torn", "frozen"
SILENT_AFTER = timedelta(hours=24)
#: Local days, today not among them, in which nothing moves at a frozen probe.
FROZEN_DAYS = 3
#: Millionths of kPa or %: what probes resolve, and round differently in live and in stored values.
_STILL = 100_000
#: Probes measure suction up to about 239 kPa (Watermark); below zero there is none.
_RANGES = {TENSION: (Decimal(0), Decimal(240)), MOISTURE: (Decimal("0.01"), Decimal(100))}


@dataclass(frozen=True)
class Probe:
    """A probe in the ground. `kind` TENSION (kPa) or MOISTURE (% of the volume), `depth` in cm.

    `value` and `at` (aware) are its newest measurement; `fault` is why not to believe it, or None.
    """

    key: str
    kind: str
    depth: int
    value: Decimal | None = None
    at: datetime | None = None
    fault: str | None = None

    @property
    def unit(self) -> str:
        return "kPa" if self.kind == TENSION else "%"


def fault(
    kind: str,
    value: Decimal | None,
    at: datetime | None,
    now: datetime,
    complained: datetime | None = None,
    frozen: bool = False,
    silent_after: timedelta = SILENT_AFTER,
) -> str | None:
    """Why a probe is not to be believed. `complained`: when its maker's own sign of a fault last came.

    The decoders recognise that sign (−0.1 °C with all bits set, a flag) and store no measurement.
    """
    if complained is not None and (at is None or complained > at):
        return TORN
    if value is None or at is None:
        return NEVER
    low, high = _RANGES[kind]
    if not low <= value <= high:
        return TORN
    if now - at > silent_after:
        return SILENT
    return FROZEN if frozen else None


def frozen(days: Mapping[str, Iterable[tuple[int, int, int]]], today: int) -> set[str]:
    """Which of the probes of one kind stand still while their neighbours move.

    `days`: key → (local day, lowest, highest; millionths) of each day with measurements. A probe is frozen when in
    `FROZEN_DAYS` whole days it only ever said one value, while at least half of the others and no
    fewer than three moved.
    """
    window = set(range(today - FROZEN_DAYS, today))
    spans = {}
    for key, rows in days.items():
        inside = [(low, high) for day, low, high in rows if day in window]
        if len(inside) == FROZEN_DAYS:
            spans[key] = max(high for _low, high in inside) - min(low for low, _high in inside)
    still = {key for key, span in spans.items() if span <= _STILL}
    moving = len(spans) - len(still)
    return still if moving >= 3 and moving * 2 >= len(spans) - 1 else set()
