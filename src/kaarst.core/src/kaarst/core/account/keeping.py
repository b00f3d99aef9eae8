"""How long an account holds what: the worker, the privacy page, and requests for personal data."""

from datetime import date
from datetime import datetime
from datetime import UTC
from kaarst.core import _
from kaarst.core import outbox
from kaarst.core import stores
from kaarst.core.account import holder
from kaarst.core.account import lapse
from kaarst.core.account import records
from kaarst.core.account import store
from kaarst.core.account.data import described
from kaarst.core.account.sections import sealed
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IPersonalData
from kaarst.core.interfaces import IRetention
from kaarst.core.personal.person import Finding
from kaarst.core.rest.language import translated
from kaarst.core.town import town
from plone import api
from zope.interface import implementer

import logging


logger = logging.getLogger(__name__)


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


@implementer(IJob)
class ForgetAccounts:
    """Deletes accounts that nobody uses any more, and writes to their holders before that."""

    interval = 24 * 3600

    def run(self, site):
        today = datetime.now(UTC).date()
        for record in list(records.everybody(site)):
            match lapse.step(record, today, months(site)):
                case lapse.WARN:
                    warn(site, record, today)
                case lapse.END:
                    holder.delete(site, record.id)
                    logger.info("An account that was not used was deleted.")


def months(site) -> int:
    """After how many months without use an account is deleted."""
    found = town(site).account_months
    return lapse.MONTHS if found is None else found


def warn(site, record: records.Record, today: date) -> None:
    """Writes that the account ends unless it is used; says nothing of what stands in it."""
    record.warned_on = today
    if not record.email:
        return
    end = lapse.ends_on(record, months(site), today)
    mapping = {
        "town": town(site).name,
        "day": f"{end:%d.%m.%Y}",
        "url": f"{site.absolute_url()}/my-town",
    }
    language = api.portal.get_default_language()[:2]
    subject = translated(_("mail_lapse_subject", "Your account in ${town} ends", mapping), language)
    text = translated(_("mail_lapse_text", lapse.MAIL, mapping), language)
    outbox.enqueue(site, record.email, subject, text)


@implementer(IRetention)
class AccountNumbers:
    """Which number belongs to which account."""

    order = 15
    data = _("Which cases and appointments belong to your account")
    purpose = _("So that you find them without number and PIN when you have signed in")

    def period(self, site):
        return _("until the case or the appointment is deleted")


@implementer(IRetention)
class AccountRecords:
    """That somebody has an account."""

    order = 14
    data = _("That you have opened an account, and the address for notices")
    purpose = _("So that what you send stands in your account, and you hear of news")

    def period(self, site):
        return _(
            "until you delete the account, or do not use it for ${count} months",
            mapping={"count": months(site)},
        )


@implementer(IPersonalData)
class Accounts:
    """That a number of the person stands in an account; found by that number."""

    title = _("Account")
    order = 90

    def find(self, site, person):
        number = person.number
        for account in sorted(store.holders(number)) if number else ():
            title = _("${number} in an account", mapping={"number": number})
            yield Finding(f"{number}:{account}", title, store.numbers(account)[number])

    def export(self, site, id):
        number, _account = self._known(site, id)
        return {"number": number}, []

    def erase(self, site, id):
        number, account = self._known(site, id)
        store.leave(number, account)

    def _known(self, site, id):
        number, _colon, account = id.partition(":")
        if account not in store.holders(number):
            raise KeyError(id)
        return number, account


@implementer(IPersonalData)
class OpenedAccounts:
    """Accounts that send their notices to the person's address, with everything in them."""

    title = _("Opened account")
    order = 91

    def find(self, site, person):
        for record in records.everybody(site):
            if person.email and person.has_email([record.email]):
                yield Finding(record.audit_alias, _("Account with this address"), record.opened_at)

    def export(self, site, id):
        data, files = described(self._known(site, id)), []
        for _name, source in holder.sources():
            for one in source.export(site, self._known(site, id).id):
                data.setdefault(str(one["kind"]), []).append(one["data"])
                files += one["files"]
        return data, files

    def erase(self, site, id):
        holder.delete(site, self._known(site, id).id)

    def _known(self, site, id):
        for record in records.everybody(site):
            if record.audit_alias == id:
                return record
        raise KeyError(id)
