"""`@@audit-log`: the data protection officer looks for what was recorded. Nothing here writes to it.

Whom it is about stands in the body of a POST only, never in an address or another log.
"""

from datetime import datetime
from datetime import UTC
from functools import cached_property
from kaarst.core import _
from kaarst.core.audit import asking
from kaarst.core.audit import kinds
from kaarst.core.audit import wording
from kaarst.core.audit.search import Wanted
from kaarst.core.page import TitledPage
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile

import csv
import io


SHOWN = 50
MOST_EXPORTED = 50_000
LABELS = {
    "from": _("From (day)"),
    "until": _("Until (day)"),
    "actor": _("Who (user name or alias)"),
    "subject": _("About (number, user name or alias)"),
}
# A cell that begins like this is a formula for a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class AuditLogView(TitledPage):
    """The newest entries, or those that were asked for; on demand as CSV."""

    template = ViewPageTemplateFile("audit_log.pt")
    heading = _("Audit log")

    def __call__(self):
        self.private()
        self.errors, self.typed = {}, dict.fromkeys(asking.FIELDS, "")
        self.entries, self.more = [], None
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self.answer()
        wanted, before, _errors = asking.read({})
        self._look(wanted, before)
        return self.template()

    def answer(self):
        self.typed = {name: self.text(name) for name in asking.FIELDS}
        wanted, before, self.errors = asking.read(self.typed)
        if self.errors:
            self.request.response.setStatus(400)
            return self.template()
        if "csv" in self.request.form:
            return self.export(wanted)
        if "older" not in self.request.form:
            before = None
        self._look(wanted, before)
        return self.template()

    def _look(self, wanted: Wanted, before: int | None) -> None:
        found = asking.look(wanted, before, SHOWN + 1)
        self.entries = found[:SHOWN]
        # Where the next page begins, if there is one.
        self.more = self.entries[-1].sequence if len(found) > SHOWN else None

    def export(self, wanted: Wanted) -> str:
        """A table for spreadsheets in Germany, with the hashes."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow(
            ("sequence", "at", "kind", "actor", "actor_kind", "subject", "detail", "hash")
        )
        for one in asking.look(wanted, None, MOST_EXPORTED, export=True):
            cells = (one.kind, one.actor, one.actor_kind, one.subject, one.detail, one.hash)
            writer.writerow((one.sequence, self._moment(one).isoformat(), *map(harmless, cells)))
        response = self.request.response
        response.setHeader("Content-Type", "text/csv; charset=utf-8")
        response.setHeader("Content-Disposition", 'attachment; filename="protokoll.csv"')
        response.setHeader("X-Content-Type-Options", "nosniff")
        # With a mark at the beginning Excel reads it as UTF-8.
        return "\ufeff" + out.getvalue()

    # For the template

    @cached_property
    def kinds(self):
        """What can be looked for: `{value, title, chosen}`."""
        return [
            {"value": name, "title": self.translate(title), "chosen": name == self.typed["kind"]}
            for name, title in kinds.KINDS.items()
        ]

    def field(self, name):
        return {
            "label": self.translate(LABELS[name]),
            "value": self.typed[name],
            "error": self.translate(self.errors[name]) if name in self.errors else "",
        }

    def rows(self):
        """`{sequence, when, what, who, about, parts}`, the newest first."""
        for one in self.entries:
            moment = self._moment(one).astimezone(asking.BERLIN)
            yield {
                "sequence": one.sequence,
                "when": f"{moment:%d.%m.%Y, %H:%M:%S}",
                "what": wording.kind(one, self.translate),
                "who": wording.who(one, self.translate),
                "about": one.subject,
                "parts": wording.parts(one, self.translate),
            }

    def _moment(self, entry) -> datetime:
        return datetime.fromtimestamp(entry.at / 1000, UTC)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
