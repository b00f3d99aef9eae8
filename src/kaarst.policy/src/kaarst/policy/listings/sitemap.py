"""`@@sitemap`: all pages of the main levels, as nested lists."""

from kaarst.policy import _
from Products.CMFPlone.browser.sitemap import SitemapView
from zope.i18n import translate


class Sitemap(SitemapView):
    """Plone's own tree below a heading that makes sense without a mouse."""

    @property
    def page_title(self) -> str:
        return translate(_("Overview of all pages"), context=self.request)
