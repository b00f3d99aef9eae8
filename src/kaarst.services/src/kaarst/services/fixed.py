"""Content that every site has once, at an id of its own: made when the package is installed."""

from plone import api
from plone.dexterity.utils import createContent
from zope.i18n import translate


def find(id: str, interface, site=None):
    """The content of `site` at this id, or None while kaarst.services is not installed."""
    site = site or api.portal.get()
    content = site.get(id) if id in site.objectIds() else None
    return content if interface.providedBy(content) else None


def make(id: str, interface, portal_type: str, title, site):
    """Makes it if the site has none, left out of the navigation; returns it.

    `title`: a message, told in the site's language.
    """
    if find(id, interface, site) is None:
        words = translate(title, target_language=api.portal.get_default_language())
        content = createContent(portal_type, title=words, exclude_from_nav=True)
        content.id = id
        site._setObject(id, content)
    return find(id, interface, site)
