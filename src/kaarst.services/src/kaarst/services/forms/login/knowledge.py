"""What the login of a citizen knows, for the questions of a form.

A value is locked from the level "substantial" on: below it, nobody has looked at a document
(Onlinezugangsgesetz, § 8 with Regulation (EU) 910/2014, Art. 8), and it is a proposal.
"""

from collections.abc import Mapping
from kaarst.core.signin import current
from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.attributes import full_name
from kaarst.core.signin.attributes import KINDS
from kaarst.core.signin.levels import Level
from kaarst.core.signin.sessions import store
from kaarst.services import _
from kaarst.services.forms.prefill import IPrefill
from kaarst.services.forms.prefill import SELF_DECLARED
from kaarst.services.forms.prefill import Value
from kaarst.services.forms.prefill import VERIFIED
from zope.component import adapter
from zope.i18n import translate
from zope.interface import implementer
from zope.interface import Interface
from zope.publisher.interfaces.browser import IBrowserRequest


#: Ways in which citizens sign in, and what they are called.
SOURCES = {store.BUNDID: "BundID", store.MAIL: _("E-mail link")}
#: What forms call "whole address" is more than the street.
STREET, WHOLE = "address-line1", "street-address"


def values(attributes: Mapping[str, Attribute], source: str) -> dict[str, Value]:
    """Returns a Value by name as in HTML's `autocomplete`, for what is there."""
    found = {
        kind.field: attributes[kind.name]
        for kind in KINDS
        if kind.field and kind.name in attributes
    }
    if (street := found.pop(WHOLE, None)) is not None:
        found[STREET] = street
        code, town = found.get("postal-code"), found.get("address-level2")
        if code is not None and town is not None:
            found[WHOLE] = Attribute(
                f"{street.value}, {code.value} {town.value}",
                min(street.level, code.level, town.level),
            )
    if (name := full_name(attributes)) is not None:
        found["name"] = name
    return {field: _value(attribute, source) for field, attribute in found.items()}


def _value(attribute: Attribute, source: str) -> Value:
    trust = VERIFIED if attribute.level >= Level.SUBSTANTIAL else SELF_DECLARED
    return Value(attribute.value, trust, source, attribute.level)


def present(request=None) -> tuple[str, str]:
    """The way and the level (a word) of the citizen's login; empty texts without one."""
    session = current.session(request)
    if session is None or session.kind not in SOURCES:
        return "", ""
    return session.kind, session.level.word


def source_name(kind: str, request) -> str:
    """What a way to sign in is called, in the language of the reader; empty for staff's."""
    return translate(SOURCES.get(kind, ""), context=request)


@implementer(IPrefill)
@adapter(Interface, IBrowserRequest)
class LoginPrefill:
    """The attributes of the session of who is asking."""

    order = 10

    def __init__(self, site, request):
        self.site, self.request = site, request

    def values(self):
        session = current.session(self.request)
        if session is None or session.kind not in SOURCES or session.knowledge is None:
            return {}
        return values(session.knowledge.attributes, source_name(session.kind, self.request))
