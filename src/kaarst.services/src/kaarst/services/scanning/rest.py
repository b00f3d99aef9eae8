"""`GET /@scans` and `POST /@scan-repeat`: files that are held back, for operators' own tools."""

from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.forms.validators import BERLIN
from kaarst.services.scanning.desk import SHOWN
from kaarst.services.scanning.queue import found


class ScansGet(JsonGet):
    """Files by case, type and size; those that need somebody come first."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        scans = found(self.context)
        every = scans.all() if scans is not None else []
        return {"total": len(every), "items": [described(scan) for scan in every[:SHOWN]]}


class ScanRepeatPost(JsonPost):
    """Scans a file again at once: `{"id"}`, also one that was put aside."""

    def handle(self, data):
        id = data.get("id")
        if not isinstance(id, str) or set(data) != {"id"}:
            raise invalid({"id": _("Please send the id of a scan.")})
        scans = found(self.context)
        try:
            scans.repeat(id)
        except (AttributeError, KeyError):
            raise ApiError(
                404, "NotFound", _("There is nothing left to decide about this file.")
            ) from None
        return 200, described(scans.waiting[id])


def described(scan):
    """A Scan as JSON; names and contents of files are nobody's business here."""
    return {
        "id": scan.id,
        "number": scan.number,
        "content-type": scan.file.contentType,
        "size": scan.file.getSize(),
        "created": scan.created.astimezone(BERLIN).isoformat(timespec="seconds"),
        "due": scan.due.astimezone(BERLIN).isoformat(timespec="seconds"),
        "state": scan.state,
        "found": scan.found,
        "attempts": scan.attempts,
        "error": scan.last_error,
    }
