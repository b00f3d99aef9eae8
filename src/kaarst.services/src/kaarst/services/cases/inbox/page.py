"""The clerks' list of cases, most urgent first."""

from AccessControl import getSecurityManager
from datetime import datetime
from functools import cached_property
from kaarst.services import _
from kaarst.services.cases import words
from kaarst.services.cases.counter.service import FILE
from kaarst.services.cases.inbox import bulk
from kaarst.services.cases.inbox import keys
from kaarst.services.cases.inbox.keys import WithKeys
from kaarst.services.cases.inbox.query import Inbox
from kaarst.services.cases.inbox.query import NONE
from kaarst.services.cases.page import Page
from kaarst.services.cases.workflow import definitions
from kaarst.services.cases.workflow import naming
from kaarst.services.cases.workflow.plan import CLOSED
from kaarst.services.forms.validators import BERLIN
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zope.i18n import translate


BATCH = 50
WHOSE = {"": _("All"), "mine": _("Mine"), "nobody": _("Nobody’s yet")}


class DeskView(WithKeys, Page):
    """The cases, most urgent first."""

    clerk = True
    template = ViewPageTemplateFile("templates/desk.pt")
    known_keys = keys.LIST
    #: Of what was just done with several cases: a bulk.Outcome.
    outcome = None

    def __call__(self):
        self.private()
        self.read()
        return self.template()

    def read(self):
        """Takes the filter out of the request and finds the cases."""
        state = self.text("state")
        self.state = state if state in words.STATES else ""
        self.query = self.text("q")
        start = self.text("b_start")
        self.start = int(start) if start.isdecimal() and len(start) < 8 else 0
        self.whose = self.text("whose")
        self.department = self.text("department")
        self.inbox = Inbox(self.context)
        self.scope = self.inbox.within(self.department)
        self.total, self.found = self.context.index.find(
            self.state,
            self.query,
            self.start,
            BATCH,
            self.inbox.clerk(self.whose),
            urgent=True,
            scope=self.scope,
        )

    def choices(self):
        """Whose cases may be listed: `{id, title, chosen}`."""
        for id, title in WHOSE.items():
            word = translate(title, context=self.request)
            yield {"id": id, "title": word, "chosen": id == self.whose}

    def departments(self):
        """The departments whose cases the user sees: `{id, title, chosen}`; none if it is only one."""
        found = self.inbox.departments
        if len(found) < 2:
            return
        for uid, title in found.items():
            id = uid or NONE
            yield {
                "id": id,
                "title": title or translate(_("No department (mail room)"), context=self.request),
                "chosen": id == self.department,
            }

    def has_no_department(self):
        """Whether the user is no clerk anywhere: the list stays empty then."""
        return not self.inbox.departments

    @cached_property
    def clerks(self):
        """Who the cases on this list may be given to: `{user id: name}`."""
        return self.inbox.clerks

    def may_work(self):
        permission = "kaarst.services: Work on cases"
        return getSecurityManager().checkPermission(permission, self.context)

    def may_write(self):
        """Whether the reader may write to citizens who have an account."""
        permission = "kaarst.services: Write to citizens"
        return bool(self.scope.departments) and getSecurityManager().checkPermission(
            permission, self.context
        )

    def may_file(self):
        """Whether the reader may fill in a form for somebody."""
        return getSecurityManager().checkPermission(FILE, self.context)

    def states(self):
        """For the filter: `{id, title, count, chosen}`."""
        counts = self.context.index.count(scope=self.scope)
        for state in words.STATES:
            yield {
                "id": state,
                "title": self.state_names(state),
                "count": counts.get(state, 0),
                "chosen": state == self.state,
            }

    def state_names(self, state):
        """The names a state has in the workflows that know it."""
        plans = (self.plan(workflow) for workflow in definitions.ids())
        names = [self.state_word(state, plan.id) for plan in plans if state in plan.state_ids]
        return " / ".join(dict.fromkeys(names))

    def moves(self):
        """The steps that several cases may take at once, by the names of all workflows: `{id, title}`."""
        for id in bulk.MOVES:
            plans = [self.plan(workflow) for workflow in definitions.ids()]
            names = [
                self.say(naming.button(plan, id)) for plan in plans if id in plan.transition_ids
            ]
            if names:
                yield {"id": id, "title": " / ".join(dict.fromkeys(names))}

    def say(self, message):
        return translate(message, context=self.request)

    def rows(self):
        today = datetime.now(BERLIN).date().isoformat()
        for found in self.found:
            open_ = found["state"] not in CLOSED
            yield {
                **found,
                "url": f"{self.context.absolute_url()}/{found['number']}",
                "clerk_name": self.inbox.name(found["clerk"]),
                "stands_in": bool(self.inbox.stands_in_for(found)),
                "overdue": bool(open_ and found["due"] and found["due"] < today),
                "answer_overdue": bool(found["answer_by"] and found["answer_by"] < today),
            }

    def last(self):
        return min(self.start + BATCH, self.total)

    def page_url(self, start):
        return f"{self.context.absolute_url()}?{self.page_query(start)}"

    def page_query(self, start):
        """What leads to the list as it is, from case number `start` on."""
        query = {
            "department": self.department,
            "whose": self.whose,
            "state": self.state,
            "q": self.query,
            "b_start": start,
        }
        return urlencode({name: value for name, value in query.items() if value})

    def before(self):
        return self.page_url(max(self.start - BATCH, 0)) if self.start else None

    def after(self):
        return self.page_url(self.start + BATCH) if self.start + BATCH < self.total else None
