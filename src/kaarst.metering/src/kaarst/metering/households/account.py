"""One's own meters in the citizen's account."""

from datetime import datetime
from datetime import UTC
from kaarst.core.account import store
from kaarst.core.account.sections import Entry
from kaarst.core.interfaces import IAccountSection
from kaarst.metering import _
from kaarst.metering.households import claiming
from kaarst.metering.interfaces import IKaarstMeteringLayer
from plone import api
from plone.browserlayer.utils import registered_layers
from zope.interface import implementer


@implementer(IAccountSection)
class Meters:
    """Letters that were brought in: what stands in them is to be read and agreed to."""

    order = 40
    title = _("My meters")
    nothing = _("You have shown of no meter that it is yours.")

    def entry(self, number):
        found = self.sealed(number)
        if found is None or not found[0].is_for(store.current()):
            return None
        claim = found[0]
        seen = any(one.claim == claim.id for one in claiming.all_held())
        name = claiming.name_of(claim.meter)
        return Entry(
            number,
            ", ".join(filter(None, (name["title"], name["place"]))),
            _("you see its readings") if seen else _("nobody sees its readings by this letter"),
            datetime.fromtimestamp((claim.redeemed_at or claim.made_at) / 1000, UTC),
            f"{api.portal.get().absolute_url()}/my-meters",
            "" if seen else _("Please read what it is about, and agree if you like."),
        )

    def sealed(self, number):
        # The package may be there and not installed in this site.
        return claiming.sealed(number) if IKaarstMeteringLayer in registered_layers() else None
