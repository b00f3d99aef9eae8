"""The processes that Plone does not run itself: bridge and live.

Warnings at most: readings wait at the broker, and a town whose meters are silent still has a
homepage that the load balancer has to lead to.
"""

from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.metering.interfaces import IKaarstMeteringLayer
from kaarst.metering.store import state
from kaarst.metering.store.engine import default_store
from plone.browserlayer.utils import registered_layers
from zope.interface import implementer

import time


# Seconds without a sign of life after which somebody should look.
LATE = 120
NOT_INSTALLED = Health("ok", "No meters are kept in this site.")


def _seconds_since(moment: int) -> float:
    return time.time() - moment / 1000


@implementer(IHealthCheck)
class Bridge:
    """Messages of meters are being stored."""

    def check(self, site):
        if IKaarstMeteringLayer not in registered_layers():
            return NOT_INSTALLED
        with default_store().reading() as connection:
            found = state.heartbeat(connection)
        if found is None:
            return Health("warning", "No bridge has run yet; start kaarst-bridge.")
        moment, connected = found
        seconds = _seconds_since(moment)
        said = f"The bridge was last seen {seconds:.0f} seconds ago"
        if seconds > LATE:
            return Health("warning", f"{said}; start kaarst-bridge.")
        if not connected:
            return Health("warning", f"{said}, and it has no connection to the broker.")
        return Health("ok", f"{said}.")


@implementer(IHealthCheck)
class Live:
    """Pages get their values from the process made for that. Without it they ask Plone, seldom."""

    def check(self, site):
        if IKaarstMeteringLayer not in registered_layers():
            return NOT_INSTALLED
        with default_store().reading() as connection:
            moment = state.live_heartbeat(connection)
        if moment is None:
            return Health("warning", "Nothing is sent live yet; start kaarst-live.")
        seconds = _seconds_since(moment)
        said = f"kaarst-live was last seen {seconds:.0f} seconds ago"
        return (
            Health("warning", f"{said}; start it.") if seconds > LATE else Health("ok", f"{said}.")
        )
