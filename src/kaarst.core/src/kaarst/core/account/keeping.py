"""How long an account holds what: the worker, the privacy page, and requests for personal data."""

from kaarst.core import _
from kaarst.core import stores
from kaarst.core.account import store
from kaarst.core.account.sections import sealed
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IPersonalData
from kaarst.core.interfaces import IRetention
from kaarst.core.personal.person import Finding
from zope.interface import implementer


@implementer(IJob)
class ForgetNumbers:
    """Takes out of the accounts what has been deleted, and accounts that hold nothing."""

    interval = 6 * 3600

    def run(self, site):
        for account, number, _when in list(store.all_numbers(site)):
            if sealed(number) is None:
                store.leave(number, account)
        kept = stores.existing(site, store.NAME)
        for account in [name for name, held in kept.items() if not held] if kept else ():
            kept.pop(account)


@implementer(IRetention)
class AccountNumbers:
    """Which number belongs to which account."""

    order = 15
    data = _("Which cases and appointments belong to your account")
    purpose = _("So that you find them without number and PIN when you have signed in")

    def period(self, site):
        return _("until the case or the appointment is deleted")


@implementer(IPersonalData)
class Accounts:
    """That a number of the person stands in an account; found by that number."""

    title = _("Account")
    order = 90

    def find(self, site, person):
        for account, number, when in store.all_numbers(site):
            if person.has_number(number):
                title = _("${number} in an account", mapping={"number": number})
                yield Finding(f"{number}:{account}", title, when)

    def export(self, site, id):
        number, account = self._known(site, id)
        return {"number": number, "account": account}, []

    def erase(self, site, id):
        number, account = self._known(site, id)
        store.leave(number, account)

    def _known(self, site, id):
        number, _colon, account = id.partition(":")
        if not any(held[:2] == (account, number) for held in store.all_numbers(site)):
            raise KeyError(id)
        return number, account
