"""Where one begins after signing in: where the work is, unless one was on the way to a page.

Every package says for itself who has work there (`IStartPage`).
"""

from kaarst.core.interfaces import IKaarstCoreLayer
from kaarst.core.interfaces import IStartPage
from kaarst.core.page import Page
from plone import api
from plone.base.interfaces import IRedirectAfterLogin
from zExceptions import HTTPMethodNotAllowed
from zope.component import adapter
from zope.component import getUtilitiesFor
from zope.component import queryMultiAdapter
from zope.interface import implementer
from zope.interface import Interface


def start_page() -> str:
    """The address where who is asking begins; empty for those who have no desk, as editors."""
    places = sorted(getUtilitiesFor(IStartPage), key=lambda one: (one[1].order, one[0]))
    return next((url for _name, place in places if (url := place.url())), "")


@implementer(IRedirectAfterLogin)
@adapter(Interface, IKaarstCoreLayer)
class AfterLogin:
    """Leads on from Plone's form."""

    def __init__(self, context, request):
        pass

    def __call__(self, came_from=None, is_initial_login=False):
        home = api.portal.get().absolute_url()
        if came_from and came_from.rstrip("/") != home:
            return came_from
        return start_page() or came_from


class Start(Page):
    """`/staff-start`: leads who has just come in by the provider to where Plone's form would.

    A page of its own, because only the next request knows what somebody may do.
    """

    def __call__(self):
        self.private()
        if self.request.method not in ("GET", "HEAD"):
            raise HTTPMethodNotAllowed("GET")
        lead = queryMultiAdapter((self.context, self.request), IRedirectAfterLogin)
        onward = lead("", False) if lead is not None and not api.user.is_anonymous() else ""
        return self.request.response.redirect(onward or self.context.absolute_url())
