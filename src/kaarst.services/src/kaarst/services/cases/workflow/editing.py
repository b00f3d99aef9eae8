"""From what an editor has sent to a stored plan; the browser's page and REST share it."""

from dataclasses import replace
from kaarst.services import _
from kaarst.services.cases import words
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.workflow import definitions
from kaarst.services.cases.workflow.plan import LONGEST_TITLE
from kaarst.services.cases.workflow.plan import OPTIONAL
from kaarst.services.cases.workflow.plan import Plan
from kaarst.services.cases.workflow.plan import problems
from kaarst.services.cases.workflow.plan import RESTRICTABLE
from kaarst.services.cases.workflow.plan import State
from kaarst.services.cases.workflow.plan import Transition
from plone import api
from zope.i18n import translate


OPTION_TITLES = {
    "payment": _("Payment: the case waits until the fee has come"),
    "checking": _("Second pair of eyes: somebody else checks and decides"),
}


def clerk_groups() -> dict[str, str]:
    """Id → title of the groups that work on cases, to choose from."""
    groups = [group for group in api.group.get_groups() if "Clerk" in group.getRoles()]
    return {group.getId(): group.getProperty("title") or group.getId() for group in groups}


def usual_titles(language) -> dict[str, str]:
    """What states are usually called, in the editor's language."""
    return {id: translate(word, target_language=language) for id, word in words.FOR_CLERKS.items()}


def plan_of(old: Plan, sent: dict, language: str) -> Plan:
    """`old` with what was sent: `title`, `options`, `states` and `transitions`.

    Usual words are stored as none, so that they stay in the reader's language. What is not sent stays.
    """
    groups, usual = clerk_groups(), usual_titles(language)
    states, transitions = dict(old.states), dict(old.transitions)
    for id, new in sent.get("states", {}).items():
        state = {**vars(old.state(id)), **new}
        usual_meaning = translate(words.MEANING[id], target_language=language)
        states[id] = State(
            title=_unless(state["title"], usual[id]),
            meaning=_unless(state["meaning"], usual_meaning),
            mail=bool(state["mail"]),
            tasks=tuple(task.strip() for task in state["tasks"] if task.strip()),
        )
    for id, new in sent.get("transitions", {}).items():
        transition = {**vars(old.transition(id)), **new}
        chosen = transition["groups"] if id in RESTRICTABLE else ()
        transitions[id] = Transition(
            title=_unless(
                transition["title"], translate(words.BUTTONS[id], target_language=language)
            ),
            groups=tuple(group for group in chosen if group in groups),
        )
    return replace(
        old,
        title=sent.get("title", old.title).strip(),
        options=frozenset(sent.get("options", old.options)) & frozenset(OPTIONAL),
        states=states,
        transitions=transitions,
    )


def _unless(typed, usual):
    text = typed.replace("\r\n", "\n").strip()
    return "" if text == usual else text


def errors(plan: Plan, language: str) -> dict[str, object]:
    """What has to be mended before it can be stored: `{field: Message}`."""
    in_use = find_desk().index.states_of(plan.id)
    found = problems(plan, in_use, usual_titles(language))
    said = {field: _say(*problem) for field, problem in found.items()}
    if "title" not in said and (wrong := wrong_name(plan.title, plan.id)):
        said["title"] = wrong
    return said


def wrong_name(title: str, id: str = "") -> object:
    """Why a workflow (`id`; empty: a new one) cannot have this name, or None."""
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        return _("Please give the workflow a name.")
    others = {
        definitions.read(other).title.casefold() for other in definitions.ids() if other != id
    }
    if title.strip().casefold() in others:
        return _("There is already a workflow of this name: nobody could tell the two apart.")
    return None


def _say(kind, detail):
    if kind == "used":
        return _(
            "error_step_in_use",
            "${count} cases are at a step that you want to leave out. Please work them off first.",
            mapping={"count": detail},
        )
    if kind == "many":
        return _("error_many_tasks", "At most ${count} tasks, please.", mapping={"count": detail})
    if kind == "long":
        return _(
            "error_longer_than",
            "This is longer than ${count} characters. Please shorten it.",
            mapping={"count": detail},
        )
    if kind == "twice":
        return _("Two steps have the same name. Please choose another one.")
    return _("Please give the workflow a name.")


def reason_to_keep(id: str):
    """Why a workflow cannot be deleted, as a Message; or None."""
    if id == definitions.STANDARD:
        return _("This is the workflow of all services that have chosen none.")
    count = sum(find_desk().index.states_of(id).values())
    if count:
        return _("${count} cases follow it.", mapping={"count": count})
    services = definitions.users(id)
    if services:
        names = ", ".join(service.Title() for service in services)
        return _("Chosen at: ${services}", mapping={"services": names})
    return None
