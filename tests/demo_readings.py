"""Readings of the last days for the demo city of the tests, as the simulator writes them."""

from kaarst.metering.alerts import job
from kaarst.metering.simulation import setup
from kaarst.metering.store.engine import default_store

import time


#: Enough for the base load, which wants seven nights.
DAYS = 10


def fill(site):
    """Fills the store and lets the worker's job look at it once."""
    now = int(time.time() * 1000)
    store = default_store()
    setup.prepare(store)
    setup.fill(store, now, days=DAYS)
    job.look(site, site["energie"], now)
