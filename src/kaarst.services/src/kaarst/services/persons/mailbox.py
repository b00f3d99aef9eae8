"""What clerks have written about a case, and its decisions, in the mailbox of the account."""

from kaarst.core.interfaces import IMailboxSource
from kaarst.core.mailbox import Attachment
from kaarst.core.mailbox import Mail
from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.cases import letters
from kaarst.services.cases import reading
from kaarst.services.cases.departments.rights import title_of
from kaarst.services.cases.desk import find_desk
from plone import api
from zope.interface import implementer


@implementer(IMailboxSource)
class CaseMails:
    """Messages and decisions of the town; they lie in the case, with when they were read."""

    def mails(self, number):
        case = _case(number)
        if case is None:
            return
        for message in case.messages:
            if message["who"]:
                title = {"title": case.about}
                plain = case.subject or _("Message about: ${title}", mapping=title)
                subject = (
                    _("We need something from you: ${title}", mapping=title)
                    if message["asks"]
                    else plain
                )
                yield _mail(
                    case,
                    message["id"],
                    subject,
                    message["text"],
                    message["when"],
                    message.get("read_at"),
                    message["documents"],
                    message["asks"],
                    message.get("until"),
                )
        for decision in case.decisions:
            yield _mail(
                case,
                f"{reading.DECISION}{decision.id}",
                decision.heading,
                "\n\n".join(filter(None, (decision.text, decision.remedy))),
                decision.when,
                case.decisions_read.get(decision.id),
                (decision.document,),
            )

    def read(self, number, id):
        reading.note(_case(number), id)


def _case(number):
    desk = find_desk()
    return desk.case(number) if desk is not None else None


def _mail(case, id, subject, text, sent_at, read_at, documents, asks=False, until=None):
    known = {document["id"]: document["file"].filename for document in case.documents}
    sender = title_of(case.department) or town().name
    return Mail(
        number=case.number,
        id=id,
        sender=sender,
        subject=subject,
        text=text,
        sent_at=sent_at,
        read_at=read_at,
        answer_url=letters.status_url(),
        file_url=f"{api.portal.get().absolute_url()}/case-document",
        attachments=tuple(Attachment(one, known[one]) for one in documents if one in known),
        asks=asks,
        until=until,
    )
