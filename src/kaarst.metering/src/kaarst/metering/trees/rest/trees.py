"""`GET /@trees?state=`: trees with state, reason, date and place."""

from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest.language import language
from kaarst.metering import _
from kaarst.metering.trees.opendata import described
from kaarst.metering.trees.state import STATES
from kaarst.metering.trees.survey import survey
from plone import api
from zope.i18n import translate


class TreesGet(JsonGet):
    """The trees of a page, or of all pages of the site that the reader may see."""

    def handle(self):
        state = self.request.form.get("state", "")
        if state and state not in STATES:
            raise invalid({"state": _("Known are: thirsty, soon, unknown, good.")})
        pages = [self.context]
        if self.context.portal_type != "Trees":
            brains = api.content.find(portal_type="Trees")
            pages = [brain.getObject() for brain in brains]
        found = [one for page in pages for one in survey(page)]
        return {
            "@id": f"{self.context.absolute_url()}/@trees",
            "items": [
                self._tree(one) for one in sorted(found, key=lambda one: one.urgency)
                if state in ("", one.judgement.state)
            ],
        }  # fmt: skip

    def _tree(self, standing):
        found = described(self, standing)
        found["@id"] = found.pop("url")
        found["litres"] = standing.judgement.litres
        return found

    def say(self, reason) -> str:
        spoken = language(self.request)
        return translate(reason.message(spoken), target_language=spoken)
