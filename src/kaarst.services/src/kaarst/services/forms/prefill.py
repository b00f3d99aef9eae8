"""What a login knows of the person who is signed in, filled into a form for them.

Providers (IPrefill) name their values as HTML's `autocomplete` does, so that a field gets what it
asks for itself. A value that the login vouches for stands locked in the form, and whoever sends
another one is refused; a self-declared one is a proposal. What was verified is read anew from the
login when the form is sent, never from what the form brings along.
"""

from dataclasses import dataclass
from kaarst.core.acting import current as acting
from kaarst.core.signin.levels import Level
from kaarst.services import _
from kaarst.services.forms import answers
from plone import api
from zope.component import adapter
from zope.component import subscribers
from zope.interface import Attribute
from zope.interface import implementer
from zope.interface import Interface
from zope.publisher.interfaces.browser import IBrowserRequest


SELF_DECLARED, VERIFIED = "self-declared", "verified"
#: What can be shown locked and still be sent by a browser.
KINDS = ("line", "text", "email", "number", "date")
CHANGED = _(
    "error_verified_changed",
    "This comes from your login and cannot be changed here. If it is wrong, please sign out and "
    "fill in the form without a login.",
)


@dataclass(frozen=True)
class Value:
    """A text (of a date YYYY-MM-DD). `source`: the name of the login, translatable; `level`: how
    sure the login is of this value."""

    value: str
    trust: str = SELF_DECLARED
    source: str = ""
    level: Level = Level.NONE


class IPrefill(Interface):
    """What one way to sign in knows. A subscription adapter of the site and the request."""

    order = Attribute("Of two that know the same with the same trust, the lower one counts.")

    def values():
        """Value by name, as in HTML's `autocomplete`; empty if nobody is signed in that way."""


@implementer(IPrefill)
@adapter(Interface, IBrowserRequest)
class MemberPrefill:
    """Name and e-mail address of an account on this site; everybody writes these themselves."""

    order = 100

    def __init__(self, site, request):
        self.site, self.request = site, request

    def values(self):
        if api.user.is_anonymous():
            return {}
        member = api.user.get_current()
        found = {"name": member.getProperty("fullname"), "email": member.getProperty("email")}
        return {name: Value(value) for name, value in found.items() if value}


def known(asked, request):
    """Value by field name, for the questions of a Questionnaire that the login can answer.

    A value that the question would refuse is left out: it could not be sent.
    """
    if acting.current(request) is not None:
        # What the login vouches for is about who acts, not about whom the form is sent for.
        return {}
    providers = subscribers((api.portal.get(), request), IPrefill)
    by_name = {}
    for provider in sorted(providers, key=lambda each: each.order):
        for name, value in provider.values().items():
            if name not in by_name or (value.trust, by_name[name].trust) == (
                VERIFIED,
                SELF_DECLARED,
            ):
                by_name[name] = value
    return {
        name: by_name[question.autocomplete]
        for name, question in asked.questions.items()
        if question.autocomplete in by_name
        and question.kind in KINDS
        and answers.fits(question, typed(question, by_name[question.autocomplete]))
    }


def typed(question, value):
    """A Value as a JSON client sends it."""
    if question.kind == "number" and answers.INTEGER.match(value.value):
        return int(value.value)
    return value.value


def check(asked, raw, limits, values):
    """answers.check, with what the login vouches for. Returns the Checked and, by field name, the
    Values of the login that were sent as it knows them.

    `values`: of `known`. What is verified and was not sent is added to `raw`; what was sent
    otherwise is refused, and `raw` has again what the login says.
    """
    sure = {name: value for name, value in values.items() if value.trust == VERIFIED}
    told = {name: typed(asked.questions[name], value) for name, value in values.items()}
    missing = {name: told[name] for name in sure if raw.get(name) in (None, "")}
    raw.update(missing)
    checked = answers.check(asked, raw, limits)
    expected = {
        name: answers.checked_value(asked.questions[name], value) for name, value in told.items()
    }
    # The answer to what is not asked is not looked at, whatever it is.
    for name in sure:
        is_asked = name in checked.values or name in checked.errors
        if is_asked and checked.values.get(name) != expected[name]:
            checked.errors[name] = CHANGED
            raw[name] = told[name]
    unchanged = {
        name: value
        for name, value in values.items()
        if name in checked.values and checked.values[name] == expected[name]
    }
    return checked, unchanged


def described(values):
    """As front ends read it: `{field: {value, trust, source, level}}`."""
    return {
        name: {
            "value": each.value,
            "trust": each.trust,
            "source": each.source,
            "level": each.level.word,
        }
        for name, each in values.items()
    }
