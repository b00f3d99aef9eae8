"""Alerts as they are kept: in an annotation of the site, apart from everything that pages share."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from kaarst.core import stores
from kaarst.core.shards import Shards
from kaarst.metering.analysis.alerts import Finding
from kaarst.metering.analysis.alerts import Key


NAME = "kaarst.metering.alerts"
DAY = 86_400_000
# What comes back so soon is the same event: no second mail.
SAME_EVENT = DAY
# How long those that are over can be read.
KEPT = 90 * DAY


@dataclass(frozen=True)
class Alert:
    """One event. `since`, `ended`: UTC milliseconds; `ended` is None while it lasts.

    `kind`, `value`, `limit`: as in `Finding`, the latest ones.
    """

    meter: str
    kind: str
    value: int
    limit: int
    since: int
    ended: int | None = None

    @property
    def open(self) -> bool:
        return self.ended is None


def update(known: Mapping[Key, Alert], found: Mapping[Key, Finding], now: int):
    """Compares what is so with what was known: ({key: alert} to be written, [new alerts]).

    An alert that ended less than a day ago and is found again goes on, without being new.
    """
    changed, new = {}, []
    for key, finding in found.items():
        old = known.get(key)
        if old is not None and (old.open or now - old.ended < SAME_EVENT):
            wanted = replace(old, value=finding.value, limit=finding.limit, ended=None)
        else:
            wanted = Alert(*key, finding.value, finding.limit, now)
            new.append(wanted)
        if wanted != old:
            changed[key] = wanted
    for key, old in known.items():
        if old.open and key not in found:
            changed[key] = replace(old, ended=now)
    return changed, new


class Book:
    """The alerts of a site."""

    def __init__(self, site):
        self._site = site

    def alerts(self) -> dict[Key, Alert]:
        """All that are kept, the open ones and those that are over."""
        kept = stores.existing(self._site, NAME)
        return {} if kept is None else {(one.meter, one.kind): one for one in kept.values()}

    def write(self, changed: Mapping[Key, Alert]) -> None:
        """Stores alerts in place of those of the same meter and kind."""
        if changed:
            kept = stores.store(self._site, NAME, lambda: Shards(16))
            for (meter, kind), alert in changed.items():
                kept[f"{meter}:{kind}"] = alert

    def forget(self, before: int) -> None:
        """Removes alerts that ended before a moment."""
        kept = stores.existing(self._site, NAME)
        for (meter, kind), alert in self.alerts().items():
            if alert.ended is not None and alert.ended < before:
                kept.pop(f"{meter}:{kind}", None)
