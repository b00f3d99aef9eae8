"""The settings of staff's provider. Edited in a control panel; the groups on a page of their own."""

from kaarst.core import _
from kaarst.core.outbox import InvalidMail
from kaarst.core.outbox.writing import address
from kaarst.core.signin.provider_settings import ProviderSettings
from kaarst.core.signin.settings import valid_issuer
from kaarst.core.signin.staff.mapping import Line
from plone import api
from plone.supermodel import model
from zope import schema
from zope.interface import Invalid
from zope.interface import invariant
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


PREFIX = "kaarst.staff"
#: Who has one of these sees what citizens have sent or booked.
SEE_PERSONAL_DATA = (
    "Manager",
    "Site Administrator",
    "Data Protection Officer",
    "Clerk",
    "Head of Administration",
    "Desk Manager",
    "Desk Staff",
    "Meter Manager",
)
#: Who may use a local password.
ALL, EMERGENCY_ONLY = "all", "emergency"


def is_local(user_id: str) -> bool:
    """Whether the site keeps an account of this id itself."""
    try:
        return bool(api.portal.get().acl_users.source_users.getLoginForUserId(user_id))
    except KeyError:
        return False


def valid_address(text: str) -> bool:
    """Whether mail can go there; empty counts. Raises Invalid."""
    if text:
        try:
            address(text)
        except InvalidMail:
            raise Invalid(_("This is no e-mail address.")) from None
    return True


class IStaff(model.Schema):
    """How staff sign in."""

    enabled = schema.Bool(
        title=_("Staff sign in by the town's own provider"), required=False, default=False
    )
    issuer = schema.TextLine(
        title=_("Address of the provider (issuer)"),
        description=_(
            "help_staff_issuer",
            default="Exactly as the provider writes it, for example "
            "https://login.example.org/realms/townhall.",
        ),
        required=False,
        default="",
        constraint=valid_issuer,
    )
    client_id = schema.TextLine(title=_("Client ID"), required=False, default="")
    client_secret = schema.Password(
        title=_("Client secret"),
        description=_("Is stored sealed and never shown again. Leave it empty to keep it."),
        required=False,
        default="",
    )
    scope = schema.TextLine(
        title=_("Scopes"),
        description=_("What is asked for, separated by spaces."),
        default="openid profile email",
    )
    user_claim = schema.TextLine(
        title=_("Claim with the user name"),
        description=_("It becomes the id here. Letters, digits and . _ @ + - count."),
        default="preferred_username",
    )
    groups_claim = schema.TextLine(
        title=_("Claim with the groups"),
        description=_(
            "help_groups_claim",
            default="It has to be part of what the provider answers to userinfo: there it is asked "
            "again and again.",
        ),
        default="groups",
    )
    name_claim = schema.TextLine(title=_("Claim with the name"), default="name")
    mail_claim = schema.TextLine(title=_("Claim with the e-mail address"), default="email")
    amr = schema.List(
        title=_("Accepted second factors (amr)"),
        description=_("Values of RFC 8176, one a line."),
        value_type=schema.TextLine(),
        required=False,
        default=["mfa", "otp", "hwk", "swk"],
    )
    acr = schema.List(
        title=_("Accepted levels of the login (acr)"),
        description=_(
            "As the provider calls them, the best first, one a line. It is asked for them."
        ),
        value_type=schema.TextLine(),
        required=False,
        default=[],
    )
    factor_roles = schema.List(
        title=_("Roles that demand a second factor"),
        value_type=schema.TextLine(),
        required=False,
        default=list(SEE_PERSONAL_DATA),
    )
    check_seconds = schema.Int(
        title=_("Seconds after which the provider is asked again"),
        description=_(
            "Whether the account is still there, and in which groups. 0: at each request."
        ),
        default=5,
        min=0,
        max=600,
    )
    grace_minutes = schema.Int(
        title=_("Minutes in which rights stay while the provider gives no answer"),
        default=5,
        min=0,
        max=60,
    )
    idle_minutes = schema.Int(
        title=_("Minutes without a click after which a login ends"), default=60, min=5, max=480
    )
    longest_hours = schema.Int(
        title=_("Hours after which a login ends in any case"), default=10, min=1, max=24
    )
    forget_days = schema.Int(
        title=_("Days after the last login after which name and e-mail address are deleted"),
        description=_("Cases then name the id only."),
        default=180,
        min=1,
        max=3650,
    )

    local_passwords = schema.Choice(
        title=_("Who may sign in with a password of this site"),
        description=_(
            "help_local_passwords",
            default="Counts while staff sign in by the provider. Whoever is signed in with another "
            "local account is out at once; accounts of Zope's root are not touched.",
        ),
        vocabulary=SimpleVocabulary(
            [
                SimpleTerm(ALL, ALL, _("Everybody with a local account")),
                SimpleTerm(EMERGENCY_ONLY, EMERGENCY_ONLY, _("Only the emergency account")),
            ]
        ),
        default=ALL,
    )
    emergency_account = schema.TextLine(
        title=_("Emergency account"),
        description=_(
            "User id of the local account for days on which the provider is out of order."
        ),
        required=False,
        default="",
    )
    alert_address = schema.TextLine(
        title=_("Address that is told when the emergency account is used"),
        description=_("Empty: the site's own e-mail address."),
        required=False,
        default="",
        constraint=valid_address,
    )

    @invariant
    def emergency_account_exists(data):
        if data.local_passwords == EMERGENCY_ONLY and not is_local(data.emergency_account or ""):
            raise Invalid(_("Please give the user id of a local account for emergencies."))

    @invariant
    def complete(data):
        if data.enabled and not (data.issuer and data.client_id):
            raise Invalid(_("Please give the address of the provider and the client ID."))


class IMapping(model.Schema):
    """What the provider's groups are here; a page of its own shows them as a table."""

    groups = schema.Dict(
        title=_("Groups"),
        key_type=schema.TextLine(),
        value_type=schema.List(value_type=schema.TextLine()),
        required=False,
        default={},
        missing_value={},
    )
    roles = schema.Dict(
        title=_("Roles"),
        key_type=schema.TextLine(),
        value_type=schema.List(value_type=schema.TextLine()),
        required=False,
        default={},
        missing_value={},
    )
    relaxed = schema.List(
        title=_("Groups that count without a second factor"),
        value_type=schema.TextLine(),
        required=False,
        default=[],
        missing_value=[],
    )


_own = ProviderSettings(PREFIX, "KAARST_STAFF_ISSUER")
record, issuer, enabled, client = _own.record, _own.issuer, _own.enabled, _own.client


def lines() -> list[Line]:
    """The table of groups, by the provider's names."""
    groups, roles = record("groups") or {}, record("roles") or {}
    relaxed = set(record("relaxed") or ())
    return [
        Line(name, tuple(groups.get(name) or ()), tuple(roles.get(name) or ()), name in relaxed)
        for name in sorted({*groups, *roles})
    ]


def demanding() -> frozenset[str]:
    """Roles that need a second factor; groups are looked at by `door.rights_of`."""
    return frozenset(record("factor_roles") or ())
