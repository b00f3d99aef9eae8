"""What Plone tells a page that wants live values: the values now, and a token to hear of new ones."""

from collections.abc import Iterable
from collections.abc import Sequence
from functools import lru_cache
from kaarst.metering.live import tokens
from kaarst.metering.live.hub import described
from kaarst.metering.live.values import Current
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.engine import Store

import os
import time


# Answers of one minute hold the same token, so that they are equal and can be kept.
_ROUNDED = 60


@lru_cache(maxsize=8)
def _current(store: Store) -> Current:
    """What this process remembers of a database's registers."""
    return Current()


def permit(meters: Iterable[str], consents: Sequence[int] = (), personal: bool = False) -> dict:
    """Returns `{url, token, expires, items}` for these meters; at most as many as a token holds.

    `expires`: UTC seconds. `personal`: for one person's eyes; such tokens live shortly.
    """
    chosen = sorted(set(meters))[: tokens.MOST_METERS]
    store = default_store()
    seconds = tokens.PERSONAL_SECONDS if personal else tokens.PUBLIC_SECONDS
    expires = int(time.time()) // _ROUNDED * _ROUNDED + _ROUNDED + seconds
    with store.reading() as connection:
        values = _current(store).read(connection, chosen)
    return {
        "url": f"{os.environ.get('KAARST_LIVE_URL', '').rstrip('/') or '/live'}/events",
        "token": tokens.seal(tokens.key(store), chosen, expires, consents),
        "expires": expires,
        "items": [described(values[name]) for name in chosen if name in values],
    }
