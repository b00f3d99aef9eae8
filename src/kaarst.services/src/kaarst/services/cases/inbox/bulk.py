"""The same step for several cases at once; what cannot be done is named with its reason."""

from AccessControl import getSecurityManager
from dataclasses import dataclass
from dataclasses import field
from kaarst.core import reference
from kaarst.services import _
from kaarst.services.cases import assignment
from kaarst.services.cases.desk import allowed
from kaarst.services.cases.workflow import naming
from plone import api
from Products.CMFCore.WorkflowCore import WorkflowException

import transaction


WORK = "kaarst.services: Work on cases"
ASSIGN = "assign"
#: Steps that several cases may take at once. To decide or withdraw is looked at one by one, and a
#: question has its words.
MOVES = ("start", "resume", "request_payment", "paid", "submit", "return", "reopen")
MOST = 100
UNKNOWN = _("There is no such case among those you may work on.")
NO_CLERK = _("This person does not work on cases of this department. Please choose somebody else.")


@dataclass
class Outcome:
    """`done`: numbers; `refused`: pairs of number (as it was given) and a Message why."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple] = field(default_factory=list)


def apply(desk, numbers, action: str, clerk: str = "") -> Outcome:
    """Does `action` (ASSIGN, with a user id in `clerk`, or one of MOVES) with each case on its own.

    A case is done as a whole or not at all.
    """
    outcome = Outcome()
    for number in dict.fromkeys(numbers):
        case = _case(desk, number)
        if case is None:
            outcome.refused.append((number, UNKNOWN))
            continue
        before = transaction.savepoint()
        reason = _assigned(case, clerk) if action == ASSIGN else _moved(case, action)
        if reason is None:
            outcome.done.append(case.number)
        else:
            before.rollback()
            outcome.refused.append((case.number, reason))
    return outcome


def _case(desk, number):
    """The case with this number, if the user may work on it."""
    try:
        case = desk.case(reference.normalise(number))
    except (reference.InvalidNumber, TypeError, AttributeError):
        return None
    may = case is not None and getSecurityManager().checkPermission(WORK, case)
    return case if may else None


def _assigned(case, clerk):
    try:
        assignment.assign(case, clerk)
    except assignment.NoClerk:
        return NO_CLERK
    return None


def _moved(case, transition):
    plan = naming.plan_of(case)
    if transition not in allowed(case):
        return _(
            "error_step_not_possible",
            "This step is not possible: the case is “${state}”, or only others may.",
            mapping={"state": naming.title(plan, case.state, clerk=True)},
        )
    try:
        api.portal.get_tool("portal_workflow").doActionFor(case, transition)
    except WorkflowException as error:
        return error.args[0] if error.args else UNKNOWN
    return None
