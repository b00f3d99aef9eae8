"""The audit log: who did or saw what, append-only and hash-chained. Import from here.

`record(kind, subject=…, detail=…)` notes what the running transaction does; `record_now` what was
refused; `seen` that staff have looked at a list; `deleted` what was deleted as its time was over;
`alias` names a citizen; `readings_about` says who has looked at what is about some numbers. `kinds`
has the constants. Plain parts without Plone: `chain` (what an entry is), `tables`, `log`, `search`.
"""

from importlib import import_module
from kaarst.core.audit import kinds  # noqa: F401


_PLACES = {
    "LogUnavailable": "recording",
    "alias": "recording",
    "alias_of": "recording",
    "deleted": "recording",
    "readings_about": "reading",
    "record": "recording",
    "record_now": "recording",
    "seen": "reading",
}


def __getattr__(name: str):
    """Loads what needs Plone when it is asked for: the command has none."""
    if name not in _PLACES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
