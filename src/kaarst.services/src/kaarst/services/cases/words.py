"""How states and events of a case are called, for citizens and for clerks."""

from kaarst.services import _


STATES = {
    "received": _("Received"),
    "authorisation_checked": _("Authorisation checked"),
    "in_progress": _("In progress"),
    "waiting": _("Waiting for you"),
    "payment": _("Waiting for your payment"),
    "checking": _("Being checked"),
    "decided": _("Decided"),
    "withdrawn": _("Withdrawn"),
}
FOR_CLERKS = {
    **STATES,
    "waiting": _("Waiting for the citizen"),
    "payment": _("Waiting for payment"),
}
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
    "payment": _(
        "meaning_payment",
        "Please pay the fee as we have told you. We go on as soon as your payment has come.",
    ),
    "checking": _(
        "meaning_checking",
        "It is nearly done. A second person looks at it before it is decided.",
    ),
    "decided": _(
        "meaning_decided", "It is decided. You get the result by post, by e-mail or in person."
    ),
    "withdrawn": _("meaning_withdrawn", "It was withdrawn. Nothing more happens."),
}
MEANING_ISSUED = _(
    "meaning_issued", "It is decided. You can read the decision here and save it as a PDF."
)
# What a clerk may do with a case, in the order of the page; only the way onward is emphasised.
BUTTONS = {
    "start": _("Start work"),
    "resume": _("Go on without an answer"),
    "paid": _("The payment has come"),
    "submit": _("Hand over to be checked"),
    "decide": _("Decide without a letter"),
    "return": _("Give back"),
    "request_payment": _("Wait for the payment"),
    "reopen": _("Take up again"),
    "withdraw": _("Withdraw"),
    "ask": _("Ask the citizen"),
}
#: The workflow of messages without an application (cases.conversations), and its words.
CONVERSATION = "case_workflow_conversation"
CONVERSATION_STATES = {
    "received": _("Sent"),
    "in_progress": _("Being dealt with"),
    "waiting": _("Waiting for you"),
    "decided": _("Closed"),
    "withdrawn": _("Withdrawn"),
}
CONVERSATION_MEANING = {
    "received": _(
        "meaning_conversation_received",
        "The town hall has got your message. The answer will stand here.",
    ),
    "in_progress": _(
        "meaning_conversation_in_progress",
        "You can write to each other here, as often as you want.",
    ),
    "waiting": _("meaning_conversation_waiting", "Please read our message and answer below."),
    "decided": _(
        "meaning_conversation_closed", "This is settled. If it is not, just write here again."
    ),
    "withdrawn": _("meaning_withdrawn", "It was withdrawn. Nothing more happens."),
}
CONVERSATION_BUTTONS = {"decide": _("Close the conversation")}
ONWARD = ("start", "resume", "paid", "submit", "reopen")
EVENTS = {
    "received": _("Received"),
    "filed": _("Filled in for the citizen"),
    "noted": _("Internal note written"),
    "paper_written": _("Letter drafted"),
    "paper_submit": _("Letter given to be reviewed"),
    "paper_return": _("Letter given back to be changed"),
    "paper_release": _("Letter released"),
    "paper_discarded": _("Draft of a letter discarded"),
    "paper_file": _("Letter filed"),
    "split": _("Part split off"),
    "split_from": _("Split off from"),
    "merged_into": _("Merged into"),
    "merged_with": _("Merged with"),
    "unmerged": _("Merging undone"),
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
    "request_payment": _("Payment asked for"),
    "paid": _("Payment has come"),
    "submit": _("Handed over to be checked"),
    "return": _("Given back"),
    "task": _("Done"),
    "assigned": _("Given to"),
    "handed_over": _("Handed over to another department"),
    "decide": _("Decided"),
    "withdraw": _("Withdrawn"),
    "reopen": _("Taken up again"),
}
