"""When the citizen has read in the account what the town wrote: the clerk sees it."""

from datetime import datetime
from datetime import UTC


#: Before the id of a decision, which is counted apart from messages.
DECISION = "decision-"


def note(case, id):
    """Notes that a message or a decision (its id with `DECISION`) was read; True if that is new.

    Raises KeyError for what the town has not written.
    """
    now = datetime.now(UTC)
    if id.startswith(DECISION):
        key = id.removeprefix(DECISION)
        if key not in {decision.id for decision in case.decisions}:
            raise KeyError(id)
        if key in case.decisions_read:
            return False
        case.decisions_read = {**case.decisions_read, key: now}
        return True
    for place, message in enumerate(case.messages):
        if message["id"] == id and message["who"]:
            if message.get("read_at"):
                return False
            case.messages[place] = {**message, "read_at": now}
            return True
    raise KeyError(id)


def note_all(case):
    """Notes that everything was read; True if something of it is new."""
    ids = [message["id"] for message in case.messages if message["who"]]
    ids += [f"{DECISION}{decision.id}" for decision in case.decisions]
    # Each of them, so no `any`, which stops at the first.
    return sum(note(case, id) for id in ids) > 0
