"""Waiting where things change meanwhile: closed, retracted, deleted, the worker away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.drawing import lots
from kaarst.appointments.engine import closing
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.lottery import Draw
from kaarst.appointments.engine.lottery import Entry
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.jobs.lots import DrawLots
from kaarst.appointments.jobs.wishes import ServeWishes
from kaarst.appointments.wishing import wishes
from kaarst.appointments.wishing.serving import serving
from kaarst.core.worker.rounds import Rounds
from plone import api
from tests.appointments.test_rest import book
from tests.appointments.test_rest import free
from tests.appointments.test_rest import post
from tests.appointments.test_wishes import _insist
from tests.appointments.test_wishes import clock  # noqa: F401
from tests.appointments.test_wishes import desk  # noqa: F401
from tests.appointments.test_wishes import hands  # noqa: F401

import pytest
import time
import time_machine
import transaction


def test_who_loses_an_offer_to_a_closure_is_told_and_a_retracted_desk_offers_nothing(hands):  # noqa: F811
    anna = hands.ask("anna")
    office.cancel(hands.booked[-1])
    start = hands.wish(anna).start
    with serving(hands.desk) as found:
        closure, _hit = closing.close(found.desk, start, start + 3600)
    assert hands.wish(anna).state == "waiting"
    assert "fällt weg" in hands.subjects("anna")
    with api.env.adopt_roles(["Manager"]):
        api.content.transition(hands.desk, "retract")
    with serving(hands.desk) as found:
        closing.reopen(found.desk, closure.id)
    assert hands.wish(anna).state == "waiting"
    with api.env.adopt_roles(["Manager"]):
        api.content.transition(hands.desk, "publish")
    office.cancel(hands.booked[-2])
    assert hands.wish(anna).state == "offered"


def test_the_worker_was_away_and_somebody_was_faster(hands, clock):  # noqa: F811
    anna, bela = hands.ask("anna"), hands.ask("bela")
    start = hands.booked[-1].start
    office.cancel(hands.booked[-1])
    # Late, but nobody has passed it on: it still is hers.
    clock.shift(timedelta(minutes=179))
    assert office.engine(hands.desk).search().choose(_request(hands), start) is None
    clock.shift(timedelta(minutes=2))
    held = office.hold(hands.desk, ["reisepass"], start)
    with pytest.raises(Taken):
        wishes.accept(hands.wish(anna))
    assert (hands.wish(anna).state, hands.wish(anna).unanswered) == ("waiting", 0)
    ServeWishes().run(hands.site)
    office.hold_anew(hands.desk, held.id, ["reisepass"], start)
    assert [hands.wish(one).state for one in (anna, bela)] == ["waiting", "waiting"]


def _request(hands):  # noqa: F811
    return office.engine(hands.desk).plan.request(["reisepass"])


def test_with_the_desk_end_wishes_and_draws_and_everybody_is_told(hands):  # noqa: F811
    anna, bela = hands.ask("anna"), hands.ask("bela")
    for booking in hands.booked:
        office.cancel(booking)
    assert hands.wish(anna).state == hands.wish(bela).state == "offered"
    hands.desk.ahead, hands.desk.release_draw, hands.desk.horizon = 0, True, 10
    DrawLots().run(hands.site)
    person = {"name": "Cora", "email": "cora@example.org"}
    key = lots.open_draws(hands.desk)[0].id
    cora = lots.enter(hands.desk, key, ["reisepass"], person, language="de")
    with api.env.adopt_roles(["Manager"]):
        api.content.delete(hands.desk)
    assert hands.wish(anna).state == hands.wish(bela).state == "ended"
    for name, said in (("anna", "nicht mehr"), ("bela", "nicht mehr"), ("cora", "nicht statt")):
        assert said in hands.subjects(name)
    records = [list(hands.kept.engine.records(kind)) for kind in (Hold, Entry, Draw)]
    assert records == [[], [], []] and cora.entry.number not in hands.kept.numbers


def test_who_asks_again_while_something_is_offered_sees_the_offer(hands):  # noqa: F811
    late = hands.booked[-1]
    hands.ask("anna", booking=late)
    office.cancel(hands.booked[-2])
    offered = wishes.of_booking(late)
    assert hands.ask("anna", booking=late).wish == offered
    assert len(hands.letters("anna")) == 2


def test_the_worker_passes_on_while_many_try_to_take_it(desk):  # noqa: F811
    site = desk.aq_parent.aq_parent
    start = next(slot for day in free(desk)["days"][3:] for slot in day["slots"])
    booked = book(desk, start)
    data = {"services": ["reisepass"], "until": start[:10], "notice": 60}
    asked = [
        post(desk, "@wishes", {**data, "name": name, "email": f"{name}@example.org"}).json()
        for name in ("anna", "bela")
    ]
    anna, bela = ({name: one[name] for name in ("number", "pin")} for one in asked)
    theirs = {name: booked[name] for name in ("number", "pin")}
    assert post(site, "@booking-cancel", theirs).status_code == 200
    with time_machine.travel(time.time() + 7201, tick=True), ThreadPoolExecutor(9) as pool:
        tries = [pool.submit(_insist, desk, start) for _ in range(6)]
        passed = pool.submit(work, site._p_jar.db())
        late = [pool.submit(post, site, "@wish-accept", anna) for _ in range(2)]
        passed.result()
        assert {status for one in tries for status in one.result()} == {409}
        statuses = sorted(one.result().status_code for one in late)
        offer = post(site, "@wish", bela).json()["offer"]
        # Either she was just in time or it is the next one's, and never both.
        assert (offer is None) is (200 in statuses) and statuses.count(200) <= 1
        assert offer is None or offer["start"] == start
        transaction.begin()
        assert audit(store.existing(site).engine, int(time.time())) == []


def work(db):
    """A pass of the worker, in a thread and with a connection of its own."""
    rounds = Rounds(lambda: db.open().root()["Application"], only=["kaarst.appointments.wishes"])
    assert rounds.go() == 0
