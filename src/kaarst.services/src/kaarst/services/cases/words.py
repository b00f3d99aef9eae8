"""How states and events of a case are called, for citizens and for clerks."""

from kaarst.services import _


STATES = {
    "received": _("Received"),
    "in_progress": _("In progress"),
    "waiting": _("Waiting for you"),
    "decided": _("Decided"),
    "withdrawn": _("Withdrawn"),
}
FOR_CLERKS = {**STATES, "waiting": _("Waiting for the citizen")}
# In plain words, for the citizen: what is the case, and what happens next.
MEANING = {
    "received": _(
        "meaning_received", "We have received it. Next, somebody at the town hall will look at it."
    ),
    "in_progress": _(
        "meaning_in_progress",
        "Somebody is working on it. If we need anything from you, we will get in touch.",
    ),
    "waiting": _(
        "meaning_waiting",
        "We need something from you. Please read our message and answer below; we go on after that.",
    ),
    "decided": _(
        "meaning_decided", "It is decided. You get the result by post, by e-mail or in person."
    ),
    "withdrawn": _("meaning_withdrawn", "It was withdrawn. Nothing more happens."),
}
MEANING_ISSUED = _(
    "meaning_issued", "It is decided. You can read the decision here and save it as a PDF."
)
# The way a case goes if it is not withdrawn.
WAY = ("received", "in_progress", "decided")
WAYS = {
    "waiting": ("received", "in_progress", "waiting", "decided"),
    "withdrawn": ("received", "withdrawn"),
}
# What a clerk may do with a case, in the order of the page; only the way onward is emphasised.
TRANSITIONS = ("start", "resume", "decide", "reopen", "withdraw")
# Where a button says more than the workflow's word for it.
BUTTONS = {"decide": _("Decide without a letter")}
ONWARD = ("start", "resume", "decide", "reopen")
EVENTS = {
    "received": _("Received"),
    "read": _("Read"),
    "downloaded": _("Downloaded"),
    "new_pin": _("New PIN given out"),
    "wrote": _("Message written"),
    "asked": _("Question asked"),
    "infected": _("Malware found"),
    "issued": _("Decision issued"),
    "fetched": _("Decision fetched by the citizen"),
    "given": _("Data given to the person (Art. 15 GDPR)"),
    "start": _("Work started"),
    "ask": _("Waiting for the citizen"),
    "resume": _("Work goes on"),
    "decide": _("Decided"),
    "withdraw": _("Withdrawn"),
    "reopen": _("Taken up again"),
}


def meaning(case):
    """What the state of a case means for the citizen, and what happens next."""
    state = case.state
    return MEANING_ISSUED if state == "decided" and case.decisions else MEANING[state]


def steps(history, state):
    """The steps for the citizen: `{state, done, current, date}`; `date` is aware UTC or None.

    Notes and names of clerks are not in it.
    """
    into = {"received": "received", "start": "in_progress", "reopen": "in_progress"}
    into.update(ask="waiting", decide="decided", withdraw="withdrawn")
    dates = {into[entry["what"]]: entry["when"] for entry in history if entry["what"] in into}
    way = WAYS.get(state, WAY)
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
