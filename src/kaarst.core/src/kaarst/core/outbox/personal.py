"""E-mails to a person that have not left yet (Art. 15 and 17 GDPR)."""

from email import message_from_bytes
from email.policy import SMTP
from kaarst.core import _
from kaarst.core.interfaces import IPersonalData
from kaarst.core.outbox.drafts import mail_of
from kaarst.core.personal.person import Finding
from kaarst.core.stores import existing
from kaarst.core.stores import OUTBOX
from zope.interface import implementer


@implementer(IPersonalData)
class Letters:
    """What waits in the outbox. What has left is not kept."""

    title = _("E-mail that has not been sent yet")
    order = 90

    def find(self, site, person):
        box = existing(site, OUTBOX)
        for letter in box.letters() if box is not None else ():
            numbered = person.number and person.number in letter.subject
            if numbered or person.has_email([letter.to]):
                yield Finding(letter.id, letter.subject, letter.created)

    def export(self, site, id):
        box = existing(site, OUTBOX)
        letter = box.queued.get(id) or box.failed[id]
        mail = message_from_bytes(mail_of(letter), policy=SMTP)
        body = mail.get_body(("plain",))
        data = {
            "to": letter.to,
            "subject": letter.subject,
            "written": letter.created.isoformat(timespec="seconds"),
            "text": body.get_content() if body is not None else "",
        }
        return data, ()

    def erase(self, site, id):
        box = existing(site, OUTBOX)
        del (box.queued if id in box.queued else box.failed)[id]
