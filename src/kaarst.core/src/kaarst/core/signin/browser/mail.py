"""`/sign-in-code` and `/sign-in-link`: in with what came by e-mail."""

from kaarst.core import _
from kaarst.core import ratelimit
from kaarst.core.signin import current
from kaarst.core.signin import device
from kaarst.core.signin import mail
from kaarst.core.signin import notes
from kaarst.core.signin.browser.browser_cookie import browser_secret
from kaarst.core.signin.browser.sign_in import Door
from kaarst.core.signin.browser.sign_in import SENTENCES
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.sessions import store
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class Code(Door):
    """The code, in the browser that asked for it: a cookie says so."""

    template = ViewPageTemplateFile("templates/code.pt")
    heading = _("Look into your e-mail")
    message = ""
    minutes = mail.MINUTES

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            return self._enter()
        return self.template()

    def _enter(self):
        before = current.session(self.request)
        agent = device.described(self.request.getHeader("User-Agent"))
        try:
            token, came_from = self.opened(agent)
        except Refused as error:
            notes.refused(store.MAIL, error)
            self.message = SENTENCES["code"]
        except ratelimit.TooManyRequests as error:
            self.request.response.setHeader("Retry-After", str(error.retry_after))
            self.request.response.setStatus(429)
            self.message = _("Too many attempts. Please ask for a new code.")
            return self.template()
        else:
            return self.enter(token, came_from, store.MAIL, before)
        self.request.response.setStatus(403)
        return self.template()

    def opened(self, agent: str) -> tuple[str, str]:
        """The token of a new session and where the person came from."""
        return mail.by_code(self.text("code", 40), browser_secret(self.request), agent)


class Link(Code):
    """The link. Its secret stands behind the `#`; a script puts it into the form."""

    template = ViewPageTemplateFile("templates/link.pt")
    heading = _("Sign in with the link")

    def opened(self, agent: str) -> tuple[str, str]:
        return mail.by_link(self.text("link", 100), agent)
