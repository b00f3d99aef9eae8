"""Keys for clerks who do not like the mouse; off until somebody switches them on (WCAG 2.1.4)."""

from kaarst.services import _
from plone import api
from zope.i18n import translate


#: Key and what it does, on the list and on a case; `data-key` in the templates says where.
LIST = (
    ("j", _("Next case")),
    ("k", _("Case before")),
    ("Enter", _("Open the case")),
    ("x", _("Choose the case")),
    ("/", _("Search")),
    ("n", _("Fill in for somebody")),
    ("?", _("Show these keys")),
)
CASE = (
    ("a", _("Give it to me")),
    ("m", _("Write a message")),
    ("i", _("Write an internal note")),
    ("d", _("Write a decision")),
    ("w", _("Go to the steps of the work")),
    ("u", _("Back to the list")),
    ("?", _("Show these keys")),
)


class WithKeys:
    """Mixed into a page that has keys; `known_keys` is LIST or CASE."""

    known_keys = ()

    def keys(self):
        """For the help: `{key, text}`."""
        return [
            {"key": key, "text": translate(text, context=self.request)}
            for key, text in self.known_keys
        ]

    def clerk_script_url(self):
        return f"{api.portal.get().absolute_url()}/++resource++kaarst.services/clerk.js"
