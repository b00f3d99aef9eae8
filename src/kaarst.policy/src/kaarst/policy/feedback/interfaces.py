"""Settings of the feedback on pages."""

from kaarst.policy import _
from zope import schema
from zope.interface import Interface


PREFIX = "kaarst.policy.feedback"
#: Name of the store in the site's annotations.
STORE = "kaarst.policy.feedback"


class IFeedbackSettings(Interface):
    """Registry records."""

    comment_days = schema.Int(
        title=_("Days after which comments on pages are deleted"), min=1, max=730, default=180
    )
