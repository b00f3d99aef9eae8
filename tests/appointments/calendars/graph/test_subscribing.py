"""Being told of changes: subscriptions that go on, and nothing believed that does not know the secret."""

from dataclasses import replace
from kaarst.appointments.calendars.graph.adapter import Graph
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import INTERVAL
from kaarst.appointments.calendars.records import Notice
from kaarst.appointments.calendars.subscribing import digest
from kaarst.appointments.calendars.subscribing import heard
from kaarst.appointments.calendars.subscribing import LASTS
from kaarst.appointments.calendars.subscribing import subscribed
from kaarst.appointments.engine.storage.memory import MemoryStorage
from tests.appointments.calendars.graph import shapes

import pytest


HOUR, DAY = 3600, 24 * 3600
NOW = 1_800_000_000
LINK = Connection("counter", "desk", "a@b.example", "client", "sealed", made=NOW, kind="graph")
ADDRESS = "https://kaarst.example/appointments-notification"


class Fake(Graph):
    """The adapter without a server; `renewable`: whether there is such a subscription."""

    def __init__(self):
        self.asked, self.renewable = [], True

    def subscribe(self, address, state, until):
        self.asked.append((address, state, until))
        return f"sub-{len(self.asked)}"

    def renew(self, key, until):
        return self.renewable


@pytest.fixture
def adapter():
    return Fake()


def test_a_subscription_is_renewed_before_it_ends(adapter):
    assert subscribed(LINK, adapter, NOW, "") == LINK
    link = subscribed(LINK, adapter, NOW, ADDRESS)
    ((address, state, until),) = adapter.asked
    assert (address, until, link.expires) == (ADDRESS, NOW + LASTS, NOW + LASTS)
    # The secret itself is not kept, and is long enough not to be guessed.
    assert link.state == digest(state) and len(state) > 40 and state not in repr(vars(link))
    assert subscribed(link, adapter, NOW + DAY, ADDRESS) is link
    later = NOW + LASTS - HOUR
    renewed = subscribed(link, adapter, later, ADDRESS)
    assert (renewed.subscription, renewed.expires) == ("sub-1", later + LASTS)
    adapter.renewable = False
    assert subscribed(link, adapter, later, ADDRESS).subscription == "sub-2"


def test_what_was_lost_is_asked_for_again_but_not_all_the_time(adapter):
    link = subscribed(LINK, adapter, NOW, ADDRESS)
    adapter.renewable = False
    lost = Notice("counter", lost=NOW + 60)
    assert subscribed(link, adapter, NOW + 120, ADDRESS, lost) is link
    again = subscribed(link, adapter, NOW + HOUR, ADDRESS, lost)
    assert again.subscription == "sub-2"
    assert subscribed(again, adapter, NOW + 2 * HOUR, ADDRESS, lost) is again


def test_only_who_knows_the_secret_is_heard():
    records = MemoryStorage().records
    link = replace(LINK, subscription="sub-1", state=digest("geheim"), asked=NOW, looked=NOW)
    records(Connection).put(link)

    def tell(*told, later=10):
        return heard(records(Connection), records(Notice), list(told), NOW + later)

    wrong = (
        shapes.notification("sub-1", "geraten"),
        shapes.notification("sub-1", None),
        shapes.notification("sub-2", "geheim"),
        shapes.notification("", ""),
        shapes.notification("sub-1", "\ud800"),
        {},
        None,
        {"subscriptionId": ["sub-1"], "clientState": "geheim"},
    )
    assert tell(*wrong) == 0
    assert len(records(Notice)) == 0 and not link.is_due(NOW + 20)
    assert tell(shapes.notification("sub-1", "geheim"), *wrong) == 1
    assert records(Notice).get("counter") == Notice("counter", at=NOW + 10)
    assert link.is_due(NOW + 20, heard=NOW + 10)
    # Many changes are one note until somebody has looked.
    tell(shapes.notification("sub-1", "geheim"), later=15)
    assert records(Notice).get("counter").at == NOW + 10
    records(Connection).put(replace(link, looked=NOW + 20))
    tell(shapes.lifecycle("sub-1", "geheim", "subscriptionRemoved"), later=30)
    assert records(Notice).get("counter") == Notice("counter", at=NOW + 30, lost=NOW + 30)


def test_when_a_calendar_is_looked_at():
    link = replace(LINK, looked=NOW)
    assert not link.is_due(NOW + INTERVAL - 1) and link.is_due(NOW + INTERVAL)
    # A server that asked for patience is not disturbed, whatever it tells.
    waiting = replace(link, again=NOW + 300)
    assert not waiting.is_due(NOW + 200, heard=NOW + 100)
    assert waiting.is_due(NOW + 300)
