"""The mailbox of an account: everything that the town has written about what stands in it.

Nothing is kept twice: a message to a citizen lies with its case, and the packages show theirs
through `IMailboxSource`. Here is what they have in common: one list, what is unread, when it was
read (which the sender sees), and the notice by e-mail, which says only that there is something.
"""

from kaarst.core.mailbox.mails import Attachment
from kaarst.core.mailbox.mails import Mail
from kaarst.core.mailbox.mails import mails
from kaarst.core.mailbox.mails import read
from kaarst.core.mailbox.notices import notify


__all__ = ["Attachment", "Mail", "mails", "notify", "read"]
