"""`/my-town`: what somebody has sent, booked and begun, section by section."""

from kaarst.core import reference
from kaarst.core.account import store
from kaarst.core.account.sections import entries
from kaarst.core.account.sections import sealed
from kaarst.core.opening_hours import BERLIN
from kaarst.core.page import Page
from kaarst.core.reference_lookup import explain
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import REFUSALS
from kaarst.core.town import town
from kaarst.policy import _
from kaarst.policy.interfaces import IKaarstPolicyLayer
from kaarst.services.cases.signin import ToTheDesk
from plone import api
from plone.base.interfaces import IPloneSiteRoot
from plone.base.interfaces import IRedirectAfterLogin
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import HTTPMethodNotAllowed
from zope.component import adapter
from zope.i18n import translate
from zope.interface import implementer


class MyTown(Page):
    """The account of who is signed in; takes up and lets go of what a number leads to."""

    template = ViewPageTemplateFile("templates/my_town.pt")
    message = typed = ""

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self._leave() if "leave" in self.request.form else self._take()
        if self.request.method not in ("GET", "HEAD"):
            raise HTTPMethodNotAllowed("GET, POST")
        return self.template()

    def _take(self):
        self.typed = self.text("number")
        try:
            guarded(self.request, self.typed, self.text("pin"), sealed)
        except REFUSALS as error:
            self.message = explain(error, self.request.response)
            return self.template()
        store.take(reference.normalise(self.typed))
        return self._done(_("It stands in your account now."))

    def _leave(self):
        try:
            store.leave(reference.normalise(self.text("leave")), store.current())
        except reference.InvalidNumber:
            return self.template()
        return self._done(_("It is out of your account. With number and PIN you still find it."))

    def _done(self, message):
        api.portal.show_message(message, self.request)
        return self.request.response.redirect(self.url())

    # For the template

    @property
    def page_title(self):
        return translate(_("My ${town}", mapping={"town": town().name}), context=self.request)

    def url(self) -> str:
        return f"{self.context.absolute_url()}/my-town"

    def sections(self):
        """`{id, title, nothing, entries}`, in the order of the page."""
        for name, section, there in entries(store.current()):
            yield {
                "id": name.rpartition(".")[2],
                "title": section.title,
                "nothing": section.nothing,
                "entries": there,
            }

    def when(self, moment) -> str:
        return f"{moment.astimezone(BERLIN):%d.%m.%Y, %H:%M}"


@implementer(IRedirectAfterLogin)
@adapter(IPloneSiteRoot, IKaarstPolicyLayer)
class ToTheAccount:
    """Leads who has an account there, unless signing in was on the way to a page.

    Everybody else goes on as kaarst.services has it.
    """

    def __init__(self, context, request):
        self.context, self.request = context, request

    def __call__(self, came_from=None, is_initial_login=False):
        home = api.portal.get().absolute_url()
        if store.is_citizen():
            return came_from if came_from and came_from.rstrip("/") != home else f"{home}/my-town"
        return ToTheDesk(self.context, self.request)(came_from, is_initial_login)
