"""The stops of a round with their ticks, and new ticks."""

from datetime import datetime
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.metering import _
from kaarst.metering.trees import plans
from kaarst.metering.trees.rest.moments import moment
from plone import api


MOST = 200
WRONG = {
    "tree": _("This tree is not on the round."),
    "litres": _("Please give the litres, 0 to 5000."),
    "at": _("Please give a moment of the last two weeks with offset."),
}


def stops(watering_round) -> dict:
    """What both answers say."""
    noted = plans.ticked(watering_round)
    return {
        "@id": f"{watering_round.absolute_url()}/@waterings",
        "state": api.content.get_state(watering_round),
        "items": [_stop(step, noted) for step in plans.stops(watering_round)],
    }


def _stop(step: dict, noted) -> dict:
    at, litres = noted.get(step["tree"], (None, None))
    return {
        **{name: step[name] for name in ("kind", "title", "metres", "latitude", "longitude")},
        "tree": step["tree"] or None,
        "litres": step["litres"],
        "watered": None
        if at is None
        else {"at": at.isoformat(timespec="milliseconds"), "litres": litres},
    }


class WateringsGet(JsonGet):
    """The stops of a round in their order."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        return stops(self.context)


class WateringsPost(JsonPost):
    """`{items: [{tree, litres, at}]}`: ticks, however late and however often they come.

    All of them are taken or none. 0 litres takes a tick back.
    """

    max_body = 50_000

    def handle(self, data):
        ticks = self._read(data.get("items"))
        if any(litres for _tree, litres, _at in ticks):
            plans.set_out(self.context)
        for number, (tree, litres, at) in enumerate(ticks):
            try:
                plans.tick(self.context, tree, litres, at)
            except plans.WrongTick as error:
                raise invalid({f"items.{number}.{error.field}": WRONG[error.field]}) from None
        return 201, stops(self.context)

    def _read(self, items) -> list[tuple[str, int, datetime]]:
        if not isinstance(items, list) or not 0 < len(items) <= MOST:
            raise invalid({"items": _("Please send 1 to 200 ticks.")})
        return [self._tick(number, item) for number, item in enumerate(items)]

    def _tick(self, number: int, item) -> tuple[str, int, datetime]:
        item = item if isinstance(item, dict) else {}
        tree, litres, at = item.get("tree"), item.get("litres"), item.get("at")
        wrong = {}
        if not isinstance(tree, str):
            wrong["tree"] = WRONG["tree"]
        if type(litres) is not int:
            wrong["litres"] = WRONG["litres"]
        when = moment(at)
        if when is None:
            wrong["at"] = WRONG["at"]
        if wrong:
            raise invalid({f"items.{number}.{name}": text for name, text in wrong.items()})
        return tree, litres, when
