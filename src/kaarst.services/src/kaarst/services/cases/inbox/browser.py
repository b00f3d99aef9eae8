"""Giving cases to clerks: one on its page, several in the list."""

from kaarst.services.cases import assignment
from kaarst.services.cases.browser import CasePage
from kaarst.services.cases.inbox import bulk
from kaarst.services.cases.inbox.page import DeskView
from plone import api
from plone.protect.authenticator import check as check_authenticator
from urllib.parse import parse_qsl


class AssignCase(CasePage):
    """Gives one case to a clerk, or to nobody."""

    def __call__(self):
        self.exists()
        if self.request.method == "POST":
            check_authenticator(self.request)
            try:
                assignment.assign(self.context, self.text("clerk"))
            except assignment.NoClerk:
                api.portal.show_message(bulk.NO_CLERK, self.request, type="warning")
        self.request.response.redirect(self.context.absolute_url())


class WorkOnCases(DeskView):
    """Does the same with all cases that were ticked; answers with the list and what came of it."""

    def __call__(self):
        self.private()
        if self.request.method != "POST":
            return self.request.response.redirect(self.context.absolute_url())
        check_authenticator(self.request)
        given = self.request.form.get("number", [])
        numbers = [item for item in (given if isinstance(given, list) else [given]) if item]
        action = bulk.ASSIGN if self.text("do") == bulk.ASSIGN else self.text("step")
        if action == bulk.ASSIGN or action in bulk.MOVES:
            chosen = [item for item in numbers if isinstance(item, str)][: bulk.MOST]
            self.outcome = bulk.apply(self.context, chosen, action, self.text("clerk"))
        # The list as it was; plone.protect looks for the token once more in the end.
        token = {"_authenticator": self.request.form.get("_authenticator")}
        self.request.form = {**dict(parse_qsl(self.text("query", 1000))), **token}
        self.read()
        return self.template()
