"""Who has sent a case for whom, at the top of the clerk's page; and that a proof was seen."""

from datetime import date
from kaarst.core.acting import giving
from kaarst.core.acting import store
from kaarst.core.acting.authorisation import PROOFS
from kaarst.services import _
from kaarst.services.cases import history
from kaarst.services.cases.browser import CasePage
from kaarst.services.cases.content import current_user
from plone import api
from plone.protect.authenticator import check as check_authenticator
from zExceptions import NotFound
from zope.i18n import translate


CHECK = "kaarst.services: Check authorisations"


class CaseAuthorisation(CasePage):
    """Marks the authorisation as checked, by POST; other pages ask it for a line about it."""

    def __call__(self):
        self.exists()
        if self.request.method == "POST":
            check_authenticator(self.request)
            one = self._authorisation()
            if one is None:
                raise NotFound("authorisation")
            proof = self.request.form.get("proof")
            if proof not in PROOFS:
                message = _("Please choose which proof you have seen.")
                api.portal.show_message(message, self.request, type="error")
                return self.request.response.redirect(f"{self.context.absolute_url()}#proof")
            giving.check(one, current_user(), proof)
            self.context.sent_for = {**self.context.sent_for, "checked": True, "proof": proof}
            language = api.portal.get_default_language()
            seen = translate(PROOFS[proof], target_language=language)
            self.context.note(history.AUTHORISATION_CHECKED, seen)
        return self.request.response.redirect(self.context.absolute_url())

    def _authorisation(self):
        sent = self.context.sent_for
        return store.by_id(sent["authorisation"]) if sent else None

    def is_checked(self) -> bool:
        one = self._authorisation()
        return self.context.sent_for["checked"] or (one is not None and one.checked_at is not None)

    def proofs(self) -> list[tuple[str, str]]:
        """What may be chosen: value and title."""
        return list(PROOFS.items())

    def _proof(self):
        """Which proof was seen, with a colon before it; empty if nobody noted it."""
        one = self._authorisation()
        proof = self.context.sent_for.get("proof") or (one.proof if one is not None else "")
        return f": {translate(PROOFS[proof], context=self.request)}" if proof in PROOFS else ""

    def may_check(self) -> bool:
        """Whether there is something to be checked, by who is asking."""
        return (
            self._authorisation() is not None
            and not self.is_checked()
            and bool(api.user.has_permission(CHECK, obj=self.context))
        )

    def line(self) -> str:
        """Who sent it for whom, until when that may be, and whether it was checked; or nothing."""
        sent = self.context.sent_for
        if not sent:
            return ""
        mapping = {
            "by": sent["by"],
            "name": sent["name"],
            "day": f"{date.fromisoformat(sent['until']):%d.%m.%Y}",
            "proof": self._proof(),
        }
        checked = _(
            "sent_for_checked",
            "Sent by ${by} for ${name}. Authorisation until ${day}, checked${proof}.",
            mapping,
        )
        unchecked = _(
            "sent_for_unchecked",
            "Sent by ${by} for ${name}. Authorisation until ${day}, not checked.",
            mapping,
        )
        return translate(checked if self.is_checked() else unchecked, context=self.request)
