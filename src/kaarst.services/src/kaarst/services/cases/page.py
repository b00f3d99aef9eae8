"""What the pages of cases share, the clerk's and the citizen's."""

from datetime import date
from datetime import datetime
from functools import cached_property
from kaarst.core import page
from kaarst.services.cases.workflow import definitions
from kaarst.services.cases.workflow import naming
from kaarst.services.forms.validators import BERLIN
from plone import api
from zope.i18n import translate


class Page(page.Page):
    """What the pages share."""

    #: Whether the reader works here: some states have another name then.
    clerk = False

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

    @cached_property
    def _plans(self):
        return {}

    def plan(self, workflow):
        """The plan of a workflow's id, read once a page."""
        if workflow not in self._plans:
            self._plans[workflow] = definitions.read(workflow)
        return self._plans[workflow]

    def today(self):
        """The day it is in Germany, a date."""
        return datetime.now(BERLIN).date()

    def state_word(self, state, workflow):
        """What a state is called in a workflow, for this reader."""
        word = naming.title(self.plan(workflow), state, self.clerk)
        return translate(word, context=self.request)
