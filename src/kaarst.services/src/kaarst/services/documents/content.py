"""The content classes: a text template, and the folder of all of them."""

from kaarst.core.address import not_by_address
from kaarst.services import _
from kaarst.services import fixed
from kaarst.services.documents.interfaces import ITextTemplate
from kaarst.services.documents.interfaces import ITextTemplates
from plone.dexterity.content import Container
from plone.dexterity.content import Item
from zope.interface import implementer


FOLDER_ID = "vorlagen"


@implementer(ITextTemplate)
@not_by_address
class TextTemplate(Item):
    """A text that clerks choose in a case."""

    @property
    def letter_heading(self):
        """What stands over the letter, with placeholders."""
        return self.heading or self.title

    def suits(self, form_uid) -> bool:
        """Whether it is offered for what was sent with this form (None: a form that is gone)."""
        return self.offered and (not self.forms or form_uid in self.forms)


@implementer(ITextTemplates)
@not_by_address
class TextTemplates(Container):
    """The folder of all text templates of a town."""


def find_folder(site=None):
    """The folder of `site`, or None while kaarst.services is not installed."""
    return fixed.find(FOLDER_ID, ITextTemplates, site)


def make_folder(site):
    """Makes the folder if the site has none; called when the package is installed."""
    return fixed.make(FOLDER_ID, ITextTemplates, "TextTemplates", _("Text templates"), site)


def suitable(kind, form_uid) -> list[TextTemplate]:
    """The templates of a kind (see interfaces) that are offered for a form, by title."""
    folder = find_folder()
    templates = folder.objectValues() if folder is not None else ()
    found = [item for item in templates if item.kind == kind and item.suits(form_uid)]
    return sorted(found, key=lambda item: item.title.casefold())
