"""The control panel for the protection against programs that send forms."""

from kaarst.core import _
from kaarst.core.proof.interfaces import ISpamProtection
from kaarst.core.proof.interfaces import PREFIX
from plone.app.registry.browser import controlpanel


class SpamSettingsForm(controlpanel.RegistryEditForm):
    """One question."""

    id = "spam-settings"
    schema = ISpamProtection
    schema_prefix = PREFIX
    label = _("Protection against spam")
    description = _("Keeps programs from filling the town hall with forms.")


class SpamSettings(controlpanel.ControlPanelFormWrapper):
    """@@spam-settings"""

    form = SpamSettingsForm
