"""The control panel of the town."""

from kaarst.core import _
from kaarst.core.town.interfaces import ITown
from kaarst.core.town.interfaces import PREFIX
from plone.app.registry.browser import controlpanel
from plone.formwidget.namedfile.widget import NamedImageFieldWidget
from plone.restapi.controlpanels import RegistryConfigletPanel


class TownSettingsForm(controlpanel.RegistryEditForm):
    """Everything a town says about itself, in five tabs."""

    id = "town-settings"
    schema = ITown
    schema_prefix = PREFIX
    label = _("Town")
    description = _("Name, looks, addresses and opening hours. They appear at once on every page.")

    def updateFields(self):
        super().updateFields()
        self.fields["coat_of_arms"].widgetFactory = NamedImageFieldWidget


class TownSettings(controlpanel.ControlPanelFormWrapper):
    """@@town-settings"""

    form = TownSettingsForm


class TownRestPanel(RegistryConfigletPanel):
    """@controlpanels/town"""

    schema = ITown
    schema_prefix = PREFIX
    configlet_id = "town"
    configlet_category_id = "plone-general"
