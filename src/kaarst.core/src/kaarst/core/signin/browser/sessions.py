"""`/my-logins`: where one is signed in, and out everywhere with one click."""

from datetime import datetime
from datetime import UTC
from kaarst.core import _
from kaarst.core.opening_hours import BERLIN
from kaarst.core.page import TitledPage
from kaarst.core.signin import current
from kaarst.core.signin import notes
from kaarst.core.signin.sessions import store
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import Unauthorized


WAYS = {
    store.BUNDID: _("with BundID"),
    store.MAIL: _("by e-mail"),
    store.STAFF: _("as staff"),
}


class MyLogins(TitledPage):
    """The sessions of who is asking; ends one or all."""

    template = ViewPageTemplateFile("templates/sessions.pt")
    heading = _("Where you are signed in")

    def __call__(self):
        self.private()
        self.session = current.session(self.request)
        if self.session is None:
            raise Unauthorized("my-logins")
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self._end()
        return self.template()

    def _end(self):
        here, handle = self.session, self.text("end")
        if handle == "all":
            count = store.end_all(here.site, here.user)
        else:
            count = store.end_one(here.site, here.user, handle)
        if count:
            notes.signed_out(here.kind, here.user, "list", count)
        if handle in ("all", here.handle):
            return self.request.response.redirect(f"{self.context.absolute_url()}/logout")
        api.portal.show_message(_("That login has ended."), self.request)
        return self.request.response.redirect(f"{self.context.absolute_url()}/my-logins")

    # For the template

    def logins(self) -> list[dict]:
        """`{handle, device, way, since, seen, here}`, the newest first."""
        return [
            {
                "handle": one.handle,
                "device": one.device or self.translate(_("A program")),
                "way": WAYS.get(one.kind, ""),
                "since": moment(one.started),
                "seen": moment(one.seen),
                "here": one.handle == self.session.handle,
            }
            for one in store.of_user(self.session.site, self.session.user)
        ]


def moment(seconds: float) -> str:
    """A moment in UTC seconds as it stands in a list, in the time of Berlin."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(BERLIN):%d.%m.%Y, %H:%M}"
