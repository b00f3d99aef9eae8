"""The control panels: the BundID's broker, and which claim is which attribute."""

from kaarst.core import _
from kaarst.core import sealing
from kaarst.core.page import TitledPage
from kaarst.core.signin import settings
from kaarst.core.signin.attributes import default_rules
from kaarst.core.signin.attributes import KINDS
from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import TITLES
from kaarst.core.signin.oidc import provider
from plone import api
from plone.app.registry.browser import controlpanel
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from z3c.form.interfaces import WidgetActionExecutionError
from zope.interface import Invalid

import re


#: Names of claims: no blanks, so that a slip of the hand shows.
CLAIM = re.compile(r"[^\s]{1,100}")


class SealedSecret(controlpanel.RegistryEditForm):
    """A form with a `client_secret`: what is typed is sealed, what is left empty stays."""

    def updateFields(self):
        super().updateFields()
        # Not even sealed does it go to a browser; and sent back, it would be sealed once more.
        self.fields["client_secret"].ignoreContext = True

    def applyChanges(self, data):
        typed = data.pop("client_secret", None)
        if typed:
            try:
                data["client_secret"] = sealing.seal(typed)
            except sealing.NotOpened:
                raise WidgetActionExecutionError(
                    "client_secret", Invalid(_("The secret cannot be sealed on this machine."))
                ) from None
        changed = super().applyChanges(data)
        provider.forget()
        return changed


class BundIdForm(SealedSecret):
    """Everything about citizens' logins but the claims."""

    id = "bundid-settings"
    schema = settings.IBundId
    schema_prefix = settings.PREFIX
    label = _("Sign-in of citizens")
    description = _(
        "help_bundid",
        default="The BundID through the town's broker, and a link by e-mail. Which claim of the broker "
        "is which attribute stands on a page of its own: bundid-claims.",
    )


class BundIdPanel(controlpanel.ControlPanelFormWrapper):
    """@@bundid-settings"""

    form = BundIdForm


class Claims(TitledPage):
    """@@bundid-claims: a table of the BundID's attributes."""

    template = ViewPageTemplateFile("browser/templates/claims.pt")
    heading = _("Attributes of the BundID")

    def __call__(self):
        self.private()
        self.errors, self.typed = {}, self._stored()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self._save()
        return self.template()

    def _stored(self) -> dict:
        return {
            name: {"claim": rule.claim, "level_claim": rule.level_claim, "level": rule.level.word}
            for name, rule in settings.rules().items()
        }

    def _save(self):
        for name, row in self.typed.items():
            for part in row:
                row[part] = self.text(f"{name}.{part}", 200)
            if row["level"] not in {level.word for level in Level}:
                row["level"] = Level.NONE.word
            for part in ("claim", "level_claim"):
                if row[part] and not CLAIM.fullmatch(row[part]):
                    self.errors[f"{name}.{part}"] = _("A claim's name has no blanks.")
        if self.errors:
            self.request.response.setStatus(400)
            return self.template()
        for part, record_name in (
            ("claim", "claims"), ("level_claim", "level_claims"), ("level", "levels"),
        ):  # fmt: skip
            values = {name: row[part] for name, row in self.typed.items()}
            api.portal.set_registry_record(f"{settings.PREFIX}.{record_name}", values)
        api.portal.show_message(_("Changes saved."), self.request)
        return self.request.response.redirect(f"{self.context.absolute_url()}/@@bundid-claims")

    # For the template

    def rows(self):
        """`{name, title, oid, usual, claim, level_claim, level, most}`."""
        usual = default_rules()
        for kind in KINDS:
            yield {
                "name": kind.name,
                "title": kind.title,
                "oid": kind.oid,
                "usual": usual[kind.name].claim,
                "most": TITLES[kind.most] if kind.most < Level.HIGH else "",
                **self.typed[kind.name],
            }

    def levels(self):
        titles = {**TITLES, Level.NONE: _("not verified")}
        return [{"value": level.word, "title": titles[level]} for level in Level]
