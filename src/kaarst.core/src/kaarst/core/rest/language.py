"""Which language a message has in an answer."""

from plone import api
from zope.component import queryUtility
from zope.i18n import translate
from zope.i18n.interfaces import ITranslationDomain
from zope.i18nmessageid import Message
from zope.publisher.browser import BrowserLanguages


def language(request) -> str:
    """The first of the client's languages that the city speaks, or else the site's own."""
    domain = queryUtility(ITranslationDomain, name="kaarst.core")
    known = set(domain.getCatalogsInfo()) if domain is not None else set()
    for wanted in BrowserLanguages(request).getPreferredLanguages():
        spoken = wanted.split("-")[0]
        if spoken in known:
            return spoken
    return (api.portal.get_default_language() or "de").split("-")[0]


def translated(value, target: str):
    """Returns `value` with every i18n message in it translated; lists and dicts are walked."""
    if isinstance(value, Message):
        return translate(value, target_language=target)
    if isinstance(value, dict):
        return {key: translated(item, target) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [translated(item, target) for item in value]
    return value
