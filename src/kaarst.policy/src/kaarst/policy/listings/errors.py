"""Pages for what went wrong: in the site's frame, in plain words, with a way on."""

from kaarst.policy import _
from plone import api
from plone.rest.errors import ErrorHandling
from plone.rest.interfaces import IAPIRequest
from Products.CMFPlone.browser.exceptions import ExceptionView as PloneExceptionView


NOT_FOUND = (
    _("This page does not exist"),
    _("Perhaps the address has changed, or a letter is missing. The search will help you on."),
)
FORBIDDEN = (
    _("You may not see this page"),
    _("Please sign in with an account that may, or go back to the home page."),
)
TOO_MANY = (
    _("Please wait a moment"),
    _("There were very many requests from your connection. Please try again in a few minutes."),
)
BAD_REQUEST = (
    _("This did not work"),
    _("Something in the request was missing or could not be read. Please go back and try again."),
)
BROKEN = (
    _("Something went wrong here"),
    _("It is our fault, not yours. Please try again, or call us if it happens again."),
)
WORDS = {
    "BadRequest": BAD_REQUEST,
    "Forbidden": FORBIDDEN,
    "HTTPTooManyRequests": TOO_MANY,
    "NotFound": NOT_FOUND,
    "TooManyRequests": TOO_MANY,
    "Unauthorized": FORBIDDEN,
}


class ExceptionView(PloneExceptionView):
    """What Plone does with an exception, said in the site's words."""

    error_type = ""

    @property
    def page_title(self) -> str:
        return api.portal.translate(self.heading)

    @property
    def heading(self):
        return WORDS.get(self.error_type, BROKEN)[0]

    @property
    def advice(self):
        return WORDS.get(self.error_type, BROKEN)[1]

    @property
    def is_our_fault(self) -> bool:
        return self.error_type not in WORDS

    def __call__(self):
        # The site's layer stands before that of the REST interface, whose clients expect JSON
        # with the reason and the status code of plone.rest.
        if IAPIRequest.providedBy(self.request):
            return ErrorHandling(self.context, self.request)()
        self.error_type = type(self.context).__name__
        return super().__call__()
