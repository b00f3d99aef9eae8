"""Layouts of a page for legal notice, privacy and accessibility statement."""

from datetime import date
from datetime import datetime
from functools import cached_property
from kaarst.core.interfaces import IRetention
from kaarst.core.opening_hours import BERLIN
from kaarst.core.opening_hours.wording import date_text
from kaarst.core.places.contact import phone_url
from kaarst.core.town import Town
from kaarst.core.town import town
from kaarst.policy.legal.review import overdue
from plone import api
from Products.Five.browser import BrowserView
from zope.component import getUtilitiesFor


#: Where "report a barrier" lies in every town (kaarst.policy.founding).
BARRIER_FORM = "formulare/barriere-melden"


class LegalView(BrowserView):
    """The town beside the editor's text."""

    phone_url = staticmethod(phone_url)

    @cached_property
    def town(self) -> Town:
        return town()

    def text(self) -> str:
        """The editor's text as safe HTML."""
        value = self.context.text
        return value.output_relative_to(self.context) if value else ""


class LegalNotice(LegalView):
    """Impressum. Source of what it has to say: § 5 DDG, § 18 MStV."""


class Privacy(LegalView):
    """Privacy notice. Source of what it has to say: Art. 13 DSGVO."""

    def periods(self) -> list[dict]:
        """What is kept for how long, from every package that keeps something: `data`, `purpose`, `period`."""
        site = api.portal.get()
        kept = [utility for _name, utility in getUtilitiesFor(IRetention)]
        return [
            {"data": entry.data, "purpose": entry.purpose, "period": entry.period(site)}
            for entry in sorted(kept, key=lambda entry: entry.order)
        ]


class AccessibilityStatement(LegalView):
    """Accessibility statement. Source: § 10b BGG NRW, § 4 BITVNRW, decision (EU) 2018/1523."""

    @property
    def reviewed(self) -> str:
        """The day of the last review in words, or an empty text."""
        day = self.town.accessibility_reviewed
        language = (api.portal.get_current_language(self.context) or "de").split("-")[0]
        return date_text(day, language) if day else ""

    @property
    def reminder(self) -> bool:
        """Whether this editor should be reminded of the review."""
        may_edit = api.user.has_permission("Modify portal content", obj=self.context)
        return may_edit and overdue(self.town.accessibility_reviewed, self.today)

    @property
    def today(self) -> date:
        return datetime.now(BERLIN).date()

    def form_url(self) -> str:
        """Address of the form "report a barrier"; empty where it is not public."""
        form = api.portal.get().unrestrictedTraverse(BARRIER_FORM, None)
        if form is None or not api.user.has_permission("View", obj=form):
            return ""
        return form.absolute_url()
