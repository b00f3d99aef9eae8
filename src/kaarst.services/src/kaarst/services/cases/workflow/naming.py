"""What states and buttons are called: the editor's words if there are any, else the usual ones."""

from kaarst.services.cases import words
from kaarst.services.cases.workflow import definitions
from kaarst.services.cases.workflow.plan import Plan


def plan_of(case) -> Plan:
    """The plan a case follows."""
    return definitions.read(case.workflow_id)


def title(plan: Plan, state: str, clerk=False):
    """The name of a state, for clerks or for the citizen; a text or a Message."""
    own = plan.state(state).title
    if own:
        return own
    usual = words.FOR_CLERKS if clerk else words.STATES
    # Clerks have all kinds on one list: there the words differ only where the state is another one.
    if plan.id == words.CONVERSATION and (state == "decided" or not clerk):
        return words.CONVERSATION_STATES.get(state, usual[state])
    return usual[state]


def meaning(plan: Plan, case):
    """What the state of a case means for the citizen, and what happens next."""
    state = case.state
    own = plan.state(state).meaning
    if own:
        return own
    if plan.id == words.CONVERSATION:
        return words.CONVERSATION_MEANING.get(state, words.MEANING[state])
    return words.MEANING_ISSUED if state == "decided" and case.decisions else words.MEANING[state]


def button(plan: Plan, transition: str):
    """What the clerk's button of a transition says."""
    usual = words.CONVERSATION_BUTTONS if plan.id == words.CONVERSATION else {}
    own = plan.transition(transition).title
    return own or usual.get(transition) or words.BUTTONS[transition]
