"""Uploaded files of readings: kept with their meter between the report and the import, and no longer than a week."""

from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IRetention
from kaarst.metering import _
from kaarst.metering.interfaces import IKaarstMeteringLayer
from persistent import Persistent
from plone.browserlayer.utils import registered_layers
from plone.namedfile.file import NamedBlobFile
from zope.annotation.interfaces import IAnnotations
from zope.interface import implementer

import secrets
import time


KEPT = "kaarst.metering.upload"
#: Days after which a file that nobody has imported is deleted.
DAYS = 7
_DAY = 86_400_000


class Upload(Persistent):
    """The file somebody looks at before it is imported; one for each meter, the last one.

    `at`: when it came, UTC milliseconds.
    """

    def __init__(self, content: bytes, name: str, who: str, choices: dict, at: int):
        self.token = secrets.token_urlsafe(16)
        self.file = NamedBlobFile(content, contentType="text/csv", filename=name)
        self.who, self.choices, self.at = who, dict(choices), at


def keep(meter, upload: Upload) -> None:
    """Keeps a file in the place of the one before."""
    IAnnotations(meter)[KEPT] = upload


def kept(meter) -> Upload | None:
    """The file that waits at a meter."""
    return IAnnotations(meter).get(KEPT)


def forget(meter) -> None:
    """Deletes it, if there is one."""
    IAnnotations(meter).pop(KEPT, None)


def forget_old(meters, now: int) -> int:
    """Deletes files that have waited too long; returns how many. `now`: UTC milliseconds."""
    count = 0
    for meter in meters:
        found = kept(meter)
        if found is not None and found.at < now - DAYS * _DAY:
            forget(meter)
            count += 1
    return count


@implementer(IJob)
class ForgetUploads:
    """Once a day."""

    interval = 24 * 3600

    def run(self, site):
        if IKaarstMeteringLayer not in registered_layers():
            return
        found = site.portal_catalog.unrestrictedSearchResults(portal_type="Meter")
        forget_old((brain._unrestrictedGetObject() for brain in found), int(time.time() * 1000))


@implementer(IRetention)
class Uploads:
    """Files with readings; those of a household's meter say how somebody lives."""

    order = 62
    data = _("Files with readings that were uploaded for a meter and not imported")
    purpose = _("So that somebody can look at what they would bring before it is imported")

    def period(self, site):
        return _("${count} days", mapping={"count": DAYS})
