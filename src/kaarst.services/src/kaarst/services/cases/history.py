"""Who did what with a case, and who read it.

An entry is a dict: `when` (aware datetime in UTC), `who` (user id; empty for the citizen), `what`
(one of the words below, or the id of a workflow transition) and `note`; of who stood in for a
colleague also `on_behalf_of` (the colleague's user id).
"""

from datetime import datetime
from datetime import timedelta
from datetime import UTC


RECEIVED = "received"
FILED = "filed"
NOTED = "noted"
SPLIT = "split"
SPLIT_FROM = "split_from"
MERGED_INTO = "merged_into"
MERGED_WITH = "merged_with"
UNMERGED = "unmerged"
READ = "read"
DOWNLOADED = "downloaded"
TASK = "task"
ASSIGNED = "assigned"
HANDED_OVER = "handed_over"
NEW_PIN = "new_pin"
WROTE = "wrote"
ASKED = "asked"
INFECTED = "infected"
ISSUED = "issued"
FETCHED = "fetched"
GIVEN = "given"
AUTHORISATION_CHECKED = "authorisation_checked"
#: Instead of a user id: nobody did it, it happens by itself.
BY_ITSELF = "*"
# Somebody who leafs back and forth reads once.
ONE_READING = timedelta(minutes=15)


def entry(who, what, note="", when=None, on_behalf_of=""):
    """One entry, now if not said otherwise."""
    made = {"when": when or datetime.now(UTC), "who": who, "what": what, "note": note}
    return {**made, "on_behalf_of": on_behalf_of} if on_behalf_of else made


def is_new_reading(history, who, what=READ, note=""):
    """Whether a reading deserves an entry, or belongs to one of the last quarter of an hour."""
    now = datetime.now(UTC)
    for last in reversed(history):
        if now - last["when"] > ONE_READING:
            return True
        if (last["who"], last["what"], last["note"]) == (who, what, note):
            return False
    return True
