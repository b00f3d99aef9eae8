"""Giving cases to clerks: one on its page, several in the list."""

from kaarst.core import reference
from kaarst.services import _
from kaarst.services.cases import assignment
from kaarst.services.cases.browser import CasePage
from kaarst.services.cases.page import Page
from plone import api
from plone.protect.authenticator import check as check_authenticator


GONE = _("This person does not work on cases any more. Please choose somebody else.")


class AssignCase(CasePage):
    """Gives one case to a clerk, or to nobody."""

    def __call__(self):
        self.exists()
        if self.request.method == "POST":
            check_authenticator(self.request)
            try:
                assignment.assign(self.context, self.text("clerk"))
            except assignment.NoClerk:
                api.portal.show_message(GONE, self.request, type="warning")
        self.request.response.redirect(self.context.absolute_url())


class AssignCases(Page):
    """Gives the cases that were ticked in the list to a clerk; leads back to the list as it was."""

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            check_authenticator(self.request)
            self.assign()
        query = self.text("query")
        url = self.context.absolute_url()
        self.request.response.redirect(f"{url}?{query}" if query else url)

    def assign(self):
        try:
            changed = sum(assignment.assign(case, self.text("clerk")) for case in self._ticked())
        except assignment.NoClerk:
            api.portal.show_message(GONE, self.request, type="warning")
            return
        message = _("Given on: ${count}", mapping={"count": changed})
        api.portal.show_message(message, self.request)

    def _ticked(self):
        typed = self.request.form.get("number", [])
        for text in typed if isinstance(typed, list) else [typed]:
            try:
                case = self.context.case(reference.normalise(text))
            except (reference.InvalidNumber, TypeError, AttributeError):
                continue
            if case is not None:
                yield case
