"""For whom a page was drawn, and for whom what it sends would go now.

Between opening a form and sending it an authorisation may end, or another tab may choose
otherwise. What is sent in a wrong name cannot be taken back: so it is refused, nothing typed is
lost, and whoever sends it says in whose name.
"""

from dataclasses import dataclass
from functools import cached_property
from kaarst.core import _
from kaarst.core.account import store as accounts
from kaarst.core.acting import current
from kaarst.core.acting.current import Acting
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from plone import api


#: The field with which a page says for whom it was drawn: the id of an authorisation, or SELF.
FIELD = "acting_for"
#: The button with which somebody says in whose name it is to be sent after all.
INSTEAD = "acting_instead"
SELF = "self"
LONGEST = 64


@dataclass(frozen=True)
class Changed:
    """It was drawn for somebody else than it would be sent for. `now`: for whom one acts now."""

    message: str
    now: Acting | None


def changed(drawn: str | None, now: Acting | None, ended: str = "") -> Changed | None:
    """What has changed since a page was drawn, or None. Plain Python.

    `drawn`: the id of the authorisation then, SELF, or None where nobody knows, as of a program
    that did not say; `now`: for whom one acts now; `ended`: whom the login chose to act for and
    may not any more.
    """
    here = now.authorisation if now is not None else SELF
    if drawn == here or (drawn is None and not ended):
        return None
    if now is None:
        mapping = {"name": ended}
        gone = _(
            "acting_ended_unsent",
            "You do not act for ${name} any more: the authorisation has ended. "
            "Nothing was sent yet.",
            mapping,
        )
        stopped = _(
            "acting_stopped_unsent",
            "You have begun this for somebody else, for whom you do not act any more. "
            "Nothing was sent yet.",
        )
        return Changed(gone if ended else stopped, None)
    mapping = {"name": now.name}
    begun = _(
        "acting_begun_unsent",
        "You have begun this for yourself, and act for ${name} now. Nothing was sent yet.",
        mapping,
    )
    other = _(
        "acting_other_unsent",
        "You have begun this for somebody else, and act for ${name} now. Nothing was sent yet.",
        mapping,
    )
    return Changed(begun if drawn == SELF else other, now)


class Drawn:
    """Mixed into pages that send something. Their forms carry `acting-parts`' macros."""

    #: A Changed while it has to be said in whose name it is sent.
    acting_changed = None

    @cached_property
    def acting_field(self) -> str:
        """For whom the page is drawn; empty for visitors and staff, whose pages carry nothing."""
        if self._said:
            return self._said
        if not accounts.is_citizen():
            return ""
        now = current.current(self.request)
        return now.authorisation if now is not None else SELF

    @cached_property
    def _said(self) -> str:
        """What the page that was sent says, or an empty text."""
        for name in (INSTEAD, FIELD):
            value = self.request.form.get(name)
            if isinstance(value, str) and value.strip():
                return value.strip()[:LONGEST]
        return ""

    def acting_refused(self):
        """The message if it would be sent for somebody else than it was drawn for; else empty."""
        said = self._said or SELF
        if self.request.form.get(INSTEAD) == SELF:
            current.in_own_name(self.request)
            return ""
        now = current.current(self.request)
        self.acting_changed = changed(said, now, current.ended(self.request) if now is None else "")
        return self.acting_changed.message if self.acting_changed else ""

    def acting_home(self) -> str:
        """Where one goes who sends nothing."""
        return f"{api.portal.get().absolute_url()}/acting"


def described(request) -> str | None:
    """For whom who is asking acts, for programs: what they send back as `acting`."""
    now = current.current(request)
    return now.authorisation if now is not None else None


def require(request, data: dict) -> None:
    """Raises ApiError 409 with `acting` if what a program sends would go out in another name.

    `data["acting"]`: the id of an authorisation, or None for oneself; it may be missing.
    """
    said = data.get("acting", "")
    if said is not None and (not isinstance(said, str) or len(said) > LONGEST):
        raise invalid({"acting": _("Please send the id of an authorisation, or null.")})
    drawn = SELF if said is None else said or None
    now = current.current(request)
    found = changed(drawn, now, current.ended(request) if now is None else "")
    if found is not None:
        more = {"acting": now.authorisation if now is not None else None}
        raise ApiError(409, "ActingChanged", found.message, more=more)
