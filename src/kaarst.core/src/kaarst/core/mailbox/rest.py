"""`GET /@account-messages` and `POST /@account-message`, for other front ends."""

from kaarst.core import reference
from kaarst.core.account.rest import required
from kaarst.core.mailbox.mails import Mail
from kaarst.core.mailbox.mails import mails
from kaarst.core.mailbox.mails import read
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from zExceptions import NotFound


def described(mail: Mail) -> dict:
    """A message as a list shows it."""
    return {
        "number": mail.number,
        "id": mail.id,
        "sender": mail.sender,
        "subject": mail.subject,
        "sent": mail.sent_at.isoformat(timespec="seconds"),
        "read": mail.read_at.isoformat(timespec="seconds") if mail.read_at else None,
        "asks": mail.asks,
        "until": mail.until.isoformat() if mail.until else None,
    }


class AccountMessagesGet(JsonGet):
    """`unread` and `items`, the newest first, without their texts."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        found = mails(required())
        return {
            "unread": sum(one.read_at is None for one in found),
            "items": [described(one) for one in found],
        }


class AccountMessagePost(JsonPost):
    """`{number, id}` → the message with `text` and `attachments`; its sender sees that it was read."""

    max_body = 10_000

    def handle(self, data):
        number, id = texts(data, "number", "id")
        try:
            mail = read(required(), reference.normalise(number), id)
        except KeyError:
            raise NotFound(number) from None
        files = [{"id": one.id, "filename": one.filename} for one in mail.attachments]
        return 200, {**described(mail), "text": mail.text, "attachments": files}
