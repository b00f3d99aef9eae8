"""Who works on a case: one clerk of its department, or nobody yet."""

from kaarst.services.cases import history
from kaarst.services.cases.departments import rights


#: What a list asks for instead of a clerk: cases that nobody has.
NOBODY = ""


class NoClerk(ValueError):
    """A case is to be given to somebody who does not work on the cases of its department."""


def clerks(case) -> dict[str, str]:
    """User id → name of everybody who works on the cases of its department, by name."""
    return clerks_of([case.department], case.aq_parent)


def clerks_of(departments, desk) -> dict[str, str]:
    """User id → name of everybody who works on cases of one of the departments (UID), by name."""
    found = (rights.principals(department, desk) for department in departments)
    return rights.members(frozenset().union(*found))


def assign(case, clerk: str) -> bool:
    """Gives a case to a clerk (user id; empty: to nobody). Returns whether that is a change.

    Raises NoClerk.
    """
    known = clerks(case)
    if clerk and clerk not in known:
        raise NoClerk(clerk)
    if clerk == case.clerk:
        return False
    # Noted first: whoever stands in for the clerk acts for that clerk.
    case.note(history.ASSIGNED, known.get(clerk, ""))
    case.clerk = clerk
    case.changed()
    return True
