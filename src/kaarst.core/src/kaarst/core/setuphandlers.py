"""What install does beyond the profile, and which profiles the control panel does not offer."""

from kaarst.core.account import records
from kaarst.core.account import store as accounts
from kaarst.core.acting import store as authorisations
from kaarst.core.audit.keeping import Heads
from kaarst.core.audit.keeping import STORE as HEADS
from kaarst.core.idempotency import Answers
from kaarst.core.outbox.letters import Outbox
from kaarst.core.signin import citizens
from kaarst.core.signin import plugin
from kaarst.core.signin.staff import plugin as staff
from kaarst.core.signin.staff.emergency import Use
from kaarst.core.stores import ANSWERS
from kaarst.core.stores import EMERGENCY
from kaarst.core.stores import OUTBOX
from kaarst.core.stores import PROOF
from kaarst.core.stores import store
from plone.base.interfaces import INonInstallable
from zope.interface import implementer

import secrets


@implementer(INonInstallable)
class HiddenProfiles:
    """Keeps the uninstall profile out of the list of add-ons."""

    def getNonInstallableProfiles(self):
        return ["kaarst.core:uninstall"]

    def getNonInstallableProducts(self):
        return []


def make_stores(tool):
    """Makes what would otherwise be made by the first requests, all at the same time."""
    site = tool.aq_parent
    store(site, ANSWERS, Answers)
    store(site, OUTBOX, Outbox)
    accounts.make(site)
    store(site, HEADS, Heads)
    records.make(site)
    authorisations.make(site)
    citizens.make(site)
    store(site, EMERGENCY, Use)
    plugin.install(site)
    staff.install(site)
    # Signs the challenges; never shown.
    store(site, PROOF, lambda: secrets.token_bytes(32))


def take_down(tool):
    """Takes out of the user folder what install put there; the stores stay (kaarst.core.stores)."""
    plugin.uninstall(tool.aq_parent)
    staff.uninstall(tool.aq_parent)
