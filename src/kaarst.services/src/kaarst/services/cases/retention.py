"""Cases do not stay for ever: the worker deletes those whose time is over."""

from datetime import datetime
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IRetention
from kaarst.services import _
from kaarst.services.cases.desk import find_desk
from kaarst.services.forms.interfaces import KEEP_DAYS
from kaarst.services.forms.submission import case_action
from kaarst.services.forms.validators import BERLIN
from plone import api
from zope.interface import implementer

import logging


logger = logging.getLogger(__name__)


@implementer(IJob)
class DeleteCases:
    """Deletes cases with their documents and messages on the day their form has set."""

    interval = 3600

    def run(self, site):
        desk = find_desk(site)
        if desk is None:
            return
        desk.index.settle()
        numbers = desk.index.expired(datetime.now(BERLIN).date())
        for number in numbers:
            desk.delete(number)
        if numbers:
            logger.info("Deleted %s cases of %s: their time is over", len(numbers), site.getId())


@implementer(IRetention)
class Cases:
    """What citizens have sent, for the privacy page."""

    order = 10
    data = _("What you send with a form, your documents and messages")
    purpose = _("To work on your case and to be able to answer questions about it afterwards")

    def period(self, site):
        days = sorted(periods(site))
        if len(days) == 1:
            return _("${days} days after the case is closed", mapping={"days": days[0]})
        return _(
            "${first} to ${last} days after the case is closed, depending on the form",
            mapping={"first": days[0], "last": days[-1]},
        )


def periods(site):
    """The days of all published forms that take something; of a town without forms, the default."""
    brains = api.content.find(site, portal_type="EasyForm", review_state="published")
    actions = (case_action(brain._unrestrictedGetObject()) for brain in brains)
    return {action.keep_days for action in actions if action is not None} or {KEEP_DAYS}
