"""The BundID's settings: which broker, which claims, which levels. Edited in a control panel."""

from kaarst.core import _
from kaarst.core.signin.attributes import BY_NAME
from kaarst.core.signin.attributes import default_rules
from kaarst.core.signin.attributes import Rule
from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import named
from kaarst.core.signin.provider_settings import ProviderSettings
from plone.supermodel import model
from urllib.parse import urlsplit
from zope import schema
from zope.interface import Invalid
from zope.interface import invariant


PREFIX = "kaarst.bundid"


class NoIssuer(schema.ValidationError):
    __doc__ = _("Please copy the whole address. It begins with https://")


def valid_issuer(value: str | None) -> bool:
    """Whether an issuer can be asked safely: encrypted, or on this machine. Raises NoIssuer."""
    parts = urlsplit(value or "")
    local = parts.hostname in ("localhost", "127.0.0.1")
    if value and not (parts.hostname and (parts.scheme == "https" or local)):
        raise NoIssuer(value)
    return True


class IBundId(model.Schema):
    """How citizens sign in with their BundID, and whether they may do so by e-mail."""

    enabled = schema.Bool(
        title=_("Citizens can sign in with their BundID"),
        required=False,
        default=False,
    )
    issuer = schema.TextLine(
        title=_("Address of the broker (issuer)"),
        description=_(
            "help_issuer",
            default="Exactly as the broker writes it, for example "
            "https://login.example.org/realms/kaarst. The BundID itself speaks SAML; a broker such "
            "as Keycloak stands before it.",
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
        title=_("Claim with the bPK2"),
        description=_("By this a person is known again. It is never shown."),
        default="bpk2",
    )
    level_claim = schema.TextLine(title=_("Claim with the level of the login"), default="acr")
    acr_basic = schema.TextLine(title=_("Level basic is called"), default="STORK-QAA-Level-1")
    acr_substantial = schema.TextLine(
        title=_("Level substantial is called"), default="STORK-QAA-Level-3"
    )
    acr_high = schema.TextLine(title=_("Level high is called"), default="STORK-QAA-Level-4")
    front_ends = schema.List(
        title=_("Client IDs of other front ends"),
        description=_(
            "help_front_ends",
            default="Whoever signs in there at the same broker may use the interfaces of this site. "
            "One a line.",
        ),
        value_type=schema.TextLine(),
        required=False,
        default=[],
    )
    help_page = schema.TextLine(
        title=_("Page that says how to get a BundID"),
        description=_(
            "help_help_page",
            default="Its path in this site, for example leistungen/bundid. Forms and services that "
            "need a login lead there. A service is best: its page offers appointments for it too.",
        ),
        required=False,
        default="",
    )
    mail_enabled = schema.Bool(
        title=_("Citizens can sign in with a link by e-mail"),
        description=_("A light account: it proves an e-mail address and nothing else."),
        required=False,
        default=True,
    )
    idle_minutes = schema.Int(
        title=_("Minutes without a click after which a login ends"), default=30, min=5, max=240
    )
    longest_hours = schema.Int(
        title=_("Hours after which a login ends in any case"), default=4, min=1, max=24
    )

    @invariant
    def complete(data):
        if data.enabled and not (data.issuer and data.client_id):
            raise Invalid(_("Please give the address of the broker and the client ID."))


class IClaims(model.Schema):
    """Which claim is which attribute; a page of its own shows them as a table."""

    claims = schema.Dict(
        title=_("Claims"),
        key_type=schema.TextLine(),
        value_type=schema.TextLine(required=False),
        required=False,
        default={},
        missing_value={},
    )
    level_claims = schema.Dict(
        title=_("Claims with the level"),
        key_type=schema.TextLine(),
        value_type=schema.TextLine(required=False),
        required=False,
        default={},
        missing_value={},
    )
    levels = schema.Dict(
        title=_("Levels where the login says none"),
        key_type=schema.TextLine(),
        value_type=schema.TextLine(required=False),
        required=False,
        default={},
        missing_value={},
    )


_own = ProviderSettings(PREFIX, "KAARST_BUNDID_ISSUER")
record, issuer, enabled, client = _own.record, _own.issuer, _own.enabled, _own.client


def level_of(claims: dict) -> Level:
    """The level of a login; one whose name nobody has set up vouches for nothing."""
    said = claims.get(record("level_claim") or "acr")
    for level in (Level.HIGH, Level.SUBSTANTIAL, Level.BASIC):
        if isinstance(said, str) and said and said == record(f"acr_{level.word}"):
            return level
    return Level.NONE


def acr_values(wanted: Level) -> tuple[str, ...]:
    """What to ask the broker for, so that a login reaches a level: this one, then better ones."""
    found = [record(f"acr_{level.word}") for level in Level if level >= max(wanted, Level.BASIC)]
    return tuple(name for name in found if name) if wanted > Level.NONE else ()


def rules() -> dict[str, Rule]:
    """Where each attribute comes from: what the town has set, else the default."""
    claims, level_claims = record("claims") or {}, record("level_claims") or {}
    levels = record("levels") or {}
    return {
        name: Rule(
            claims.get(name, rule.claim) or "",
            level_claims.get(name, rule.level_claim) or "",
            named(levels.get(name) or "none", Level.NONE),
        )
        for name, rule in default_rules().items()
        if name in BY_NAME
    }
