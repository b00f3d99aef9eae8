"""Cases do not stay for ever: the worker deletes those whose time is over."""

from datetime import datetime
from kaarst.core import audit
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
        over = [number for number in numbers if not _is_part_of_another(desk, number)]
        for number in over:
            desk.delete(number)
        audit.deleted("cases", len(over))
        if over:
            logger.info("Deleted %s cases of %s: their time is over", len(over), site.getId())


def _is_part_of_another(desk, number):
    """Whether a case was merged into one that is still there: it goes with that one."""
    case = desk.case(number)
    return case is not None and bool(case.merged_into) and desk.case(case.merged_into) is not None


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
