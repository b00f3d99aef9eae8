"""Whatever becomes free at a desk is offered to those who wait, and they are told by mail.

A desk that was taken off the site offers nothing: nobody can book there any more.

Every change that can free a time goes through `serving`; see `engine.wishes` for the rules.
"""

from AccessControl.PermissionRole import rolesForPermissionOn
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from kaarst.appointments.bookings import store
from kaarst.appointments.desks.meeting import HOME
from kaarst.appointments.desks.plan import plan_of
from kaarst.appointments.desks.times import minutes_of
from kaarst.appointments.engine import wishes
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.search import Piece
from kaarst.appointments.engine.wish_rules import WishRules
from kaarst.appointments.engine.wishes import WAITING
from kaarst.appointments.engine.wishes import Wish
from kaarst.appointments.engine.wishes import WishList
from kaarst.appointments.wishing import mail
from plone.app.uuid.utils import uuidToObject
from plone.uuid.interfaces import IUUID


# What is worth an offer at all, unless the editor gives less time than that to answer.
LEAST_MINUTES = 20
# So many seconds a time stays reserved after its time is up: the worker sweeps after a while, and
# until it has offered the time to those who wait nobody else can take it.
KEPT_SECONDS = 420


def rules_of(desk) -> WishRules:
    """What the editor of a desk (content) has set."""
    return WishRules(
        answer=desk.wish_answer,
        least=min(LEAST_MINUTES, desk.wish_answer),
        notice=desk.wish_notice,
        quiet_from=minutes_of(desk.wish_quiet_from) or 24 * 60,
        quiet_until=minutes_of(desk.wish_quiet_until),
        unanswered=desk.wish_unanswered,
    )


def may_wait(desk) -> bool:
    """Whether citizens can wait for an earlier time at a desk (content).

    Not for visits at home: whether a team can come earlier depends on the way, which a person plans.
    """
    return bool(desk.wish_list) and desk.meets != HOME


@contextmanager
def serving(desk, now: int | None = None, site=None) -> Iterator[WishList]:
    """Do anything at a desk (content) with `wishes.desk`; at the end what became free is offered.

    Nothing is offered or sent when it fails. What a desk shares with others is offered there as
    well, if nobody who waits at the desk itself can use it.
    """
    engine = Desk(plan_of(desk), store.existing(site).engine, now)
    with wishes.serving(engine, rules_of(desk), offering=is_public(desk)) as found:
        yield found
        freed = list(engine.freed)
    _tell(desk, found)
    for other in _waiting_elsewhere(engine, freed):
        there = Desk(plan_of(other), engine.storage, engine.now)
        there.freed += [piece for piece in freed if there.plan.resource(piece.resource)]
        with wishes.serving(there, rules_of(other), offering=is_public(other)) as found_there:
            pass
        _tell(other, found_there)


def is_public(desk) -> bool:
    """Whether everybody may see a desk (content)."""
    return "Anonymous" in rolesForPermissionOn("View", desk)


def _waiting_elsewhere(engine: Desk, freed: Iterable[Piece]) -> Iterator:
    """The other desks (content) at which somebody waits and that share what became free."""
    names = {piece.resource for piece in freed}
    records = engine.storage.records(Wish) if names else ()
    for key in sorted({one.desk for one in records if one.state == WAITING} - {engine.plan.id}):
        desk = uuidToObject(key, unrestricted=True)
        if desk is not None and any(plan_of(desk).resource(name) for name in names):
            yield desk


def _tell(desk, found: WishList) -> None:
    for wish in found.offered:
        mail.tell_offer(desk, wish)
    for wish in found.missed:
        mail.tell_missed(desk, wish)
    for wish in found.ended:
        mail.tell_ended(desk, wish)
    for wish, start in found.lost:
        # What desks share can be closed at any of them.
        place = desk if wish.desk == IUUID(desk) else uuidToObject(wish.desk, unrestricted=True)
        if place is not None:
            mail.tell_lost(place, wish, start)
