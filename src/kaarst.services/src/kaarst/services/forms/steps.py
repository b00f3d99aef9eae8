"""Counts which steps of a form are reached, for the figures about drop-out.

The page's script says so once for each step that is shown. What is counted is the step of the form in
this month: no person, no cookie, no address. The address only limits how much one sender can count.
"""

from kaarst.core import ratelimit
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from kaarst.services.forms import submission
from kaarst.services.forms import versions
from kaarst.services.statistics import dropout
from kaarst.services.statistics import store
from plone.protect.interfaces import IDisableCSRFProtection
from Products.Five import BrowserView
from zope.globalrequest import getRequest
from zope.interface import alsoProvides


HOUR = 3600
# A family or an office shares one address.
MOST = 1500
FIELD = "counted"


class CountStep(BrowserView):
    """`POST {form}/@@form-step` with `step`, from 1: 204, or 400, 403, 405 and 429 without a body."""

    def __call__(self):
        response = self.request.response
        response.setHeader("Cache-Control", "no-store")
        response.setStatus(self._counted() if self.request.method == "POST" else 405)
        return ""

    def _counted(self):
        version = versions.current(self.context)
        if version is None or not version.is_sound or not submission.is_open(self.context):
            return 400
        typed = self.request.form.get("step", "")
        steps = version.asked.steps
        if not isinstance(typed, str) or typed not in map(str, range(1, len(steps) + 1)):
            return 400
        try:
            check_origin(self.context, self.request)
            ratelimit.hit(f"step:{ratelimit.client(self.request)}", MOST, HOUR)
        except ApiError:
            return 403
        except ratelimit.TooManyRequests:
            return 429
        # A count is nobody's data and harms nobody, so the script needs no token.
        alsoProvides(self.request, IDisableCSRFProtection)
        number = int(typed)
        store.count_step(version.texts["title"], number, steps[number - 1].label)
        return 204


def counted(request) -> str:
    """The number of the last step that a page has counted, or an empty text."""
    typed = request.form.get(FIELD, "")
    is_number = isinstance(typed, str) and typed.isascii() and typed.isdecimal()
    return typed if is_number and len(typed) < 3 else ""


def note_sent(event) -> None:
    """A case was made: what was sent from a page whose steps were counted is counted as sent."""
    request = getRequest()
    if request is not None and not event.object.channel and counted(request):
        store.count_step(event.object.form_title, dropout.SENT)
