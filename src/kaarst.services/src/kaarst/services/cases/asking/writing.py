"""What a clerk writes to a citizen, checked for the page and for other front ends alike."""

from datetime import datetime
from kaarst.services import _
from kaarst.services.cases import messages
from kaarst.services.cases.asking import until
from kaarst.services.documents import placeholders
from kaarst.services.forms.validators import BERLIN


EMPTY = _("Please write what the citizen is to know.")
NOT_ASKED = _("A day is only of use with a question: please tick that you need an answer.")
WRONG_DAYS = {
    "form": _("Please write a day like 2026-03-31."),
    "past": _("Please choose a day that is still to come."),
    "far": _("Please choose a day within a year."),
}


def checked(text: str, asks: bool, day) -> tuple[object, dict]:
    """The day by which an answer is wanted (a date or None), and messages by field.

    `text`: without blanks around it; `day`: as typed.
    """
    errors, wanted = {}, None
    if not text:
        errors["text"] = EMPTY
    elif len(text) > messages.LONGEST:
        errors["text"] = messages.TOO_LONG
    elif left := placeholders.left(text):
        errors["text"] = _(
            "error_placeholder_left",
            "Please put the right words in the place of ${placeholder}.",
            mapping={"placeholder": ", ".join(left)},
        )
    try:
        wanted = until.read(day, datetime.now(BERLIN).date())
    except until.Wrong as error:
        errors["until"] = WRONG_DAYS[error.args[0]]
    if wanted is not None and not asks:
        errors["until"] = NOT_ASKED
    return wanted, errors
