"""How long the site keeps what citizens write below its pages."""

from kaarst.core.interfaces import IRetention
from kaarst.policy import _
from kaarst.policy.feedback.interfaces import PREFIX
from plone import api
from zope.interface import implementer


@implementer(IRetention)
class FeedbackComments:
    """Comments on a page."""

    order = 50
    data = _("Comments on a page (“Was this page helpful?”)")
    purpose = _("To improve the pages")

    def period(self, site):
        days = api.portal.get_registry_record(f"{PREFIX}.comment_days", default=1) or 1
        return _("${count} days", mapping={"count": max(1, days)})
