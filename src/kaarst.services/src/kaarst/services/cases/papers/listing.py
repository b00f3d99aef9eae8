"""The decisions and letters of a case for its page."""

from kaarst.services import _
from kaarst.services.cases.papers import content
from kaarst.services.cases.papers import definition
from zope.i18n import translate


KINDS = {content.DECISION: _("Decision"), content.LETTER: _("Letter")}


def listed(case, request):
    """The papers of a case for its page, newest first: `{heading, state, url}`."""
    plan = definition.read()
    for paper in reversed(content.all_of(case)):
        yield {
            "heading": paper.texts.heading or translate(KINDS[paper.kind], context=request),
            "state": translate(plan.state(paper.state), context=request),
            "url": f"{case.absolute_url()}/@@paper?id={paper.getId()}",
        }
