"""The control panels of staff's sign-in: the provider, and what its groups are here."""

from kaarst.core import _
from kaarst.core.page import TitledPage
from kaarst.core.signin.controlpanel import SealedSecret
from kaarst.core.signin.staff import checks
from kaarst.core.signin.staff import settings
from plone import api
from plone.app.registry.browser import controlpanel
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


#: Roles that nobody is given: those of everybody, of owners, of citizens, and of local sharing only.
NO_ROLES = frozenset({"Anonymous", "Authenticated", "Owner", "Citizen", "Member", "Case Worker"})
#: Empty lines at the end of the table.
SPARE = 2
MOST = 200


class StaffForm(SealedSecret):
    """Everything about staff's logins but the groups."""

    id = "staff-sign-in"
    schema = settings.IStaff
    schema_prefix = settings.PREFIX
    label = _("Sign-in of staff")
    description = _(
        "help_staff",
        default="Staff sign in by the town's own OpenID Connect provider. What its groups are here "
        "stands on a page of its own: staff-groups.",
    )

    def applyChanges(self, data):
        changed = super().applyChanges(data)
        checks.forget()
        return changed


class StaffPanel(controlpanel.ControlPanelFormWrapper):
    """@@staff-sign-in"""

    form = StaffForm


class Groups(TitledPage):
    """@@staff-groups: a table, a line for each group of the provider."""

    template = ViewPageTemplateFile("templates/groups.pt")
    heading = _("Groups of the provider")

    def __call__(self):
        self.private()
        self.errors = {}
        self.typed = [self._row(line) for line in settings.lines()]
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self._save()
        return self.template()

    def _row(self, line) -> dict:
        return {
            "theirs": line.theirs,
            "groups": list(line.groups),
            "roles": list(line.roles),
            "relaxed": line.relaxed,
        }

    def _save(self):
        self.typed = self._sent()
        seen = set()
        for number, row in enumerate(self.typed):
            name = row["theirs"]
            if not name and (row["groups"] or row["roles"]):
                self.errors[f"theirs-{number}"] = _("Please give the name of the provider's group.")
            elif name in seen:
                self.errors[f"theirs-{number}"] = _("This group stands here twice.")
            seen.add(name)
        if self.errors:
            self.request.response.setStatus(400)
            return self.template()
        rows = [row for row in self.typed if row["theirs"]]
        for part in ("groups", "roles"):
            values = {row["theirs"]: row[part] for row in rows}
            api.portal.set_registry_record(f"{settings.PREFIX}.{part}", values)
        relaxed = [row["theirs"] for row in rows if row["relaxed"]]
        api.portal.set_registry_record(f"{settings.PREFIX}.relaxed", relaxed)
        checks.forget()
        api.portal.show_message(_("Changes saved."), self.request)
        return self.request.response.redirect(f"{self.context.absolute_url()}/@@staff-groups")

    def _sent(self) -> list[dict]:
        groups = {one["id"] for one in self.groups()}
        roles = set(self.roles())
        found = []
        for number in range(MOST):
            if f"theirs-{number}" not in self.request.form:
                break
            found.append(
                {
                    "theirs": self.text(f"theirs-{number}", 200).removeprefix("/"),
                    "groups": sorted(groups & self._several(f"groups-{number}")),
                    "roles": sorted(roles & self._several(f"roles-{number}")),
                    "relaxed": bool(self.text(f"relaxed-{number}")),
                }
            )
        return found

    def _several(self, name: str) -> set[str]:
        value = self.request.form.get(name, ())
        several = [value] if isinstance(value, str) else value
        return {one for one in several if isinstance(one, str)}

    # For the template

    def rows(self) -> list[dict]:
        empty = {"theirs": "", "groups": [], "roles": [], "relaxed": False}
        spare = 0 if self.errors else SPARE
        return [dict(row, number=at) for at, row in enumerate([*self.typed, *[empty] * spare])]

    def groups(self) -> list[dict]:
        """`{id, title}` of the site's groups, by title."""
        found = [
            {"id": one.getId(), "title": one.getProperty("title") or one.getId()}
            for one in api.group.get_groups()
            if one.getId() != "AuthenticatedUsers"
        ]
        return sorted(found, key=lambda one: one["title"].casefold())

    def roles(self) -> list[str]:
        return sorted(set(self.context.valid_roles()) - NO_ROLES)
