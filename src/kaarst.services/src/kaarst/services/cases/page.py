"""What the pages of cases share, the clerk's and the citizen's."""

from datetime import date
from datetime import datetime
from kaarst.core import page
from kaarst.services.cases import words
from kaarst.services.forms.validators import BERLIN
from plone import api
from zope.i18n import translate


class Page(page.Page):
    """What the pages share."""

    words = words.STATES

    def style_url(self):
        return f"{api.portal.get().absolute_url()}/++resource++kaarst.services/form.css"

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
