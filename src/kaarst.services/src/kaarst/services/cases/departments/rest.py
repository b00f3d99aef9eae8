"""`GET /vorgaenge/@case-departments` and `POST {case}/@hand-over`."""

from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.cases.browser import require_case
from kaarst.services.cases.departments import handover
from kaarst.services.cases.departments import rights
from kaarst.services.cases.departments.browser import NO_DEPARTMENT
from kaarst.services.cases.inbox.query import Inbox
from kaarst.services.cases.inbox.query import NONE
from kaarst.services.cases.rest import refused


LONGEST_NOTE = 200


class CaseDepartmentsGet(JsonGet):
    """Departments a case can be handed over to, and whether the user sees cases of them."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        inbox = Inbox(self.context)
        known = rights.staffed() | inbox.departments
        if rights.local(self.context):
            known = {rights.MAIL_ROOM: ""} | known
        return {
            "items": [
                {"id": uid or NONE, "title": title or None, "mine": uid in inbox.departments}
                for uid, title in known.items()
            ]
        }


class HandOverPost(JsonPost):
    """`department`: an id of `@case-departments`; `note`: why, for the history."""

    max_body = 10_000

    def handle(self, data):
        require_case(self.context)
        department, note = data.get("department"), data.get("note", "")
        if not isinstance(department, str):
            raise refused("department", _("This has to be a text."))
        if not isinstance(note, str) or len(note) > LONGEST_NOTE:
            message = _(
                "error_longer_than",
                "This is longer than ${count} characters. Please shorten it.",
                mapping={"count": LONGEST_NOTE},
            )
            raise refused("note", message)
        try:
            uid = rights.MAIL_ROOM if department == NONE else department or None
            handover.hand_over(self.context, uid, note.strip())
        except handover.NoDepartment:
            raise refused("department", NO_DEPARTMENT) from None
        return 200, {
            "number": self.context.number,
            "department": self.context.department or NONE,
            "department_title": rights.title_of(self.context.department) or None,
            "clerk": self.context.clerk or None,
        }
