"""A workflow as editors see it: steps out of a safe vocabulary, with words, tasks and who may.

Editors choose steps and words; which step follows which is decided here, so that no case can ever
get stuck. Plain Python; kaarst.services.cases.workflow.definitions makes DCWorkflow out of it.
"""

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace


#: States every workflow has, and those an editor may add, in the order citizens see them.
ALWAYS = ("received", "in_progress", "waiting", "decided", "withdrawn")
OPTIONAL = ("payment", "checking")
ORDER = ("received", "in_progress", "waiting", "payment", "checking", "decided", "withdrawn")
#: In these the citizen is to do something, and the clock stands still.
PAUSED = ("waiting", "payment")
CLOSED = ("decided", "withdrawn")
#: Transition → the state it leads to.
LEADS_TO = {
    "start": "in_progress",
    "ask": "waiting",
    "resume": "in_progress",
    "request_payment": "payment",
    "paid": "in_progress",
    "submit": "checking",
    "return": "in_progress",
    "decide": "decided",
    "withdraw": "withdrawn",
    "reopen": "in_progress",
}
#: These may be left to certain groups of clerks. The others follow from what citizens do, too.
RESTRICTABLE = ("start", "request_payment", "paid", "submit", "return", "decide", "reopen")
LONGEST_TITLE = 60
LONGEST_MEANING = 500
MOST_TASKS = 20


@dataclass(frozen=True)
class State:
    """`title`, `meaning`: the editor's words; empty: the usual ones. `tasks`: what clerks have to do.

    `mail`: the citizen is told by mail when a case gets here.
    """

    title: str = ""
    meaning: str = ""
    mail: bool = False
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transition:
    """`title`: of the clerk's button; empty: the usual one. `groups`: who may; empty: all clerks."""

    title: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A workflow. `states` and `transitions` hold what differs from the usual, by id."""

    id: str
    title: str
    options: frozenset[str] = frozenset()
    states: dict[str, State] = field(default_factory=dict)
    transitions: dict[str, Transition] = field(default_factory=dict)

    @property
    def state_ids(self) -> tuple[str, ...]:
        return tuple(id for id in ORDER if id in ALWAYS or id in self.options)

    @property
    def transition_ids(self) -> tuple[str, ...]:
        used = {id for state in self.state_ids for id in self.exits(state)}
        return tuple(id for id in LEADS_TO if id in used)

    def exits(self, state: str) -> tuple[str, ...]:
        """The transitions that lead out of a state."""
        decide = ("submit",) if "checking" in self.options else ("decide",)
        bill = ("request_payment",) if "payment" in self.options else ()
        return {
            "received": ("start", "ask", *decide, "withdraw"),
            "in_progress": ("ask", *bill, *decide, "withdraw"),
            "waiting": ("resume", *decide, "withdraw"),
            "payment": ("paid", "withdraw"),
            "checking": ("decide", "return", "withdraw"),
            "decided": ("reopen",),
            "withdrawn": ("reopen",),
        }[state]

    def state(self, id: str) -> State:
        return self.states.get(id, State())

    def transition(self, id: str) -> Transition:
        return self.transitions.get(id, Transition())

    def way(self, state: str) -> tuple[str, ...]:
        """The states a case goes through if all goes well, seen from `state`."""
        if state == "withdrawn":
            return ("received", "withdrawn")
        return tuple(
            id
            for id in self.state_ids
            if id != "withdrawn" and (id not in ("waiting", "payment") or id == state)
        )

    def copy(self, id: str, title: str) -> "Plan":
        return replace(self, id=id, title=title)


def problems(plan: Plan, in_use: dict[str, int], usual: dict[str, str]) -> dict[str, tuple]:
    """What is wrong with a plan: `{field: (kind, detail)}`.

    `in_use`: number of cases by state; `usual`: the usual title of each state. Fields are `title`,
    `options`, `state-ID-title`, `state-ID-meaning`, `state-ID-tasks` and `transition-ID-title`; kinds are
    `empty`, `long` (detail: most characters), `twice`, `many` (detail: most lines) and `used`
    (detail: how many cases would be stranded).
    """
    found: dict[str, tuple] = {}
    if not plan.title.strip():
        found["title"] = ("empty", None)
    elif len(plan.title) > LONGEST_TITLE:
        found["title"] = ("long", LONGEST_TITLE)
    stranded = sum(count for state, count in in_use.items() if state not in plan.state_ids)
    if stranded:
        found["options"] = ("used", stranded)
    seen: set[str] = set()
    for id in plan.state_ids:
        state = plan.state(id)
        title = (state.title or usual[id]).strip().casefold()
        if len(state.title) > LONGEST_TITLE:
            found[f"state-{id}-title"] = ("long", LONGEST_TITLE)
        elif title in seen:
            found[f"state-{id}-title"] = ("twice", None)
        seen.add(title)
        if len(state.meaning) > LONGEST_MEANING:
            found[f"state-{id}-meaning"] = ("long", LONGEST_MEANING)
        if len(state.tasks) > MOST_TASKS:
            found[f"state-{id}-tasks"] = ("many", MOST_TASKS)
        elif any(len(task) > 200 for task in state.tasks):
            found[f"state-{id}-tasks"] = ("long", 200)
    for id in plan.transition_ids:
        if len(plan.transition(id).title) > LONGEST_TITLE:
            found[f"transition-{id}-title"] = ("long", LONGEST_TITLE)
    return found


def steps(plan: Plan, history, state: str) -> list[dict]:
    """The steps for the citizen: `{state, done, current, date}`; `date` is aware UTC or None.

    Notes and names of clerks are not in it.
    """
    into = {"received": "received", **LEADS_TO}
    # Going on after a pause is no new beginning of the work.
    into = {what: to for what, to in into.items() if what not in ("resume", "paid", "return")}
    dates = {into[entry["what"]]: entry["when"] for entry in history if entry["what"] in into}
    way = plan.way(state)
    current = way.index(state)
    return [
        {
            "state": name,
            "done": number < current,
            "current": number == current,
            "date": dates.get(name) if number <= current else None,
        }
        for number, name in enumerate(way)
    ]
