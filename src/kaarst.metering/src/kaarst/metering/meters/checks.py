"""What people enter in the forms of content, checked."""

from kaarst.core.outbox import InvalidMail
from kaarst.core.outbox.writing import address
from kaarst.metering import _
from zope.interface import Invalid


def is_address(text: str) -> bool:
    """Whether mail can be sent to this; raises Invalid with a sentence beside the field."""
    try:
        address(text)
    except InvalidMail:
        raise Invalid(
            _("Please enter an e-mail address, for example energie@stadt.example.")
        ) from None
    return True
