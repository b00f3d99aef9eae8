"""The plan as the DCWorkflow definition it is stored as and runs on."""

from kaarst.services.cases.papers import plan as plans
from kaarst.services.cases.papers.plan import PaperPlan
from kaarst.services.cases.papers.plan import Transition
from plone import api
from Products.DCWorkflow.DCWorkflow import DCWorkflowDefinition


ID = "case_paper_workflow"
WORK = "kaarst.services: Work on cases"


def chain(paper, tool):
    """Every decision follows the same states."""
    return (ID,)


def read() -> PaperPlan:
    """The plan that is in force."""
    definition = api.portal.get_tool("portal_workflow")[ID]
    usual = {id: str(title) for id, title in plans.STATES.items()}
    states = {
        id: state.title for id, state in definition.states.items() if state.title != usual[id]
    }
    transitions = {}
    for id, transition in definition.transitions.items():
        title = "" if transition.title == str(plans.BUTTONS[id]) else transition.title
        groups = tuple(transition.guard.groups) if transition.guard is not None else ()
        transitions[id] = Transition(title, groups)
    four_eyes = "release" not in definition.states[plans.DRAFT].transitions
    return PaperPlan(four_eyes, states, transitions)


def write(plan: PaperPlan) -> None:
    """Stores a plan without problems."""
    tool = api.portal.get_tool("portal_workflow")
    if ID not in tool.objectIds():
        tool._setObject(ID, _new())
    definition = tool[ID]
    for id, usual in plans.STATES.items():
        definition.states[id].setProperties(
            title=plan.states.get(id) or str(usual), transitions=plan.exits(id)
        )
    for id, new_state in plans.LEADS_TO.items():
        planned = plan.transition(id)
        title = planned.title or str(plans.BUTTONS[id])
        definition.transitions[id].setProperties(
            title=title,
            new_state_id=new_state,
            actbox_name=title,
            props={"guard_permissions": WORK, "guard_groups": ";".join(planned.groups)},
        )


def _new():
    definition = DCWorkflowDefinition(ID)
    definition.title = "Decisions of cases"
    definition.manager_bypass = False
    # Without the state's name in a variable nobody could ask for it; the rest is in the case's history.
    definition.variables.setStateVar("review_state")
    for id in plans.STATES:
        definition.states.addState(id)
    for id in plans.LEADS_TO:
        definition.transitions.addTransition(id)
    definition.states.setInitialState(plans.DRAFT)
    return definition


def make() -> None:
    """Called when the package is installed; what editors have adapted is left alone."""
    if ID not in api.portal.get_tool("portal_workflow").objectIds():
        write(PaperPlan())
