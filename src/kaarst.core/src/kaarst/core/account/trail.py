"""Keeps citizens out of what is written beside their data, and notes the day of their last use.

Zope writes the user's id into every transaction, where it stays as long as any of its records:
who changed what when. Of staff that is wanted; of citizens it would be a trail of everything they
ever did, account or not.
"""

from kaarst.core.account import records
from kaarst.core.account import store
from plone.protect.auto import safeWrite
from Products.PluggableAuthService.interfaces.events import IUserLoggedInEvent
from zope.component import adapter
from zope.component.hooks import getSite
from ZPublisher.interfaces import IPubBeforeCommit

import transaction


@adapter(IPubBeforeCommit)
def forget_who(event):
    """The transaction of a citizen bears no name."""
    if getSite() is not None and store.is_only_citizen():
        transaction.get().user = ""


@adapter(IUserLoggedInEvent)
def note_use(event):
    """Signing in is use; who signs in by another way calls `used`."""
    used(event.principal.getId())


def used(user_id: str) -> None:
    """Notes that the account of this user, if there is one, was used today. Writes once a day."""
    record = records.opened(user_id)
    if record is not None:
        # One may come back from a provider, by a GET, while one is still signed in.
        safeWrite(record)
        record.touch()
