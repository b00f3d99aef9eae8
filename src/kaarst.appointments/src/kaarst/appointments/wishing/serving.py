"""Whatever becomes free at a desk is offered to those who wait, and they are told by mail.

Every change that can free a time goes through `serving`; see `engine.wishes` for the rules.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from kaarst.appointments.bookings import store
from kaarst.appointments.desks.meeting import HOME
from kaarst.appointments.desks.plan import plan_of
from kaarst.appointments.desks.times import minutes_of
from kaarst.appointments.engine import wishes
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.wishes import WishList
from kaarst.appointments.engine.wishes import WishRules
from kaarst.appointments.wishing import mail


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

    Nothing is offered or sent when it fails.
    """
    engine = Desk(plan_of(desk), store.existing(site).engine, now)
    with wishes.serving(engine, rules_of(desk)) as found:
        yield found
    for wish in found.offered:
        mail.tell_offer(desk, wish)
    for wish in found.missed:
        mail.tell_missed(desk, wish)
    for wish in found.ended:
        mail.tell_ended(desk, wish)
