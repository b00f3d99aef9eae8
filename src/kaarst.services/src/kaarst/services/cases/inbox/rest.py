"""The clerk's list over REST: `GET /vorgaenge/@cases` and `POST {case}/@assign`."""

from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.cases import assignment
from kaarst.services.cases import words
from kaarst.services.cases.browser import require_case
from kaarst.services.cases.inbox import bulk
from kaarst.services.cases.inbox.query import Inbox
from kaarst.services.cases.rest import refused
from kaarst.services.cases.workflow import definitions
from kaarst.services.cases.workflow import naming


MOST = 100
WHOSE = ("", "mine", "nobody")


class CasesGet(JsonGet):
    """The list, most urgent first: `state`, `q`, `whose`, `department`, `b_start`, `b_size`."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        state, query, whose = (self._text(name) for name in ("state", "q", "whose"))
        if state and state not in words.STATES:
            raise refused("state", _("There is no such state."))
        if whose not in WHOSE:
            raise refused("whose", _("Please write “mine”, “nobody” or nothing."))
        self.inbox = Inbox(self.context)
        start, size = self._number("b_start", 0), self._number("b_size", 50)
        total, found = self.context.index.find(
            state,
            query,
            start,
            min(size, MOST),
            self.inbox.clerk(whose),
            urgent=True,
            scope=self.inbox.within(self._text("department")),
        )
        plans = {id: definitions.read(id) for id in definitions.ids()}
        return {
            "items_total": total,
            "items": [self._item(summary, plans) for summary in found],
        }

    def _item(self, summary, plans):
        shown = ("number", "title", "state", "received", "due", "answer_by", "clerk")
        return {
            "@id": f"{self.context.absolute_url()}/{summary['number']}",
            **{name: summary[name] or None for name in (*shown, "department")},
            "department_title": self.inbox.departments.get(summary["department"]) or None,
            "on_behalf_of": self.inbox.stands_in_for(summary) or None,
            "state_title": naming.title(plans[summary["workflow"]], summary["state"], clerk=True),
        }

    def _text(self, name):
        value = self.request.form.get(name, "")
        return value.strip()[:200] if isinstance(value, str) else ""

    def _number(self, name, default):
        value = self._text(name)
        if not value:
            return default
        if not value.isascii() or not value.isdecimal() or len(value) > 7:
            raise refused(name, _("Please write a number."))
        return int(value)


class CasesPost(JsonPost):
    """`numbers`, `action` (assign or a step) and `clerk` → what was done, and what not and why."""

    max_body = 50_000

    def handle(self, data):
        numbers, action, clerk = data.get("numbers"), data.get("action"), data.get("clerk", "")
        if not isinstance(numbers, list) or not all(isinstance(item, str) for item in numbers):
            raise refused("numbers", _("This has to be a list of texts."))
        if not 0 < len(numbers) <= bulk.MOST:
            message = _(
                "error_how_many_cases", "From 1 to ${count} cases.", mapping={"count": bulk.MOST}
            )
            raise refused("numbers", message)
        if action != bulk.ASSIGN and action not in bulk.MOVES:
            steps = ", ".join((bulk.ASSIGN, *bulk.MOVES))
            raise refused("action", _("One of these: ${steps}.", mapping={"steps": steps}))
        if not isinstance(clerk, str):
            raise refused("clerk", _("This has to be a text."))
        outcome = bulk.apply(self.context, numbers, action, clerk)
        return 200, {
            "done": outcome.done,
            "refused": [
                {"number": number, "message": reason} for number, reason in outcome.refused
            ],
        }


class AssignPost(JsonPost):
    """`clerk`: a user id, or an empty text for nobody."""

    max_body = 10_000

    def handle(self, data):
        require_case(self.context)
        clerk = data.get("clerk")
        if not isinstance(clerk, str):
            raise refused("clerk", _("This has to be a text."))
        try:
            assignment.assign(self.context, clerk)
        except assignment.NoClerk:
            raise refused("clerk", _("There is no such clerk.")) from None
        return 200, {"number": self.context.number, "clerk": self.context.clerk}
