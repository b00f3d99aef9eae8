"""Watering rounds: choosing trees, laying out the way, ticking off.

A tick is a watering in its tree that bears the round's UID: it counts once, however often it comes,
and it keeps the time of the tick, not that of its arrival.
"""

from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.metering.trees import entered
from kaarst.metering.trees import routing
from kaarst.metering.trees.content import Tree
from kaarst.metering.trees.content import WateringRound
from kaarst.metering.trees.routing import Demand
from kaarst.metering.trees.routing import NotPossible
from kaarst.metering.trees.routing import Place
from kaarst.metering.trees.survey import Standing
from kaarst.metering.trees.survey import trees_of
from kaarst.metering.trees.waterings import forget
from kaarst.metering.trees.waterings import water
from kaarst.metering.trees.waterings import watered_by
from plone import api
from plone.uuid.interfaces import IUUID


MOST_LITRES = 5000
#: How far a phone's clock may be ahead, and how long a tick may wait for the network.
AHEAD, LATE = timedelta(minutes=10), timedelta(days=14)
PLANNED, UNDER_WAY, DONE = "planned", "under_way", "done"


class WrongTick(ValueError):
    """A tick that cannot be: `field` is "tree", "litres" or "at"."""

    def __init__(self, field: str):
        self.field = field
        super().__init__(field)


def found(tree) -> bool:
    """Whether a tree has a place on the map."""
    return tree.latitude is not None and tree.longitude is not None


def proposed(standings: list[Standing]) -> list[Standing]:
    """The trees that a round should water: those that are thirsty or will be soon."""
    return [one for one in standings if one.judgement.litres and found(one.tree)]


def steps(page, litres: dict[Tree, int], tank: int) -> list[dict]:
    """Lays out a round over trees with the litres that each gets.

    Returns `{kind, tree, title, litres, metres, left, latitude, longitude}`, kind as in `routing`;
    `tree` is a UID. Raises NotPossible, with "depot" where the page does not say where rounds begin.
    """
    if page.depot_latitude is None or page.depot_longitude is None:
        raise NotPossible("depot")
    depot = Place(page.depot or "", page.depot_latitude, page.depot_longitude)
    by_uid = {IUUID(tree): tree for tree in litres}
    demands = [
        Demand(Place(uid, tree.latitude, tree.longitude), litres[tree])
        for uid, tree in by_uid.items()
    ]
    refills = [place for line in page.refills or () if (place := entered.point(line))]
    return [
        {
            "kind": step.kind,
            "tree": step.place.key if step.kind == routing.TREE else "",
            "title": by_uid[step.place.key].title if step.kind == routing.TREE else step.place.key,
            "litres": step.litres,
            "metres": step.metres,
            "left": step.left,
            "latitude": step.place.latitude,
            "longitude": step.place.longitude,
        }
        for step in routing.plan(demands, tank, depot, depot, refills)
    ]


def make(page, title: str, litres: dict[Tree, int], tank: int, day: date) -> WateringRound:
    """Plans a round with the rights of the caller and returns it. Raises NotPossible."""
    laid_out = steps(page, litres, tank)
    made = api.content.create(
        page, "WateringRound", id=_free_id(page, day), title=title, day=day, safe_id=False
    )
    made._steps = tuple(laid_out)
    return made


def stops(watering_round: WateringRound) -> tuple[dict, ...]:
    """What `steps` has laid out for a round."""
    return watering_round._steps


def _free_id(page, day: date) -> str:
    taken, number, name = set(page.objectIds()), 1, f"runde-{day.isoformat()}"
    while (free := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return free


def tree_of(page, uid: str) -> Tree | None:
    """The tree of a page with a UID."""
    return next((tree for tree in trees_of(page) if IUUID(tree) == uid), None)


def tick(
    watering_round: WateringRound, uid: str, litres: int, at: datetime, now: datetime | None = None
) -> bool:
    """Notes that a tree of a round was watered at a moment; False where that is known already.

    No litres: it was not watered after all, and its tick is taken back. Raises WrongTick.
    """
    now = now or datetime.now(UTC)
    if uid not in {step["tree"] for step in stops(watering_round) if step["tree"]}:
        raise WrongTick("tree")
    tree = tree_of(watering_round.aq_parent, uid)
    if tree is None:
        raise WrongTick("tree")
    if not 0 <= litres <= MOST_LITRES:
        raise WrongTick("litres")
    if not now - LATE <= at <= now + AHEAD:
        raise WrongTick("at")
    source = IUUID(watering_round)
    if litres:
        return water(tree, min(at, now), litres, source)
    noted = watered_by(tree, source)
    return noted is not None and forget(tree, noted.at)


def set_out(watering_round: WateringRound) -> None:
    """The first tick takes a planned round under way, the last one ends nothing: people do."""
    if api.content.get_state(watering_round) == PLANNED:
        api.content.transition(watering_round, "start")


def ticked(watering_round: WateringRound) -> dict[str, tuple[datetime, int]]:
    """When each tree of a round was watered, and with how many litres; by UID."""
    source = IUUID(watering_round)
    wanted = {step["tree"] for step in stops(watering_round) if step["tree"]}
    noted = {}
    for tree in trees_of(watering_round.aq_parent):
        uid = IUUID(tree)
        if uid in wanted and (watering := watered_by(tree, source)) is not None:
            noted[uid] = (watering.at, watering.litres)
    return noted
