"""The worker condenses what is old: the store says what and how, the privacy page for how long."""

from kaarst.core.interfaces import IJob
from kaarst.metering.interfaces import IKaarstMeteringLayer
from kaarst.metering.store import retention
from kaarst.metering.store.engine import default_store
from plone.browserlayer.utils import registered_layers
from zope.interface import implementer

import time


#: Other jobs wait meanwhile; what is left comes an hour later.
SECONDS = 20


@implementer(IJob)
class CondenseReadings:
    """Thins and removes readings, and removes settled dead letters, a part of it each hour."""

    interval = 3600

    def run(self, site):
        if IKaarstMeteringLayer in registered_layers():
            retention.apply(default_store(), int(time.time() * 1000), seconds=SECONDS)
