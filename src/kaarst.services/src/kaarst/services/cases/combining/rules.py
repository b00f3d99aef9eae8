"""When a case may be split or merged, and how what two cases hold comes together. Plain Python."""

from collections.abc import Iterable
from kaarst.services import _
from kaarst.services.cases.workflow.plan import CLOSED


LONGEST_REASON = 200
NOTHING = _("Please choose at least one answer or document.")
UNKNOWN = _("This is no part of the case.")
NO_REASON = _("Please say in a few words what it is about.")
CLOSED_CASE = _("This case is closed. Please take it up again first.")
CLOSED_OTHER = _("The other case is closed. Please take it up again first.")
ITSELF = _("This is the same case.")
DECIDED = _("A decision was issued in this case already: it stays as it is.")
MERGED = _("This case was merged with another one already.")
NOT_MERGED = _("This case is not merged with another one.")
NOT_YOU = _("Only certain clerks may take up this case again.")
UNDO_OTHER_FIRST = _("The other case was merged further on. Please undo that first.")


def split_errors(
    state: str,
    fields: Iterable[str],
    documents: Iterable[str],
    reason: str,
    known_fields: Iterable[str],
    known_documents: Iterable[str],
) -> dict:
    """What keeps a part from being split off: `{field: Message}`; `""` for the case as a whole."""
    fields, documents = set(fields), set(documents)
    errors: dict = {}
    if state in CLOSED:
        errors[""] = CLOSED_CASE
    if fields - set(known_fields):
        errors["fields"] = UNKNOWN
    if documents - set(known_documents):
        errors["documents"] = UNKNOWN
    if not fields and not documents:
        errors["fields"] = NOTHING
    if not reason.strip():
        errors["reason"] = NO_REASON
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = _(
            "error_longer_than",
            "This is longer than ${count} characters. Please shorten it.",
            mapping={"count": LONGEST_REASON},
        )
    return errors


def merge_error(duplicate, into):
    """Why `duplicate` cannot be merged into `into`, as a Message; None if it can.

    Both need `number`, `state`, `merged_into` and `decisions`.
    """
    if duplicate.number == into.number:
        return ITSELF
    if duplicate.merged_into or into.merged_into:
        return MERGED
    if duplicate.decisions:
        return DECIDED
    if duplicate.state in CLOSED:
        return CLOSED_CASE
    return CLOSED_OTHER if into.state in CLOSED else None


def taken_over(documents: Iterable[dict], others: Iterable[dict], number: str):
    """The documents of another case as they go to the end of `documents`, and their ids, old → new.

    They lose their `field`: what came with the form is sealed, and these did not.
    """
    last = max((int(document["id"]) for document in documents), default=0)
    taken, ids = [], {}
    for place, document in enumerate(others, last + 1):
        ids[document["id"]] = str(place)
        origin = document.get("merged_from") or number
        taken.append({**document, "id": str(place), "field": "", "merged_from": origin})
    return taken, ids


def in_order(messages: Iterable[dict], others: Iterable[dict], ids: dict, number: str):
    """The messages of both cases, oldest first and numbered anew. `ids`: as of `taken_over`."""
    brought = [
        {
            **message,
            "documents": [ids[id] for id in message.get("documents", ())],
            "merged_from": message.get("merged_from") or number,
        }
        for message in others
    ]
    every = sorted([*messages, *brought], key=lambda message: message["when"])
    return [{**message, "id": str(place)} for place, message in enumerate(every, 1)]


def without(items: Iterable[dict], numbers: set[str]) -> list[dict]:
    """`items` without what came from the cases with these numbers."""
    return [item for item in items if item.get("merged_from") not in numbers]
