"""A clerk at two desks, through the pages: called from one of them at a time, by whomever."""

from concurrent.futures import ThreadPoolExecutor
from kaarst.appointments.bookings import office
from kaarst.appointments.engine.waiting import CALLED
from kaarst.appointments.engine.waiting import WAITING
from kaarst.appointments.hall.queues import queue_of
from plone import api
from plone.uuid.interfaces import IUUID
from tests.appointments import town
from tests.appointments.clicking import Browser
from tests.appointments.clicking import form_with
from tests.appointments.test_hall import desk  # noqa: F401
from tests.appointments.test_hall import WEEKDAYS

import re
import threading
import time
import transaction


ROUNDS = 3


def village(portal, desk):  # noqa: F811
    """A second desk with the first one's first counter, and nothing else."""
    hours = {f"hours_{day}": "00:00–24:00" for day in WEEKDAYS}
    made = town.make(portal, counters=0, title="Büttgen", hours=hours)
    made.hours_closed_on_holidays = False
    first = next(one for one in desk.objectValues() if one.portal_type == "Resource")
    with api.env.adopt_roles(["Manager"]):
        api.content.create(
            made, "Resource", title="Frau Meier", kind="counter", same_as=IUUID(first)
        )
    transaction.commit()
    return made, IUUID(first)


def states(*desks):
    transaction.begin()
    return [one.state for place in desks for one in queue_of(place).tickets()]


def words(element):
    return " ".join(element.text_content().split())


def test_a_clerk_at_two_desks(functional_portal, desk):  # noqa: F811
    other, key = village(functional_portal, desk)
    for place, earlier in ((desk, 0), (other, 600)):
        engine = office.engine(place, int(time.time()) - earlier)
        for _ in range(ROUNDS + 1):
            queue_of(place, engine).draw(["reisepass"])
    transaction.commit()
    clerk, colleague = Browser("clerk"), Browser("clerk")

    # Before the call each page shows who waits at the other desk.
    page = colleague.get(other, "day")
    (box,) = page.xpath("//*[@class='k-elsewhere']")
    assert words(box).startswith(f"{desk.title} Waiting there: {ROUNDS + 1}, next A001 since ")
    # First come, first served, at whichever desk.
    (here,) = clerk.get(desk, "day").xpath("//*[@class='k-elsewhere']")
    assert ["Comes before" in words(one) for one in (here, box)] == [True, False]

    # Two press at once, each at their desk, each through a connection of its own.
    for served in range(1, ROUNDS + 1):
        forms = []
        for browser, place in ((clerk, desk), (colleague, other)):
            page = browser.get(place, "day")
            forms.append((browser, page.xpath(f"//form[.//input[@value='{key}']]")[0]))
        gate = threading.Barrier(len(forms))

        def press(browser, form, gate=gate):
            gate.wait()
            browser.submit(form, "next")
            return browser.status

        with ThreadPoolExecutor(len(forms)) as pool:
            assert set(pool.map(press, *zip(*forms, strict=True))) == {200}
        found = states(desk, other)
        assert (found.count(CALLED), found.count("finished")) == (1, served - 1)
        # The one says with whom, the other one finishes.
        pages = [clerk.get(desk, "day"), colleague.get(other, "day")]
        busy = [one for one in pages if re.search("Serves [AB]00", words(one))]
        assert len(busy) == 1
        assert not busy[0].xpath(f"//form[.//input[@value='{key}']]//button[@value='next']")
        (serving,) = [one for one in pages if one not in busy]
        clerk.submit(form_with(serving, "finish"), "finish")
    assert states(desk, other).count(WAITING) == ROUNDS + 2
