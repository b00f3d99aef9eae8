"""From what an editor has sent to a stored plan; the browser's page and REST share it."""

from kaarst.services import _
from kaarst.services.cases.papers import definition
from kaarst.services.cases.papers import plan as plans
from kaarst.services.cases.papers.plan import PaperPlan
from kaarst.services.cases.papers.plan import Transition
from kaarst.services.cases.workflow.editing import clerk_groups
from zope.i18n import translate


def plan_of(sent: dict, language: str) -> PaperPlan:
    """The plan in force with what was sent: `four_eyes`, `states` and `transitions`.

    Usual words are stored as none, so that they stay in the reader's language.
    """
    old, groups = definition.read(), clerk_groups()
    states, transitions = dict(old.states), dict(old.transitions)
    for id, title in sent.get("states", {}).items():
        states[id] = _unless(title, plans.STATES[id], language)
    for id, new in sent.get("transitions", {}).items():
        known = old.transition(id)
        chosen = new.get("groups", known.groups)
        transitions[id] = Transition(
            _unless(new.get("title", known.title), plans.BUTTONS[id], language),
            tuple(group for group in chosen if group in groups),
        )
    return PaperPlan(bool(sent.get("four_eyes", old.four_eyes)), states, transitions)


def _unless(typed, usual, language):
    text = typed.strip()
    return "" if text == translate(usual, target_language=language) else text


def errors(plan: PaperPlan, language: str) -> dict:
    """What has to be mended before it can be stored: `{field: Message}`."""
    usual = {id: translate(word, target_language=language) for id, word in plans.STATES.items()}
    said = {
        "twice": _("Two steps have the same name. Please choose another one."),
        "long": _(
            "error_longer_than",
            "This is longer than ${count} characters. Please shorten it.",
            mapping={"count": plans.LONGEST_TITLE},
        ),
    }
    return {field: said[kind] for field, kind in plans.problems(plan, usual).items()}
