"""Keeps values in the memory of the process until the site changes."""

from collections.abc import Callable
from kaarst.core import changes
from plone import api
from plone.memoize import ram
from typing import Any


NAME = "kaarst.policy.caching"


def remembered(
    site,
    name: str,
    make: Callable[[], Any],
    stamp: str = "",
    still: Callable[[Any], bool] = lambda value: True,
) -> Any:
    """What `make` gives; asked again when the site has changed, with a new `stamp`, or if not `still`.

    `name`: what it is, with all it depends on beside the site, its address and its state. `stamp`:
    what it also depends on and what never comes back (a moment). The value has to be the same for
    every user; it is pickled.
    """
    state = changes.state(site)
    if state is None:
        return make()
    cache = ram.choose_cache(NAME)
    key = f"{NAME}|{changes.place(site)}|{site.absolute_url()}|{name}"
    kept = cache.get(key)
    if kept is not None and kept[0] == (state, stamp) and still(kept[1]):
        return kept[1]
    value = make()
    # One entry for each name: the old value goes when the new one comes.
    cache[key] = ((state, stamp), value)
    return value


def fragment(site, name: str, make: Callable[[], Any], stamp: str) -> Any:
    """A part of a page as anonymous visitors see it; who is logged in gets it made.

    As `remembered`; the language of the page belongs into `name`.
    """
    if not api.user.is_anonymous():
        return make()
    return remembered(site, f"anonymous|{name}", make, stamp)
