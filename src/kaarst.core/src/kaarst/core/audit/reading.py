"""Reading: what staff open, download and export.

Whatever page or service is opened below something that can say whom it is about (`IRecorded`) is
recorded when the request is over, in one place for all: a page that is made tomorrow as well.
"""

from AccessControl import getSecurityManager
from collections.abc import Iterable
from contextlib import contextmanager
from kaarst.core.audit import kinds
from kaarst.core.audit.chain import Entry
from kaarst.core.audit.log import installed
from kaarst.core.audit.recording import CITIZEN_ROLE
from kaarst.core.audit.recording import LogUnavailable
from kaarst.core.audit.recording import record
from kaarst.core.audit.recording import town
from kaarst.core.audit.search import Reading
from kaarst.core.audit.search import readings
from kaarst.core.audit.tables import entry
from kaarst.core.interfaces import IKaarstCoreLayer
from kaarst.core.interfaces import IRecorded
from kaarst.core.sealing import NotOpened
from plone.rest.traverse import RESTWrapper
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from zope.component import adapter
from ZPublisher.interfaces import IPubBeforeCommit

import logging
import re
import time


logger = logging.getLogger(__name__)

DAY = 86_400_000
# How plone.rest calls a service.
SERVICE = re.compile(r"^[A-Z]+_[a-z]+_[a-z]+_(?=@)")


@adapter(IPubBeforeCommit)
def opened(event) -> None:
    """A request has succeeded: was it a look at somebody's data?"""
    request = event.request
    if not IKaarstCoreLayer.providedBy(request) or not staff():
        return
    # Whoever is led on has seen nothing yet.
    if not 200 <= request.response.getStatus() < 300:
        return
    page = _page(request)
    for place in request.get("PARENTS") or ():
        # plone.rest hides what it came through behind one of these.
        about = IRecorded(place.context if isinstance(place, RESTWrapper) else place, None)
        if about is not None and about.number:
            detail = {"page": page, "department": about.department}
            disposition = request.response.getHeader("Content-Disposition") or ""
            kind = kinds.DOWNLOAD if disposition.startswith("attachment") else kinds.READ
            record(kind, subject=about.number, detail=detail)
            return
    if page.endswith(".csv"):
        record(kinds.EXPORT, detail={"page": page})


def seen(numbers: Iterable[str], page: str, **detail) -> None:
    """Records that staff have seen a list in which these numbers stand, with names beside them.

    Who looks at the same list all day long has read it once: a number is recorded again for the
    same person and page after a day. Nothing for citizens and visitors. Raises LogUnavailable.
    """
    wanted = set(numbers) - {""}
    if not wanted or not staff():
        return
    actor = getSecurityManager().getUser().getId()
    since = time.time_ns() // 1_000_000 - DAY
    detail = {"page": page, **detail}
    for number in sorted(wanted - known_readings(actor, page, since)):
        record(kinds.READ, subject=number, detail=detail)


def readings_about(numbers: Iterable[str]) -> list[Reading]:
    """Returns what staff of this town have seen of these numbers, the newest first.

    For those it is about: the department, never who it was. Raises LogUnavailable.
    """
    with _looking() as connection:
        return list(readings(connection, town(), numbers))


def entries_about(subjects: Iterable[str], kind: str, limit: int) -> list[Entry]:
    """Returns entries of one kind of this town about any of these, the newest first.

    For those whom they are about; staff ask by kaarst.core.audit.asking. Raises LogUnavailable.
    """
    query = (
        select(entry)
        .where(
            entry.c.subject.in_(sorted(set(subjects) - {""})),
            entry.c.town == town(),
            entry.c.kind == kind,
        )
        .order_by(entry.c.sequence.desc())
        .limit(limit)
    )
    with _looking() as connection:
        return [Entry(*row) for row in connection.execute(query)]


@contextmanager
def _looking():
    try:
        with installed().reading() as connection:
            yield connection
    except (SQLAlchemyError, NotOpened, OSError, RuntimeError) as error:
        logger.error("The audit log cannot be read: %s", type(error).__name__)
        raise LogUnavailable("The audit log cannot be read.") from None


def staff() -> bool:
    """Whether who asks is signed in and no citizen."""
    user = getSecurityManager().getUser()
    return user.getId() is not None and CITIZEN_ROLE not in user.getRoles()


def known_readings(actor: str, page: str, since: int) -> set[str]:
    """Numbers that somebody has read on a page since a moment (UTC milliseconds)."""
    query = select(entry.c.subject).where(
        entry.c.actor == actor,
        entry.c.at >= since,
        entry.c.kind == kinds.READ,
        entry.c.detail.contains(f'"page":"{page}"', autoescape=True),
    )
    with _looking() as connection:
        return set(connection.execute(query).scalars())


def _page(request) -> str:
    published = request.get("PUBLISHED")
    name = getattr(published, "__name__", "") or ""
    if name == "__call__":
        name = getattr(getattr(published, "__self__", None), "__name__", "") or ""
    return SERVICE.sub("", name)[:60]
