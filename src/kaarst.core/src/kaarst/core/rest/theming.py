"""Answers of the REST interface have no theme."""

from plone.app.theming.interfaces import IThemingPolicy
from plone.app.theming.policy import ThemingPolicy
from plone.rest.interfaces import IAPIRequest
from zope.component import adapter
from zope.interface import implementer


@adapter(IAPIRequest)
@implementer(IThemingPolicy)
class NoTheme(ThemingPolicy):
    """Plone would read the theme's settings for each request, before it knows what is asked for."""

    def isThemeEnabled(self, settings=None):
        """False: what is no page is not dressed as one."""
        return False
