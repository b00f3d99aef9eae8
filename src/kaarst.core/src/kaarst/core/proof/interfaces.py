"""The setting of the control panel."""

from kaarst.core import _
from plone.supermodel import model
from zope import schema
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


#: The record is kaarst.spam.mode.
PREFIX = "kaarst.spam"
AUTO, ALWAYS, NEVER = "auto", "always", "never"


class ISpamProtection(model.Schema):
    """How the site keeps programs from sending forms."""

    mode = schema.Choice(
        title=_("Ask senders for a proof"),
        description=_(
            "help_spam_mode",
            default="The browser of the sender calculates for a second; people have nothing to do. "
            "Without JavaScript one has to wait for half a minute before sending.",
        ),
        vocabulary=SimpleVocabulary(
            [
                SimpleTerm(AUTO, AUTO, _("When a great many forms arrive (recommended)")),
                SimpleTerm(ALWAYS, ALWAYS, _("Always")),
                SimpleTerm(NEVER, NEVER, _("Never")),
            ]
        ),
        default=AUTO,
    )
