"""Plans as DCWorkflow definitions, which is how they are stored and what cases run on.

Title and description of a state are its name and its meaning; its variables `mail` and `tasks` say
what else happens there. An empty word in a plan is stored as the usual English one and shown in the
reader's language.
"""

from dataclasses import replace
from kaarst.services import _
from kaarst.services.cases import words
from kaarst.services.cases.workflow.plan import LEADS_TO
from kaarst.services.cases.workflow.plan import OPTIONAL
from kaarst.services.cases.workflow.plan import Plan
from kaarst.services.cases.workflow.plan import State
from kaarst.services.cases.workflow.plan import Transition
from plone import api
from plone.i18n.normalizer import idnormalizer
from Products.DCWorkflow.DCWorkflow import DCWorkflowDefinition
from zope.i18n import translate
from zope.interface import provider
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


#: The first workflow, from the profile; it cannot be deleted.
STANDARD = "case_workflow"
#: What every workflow of cases is called by.
PREFIX = "case_workflow"
WORK = "kaarst.services: Work on cases"
#: Made when the package is installed, beside the standard one.
MORE = (
    (Plan(f"{PREFIX}_check", "", frozenset({"checking"})), _("With a second pair of eyes")),
    (Plan(f"{PREFIX}_payment", "", frozenset({"payment"})), _("With payment")),
    (Plan(words.CONVERSATION, ""), _("Message without an application")),
)


def chain(case, tool):
    """The workflow a case was begun with is the one it ends with."""
    return (case.workflow_id,)


def ids() -> list[str]:
    """The ids of all workflows of cases, the standard one first."""
    tool = api.portal.get_tool("portal_workflow")
    found = (id for id in tool.objectIds() if id == STANDARD or id.startswith(f"{PREFIX}_"))
    return sorted(found, key=lambda id: (id != STANDARD, id))


def read(id: str) -> Plan:
    """The plan of a stored workflow. Raises KeyError."""
    if id not in ids():
        raise KeyError(id)
    definition = api.portal.get_tool("portal_workflow")[id]
    states, transitions = {}, {}
    for name, state in definition.states.items():
        more = state.var_values or {}
        states[name] = State(
            title="" if state.title == usual_title(name) else state.title,
            meaning=state.description,
            mail=bool(more.get("mail")),
            tasks=tuple(more.get("tasks", ())),
        )
    for name, transition in definition.transitions.items():
        guard = transition.guard
        transitions[name] = Transition(
            title="" if transition.title == usual_button(name) else transition.title,
            groups=tuple(guard.groups) if guard is not None else (),
        )
    options = frozenset(OPTIONAL) & states.keys()
    return Plan(id, definition.title, options, states, transitions)


def usual_title(state) -> str:
    """What clerks' pages call a state if no editor has given it another name; English."""
    return str(words.FOR_CLERKS[state])


def usual_button(transition) -> str:
    """Likewise the button of a transition."""
    return str(words.BUTTONS[transition])


def write(plan: Plan) -> None:
    """Stores a plan as the DCWorkflow definition of that id. It has to be without problems."""
    tool = api.portal.get_tool("portal_workflow")
    standard = tool[STANDARD]
    if plan.id not in tool.objectIds():
        tool._setObject(plan.id, _new(plan.id, standard))
    definition = tool[plan.id]
    definition.title = plan.title
    _write_states(definition, plan, standard)
    _write_transitions(definition, plan)


def _new(id, standard):
    definition = DCWorkflowDefinition(id)
    definition.state_var = standard.state_var
    definition.manager_bypass = False
    definition.permissions = tuple(standard.permissions)
    for name, variable in standard.variables.items():
        definition.variables.addVariable(name)
        guard = variable.info_guard
        permissions = ";".join(guard.permissions) if guard is not None else ""
        definition.variables[name].setProperties(
            variable.description,
            variable.default_value,
            variable.getDefaultExprText(),
            variable.for_catalog,
            variable.for_status,
            variable.update_always,
            {"guard_permissions": permissions},
        )
    return definition


def _write_states(definition, plan, standard):
    # Who may see and work is the same in every state of every workflow.
    roles = standard.states["received"].permission_roles
    for id in plan.state_ids:
        if id not in definition.states.objectIds():
            definition.states.addState(id)
        state, planned = definition.states[id], plan.state(id)
        state.setProperties(
            title=planned.title or usual_title(id),
            description=planned.meaning,
            transitions=plan.exits(id),
        )
        for permission in definition.permissions:
            state.setPermission(permission, 0, list(roles[permission]))
        state.var_values = {"mail": planned.mail, "tasks": planned.tasks}
    definition.states.deleteStates(
        [id for id in definition.states.objectIds() if id not in plan.state_ids]
    )
    definition.states.setInitialState("received")


def _write_transitions(definition, plan):
    for id in plan.transition_ids:
        if id not in definition.transitions.objectIds():
            definition.transitions.addTransition(id)
        planned = plan.transition(id)
        title = planned.title or usual_button(id)
        definition.transitions[id].setProperties(
            title=title,
            new_state_id=LEADS_TO[id],
            actbox_name=title,
            actbox_url="%(content_url)s",
            props={"guard_permissions": WORK, "guard_groups": ";".join(planned.groups)},
        )
    definition.transitions.deleteTransitions(
        [id for id in definition.transitions.objectIds() if id not in plan.transition_ids]
    )


def make_more() -> None:
    """Makes the workflows that editors choose from at first; what is there is left alone."""
    language = api.portal.get_default_language()
    standard = api.portal.get_tool("portal_workflow")[STANDARD]
    if standard.title == "Case":
        standard.title = translate(_("The usual way"), target_language=language)
    for plan, title in MORE:
        if plan.id not in ids():
            write(replace(plan, title=translate(title, target_language=language)))


def new_id(title: str) -> str:
    """An id for a new workflow."""
    stem = f"{PREFIX}_{idnormalizer.normalize(title)[:40].replace('-', '_')}"
    id, number = stem, 2
    while id in ids():
        id, number = f"{stem}_{number}", number + 1
    return id


def delete(id: str) -> None:
    """Deletes a workflow; who calls this has asked `users` and the desk's index first."""
    api.portal.get_tool("portal_workflow").manage_delObjects([id])


def users(id: str) -> list:
    """The services that have chosen a workflow."""
    catalog = api.portal.get_tool("portal_catalog")
    brains = catalog.unrestrictedSearchResults(portal_type="Service")
    services = (brain._unrestrictedGetObject() for brain in brains)
    return [service for service in services if (service.workflow or STANDARD) == id]


def of_service(service) -> str:
    """The id of the workflow for what is sent to a service (or None: to none)."""
    chosen = getattr(service, "workflow", None) if service is not None else None
    return chosen if chosen in ids() else STANDARD


@provider(IVocabularyFactory)
def vocabulary(context):
    """All workflows of applications, by title, for the field of a service."""
    tool = api.portal.get_tool("portal_workflow")
    offered = (id for id in ids() if id != words.CONVERSATION)
    terms = [SimpleTerm(id, id, tool[id].title) for id in offered]
    return SimpleVocabulary(terms)
