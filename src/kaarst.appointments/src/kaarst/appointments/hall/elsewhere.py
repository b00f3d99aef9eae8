"""Who works at two desks: what waits at the other one, so that nobody is forgotten there."""

from kaarst.appointments.bookings import details
from kaarst.appointments.desks import sharing
from kaarst.appointments.engine.engagement import elsewhere
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.waiting import rank
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.hall.drawing import WORK
from kaarst.appointments.hall.queues import queue_of
from plone import api
from plone.uuid.interfaces import IUUID


def at_other_desks(desk, queue: Queue) -> dict[str, list[dict]]:
    """For each counter (id) that another desk has as well, what stands there.

    `{title, url, serves, waiting, number, since, sooner, due}`: the desk and its page of the day
    ("" for who may not see it), the number served there now, how many wait for this counter, the
    next of them and since when, whether that one comes before everybody who waits here, and the
    counter's next appointment there. Clocks are Berlin's; what is not there is "".
    """
    counters = {one.id for one in queue.desk.plan.resources if one.kind == queue.kind}
    found: dict[str, list[dict]] = {}
    for other in sharing.all_desks(api.portal.get()):
        shared = counters & sharing.titles(other).keys() if IUUID(other) != IUUID(desk) else ()
        if not shared:
            continue
        theirs = queue_of(other)
        may_see = api.user.has_permission(WORK, obj=other)
        for key in shared:
            found.setdefault(key, []).append(
                {
                    "title": other.title,
                    "url": f"{other.absolute_url()}/day" if may_see else "",
                    **_there(key, queue, theirs),
                }
            )
    return found


def _there(key: str, queue: Queue, theirs: Queue) -> dict:
    waiting = [one for one in theirs.waiting() if key in one.able]
    here = next((one for one in queue.waiting() if key in one.able), None)
    first = waiting[0] if waiting else None
    serving = queue.engagements.of(key)
    is_there = serving is not None and serving.desk == theirs.desk.plan.id
    due = [
        start for start, end in elsewhere(queue.desk, key, queue.rules.late) if end > queue.desk.now
    ]
    return {
        "serves": theirs.get(serving.ticket).number if is_there else "",
        "waiting": len(waiting),
        "number": first.number if first else "",
        "since": _clock(first.arrived) if first else "",
        "sooner": bool(first) and (here is None or _before(first, theirs, here, queue)),
        "due": _clock(due[0]) if due else "",
    }


def _before(first: Ticket, theirs: Queue, here: Ticket, queue: Queue) -> bool:
    # Number and key are no reason between two desks, only when somebody is due or came.
    now, instants = queue.desk.now, slice(3)
    return rank(first, now, theirs.rules)[instants] < rank(here, now, queue.rules)[instants]


def _clock(moment: int) -> str:
    return f"{details.local(moment):%H:%M}"
