"""What an account agreed to, given out with it; and how it ends when the account is deleted."""

from datetime import datetime
from datetime import UTC
from kaarst.core.interfaces import IAccountData
from kaarst.metering import _
from kaarst.metering.households import claiming
from kaarst.metering.households.keeping import Holders
from kaarst.metering.interfaces import IKaarstMeteringLayer
from kaarst.metering.store import claims
from kaarst.metering.store import consents
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.joined import at_the_end
from plone.browserlayer.utils import registered_layers
from zope.interface import implementer


@implementer(IAccountData)
class OwnMeters:
    """Consents: withdrawn with the account, and kept as evidence that names nobody."""

    order = 40

    def export(self, site, account):
        if IKaarstMeteringLayer not in registered_layers():
            return
        with default_store().reading() as connection:
            found = consents.of_person(connection, account)
        for one in found:
            data, files = Holders().export(site, str(one.id))
            yield {
                "kind": Holders.title,
                "title": _("Consent for the meter ${meter}", mapping={"meter": one.meter}),
                "when": datetime.fromtimestamp(one.granted_at / 1000, UTC),
                "data": data,
                "files": files,
            }

    def erase(self, site, account):
        if IKaarstMeteringLayer not in registered_layers():
            return
        now = claiming.now()
        # With the account's own records, or not at all.
        at_the_end(default_store(), lambda connection: claims.forget(connection, account, now))
