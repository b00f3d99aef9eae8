"""`{case}/@papers` for clerks, `/@case-document-workflow` for editors."""

from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest.language import language
from kaarst.services import _
from kaarst.services.cases import history
from kaarst.services.cases.browser import require_case
from kaarst.services.cases.content import current_user
from kaarst.services.cases.decisions import issue
from kaarst.services.cases.papers import content
from kaarst.services.cases.papers import definition
from kaarst.services.cases.papers import editing
from kaarst.services.cases.papers import listing
from kaarst.services.cases.papers import plan as plans
from kaarst.services.cases.rest import moment
from kaarst.services.cases.rest import refused
from kaarst.services.cases.workflow.editing import clerk_groups
from kaarst.services.cases.workflow.rest import WRONG
from plone.protect.interfaces import IDisableCSRFProtection
from zExceptions import NotFound
from zope.interface import alsoProvides


class PapersGet(JsonGet):
    """The decisions and letters of a case in all states; that is a reading of the case."""

    def handle(self):
        require_case(self.context)
        self.request.response.setHeader("Cache-Control", "no-store")
        if history.is_new_reading(self.context.history, current_user()):
            alsoProvides(self.request, IDisableCSRFProtection)
            self.context.note(history.READ)
        return {"items": [described(paper) for paper in content.all_of(self.context)]}


class PapersPost(JsonPost):
    """Texts → a draft; with `id` they change it. `step` takes it on, with a `comment`."""

    max_body = 200_000

    def handle(self, data):
        require_case(self.context)
        known = {*issue.FIELDS, "id", "kind", "step", "comment"}
        for name in sorted(data):
            if name not in known:
                raise refused(name, _("There is no such field."))
            if not isinstance(data[name], str):
                raise refused(name, _("This has to be a text."))
        paper = self._paper(data)
        draft = self._draft(data, paper)
        step = data.get("step", "")
        if step and step not in plans.LEADS_TO:
            raise refused("step", _("There is no such step."))
        kind = paper.kind if paper is not None else data.get("kind", content.DECISION)
        if kind not in listing.KINDS or data.get("kind", kind) != kind:
            raise refused("kind", _("This has to be decision or letter, and stays what it is."))
        releases = step == "release"
        errors = content.release_errors(kind, draft) if releases else content.errors(draft)
        if errors:
            raise invalid(errors)
        try:
            if paper is None:
                paper = content.write(self.context, draft, kind)
            elif draft != paper.texts:
                content.change(paper, draft)
            if step:
                content.move(paper, step, data.get("comment", "")[:200])
        except content.NotPossible as error:
            raise ApiError(409, "NotNow", error.args[0]) from None
        return (200 if "id" in data else 201), described(paper)

    def _paper(self, data):
        if "id" not in data:
            return None
        try:
            return content.find(self.context, data["id"])
        except NotFound:
            raise refused("id", _("There is no such decision.")) from None

    def _draft(self, data, paper):
        old = paper.texts if paper is not None else issue.Draft()
        given = {name: data.get(name, getattr(old, name)).strip() for name in issue.FIELDS}
        return issue.Draft(**given)


class DocumentWorkflowGet(JsonGet):
    """The states of decisions, with the words in force."""

    def handle(self):
        return workflow()


class DocumentWorkflowPost(JsonPost):
    """`four_eyes`, `states` (titles) and `transitions` (title and groups); what is not sent stays."""

    max_body = 20_000

    def handle(self, data):
        states, transitions = data.get("states", {}), data.get("transitions", {})
        if not isinstance(data.get("four_eyes", False), bool):
            raise refused("four_eyes", WRONG)
        if not isinstance(states, dict) or set(states) - set(plans.STATES):
            raise refused("states", WRONG)
        if not all(isinstance(title, str) for title in states.values()):
            raise refused("states", WRONG)
        if not isinstance(transitions, dict) or set(transitions) - set(plans.LEADS_TO):
            raise refused("transitions", WRONG)
        for id, values in transitions.items():
            if not _is_transition(values):
                raise refused(f"transitions.{id}", WRONG)
        spoken = language(self.request)
        plan = editing.plan_of(data, spoken)
        errors = editing.errors(plan, spoken)
        if errors:
            raise invalid(errors)
        definition.write(plan)
        return 200, workflow()


def _is_transition(values):
    if not isinstance(values, dict) or set(values) - {"title", "groups"}:
        return False
    groups = values.get("groups", [])
    return (
        isinstance(values.get("title", ""), str)
        and isinstance(groups, list)
        and all(isinstance(group, str) for group in groups)
    )


def workflow():
    """The plan in force as JSON."""
    plan = definition.read()
    return {
        "four_eyes": plan.four_eyes,
        "states": {id: plan.state(id) for id in plans.STATES},
        "transitions": {
            id: {"title": plan.button(id), "groups": list(plan.transition(id).groups)}
            for id in plans.LEADS_TO
        },
        "groups": [{"id": id, "title": title} for id, title in clerk_groups().items()],
    }


def described(paper):
    """A paper as JSON. `steps`: what the user may do with it now."""
    return {
        "id": paper.getId(),
        "kind": paper.kind,
        "state": paper.state,
        "state_title": definition.read().state(paper.state),
        "changed": moment(paper.changed),
        **{name: getattr(paper.texts, name) for name in issue.FIELDS},
        "steps": content.allowed(paper),
        "decision": paper.decision or None,
        "document": paper.document or None,
    }
