"""After changing a desk one sees what follows from it."""

from kaarst.appointments.desks.pages import setup_url
from plone.dexterity.browser.edit import DefaultEditForm
from plone.dexterity.interfaces import IDexterityEditForm
from plone.z3cform import layout
from zope.interface import classImplements


class DeskEditForm(DefaultEditForm):
    """Plone's form, which leads on to the preview of the week."""

    def nextURL(self):
        return setup_url(self.context)


DeskEditView = layout.wrap_form(DeskEditForm)
classImplements(DeskEditView, IDexterityEditForm)
