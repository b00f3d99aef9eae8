"""Drawing a ticket without an appointment, for the terminal and for REST alike."""

from kaarst.appointments.engine.queue import Full
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.hall import keys
from kaarst.appointments.hall import queues
from kaarst.appointments.hall.notice import notice_of
from kaarst.core.idempotency import Answers
from kaarst.core.idempotency import KEY
from kaarst.core.stores import ANSWERS
from kaarst.core.stores import store
from plone import api


WORK = "kaarst.appointments: Work at desks"


def may_draw(desk, key: object) -> bool:
    """Whether tickets can be drawn: with the key of the desk's terminals, or by who works there."""
    return keys.fits(desk, key) or api.user.has_permission(WORK, obj=desk)


def draw(desk, services: list[str], once: str = "") -> Ticket:
    """A ticket; the same one under the same key `once`.

    Raises `NotBookable`, `KeyReused`, and `Full` where none is given today any more.
    """
    queue = queues.queue_of(desk)
    given = desk.walk_in and not notice_of(desk)["stopped"]
    if not given and not api.user.has_permission(WORK, obj=desk):
        raise Full("walk-in")
    if not KEY.fullmatch(once):
        return queue.draw(services)
    answers = store(api.portal.get(), ANSWERS, Answers)
    scope = f"appointments\0ticket\0{queue.desk.plan.id}"
    kept = answers.recall(once, scope, services)
    if kept is not None:
        return queue.get(kept[1]["ticket"])
    ticket = queue.draw(services)
    answers.keep(once, scope, services, 201, {"ticket": ticket.id})
    return ticket
