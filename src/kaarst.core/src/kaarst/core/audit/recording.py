"""Recording: entries belong to the transaction that does what they say.

They are kept until the end of the transaction and written when the object database has said that
it can commit: a request that is rolled back or repeated leaves none, and one that commits has its
entries on the disk before. If a process dies between the two, there is an entry for something that
did not happen, never the reverse. A log that cannot be written to takes the transaction back (503).
"""

from AccessControl import getSecurityManager
from AccessControl.users import system
from Acquisition import aq_chain
from kaarst.core import ratelimit
from kaarst.core.account import records
from kaarst.core.audit import kinds
from kaarst.core.audit.chain import Draft
from kaarst.core.audit.chain import written
from kaarst.core.audit.log import installed
from kaarst.core.audit.log import keys
from kaarst.core.interfaces import IKaarstCoreLayer
from kaarst.core.sealing import NotOpened
from plone.browserlayer.utils import registered_layers
from sqlalchemy.exc import SQLAlchemyError
from transaction.interfaces import IDataManager
from zExceptions import HTTPServiceUnavailable
from zope.component.hooks import getSite
from zope.interface import implementer

import hashlib
import hmac
import logging
import time
import transaction


logger = logging.getLogger(__name__)

CITIZEN_ROLE = "Citizen"


class ServiceUnavailable(HTTPServiceUnavailable):
    """What cannot be recorded is not done either. Zope reads the status, 503, off this name."""


LogUnavailable = ServiceUnavailable


def record(
    kind: str,
    subject: str = "",
    detail: dict | None = None,
    actor: str | None = None,
    actor_kind: str | None = None,
) -> None:
    """Notes that the running transaction does something, at its end and only if it commits.

    `kind`: one of kaarst.core.audit.kinds. `subject`: whom or what it is about: a number of a case
    or a booking, an alias, a user id of staff. `detail`: short JSON values by plain English names,
    at most 4000 characters. `actor` and `actor_kind`: by default who is signed in; an actor who is
    a citizen is given as `alias(user_id)`. Never a name, an e-mail address, a bPK2, or what
    somebody has typed. The same thing said twice in a transaction is written once.

    Raises ValueError for an unknown kind.
    """
    draft = _draft(kind, subject, detail, actor, actor_kind)
    writer = _writer(transaction.get())
    if all(one._replace(at=draft.at) != draft for one in writer.drafts):
        writer.drafts.append(draft)


def record_now(
    kind: str,
    subject: str = "",
    detail: dict | None = None,
    actor: str | None = None,
    actor_kind: str | None = None,
) -> None:
    """Writes an entry at once, whatever becomes of the transaction: for what was refused.

    Arguments as of `record`. Raises LogUnavailable.
    """
    _append([_draft(kind, subject, detail, actor, actor_kind)])


def deleted(what: str, count: int) -> None:
    """Records that `count` of `what` were deleted because their time was over; nothing for none."""
    if count:
        record(kinds.DELETION, detail={"what": what, "count": count})


def alias(user_id: str) -> str:
    """Returns what stands for a citizen in the log, with no way back.

    For who has opened an account, a random text that goes with the account. For who has not, another
    one each day: nothing is to tell who came again. For users whom the site itself keeps, a keyed
    hash (by the oldest key there is, so that a new one put before it changes nothing).

    Raises kaarst.core.sealing.NotOpened.
    """
    if getSite() is not None:
        account = records.opened(user_id)
        if account is not None:
            return alias_of(account)
        if not records.is_kept(user_id):
            return f"~{ratelimit.secret(user_id).rpartition(':')[2][:24]}"
    digest = hmac.new(keys(make=True)[-1], f"alias:{user_id}".encode(), hashlib.sha256)
    return f"~{digest.hexdigest()[:24]}"


def alias_of(account: records.Record) -> str:
    """The alias of the holder of an account; gone with it."""
    return f"~{account.audit_alias[:24]}"


def named(user) -> tuple[str, str]:
    """Returns (actor, actor_kind) of a user of PAS, or of a person known by id and roles."""
    if user is None or user.getId() is None:
        name = user.getUserName() if user is not None else ""
        return "", kinds.SYSTEM if name == system.getUserName() else kinds.VISITOR
    if CITIZEN_ROLE in user.getRoles():
        return alias(user.getId()), kinds.CITIZEN
    return user.getId(), kinds.STAFF


def installed_here() -> bool:
    """Whether what happens is to be recorded: at a site with kaarst.core, or at Zope's root."""
    return getSite() is None or IKaarstCoreLayer in registered_layers()


def _draft(kind, subject, detail, actor, actor_kind) -> Draft:
    if kind not in kinds.KINDS:
        raise ValueError(f"no such kind: {kind}")
    if actor_kind is None:
        who, actor_kind = named(getSecurityManager().getUser())
        actor = who if actor is None else actor
    if actor_kind not in kinds.ACTORS:
        raise ValueError(f"no such kind of actor: {actor_kind}")
    now = time.time_ns() // 1_000_000
    return Draft(
        town()[:200],
        now,
        kind,
        _plain(actor or ""),
        actor_kind,
        _plain(subject),
        written(detail or {}),
    )


def town() -> str:
    """The path of the site, without the slash before it; empty at Zope's root."""
    from plone.base.interfaces import IPloneSiteRoot

    for place in aq_chain(getSite()):
        if IPloneSiteRoot.providedBy(place):
            return "/".join(place.getPhysicalPath()).strip("/")
    return ""


def _plain(text: str) -> str:
    """PostgreSQL refuses NUL, and half a surrogate pair is no text."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:200]


def _append(drafts: list[Draft]) -> None:
    try:
        installed().append(drafts)
    except (SQLAlchemyError, NotOpened, OSError, RuntimeError) as error:
        # Says what, never whom: the error of a statement holds its values.
        logger.error("The audit log cannot be written to: %s", type(error).__name__)
        raise LogUnavailable("The audit log cannot be written to.") from None


_WAITING = object()


def _writer(current) -> "_Writer":
    """The writer of a transaction. One that a savepoint has thrown out of it is replaced."""
    try:
        known = current.data(_WAITING)
    except KeyError:
        known = None
    if known is None or known.out:
        known = _Writer(transaction.manager)
        current.join(known)
        current.set_data(_WAITING, known)
    return known


@implementer(IDataManager)
class _Writer:
    """Writes the entries of a transaction when it is asked for its vote.

    After the object database, so that a conflict leaves no entry; before the writer of
    kaarst.metering, whose vote is its commit.
    """

    def __init__(self, manager):
        self.transaction_manager = manager
        self.drafts: list[Draft] = []
        self.out = False

    def sortKey(self):
        return "~~kaarst.core.audit"

    def abort(self, transaction):
        self.drafts, self.out = [], True

    def tpc_begin(self, transaction):
        pass

    def commit(self, transaction):
        pass

    def tpc_vote(self, transaction):
        if self.drafts:
            _append(self.drafts)

    def tpc_finish(self, transaction):
        self.drafts = []

    def tpc_abort(self, transaction):
        self.drafts = []

    def savepoint(self):
        return _Savepoint(self)


class _Savepoint:
    """A part of a transaction that is taken back takes its entries with it."""

    def __init__(self, writer: _Writer):
        self.writer, self.count = writer, len(writer.drafts)

    def rollback(self):
        del self.writer.drafts[self.count :]
