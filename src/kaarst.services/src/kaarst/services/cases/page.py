"""What the pages of cases share, the clerk's and the citizen's."""

from datetime import date
from datetime import datetime
from kaarst.services.cases import words
from kaarst.services.forms.validators import BERLIN
from plone import api
from Products.Five import BrowserView
from zope.i18n import translate


class Page(BrowserView):
    """What the pages share."""

    words = words.STATES

    def style_url(self):
        return f"{api.portal.get().absolute_url()}/++resource++kaarst.services/form.css"

    def private(self):
        """Personal data stay out of every cache."""
        self.request.response.setHeader("Cache-Control", "no-store")

    def when(self, moment):
        """A moment (aware, or ISO 8601) as people in Germany read it."""
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return f"{moment.astimezone(BERLIN):%d.%m.%Y, %H:%M}"

    def day(self, day):
        """A date (or ISO 8601) as people in Germany read it."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        return f"{day:%d.%m.%Y}"

    def state_word(self, state):
        return translate(self.words.get(state, state), context=self.request)

    def text(self, name, default=""):
        """A text out of the request; whatever else comes is none."""
        value = self.request.form.get(name, default)
        return value.strip()[:200] if isinstance(value, str) else default
