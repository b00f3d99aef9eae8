"""What the channels have in common, and how a page asks for them."""

from kaarst.core.interfaces import IServiceChannel
from zope.component import getAdapters


class Channel:
    """A channel that is not available until a subclass says so."""

    kind = ""
    order = 100
    title = ""
    description = ""
    url = ""
    available = False
    soonest = None

    def __init__(self, service, request):
        self.service = service
        self.request = request


def available_channels(service, request) -> list[tuple[str, IServiceChannel]]:
    """Name and channel of every way in which the service can be had now, the best one first.

    Channels come from any package that registers a named adapter.
    """
    found = [
        (name, channel)
        for name, channel in getAdapters((service, request), IServiceChannel)
        if channel.available
    ]
    return sorted(found, key=lambda pair: (pair[1].order, pair[0]))
