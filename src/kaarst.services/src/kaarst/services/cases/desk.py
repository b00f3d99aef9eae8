"""The desk of a site, and what is done there as soon as something happens to a case."""

from kaarst.core.interfaces import IJob
from kaarst.services import _
from kaarst.services import fixed
from kaarst.services.cases import letters
from kaarst.services.cases.content import current_user
from kaarst.services.cases.interfaces import ICaseDesk
from kaarst.services.cases.workflow import naming
from kaarst.services.cases.workflow.plan import CLOSED
from kaarst.services.cases.workflow.plan import PAUSED
from plone import api
from Products.CMFCore.WorkflowCore import WorkflowException
from zope.interface import implementer


DESK_ID = "vorgaenge"


def find_desk(site=None):
    """The desk of `site`, or None while kaarst.services is not installed."""
    return fixed.find(DESK_ID, ICaseDesk, site)


def make_desk(site):
    """Makes the desk if the site has none; called when the package is installed."""
    return fixed.make(DESK_ID, ICaseDesk, "CaseDesk", _("Cases"), site)


def before_transition(case, event):
    """The clock stands still only with a message to the citizen, whichever way somebody asks for it.

    Raises WorkflowException.
    """
    transition = event.transition.getId() if event.transition is not None else ""
    if transition == "ask" and not (case.messages and case.messages[-1]["asks"]):
        raise WorkflowException(_("Please write what you need: a question is a message."))
    if transition == "reopen" and case.merged_into:
        raise WorkflowException(_("This case was merged with another one. Please undo that first."))
    if transition == "decide" and not checked_by_another(case):
        raise WorkflowException(_("Somebody else has to decide: you have handed it over."))


def checked_by_another(case):
    """Whether the user is not the one who has handed the case over to be checked."""
    if case.state != "checking":
        return True
    handed = [entry["who"] for entry in case.history if entry["what"] == "submit"]
    return not handed or handed[-1] != current_user()


def allowed(case) -> set[str]:
    """The transitions that the user may take a case through now.

    To ask needs words: that is done with a message.
    """
    tool = api.portal.get_tool("portal_workflow")
    found = {item["id"] for item in tool.getTransitionsFor(case)} - {"ask"}
    if not checked_by_another(case):
        found.discard("decide")
    if case.merged_into:
        found.discard("reopen")
    return found


def after_transition(case, event):
    """A case has changed its state: into the history and onto the list; the clock stops or goes on."""
    # The workflow's own record, like the history, names no citizen.
    more = event.kwargs or {}
    who = "" if more.get("by_citizen") else more.get("by") or current_user()
    case.workflow_history[event.workflow.getId()][-1]["actor"] = who
    if event.transition is None:
        return
    note = event.kwargs.get("comment", "")
    case.note(event.transition.getId(), note, who)
    new = event.new_state.getId()
    if new in PAUSED or event.old_state.getId() in PAUSED:
        case.wind_clock(new not in PAUSED)
    case.set_retention(new in CLOSED)
    if event.transition.getId() == "start" and not case.clerk:
        # Who begins the work has the case.
        case.clerk = current_user()
    case.changed()
    plan = naming.plan_of(case)
    if plan.state(new).mail and case.email and not event.kwargs.get("told"):
        letters.tell_state(case, naming.title(plan, new), naming.meaning(plan, case))


@implementer(IJob)
class SettleCases:
    """Moves new and changed cases into the catalogue of the clerk's list."""

    interval = 5

    def run(self, site):
        desk = find_desk(site)
        if desk is not None:
            desk.index.settle()
