"""`POST /@case`: the state of a case, by number and PIN, for other front ends."""

from kaarst.core.reference_lookup import guarded
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from kaarst.services.cases import words
from kaarst.services.cases.desk import find_desk
from kaarst.services.forms.validators import BERLIN


class CasePost(JsonPost):
    """Number and PIN → state, title, steps and due date."""

    max_body = 10_000
    changes = False

    def handle(self, data):
        number, pin = texts(data, "number", "pin")
        case = guarded(self.request, number, pin, find_desk().sealed)
        return 200, described(case)


def described(case):
    """What a citizen may know of a case, as JSON."""
    state = case.state
    return {
        "number": case.number,
        "title": case.form_title,
        "state": state,
        "state_title": words.STATES[state],
        "meaning": words.MEANING[state],
        "received": moment(case.received),
        "due": case.due.isoformat() if case.due else None,
        "steps": [
            {
                "state": step["state"],
                "title": words.STATES[step["state"]],
                "done": step["done"],
                "current": step["current"],
                "date": moment(step["date"]) if step["date"] else None,
            }
            for step in words.steps(case.history, state)
        ],
        "messages": [],
    }


def moment(when):
    """ISO 8601 with the offset of Germany."""
    return when.astimezone(BERLIN).isoformat(timespec="seconds")
