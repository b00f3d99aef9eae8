"""Two cases about the same become one; what was merged can be taken apart again.

The duplicate stays as it was, closed, and leads with its number and PIN to the case that remains.
That one has the messages, notes and documents of both.
"""

from kaarst.core import reference
from kaarst.services.cases import history
from kaarst.services.cases.combining import rules
from persistent.list import PersistentList
from plone import api


WORK = "kaarst.services: Work on cases"
WITHDRAW = "withdraw"
REOPEN = "reopen"


class CannotMerge(Exception):
    """`args[0]`: why, as a Message."""


def other(desk, number):
    """The case with this number, as somebody has typed it; or None."""
    try:
        return desk.case(reference.normalise(number))
    except (reference.InvalidNumber, TypeError, AttributeError):
        return None


def merge(duplicate, into) -> None:
    """Merges `duplicate` into `into`. Raises CannotMerge."""
    reason = rules.merge_error(duplicate, into)
    if reason is not None:
        raise CannotMerge(reason)
    number = duplicate.number
    taken, ids = rules.taken_over(into.documents, duplicate.documents, number)
    into.documents = (*into.documents, *taken)
    into.messages = PersistentList(rules.in_order(into.messages, duplicate.messages, ids, number))
    into.notes = PersistentList(rules.in_order(into.notes, duplicate.notes, ids, number))
    into.merged = (*into.merged, number)
    into.note(history.MERGED_WITH, number)
    tool = api.portal.get_tool("portal_workflow")
    # Nobody has withdrawn anything: a mail would only frighten.
    tool.doActionFor(duplicate, WITHDRAW, comment=into.number, told=True)
    duplicate.merged_into = into.number
    duplicate.note(history.MERGED_INTO, into.number)
    duplicate.changed()
    into.changed()


def unmerge(duplicate) -> None:
    """Takes apart what was merged; what was written since stays with the remaining case.

    Raises CannotMerge.
    """
    desk = duplicate.aq_parent
    if not duplicate.merged_into:
        raise CannotMerge(rules.NOT_MERGED)
    into = desk.case(duplicate.merged_into)
    if into is not None and into.merged_into:
        raise CannotMerge(rules.UNDO_OTHER_FIRST)
    if into is not None and not api.user.has_permission(WORK, obj=into):
        raise CannotMerge(rules.NOT_YOU)
    tool = api.portal.get_tool("portal_workflow")
    if REOPEN not in {found["id"] for found in tool.getTransitionsFor(duplicate)}:
        raise CannotMerge(rules.NOT_YOU)
    duplicate.merged_into = ""
    if into is not None:
        gone = {duplicate.number, *all_merged(desk, duplicate)}
        into.messages = PersistentList(rules.without(into.messages, gone))
        into.notes = PersistentList(rules.without(into.notes, gone))
        into.documents = tuple(rules.without(into.documents, gone))
        into.merged = tuple(number for number in into.merged if number != duplicate.number)
        into.note(history.UNMERGED, duplicate.number)
        into.changed()
    duplicate.note(history.UNMERGED, into.number if into is not None else "")
    tool.doActionFor(duplicate, REOPEN, told=True)


def all_merged(desk, case) -> list[str]:
    """The numbers of all cases that were merged into a case, over several steps as well."""
    found = []
    for number in case.merged:
        found.append(number)
        part = desk.case(number)
        if part is not None:
            found += all_merged(desk, part)
    return found
