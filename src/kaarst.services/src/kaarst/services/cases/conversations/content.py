"""Making, finding and closing conversations."""

from collections.abc import Iterator
from datetime import datetime
from datetime import UTC
from kaarst.core import pins
from kaarst.core.account import store as accounts
from kaarst.core.acting import current as acting
from kaarst.core.signin import current as signin
from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.attributes import full_name
from kaarst.core.signin.levels import Level
from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.cases import history
from kaarst.services.cases import messages
from kaarst.services.cases.content import Case
from kaarst.services.cases.content import current_user
from kaarst.services.cases.departments import rights
from kaarst.services.cases.words import CONVERSATION
from kaarst.services.cases.workflow import definitions
from kaarst.services.forms.login import knowledge
from kaarst.services.forms.uploads import Document
from plone import api
from zope.i18n import translate


#: How long a closed one is kept: time enough to come back to it, and no archive.
KEEP_DAYS = 180
LONGEST_SUBJECT = 120
#: In mails and in statistics, where no subject may stand.
TITLE = _("Message to the town hall")
#: The channel of what the town has begun.
TOWN = "town"
NAME = _("Name")


def departments(desk) -> dict[str, str]:
    """UID → title of the departments that take messages; an empty UID is the mail room."""
    found = rights.staffed()
    return {rights.MAIL_ROOM: "", **found} if rights.local(desk) else found


def sender() -> Attribute | None:
    """The name that the login of who is asking knows, and how sure it is."""
    session = signin.session()
    known = session.knowledge if session is not None else None
    return full_name(known.attributes) if known is not None else None


def begin(
    desk, subject: str, text: str, documents: tuple[Document, ...], department: str, service=""
):
    """The citizen who is asking, and has an account, writes to a department (UID). Returns the case.

    `service`: title of the service it is about, or empty. Everything is checked already.
    """
    way, level = knowledge.present()
    name = sender()
    case = _made(
        desk,
        subject,
        department,
        service_title=service,
        name=name.value if name is not None else "",
        login_way=way,
        login_level=level,
        answers=_answers(name, way),
    )
    case.history.append(history.entry("", history.RECEIVED, when=case.received))
    messages.write(case, text, documents)
    case.sent_for = acting.sent(case.number)
    case.changed()
    return case


def write(
    desk,
    account: str,
    subject: str,
    text: str,
    documents: tuple[Document, ...],
    department: str,
    asks: bool = False,
    until=None,
    name: str = "",
):
    """The clerk who is asking writes to the holder of an account. Returns the case, which is theirs.

    `name`: what the town knows of the person already, or empty.
    """
    case = _made(desk, subject, department, channel=TOWN, filed_by=current_user(), name=name)
    case.history.append(history.entry(current_user(), history.RECEIVED, when=case.received))
    accounts.take(case.number, account)
    api.portal.get_tool("portal_workflow").doActionFor(case, "start")
    messages.tell(case, text, documents, current_user(), asks, until)
    return case


def _made(desk, subject, department, **more):
    language = api.portal.get_default_language()
    title = translate(TITLE, target_language=language)
    chosen = CONVERSATION if CONVERSATION in definitions.ids() else definitions.STANDARD
    return desk.receive(
        town().prefix,
        Case(
            title=title,
            language=language,
            # Nobody is told it: who wants to go on without the account asks for a new one.
            sealed_pin=pins.seal_pin(pins.new_pin()),
            received=datetime.now(UTC),
            keep_days=KEEP_DAYS,
            form_title=title,
            subject=subject,
            is_conversation=True,
            workflow_id=chosen,
            department=department,
            **more,
        ),
    )


def _answers(name: Attribute | None, way: str) -> tuple:
    """Who writes, as a form would have asked it; nothing where the login knows no name."""
    if name is None:
        return ()
    language = api.portal.get_default_language()
    answer = {
        "step": "",
        "field": "name",
        "label": translate(NAME, target_language=language),
        "type": "text",
        "value": name.value,
        "text": name.value,
        "level": name.level.word,
    }
    if name.level >= Level.SUBSTANTIAL:
        source = knowledge.SOURCES.get(way, way)
        answer["verified_by"] = translate(source, target_language=language)
    return (answer,)


def of_account(desk, account: str) -> Iterator:
    """The conversations that stand in an account."""
    for number in accounts.numbers(account):
        case = desk.case(number)
        if case is not None and case.is_conversation:
            yield case
