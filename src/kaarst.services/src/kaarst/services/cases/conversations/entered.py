"""What somebody has typed to begin a conversation, checked alike for pages and other front ends."""

from kaarst.core import ratelimit
from kaarst.core.account import store as accounts
from kaarst.services import _
from kaarst.services.cases import messages
from kaarst.services.cases.conversations.content import LONGEST_SUBJECT
from kaarst.services.cases.conversations.finding import find
from kaarst.services.cases.conversations.finding import Found
from kaarst.services.cases.conversations.finding import NotClear
from kaarst.services.cases.conversations.finding import NotFound
from kaarst.services.catalogue.interfaces import IService
from kaarst.services.forms.submission import department_of
from plone import api
from plone.app.uuid.utils import uuidToObject


#: What a citizen may begin in an hour.
MOST, HOUR = 10, 3600
NOBODY = _("We find no account with this number or address. Please ask for it once more.")
SEVERAL = _(
    "This number stands in several accounts. Please ask for the number of the account itself, which "
    "begins with KONTO."
)
NO_DEPARTMENT = _("Please choose who is to get it.")


def errors(subject: str, text: str, department: str, known: dict) -> dict:
    """Messages by field; `known`: the departments to choose from. Texts are without blanks around."""
    found = {}
    if department not in known:
        found["department"] = NO_DEPARTMENT
    if not subject:
        found["subject"] = _("Please say in a few words what it is about.")
    elif len(subject) > LONGEST_SUBJECT:
        found["subject"] = _(
            "error_subject_too_long",
            "This is longer than ${count} characters. Please shorten it.",
            mapping={"count": LONGEST_SUBJECT},
        )
    if not text:
        found["text"] = _("Please write your message.")
    elif len(text) > messages.LONGEST:
        found["text"] = messages.TOO_LONG
    return found


def holder(desk, typed: str) -> tuple[Found | None, object]:
    """The account a clerk means, or None and why. Raises ratelimit.TooManyRequests."""
    if not typed:
        return None, _("Please enter a number or an address.")
    try:
        return find(desk, typed), ""
    except NotFound:
        return None, NOBODY
    except NotClear:
        return None, SEVERAL


def service(uid: str):
    """The service with this UID that the reader may see, or None."""
    found = uuidToObject(uid) if uid else None
    return found if IService.providedBy(found) else None


def department_for(found, known: dict) -> str:
    """UID of who is responsible for a service (or None), of `known`; else of the mail room."""
    uid = department_of(found)
    return uid if uid in known else ""


def count() -> None:
    """Counts what the citizen who is asking begins. Raises ratelimit.TooManyRequests."""
    site = api.portal.get().getId()
    ratelimit.hit(f"conversation:{site}:{ratelimit.secret(accounts.current())}", MOST, HOUR)
