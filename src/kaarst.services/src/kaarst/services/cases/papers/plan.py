"""The states of a decision as editors see them. Plain Python; `definition` makes DCWorkflow of it."""

from dataclasses import dataclass
from dataclasses import field
from kaarst.services import _


DRAFT, REVIEW, RELEASED, FILED = "draft", "review", "released", "filed"
STATES = {
    DRAFT: _("Draft"),
    REVIEW: _("Being reviewed"),
    RELEASED: _("Released"),
    FILED: _("Filed"),
}
#: Transition → the state it leads to, and what its button usually says.
LEADS_TO = {"submit": REVIEW, "release": RELEASED, "return": DRAFT, "file": FILED}
BUTTONS = {
    "submit": _("Give it to be reviewed"),
    "release": _("Release and send"),
    "return": _("Give it back to be changed"),
    "file": _("Put on file"),
}
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Transition:
    """`title`: of the button; empty: the usual one. `groups`: who may; empty: all clerks."""

    title: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperPlan:
    """`four_eyes`: nobody releases what they have written. `states`: titles that are not the usual."""

    four_eyes: bool = False
    states: dict[str, str] = field(default_factory=dict)
    transitions: dict[str, Transition] = field(default_factory=dict)

    def exits(self, state: str) -> tuple[str, ...]:
        """The transitions that lead out of a state."""
        return {
            DRAFT: ("submit",) if self.four_eyes else ("submit", "release"),
            REVIEW: ("release", "return"),
            RELEASED: ("file",),
            FILED: (),
        }[state]

    def state(self, id: str):
        """What a state is called: a text or a Message."""
        return self.states.get(id) or STATES[id]

    def transition(self, id: str) -> Transition:
        return self.transitions.get(id, Transition())

    def button(self, id: str):
        """What the button of a transition says: a text or a Message."""
        return self.transition(id).title or BUTTONS[id]


def problems(plan: PaperPlan, usual: dict[str, str]) -> dict[str, str]:
    """What is wrong with the words of a plan: `{field: "long" or "twice"}`. `usual`: titles of states.

    Fields are `state-ID` and `transition-ID`.
    """
    found, seen = {}, set()
    for id in STATES:
        title = (plan.states.get(id) or usual[id]).strip()
        if len(title) > LONGEST_TITLE:
            found[f"state-{id}"] = "long"
        elif title.casefold() in seen:
            found[f"state-{id}"] = "twice"
        seen.add(title.casefold())
    for id in LEADS_TO:
        if len(plan.transition(id).title) > LONGEST_TITLE:
            found[f"transition-{id}"] = "long"
    return found


def may_release(plan: PaperPlan, hands: tuple[str, ...], who: str) -> bool:
    """Whether `who` may release what the users in `hands` have written."""
    return not plan.four_eyes or who not in hands
