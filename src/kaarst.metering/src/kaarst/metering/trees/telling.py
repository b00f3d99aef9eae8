"""“I have watered this tree”: the form on a tree's page, and what those who water do with it."""

from AccessControl import getSecurityManager
from datetime import datetime
from datetime import UTC
from kaarst.core import ratelimit
from kaarst.core.proof import NotProven
from kaarst.core.proof.guard import message as proof_message
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from kaarst.core.whole_number import whole_number
from kaarst.metering import _
from kaarst.metering.trees import plans
from kaarst.metering.trees import told
from kaarst.metering.trees.pages import TreePage
from kaarst.metering.trees.pages import TreeView
from plone.protect import CheckAuthenticator
from plone.protect.interfaces import IDisableCSRFProtection
from plone.uuid.interfaces import IUUID
from Products.CMFCore.permissions import View
from zExceptions import NotFound
from zExceptions import Unauthorized
from zope.interface import alsoProvides


#: A field that people do not see and that programs like to fill in.
HONEYPOT = "homepage_url"
TOO_MANY = _(
    "told_too_many",
    default="There were many messages from your connection. Please try again later.",
)


class TellWatering(TreeView):
    """`told`: takes a hint and leads back to the tree; a refused one comes back with what was chosen."""

    def __call__(self):
        # The permission to tell is everybody's: it says nothing of this tree.
        if not getSecurityManager().checkPermission(View, self.context):
            raise Unauthorized("told")
        if self.request.method != "POST":
            return self.back(self.context.absolute_url())
        if not self.context.aq_parent.takes_hints:
            raise NotFound("told")
        # The origin is checked instead; the page that sends this is the same for all.
        alsoProvides(self.request, IDisableCSRFProtection)
        self.private()
        refused = self._refused()
        if refused is None:
            url = f"{self.context.absolute_url()}?told=1#told-title"
            return self.request.response.redirect(url, status=303)
        status, self.message = refused
        self.request.response.setStatus(status)
        self.challenge = told.guard(self.request).challenge()
        return self.template()

    def _refused(self):
        """Notes the hint; returns (status, message) if it is not noted."""
        try:
            check_origin(self.context, self.request)
            if self.text(HONEYPOT):
                return 400, _(
                    "The field that is to stay empty was filled in. Please send this once more."
                )
            cans = whole_number(self.text("cans", 2))
            if cans not in told.CANS:
                return 400, _("Please choose how much it was.")
            proof, wait = self.text("altcha", 2000), self.text("proof_wait", 2000)
            uid = IUUID(self.context)
            told.guard(self.request).check(proof, wait, f"{uid}|{cans}")
            told.count(self.request, uid)
        except ApiError:
            return 403, _("This form was sent from another website. Please send it once more.")
        except NotProven as error:
            return 403, proof_message(error)
        except ratelimit.TooManyRequests as error:
            self.request.response.setHeader("Retry-After", str(error.retry_after))
            return 429, TOO_MANY
        told.tell(self.context, cans)
        return None


class SettleHint(TreePage):
    """`hints`: confirms a hint, which makes it a watering, or forgets it."""

    def __call__(self):
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            self.private()
            is_true = bool(self.text("confirm"))
            key = self.text("confirm", 60) or self.text("discard", 60)
            self._settle(key, is_true)
        return self.back(f"{self.context.absolute_url()}/rounds#hints")

    def _settle(self, key: str, is_true: bool):
        if not settled(self.context, key, is_true):
            self.told(_("This is not there any more: somebody else has dealt with it."), "error")
        elif is_true:
            self.told(_("The watering has been noted."))
        else:
            self.told(_("It has been deleted and counts for nothing."))


def settled(page, key: str, is_true: bool) -> bool:
    """Settles the hint with a key (UID of the tree, milliseconds) of a page of trees."""
    uid, _space, milliseconds = key.partition(" ")
    moment = whole_number(milliseconds, 14)
    tree = plans.tree_of(page, uid)
    if tree is None or moment is None:
        return False
    return told.settle(tree, datetime.fromtimestamp(moment / 1000, UTC), is_true)
