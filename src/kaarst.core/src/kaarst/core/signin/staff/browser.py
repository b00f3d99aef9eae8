"""Staff's way in, what they see without a second factor, and the way out from the provider."""

from kaarst.core import _
from kaarst.core.page import TitledPage
from kaarst.core.signin import current
from kaarst.core.signin.browser.sign_in import addressed
from kaarst.core.signin.browser.sign_in import Depart
from kaarst.core.signin.browser.sign_in import inside
from kaarst.core.signin.browser.sign_out import BackChannel
from kaarst.core.signin.levels import Level
from kaarst.core.signin.sessions import store
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import HTTPMethodNotAllowed
from zExceptions import NotFound


class DepartStaff(Depart):
    """`/sign-in-staff`: away to the town's provider; with a `level`, to show a second factor."""

    kind = store.STAFF

    def max_age(self):
        # A login that lasts there is not enough: the factor has to be shown now.
        return 0 if self.text("level", 20) else None


class StaffBackChannel(BackChannel):
    """`/staff-sign-out`, for the provider."""

    kind = store.STAFF


class Factor(TitledPage):
    """`/staff-factor`: says what is missing without a second factor, and leads to one."""

    template = ViewPageTemplateFile("templates/factor.pt")
    heading = _("Second factor needed")

    def __call__(self):
        self.private()
        if self.request.method not in ("GET", "HEAD"):
            raise HTTPMethodNotAllowed("GET")
        self.session = current.session(self.request)
        if self.session is None or self.session.kind != store.STAFF:
            raise NotFound("staff-factor")
        return self.template()

    # For the template

    def withheld(self) -> bool:
        return self.session.knowledge.withheld

    def onward(self) -> str:
        return inside(self.text("came_from", 2000)) or f"{self.context.absolute_url()}/staff-start"

    def again(self) -> str:
        query = {"level": Level.SUBSTANTIAL.word, "came_from": self.onward()}
        return addressed(f"{self.context.absolute_url()}/sign-in-staff", query)
