"""The notice for the waiting room, which `@queue` tells."""

from kaarst.appointments import _
from kaarst.appointments.hall.notice import notice_of
from kaarst.appointments.hall.notice import set_notice
from kaarst.appointments.hall.noticing import LONGEST
from kaarst.appointments.rest.common import wrong
from kaarst.core.rest import JsonPost


class NoticePost(JsonPost):
    """`{text, stopped}` for today: a sentence, and whether the terminals give no more tickets."""

    max_body = 5_000

    def handle(self, data):
        text, stopped = data.get("text", ""), data.get("stopped", False)
        if not isinstance(text, str) or len(text) > LONGEST:
            message = _("At most ${count} characters.", mapping={"count": LONGEST})
            raise wrong("text", message)
        if not isinstance(stopped, bool):
            raise wrong("stopped", _("Please check this entry."))
        set_notice(self.context, text, stopped)
        return 200, notice_of(self.context)
