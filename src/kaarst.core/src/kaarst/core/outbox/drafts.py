"""Letters that are written when they are sent.

To translate a text and to put a mail with its attachments together takes longer than to make the
record it is about. Where somebody waits for the answer, only the words are written down with the
record, in the same transaction; the worker makes the mail of them. The words are all it needs:
what changes or goes meanwhile does not change what the letter says.
"""

from kaarst.core.interfaces import ILetterWriter
from kaarst.core.outbox.letters import Letter
from kaarst.core.outbox.writing import written
from zope.component import getUtility


def mail_of(letter: Letter) -> bytes:
    """The mail, complete but for its From line, the same each time but for MIME boundaries.

    Raises whatever its writer raises.
    """
    content = letter.content
    if content.data is not None:
        return content.data
    writer, words = content.draft
    text, attachments = getUtility(ILetterWriter, name=writer).write(words)
    mail = written(
        letter.to,
        letter.subject,
        text,
        attachments=attachments,
        message_id=letter.message_id,
        date=letter.created,
    )
    return mail.as_bytes()
