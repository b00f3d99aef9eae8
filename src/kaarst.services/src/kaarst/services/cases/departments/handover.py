"""A case goes on to another department, whose clerks see it from then on."""

from kaarst.services.cases import history
from kaarst.services.cases.departments import rights
from kaarst.services.statistics import store as statistics


class NoDepartment(ValueError):
    """There is no such department, or it has no clerks who could see the case."""


def choices(case) -> dict[str, str]:
    """UID → title of the departments a case may be handed over to; an empty UID is the mail room."""
    found = rights.staffed()
    if rights.local(case.aq_parent):
        found = {rights.MAIL_ROOM: "", **found}
    found.pop(case.department, None)
    return found


def hand_over(case, department: str, note: str = "") -> None:
    """Hands a case over to a department (UID, or empty: the mail room); nobody there has it yet.

    A colleague who works there as well keeps it. Raises NoDepartment.
    """
    known = choices(case)
    if department not in known:
        raise NoDepartment(department)
    title = known[department]
    case.note(history.HANDED_OVER, ": ".join(text for text in (title, note) if text))
    case.department = department
    if case.clerk and not rights.principals(department, case.aq_parent) & rights.ids_of(case.clerk):
        case.clerk = ""
    statistics.move(case, title)
    case.changed()
