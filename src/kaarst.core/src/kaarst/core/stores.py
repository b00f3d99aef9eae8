"""What kaarst.core keeps at a site besides content: stores in the site's annotations.

They are made when the package is installed, so that two first requests at once do not both
make one, and stay when it is uninstalled: nothing that was accepted is thrown away in passing.
`remove` does it on purpose.
"""

from collections.abc import Callable
from datetime import datetime
from datetime import UTC
from typing import Any
from zope.annotation.interfaces import IAnnotations
from zope.component import getAdapter


ANSWERS = "kaarst.core.answers"
EMERGENCY = "kaarst.core.emergency"
OUTBOX = "kaarst.core.outbox"
PROOF = "kaarst.core.proof"


def store(site, name: str, make: Callable[[], Any]) -> Any:
    """Returns the store with this name, made by `make` if it is not there yet."""
    annotations = _annotations(site)
    if name not in annotations:
        annotations[name] = make()
    return annotations[name]


def existing(site, name: str) -> Any | None:
    """Returns the store or None, and never writes: for pages that only look."""
    return _annotations(site).get(name)


def drop_expired(site, name: str) -> int:
    """Removes what is over from a store of Shards whose values have `expires` (aware).

    Returns how many. For jobs; a site without the store has nothing to remove.
    """
    kept = existing(site, name)
    now = datetime.now(UTC)
    gone = [key for key, value in kept.items() if value.expires <= now] if kept is not None else ()
    for key in gone:
        kept.pop(key, None)
    return len(gone)


def remove(site, name: str) -> None:
    """Deletes a store with all that is in it."""
    _annotations(site).pop(name, None)


def _annotations(site):
    # Asked of the registry, not by calling the interface: that would first look for a method
    # `__conform__`, for which Plone searches all of a site's schemata.
    return getAdapter(site, IAnnotations)
