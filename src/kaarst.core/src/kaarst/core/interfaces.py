"""Seams of kaarst.core: where the other rooms hang in what they bring."""

from dataclasses import dataclass
from typing import Literal
from zope.interface import Attribute
from zope.interface import Interface
from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IKaarstCoreLayer(IDefaultBrowserLayer):
    """Marks requests to a site in which kaarst.core is installed."""


class IJob(Interface):
    """Something the worker does for each site again and again. A named utility.

    The job runs as the system user with the site set, inside a transaction that is begun and
    committed for it and repeated on a conflict. A step that must not be repeated with the rest
    (a mail that has left) is committed by the job itself, right after the step. An exception is
    logged, this run is rolled back, and the job gets its next turn; it never stops the worker.
    Jobs follow one another in one thread: keep each run short and go on in the next one.
    """

    interval = Attribute("Seconds between two runs for the same site, measured from their ends.")

    def run(site):
        """Does what is due for `site`, a Plone site in which kaarst.core is installed.

        A package that may be absent from a site checks that for itself.
        """


@dataclass(frozen=True)
class Health:
    """What one health check found.

    `state`: "ok"; "warning" (works, but somebody should look); "error" (answered with 503).
    `message`: one sentence for operators; shown only to those who may see it.
    """

    state: Literal["ok", "warning", "error"]
    message: str = ""


class ILetterWriter(Interface):
    """Writes letters of one kind at the moment they are sent. A named utility.

    Whoever queues one gives the name and the words (kaarst.core.outbox.enqueue_draft).
    """

    def write(words):
        """Returns (text, attachments) as of kaarst.core.outbox.enqueue.

        `words`: what was queued, a mapping of plain values. Looks nothing up in the site: what a
        letter says is what was true when it was queued.
        """


class IHealthCheck(Interface):
    """One part of the city that can be well or ill. A named utility; the name is public."""

    def check(site):
        """Returns the `Health` of this part for `site`. Reads only, within some milliseconds.

        An exception counts as "error".
        """


class IOpenAPIFragment(Interface):
    """A package's part of the OpenAPI 3.1 document. A named utility."""

    def fragment():
        """Returns a dict with `paths`, `components` and `tags`, each of them optional.

        Paths are relative to the site. What kaarst.core describes may be referred to, for
        example `#/components/responses/NotFound`.
        """


class IRetention(Interface):
    """Data about people that is deleted by itself when its time is over. A named utility.

    The privacy page lists them all; whoever deletes something registers how long it is kept.
    """

    data = Attribute("What is kept, translatable.")
    purpose = Attribute("What for, translatable.")
    order = Attribute("Number; the lowest stands first on the page.")
    tables = Attribute(
        "Names of the SQL tables with data that nobody can look through for a person, because they "
        "are encrypted or hashed. Optional."
    )

    def period(site):
        """Returns the period in force for `site` in words, translatable."""


@dataclass(frozen=True)
class Soonest:
    """The next time at which a service can be had.

    `words`: the moment in the reader's language; `place`: where, in words; a POST of `fields` to
    `action` takes it.
    """

    words: str
    place: str
    action: str
    fields: tuple[tuple[str, str], ...]


class IServiceChannel(Interface):
    """One way to get a service done: a form, an appointment, a telephone number.

    A named adapter of (service, request); the service's page lists those that are available.
    """

    kind = Attribute('Kind of the way, for icon and style: "form", "appointment", "phone", ...')
    title = Attribute("What the button says, translatable.")
    description = Attribute("One sentence about this way, translatable; may be empty.")
    url = Attribute('Where it begins; a "tel:" or "mailto:" address will do.')
    order = Attribute("Number; the lowest stands first.")
    available = Attribute("Whether this service can be had in this way at present.")
    soonest = Attribute("The `Soonest` that may be taken at once, or None. Optional.")


class IStartPage(Interface):
    """Where some of the staff begin the day. A named utility."""

    order = Attribute("Number; the lowest that has an address for somebody counts.")

    def url():
        """Returns the address for who is asking; an empty text if they have nothing to do there."""


class IAccountSection(Interface):
    """One section of the citizen's account: cases, appointments, begun forms. A named utility.

    An account holds numbers; a section knows what some of them lead to.
    """

    title = Attribute("What the section is called, translatable.")
    nothing = Attribute("What stands there while there is nothing, translatable.")
    order = Attribute("Number; the lowest stands first.")

    def entry(number):
        """Returns a kaarst.core.account.sections.Entry, or None if the number is not of here."""

    # A section may have `shared_entry(number)` as well, and `shared_title`: what somebody sees who acts for the
    # account's holder and may see what stands there. Without it nothing is shown to them.

    def sealed(number):
        """Returns the record and its sealed PIN for reference_lookup.guarded, or None."""


class IAccountConsents(Interface):
    """Consents that citizens give with their account and can withdraw. A named utility."""

    def consents(account):
        """Yields a kaarst.core.account.sections.Agreed for each consent in force."""


class IMailboxSource(Interface):
    """What the town writes about the things that stand in an account. A named utility.

    Messages stay where they were written; the mailbox of an account shows those about its numbers.
    """

    def mails(number):
        """Yields a kaarst.core.mailbox.Mail for each, oldest first; none for numbers of others."""

    def read(number, id):
        """Notes when the holder read it, if that is new. Raises KeyError."""


class IAccountDates(Interface):
    """What of the things in an account belongs into a calendar. A named utility."""

    def dates(number):
        """Yields a kaarst.core.account.feed.Date for each; none for numbers of others."""


class IAccountData(Interface):
    """What a package keeps for an account itself: settings, messages, consents. A named utility.

    What the account's numbers lead to is given out by `IPersonalData` and needs nothing here.
    """

    order = Attribute("Number; the lowest is asked first. Core forgets the account from 900 on.")

    def export(site, account):
        """Yields `{kind, title, when, data, files}`, as kaarst.core.personal.request.give does."""

    def erase(site, account):
        """Deletes it, so that neither the account's id nor anything personal is left."""


class IRecorded(Interface):
    """Says whom something is about, for kaarst.core.audit. An adapter.

    Whatever staff open by an address at it or below it is recorded as reading.
    """

    number = Attribute("Number of the case or the booking; empty: nothing is recorded.")
    department = Attribute("Title of the department it belongs to, or an empty text.")


class IPersonalData(Interface):
    """Data about people that a package keeps, for requests after Art. 15 and 17 GDPR.

    A named utility. `person` is a kaarst.core.personal.person.Person, and findings are
    kaarst.core.personal.person.Finding; their ids are the utility's own.
    """

    title = Attribute("What is kept, translatable.")
    order = Attribute("Number; the lowest stands first.")
    tables = Attribute("Names of the SQL tables that it looks through. Optional.")

    def find(site, person):
        """Yields a Finding for everything about `person`. Writes nothing."""

    def export(site, id):
        """Returns (data, files): JSON values by readable name, and (file name, content) pairs.

        Whoever is asked notes in its own history that the data were given out. Raises KeyError.
        """

    def erase(site, id):
        """Deletes what was found, or takes everything personal out of it. Raises KeyError.

        Never called for a finding that has a `hold` at that moment.
        """
