"""Internal notes: what clerks write down for each other.

A note is a dict: `id` (digits), `when` (aware datetime in UTC), `who` (user id) and `text`. Citizens do
not see it on their page and it stands on no receipt. It is about a person all the same: who asks
for the data stored about them gets it (Art. 15 GDPR; notes are personal data: ECJ C-434/16, BGH
VI ZR 576/19), so it is part of that export, without the name of who has written it.
"""

from datetime import datetime
from datetime import UTC
from kaarst.services import _
from kaarst.services.cases import history


LONGEST = 5000
EMPTY = _("Please write a note.")
TOO_LONG = _(
    "error_longer_than",
    "This is longer than ${count} characters. Please shorten it.",
    mapping={"count": LONGEST},
)


def error(text: str):
    """What is wrong with a note, as a Message; or None."""
    if not text.strip():
        return EMPTY
    return TOO_LONG if len(text) > LONGEST else None


def write(case, text: str, who: str) -> dict:
    """Adds a note without an error. Returns it."""
    note = {
        "id": str(len(case.notes) + 1),
        "when": datetime.now(UTC),
        "who": who,
        "text": text.strip(),
    }
    case.notes.append(note)
    case.note(history.NOTED, who=who)
    case.changed()
    return note
