"""The search over the whole site, usable without a script."""

from kaarst.policy import _
from kaarst.policy.listings.views import batch_start
from plone import api
from plone.base.batch import Batch
from plone.memoize.view import memoize
from Products.CMFPlone.browser.search import Search as PloneSearch
from Products.ZCTextIndex.ParseTree import ParseError
from zope.component import getMultiAdapter
from zope.i18n import translate


RESULTS_A_PAGE = 15
#: Kinds of results that can be asked for: name in the address, title, portal types.
KINDS = (
    ("services", _("Services"), ("Service", "Topic", "EasyForm")),
    ("town-hall", _("Town hall"), ("Department", "Place", "ContactPoint")),
    ("news", _("News"), ("News Item",)),
    ("events", _("Events"), ("Event",)),
    ("pages", _("Pages"), ("Document", "Folder", "File", "Link")),
)


class Search(PloneSearch):
    """`@@search`: one text, kinds of results to choose from, the order by relevance or date."""

    @property
    def page_title(self) -> str:
        if self.text:
            words = _("“${text}”: search results", mapping={"text": self.text})
            return translate(words, context=self.request)
        return translate(_("Search"), context=self.request)

    @property
    def text(self) -> str:
        text = self.request.form.get("SearchableText", "")
        return text.strip() if isinstance(text, str) else ""

    @property
    def newest_first(self) -> bool:
        return self.request.form.get("sort_on") == "Date"

    def kinds(self) -> list[dict]:
        chosen = self.request.form.get("kind", "")
        return [
            {"value": name, "title": title, "chosen": name == chosen} for name, title, _t in KINDS
        ]

    def _types(self) -> list[str]:
        chosen = self.request.form.get("kind", "")
        wanted = [types for name, _title, types in KINDS if name == chosen]
        types = self.filter_types(list(wanted[0]) if wanted else [])
        # A picture says nothing to somebody who looks for an answer; it stands on its page.
        return [name for name in types if name != "Image"]

    @memoize
    def found(self) -> Batch:
        """What was found, a page of it; nothing without a text."""
        if not self.text:
            return Batch([], size=RESULTS_A_PAGE, start=0)
        query = {"SearchableText": self.text, "portal_type": self._types()}
        query = self.filter_query(query)
        query["portal_type"] = self._types()
        if self.newest_first:
            query.update(sort_on="effective", sort_order="descending")
        try:
            brains = api.portal.get_tool("portal_catalog")(**query)
        except ParseError:
            # Signs only, or words the index leaves out: nothing is found by them.
            brains = []
        return Batch(brains, size=RESULTS_A_PAGE, start=batch_start(self.request), orphan=2)

    def rows(self) -> list[dict]:
        ploneview = getMultiAdapter((self.context, self.request), name="plone")
        portal_types = api.portal.get_tool("portal_types")
        rows = []
        for brain in self.found():
            info = portal_types.getTypeInfo(brain.portal_type)
            rows.append(
                {
                    "url": brain.getURL(),
                    "title": brain.Title or brain.getId,
                    "description": ploneview.cropText(brain.Description or "", 220),
                    "kind": info.Title() if info else brain.portal_type,
                    "way": self._way(brain),
                }
            )
        return rows

    def _way(self, brain) -> str:
        """Titles of the sections around a result."""
        portal = api.portal.get()
        path = brain.getPath().split("/")[len(portal.getPhysicalPath()) : -1]
        titles, here = [], portal
        for name in path:
            here = here.unrestrictedTraverse(name, None)
            if here is None:
                break
            titles.append(here.Title())
        return " › ".join(titles)
