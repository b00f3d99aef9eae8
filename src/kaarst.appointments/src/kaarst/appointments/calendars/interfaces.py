"""The seam to foreign calendars: Outlook, Nextcloud and whatever else clerks keep their days in.

Instants are integers (seconds since 1970, UTC), as in the engine.
"""

from dataclasses import dataclass
from typing import NamedTuple
from zope.interface import Interface


# Why a calendar cannot be read or written.
REFUSED = "refused"  # user or password
MISSING = "missing"  # nothing there
NO_CALENDAR = "no calendar"  # something else there
MOVED = "moved"  # it sends us elsewhere; nobody takes a password along
UNREACHABLE = "unreachable"
LATER = "later"  # the server asks for patience
NOT_EXPANDED = "not expanded"  # a series of events with a rule that nobody can follow
EVENT = "event"  # an event in it that nobody understands
ANSWER = "answer"  # an answer that nobody understands
SEALED = "sealed"  # the password cannot be opened here
TENANT = "tenant"  # no such organisation
APPLICATION = "application"  # no such application in it
SECRET = "secret"  # the application's secret is wrong
EXPIRED = "expired"  # the application's secret has had its time
NOT_ALLOWED = "not allowed"  # the application may not do this in this mailbox
NO_MAILBOX = "no mailbox"  # nobody has this address there
READ_ONLY = "read only"  # it can be read, but nothing can be entered


class Busy(NamedTuple):
    """A foreign event that blocks: from `start` up to `end`.

    `uid` stays the same as long as the event stays where it is. It is a hash: what the owner calls
    an event is nobody's business here.
    """

    uid: str
    start: int
    end: int


@dataclass(frozen=True)
class Entry:
    """An appointment as foreign calendars get it. Of a citizen it names the initials at most.

    `sequence` and `changed` count and date the changes as iCalendar does.
    """

    uid: str
    start: int
    end: int
    summary: str
    location: str = ""
    url: str = ""
    sequence: int = 0
    changed: int = 0
    cancelled: bool = False


class Changes(NamedTuple):
    """What happened in a calendar since a token was given.

    `etags` maps the uid of each entry that came or changed to its present etag, of each that is
    gone to None; it is None itself where the calendar cannot tell: then anything may have changed.
    Foreign events stand in it under whatever the server calls them. `whole`: it names all there
    is, so that an entry that is not in it is gone.
    """

    token: str
    etags: dict[str, str | None] | None
    whole: bool = False


class CalendarError(Exception):
    """A calendar that cannot be read or written now, and counts as busy: nobody knows.

    `reason` is one of the words above, `later` the seconds after which to ask again, 0 where the
    server does not say.
    """

    def __init__(self, reason: str, later: int = 0):
        super().__init__(reason)
        self.reason = reason
        self.later = later


class EntryChanged(Exception):
    """An entry is not what it was when its etag was given: somebody else changed it."""


class ICalendarAdapter(Interface):
    """One foreign calendar. All methods raise `CalendarError`."""

    def check():
        """Raises unless this is a calendar that can be read."""

    def busy(first, last, ours):
        """The `Busy` times between two instants, without the entries whose uids are `ours`.

        Free, cancelled and endless events that touch the time are dealt with here: a series comes
        as its single dates. Does not ask for titles or people where the protocol lets one choose.
        """

    def put(entry, etag=None):
        """Write an `Entry`; returns its new etag, "" where the server names none.

        `etag`: that of the entry to replace, None for a new one. Raises `EntryChanged` when it is
        another one by now, or there already is one.
        """

    def etag(uid):
        """The present etag of an entry, None where there is none."""

    def delete(uid, etag=None):
        """Take an entry out; one that is gone already is fine. Raises `EntryChanged`."""

    def changes(token, first, last):
        """The `Changes` since the token, "" for the first time: then all there is.

        What lies between the two instants has to be told, the rest may be.
        """


class INotifyingCalendar(ICalendarAdapter):
    """A calendar that tells by itself when something changes in it."""

    def subscribe(address, state, until):
        """Have changes told to an `address` until an instant; returns the subscription's id.

        Each telling names the `state`, a secret. The server may ask the address at once.
        """

    def renew(key, until):
        """Go on until a later instant; False where there is no such subscription any more."""

    def unsubscribe(key):
        """End a subscription; one that is gone already is fine."""
