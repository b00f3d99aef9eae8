"""Who came second is tried again at once, not after a second."""

from kaarst.core import retrying
from zope.component import getGlobalSiteManager
from zope.event import notify
from ZPublisher.HTTPRequest import WSGIRequest
from ZPublisher.HTTPResponse import WSGIResponse
from ZPublisher.pubevents import PubStart

import io
import pytest
import zope.component.event  # noqa: F401, hands events to their handlers


@pytest.fixture
def slept(monkeypatch):
    """The longest sleeps that were asked for."""
    found = []
    monkeypatch.setattr(retrying.random, "uniform", lambda _least, most: most)
    monkeypatch.setattr(retrying.time, "sleep", found.append)
    return found


def test_pauses_begin_short_and_end(slept):
    for retries in (0, 1, 2, 6, 7, 20, 10_000):
        retrying.pause(retries)
    assert slept == [0.01, 0.02, 0.04, 0.64, 1.0, 1.0, 1.0]


def test_the_publisher_waits_no_longer(slept, monkeypatch):
    """As in ZPublisher.WSGIPublisher.publish_module."""
    monkeypatch.setattr(WSGIRequest, "retry_max_count", 20)
    registry = getGlobalSiteManager()
    registry.registerHandler(retrying.shorten_pause)
    try:
        environ = {"SERVER_NAME": "x", "SERVER_PORT": "80", "REQUEST_METHOD": "POST"}
        request = WSGIRequest(io.BytesIO(), environ, WSGIResponse())
        for _try in range(3):
            notify(PubStart(request))
            assert request.supports_retry()
            request.delay_retry()
            request = request.retry()
    finally:
        registry.unregisterHandler(retrying.shorten_pause)
    assert slept == [0.01, 0.02, 0.04]
