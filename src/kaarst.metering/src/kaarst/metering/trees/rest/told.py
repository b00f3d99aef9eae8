"""`POST {tree}/@told`: “I have watered this tree”; `GET` and `POST {trees}/@hints`: what the town does with it."""

from kaarst.core.proof.service import prove
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.metering import _
from kaarst.metering.trees import plans
from kaarst.metering.trees import told
from kaarst.metering.trees.rest.moments import moment
from kaarst.metering.trees.survey import trees_of
from plone.uuid.interfaces import IUUID
from zExceptions import NotFound


class TellPost(JsonPost):
    """`{cans, proof}` → `{at, litres, counts}`: a hint, which counts for nothing before it is confirmed."""

    max_body = 10_000

    def handle(self, data):
        if not self.context.aq_parent.takes_hints:
            raise NotFound("told")
        cans, uid = data.get("cans"), IUUID(self.context)
        if type(cans) is not int or cans not in told.CANS:
            raise invalid({"cans": _("Please choose one of: 1, 2, 5, 10.")})
        prove(told.guard(self.request), data.get("proof"), f"{uid}|{cans}")
        told.count(self.request, uid)
        made = told.tell(self.context, cans)
        return 201, {**described(made), "counts": False}


class HintsGet(JsonGet):
    """What nobody has looked at, the newest first."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        return listed(self.context)


class HintsPost(JsonPost):
    """`{tree, at, confirm}`: makes a hint a watering, or forgets it; 404 where it is not there any more."""

    max_body = 10_000

    def handle(self, data):
        uid, at, confirm = data.get("tree"), moment(data.get("at")), data.get("confirm")
        wrong = {}
        if at is None:
            wrong["at"] = _("Please give a moment with offset.")
        if not isinstance(confirm, bool):
            wrong["confirm"] = _("Please send true or false.")
        if not isinstance(uid, str):
            wrong["tree"] = _("There is no such tree.")
        if wrong:
            raise invalid(wrong)
        tree = plans.tree_of(self.context, uid)
        if tree is None or not told.settle(tree, at, confirm):
            raise NotFound("hint")
        return 200, listed(self.context)


def listed(page) -> dict:
    """What both answers say."""
    found = [(one, tree) for tree in trees_of(page) for one in told.hints(tree)]
    found.sort(key=lambda pair: pair[0].at, reverse=True)
    return {
        "@id": f"{page.absolute_url()}/@hints",
        "items": [
            {"tree": IUUID(tree), "@id": tree.absolute_url(), "title": tree.title, **described(one)}
            for one, tree in found
        ],
    }


def described(one) -> dict:
    """A hint; `at` is in UTC."""
    return {"at": one.at.isoformat(timespec="milliseconds"), "litres": one.litres}
