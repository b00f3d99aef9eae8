"""`GET` and `POST {trees}/@rounds`: watering rounds, and planning the next one."""

from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest.language import language
from kaarst.metering import _
from kaarst.metering.trees import plans
from kaarst.metering.trees import routing
from kaarst.metering.trees.rest.moments import day as read_day
from kaarst.metering.trees.rest.waterings import stops
from kaarst.metering.trees.rounds import REFUSALS
from kaarst.metering.trees.rounds import round_title
from kaarst.metering.trees.routing import NotPossible
from kaarst.metering.trees.survey import survey
from plone import api
from plone.uuid.interfaces import IUUID
from zope.i18n import translate


#: Of which field a refusal speaks.
FIELDS = {"no-trees": "trees", "too-many": "trees", "tank": "tank", "depot": "tank"}
MOST_TANK = 30_000


class RoundsGet(JsonGet):
    """The rounds, the newest day first, at most 50."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        found = [one for one in self.context.objectValues() if one.portal_type == "WateringRound"]
        found.sort(key=lambda one: (one.day, one.getId()), reverse=True)
        return {
            "@id": f"{self.context.absolute_url()}/@rounds",
            "items": [described(one) for one in found[:50]],
        }


class RoundsPost(JsonPost):
    """`{day, tank, trees}` → the round with its stops. Without `trees` those that need water.

    `trees`: `[{tree, litres}]`, at most 80. Without `tank` what the page of the trees says.
    """

    max_body = 50_000

    def handle(self, data):
        day, tank = read_day(data.get("day")), data.get("tank", self.context.tank)
        wrong = {}
        if day is None:
            wrong["day"] = _("Please give a day, as 2026-07-15.")
        if type(tank) is not int or not 0 < tank <= MOST_TANK:
            wrong["tank"] = _("Please give the litres in the tank.")
        litres = self._litres(data.get("trees"), wrong)
        if wrong:
            raise invalid(wrong)
        spoken = language(self.request)
        title = translate(round_title(day, spoken), target_language=spoken)
        try:
            made = plans.make(self.context, title, litres, tank, day)
        except NotPossible as error:
            raise invalid({FIELDS[error.reason]: REFUSALS[error.reason]}) from None
        return 201, {**described(made), **stops(made)}

    def _litres(self, items, wrong: dict) -> dict:
        """Litres by tree; notes in `wrong` what cannot be."""
        standings = [one for one in survey(self.context) if plans.found(one.tree)]
        if items is None:
            return {one.tree: one.judgement.litres for one in plans.proposed(standings)}
        if not isinstance(items, list) or len(items) > routing.MOST_STOPS:
            wrong["trees"] = REFUSALS["too-many"]
            return {}
        known = {IUUID(one.tree): one.tree for one in standings}
        found = {}
        for number, item in enumerate(items):
            item = item if isinstance(item, dict) else {}
            uid, amount = item.get("tree"), item.get("litres")
            if not isinstance(uid, str) or uid not in known:
                wrong[f"trees.{number}.tree"] = _("There is no such tree with a place on the map.")
            elif type(amount) is not int or not 0 < amount <= plans.MOST_LITRES:
                wrong[f"trees.{number}.litres"] = _("Please give the litres, 1 to 5000.")
            else:
                found[known[uid]] = amount
        return found


def described(watering_round) -> dict:
    """A round in lists."""
    trees = [one for one in plans.stops(watering_round) if one["kind"] == routing.TREE]
    return {
        "url": watering_round.absolute_url(),
        "title": watering_round.title,
        "day": watering_round.day.isoformat(),
        "state": api.content.get_state(watering_round),
        "trees": len(trees),
        "ticked": len(plans.ticked(watering_round)),
        "litres": sum(one["litres"] for one in trees),
    }
