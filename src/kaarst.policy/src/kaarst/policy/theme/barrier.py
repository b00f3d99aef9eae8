"""Where a barrier is reported: the town's form, with the address of the page filled in."""

from AccessControl import getSecurityManager
from kaarst.policy.theme.frame import LEGAL_PAGES
from plone import api
from Products.CMFCore.permissions import View
from Products.Five import BrowserView
from urllib.parse import urlencode


#: Path of the form below the site, and the field that takes the address.
FORM = "formulare/barriere-melden"
FIELD = "page"
STATEMENT = LEGAL_PAGES[-1][0]


class ReportBarrier(BrowserView):
    """`@@report-barrier?page=…`: goes to the form, or to the statement where there is no form."""

    def __call__(self):
        site = api.portal.get()
        form = site.unrestrictedTraverse(FORM, None)
        if form is None or not getSecurityManager().checkPermission(View, form):
            return self.request.response.redirect(f"{site.absolute_url()}/{STATEMENT}")
        page = self.request.form.get("page", "")
        if not isinstance(page, str) or not api.portal.get_tool("portal_url").isURLInPortal(page):
            page = site.absolute_url()
        return self.request.response.redirect(f"{form.absolute_url()}?{urlencode({FIELD: page})}")
