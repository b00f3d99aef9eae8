"""Whether bookings side by side are merged."""

from kaarst.appointments.bookings import store
from kaarst.appointments.probe import Merging
from kaarst.core.health.checks import answers
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from zope.interface import implementer


@implementer(IHealthCheck)
class LedgersMerge:
    """Tries it: a database server that cannot import the ledger refuses bookings in masses."""

    def check(self, site):
        kept = store.existing(site)
        if kept is None:
            return Health("ok", "Appointments are not installed at this site.")
        if not answers(site._p_jar.db().storage):
            # What would be tried waits half a minute for it, and then says less.
            return Health("error", "Not tried: the object database does not answer.")
        found = kept.probe.try_merging()
        if found is Merging.REFUSED:
            return Health(
                "error",
                "The database server cannot merge bookings: it must be able to import "
                "kaarst.appointments (or leave it to its clients: client-conflict-resolution).",
            )
        if found is Merging.UNKNOWN:
            return Health("ok", "Not tried yet: the worker prepares it within two hours.")
        return Health("ok", "Bookings side by side are merged.")
