"""The page frame's questions about the page: head, navigation, way back, footer."""

from AccessControl import getSecurityManager
from Acquisition import aq_base
from Acquisition import aq_inner
from html import escape
from kaarst.core.account.store import is_citizen
from kaarst.core.town import town
from kaarst.policy import _
from kaarst.policy.alerts.interfaces import SEVERITIES
from kaarst.policy.alerts.published import notices_on
from kaarst.policy.caching import spans
from kaarst.policy.caching.memory import fragment
from kaarst.policy.home.interfaces import IHomePage
from kaarst.policy.interfaces import IContact
from kaarst.policy.theme import icons
from kaarst.policy.theme.hours import usual_week
from kaarst.policy.theme.interfaces import IFrame
from kaarst.policy.theme.navigation import sections
from plone import api
from plone.base.navigationroot import get_navigation_root
from plone.dexterity.interfaces import IDexterityContent
from plone.memoize.view import memoize
from plone.memoize.view import memoize_contextless
from Products.CMFCore.permissions import View
from Products.Five import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zope.component import getMultiAdapter
from zope.i18n import translate
from zope.i18nmessageid import MessageFactory
from zope.interface import implementer

import re


_plone = MessageFactory("plone")

#: Languages and kinds of language that the header leads to: id of the page, icon, text.
OTHER_LANGUAGES = (
    ("leichte-sprache", "easy-language", _("Easy language")),
    ("gebaerdensprache", "sign-language", _("Sign language")),
    ("en", "globe", "English"),
)

#: Stands in the footer where the address comes that reports a barrier on this page.
BARRIER_HERE = "#report-a-barrier"
#: Types whose pages show whom to ask; others name people themselves or need the room.
WITH_CONTACT = frozenset(("Document", "Event", "News Item"))
#: Views that are no pages in their own right.
WITHOUT_FEEDBACK = frozenset(
    ("arrange", "edit", "feedback", "feedback-report", "folder_contents", "login", "require_login")
)
#: Pages of the town hall, not of the public.
NOT_PUBLIC = frozenset(("Case", "CaseDesk"))

#: Headings of Plone's own views that do not say what they are called.
TITLES = {
    "contact-info": _plone("heading_contact_form", default="Contact form"),
    "login-help": _plone("heading_login_form_help", default="Need Help?"),
}

LEGAL_PAGES = (
    ("impressum", _("Imprint")),
    ("datenschutz", _("Privacy")),
    ("barrierefreiheit", _("Accessibility statement")),
)


@implementer(IFrame)
class Frame(BrowserView):
    """One per page; everything is looked up when the template asks for it."""

    _header = ViewPageTemplateFile("templates/header.pt")
    _footer = ViewPageTemplateFile("templates/footer.pt")

    @property
    @memoize_contextless
    def portal(self):
        return api.portal.get()

    @property
    @memoize_contextless
    def portal_url(self) -> str:
        return self.portal.absolute_url()

    @property
    @memoize_contextless
    def town(self):
        return town(self.portal)

    @property
    @memoize_contextless
    def anonymous(self) -> bool:
        return api.user.is_anonymous()

    @property
    @memoize_contextless
    def works_here(self) -> bool:
        """Whether Plone's tools are shown: to staff, neither to visitors nor to signed-in citizens."""
        return not self.anonymous and not is_citizen()

    @property
    def context_state(self):
        return getMultiAdapter((self.context, self.request), name="plone_context_state")

    @property
    def language(self) -> str:
        return getMultiAdapter((self.context, self.request), name="plone_portal_state").language()

    @property
    @memoize_contextless
    def town_language(self) -> str | None:
        """Language of the town's own texts where the page speaks another one, for `lang`."""
        own = api.portal.get_default_language()
        return own if own != self.language else None

    # -- parts that many pages share ------------------------------------------

    def header(self) -> str:
        """The header; the same for all pages at which the same entries of the navigation are marked."""
        marked = [
            f"{entry['current']} {entry['path']}"
            for section in self.sections()
            for entry in (section, *section["children"])
            if entry["current"]
        ]
        root = get_navigation_root(aq_inner(self.context))
        name = f"header|{root}|{self.language}|{self.question}|{'|'.join(marked)}"
        return fragment(self.portal, name, self._header, spans.stamp(self.portal))

    def footer(self) -> str:
        """The footer; of what it says only the way to report a barrier depends on the page."""
        html = fragment(
            self.portal, f"footer|{self.language}", self._footer, spans.stamp(self.portal)
        )
        return html.replace(BARRIER_HERE, escape(self.report_barrier_url()))

    # -- head -----------------------------------------------------------------

    def headers(self) -> str:
        """Sets the page's HTTP headers; caching rules replace what is said of caches here."""
        response = self.request.response
        response.setHeader("Content-Type", "text/html;charset=utf-8")
        response.setHeader("Content-Language", self.language)
        response.setHeader("Expires", "Sat, 1 Jan 2000 00:00:00 GMT")
        if not response.getHeader("Cache-Control"):
            response.setHeader("Cache-Control", "private, no-cache")
        return ""

    @property
    def is_home(self) -> bool:
        return self.context_state.is_portal_root()

    def page_title(self, view=None) -> str:
        """The page's own title first: that is what tabs and screen readers read out."""
        title = self._own_title(view) or (self.context.Title() if self.visible else "")
        return (
            self.town.name
            if not title or title == self.town.name
            else f"{title} – {self.town.name}"
        )

    def page_description(self) -> str:
        return self.context.Description() if self.visible else ""

    def _own_title(self, view) -> str:
        """What a view says about itself: this site's own by `page_title`, Plone's forms by `label`."""
        own = getattr(aq_base(view), "page_title", None)
        if isinstance(own, str):
            return own
        label = getattr(view, "label", None) or TITLES.get(getattr(view, "__name__", ""))
        return translate(label, context=self.request) if isinstance(label, str) else ""

    @property
    def stylesheet_url(self) -> str:
        sheet = getMultiAdapter((self.portal, self.request), name="site.css")
        return f"{self.portal_url}/{sheet.href}"

    @property
    def script_url(self) -> str:
        return f"{self.portal_url}/{icons.versioned(icons.SCRIPT)}"

    @property
    def font_url(self) -> str:
        """The typeface that every page needs at once."""
        return f"{self.portal_url}/{icons.versioned(icons.FONT)}"

    @property
    def icons_url(self) -> str:
        return f"{self.portal_url}/{icons.versioned(icons.SPRITE)}"

    def icon(self, name: str, css_class: str = "icon") -> str:
        return icons.icon(self.portal_url, name, css_class)

    def body_class(self, template, view) -> str:
        """Plone's own classes for editors; what the style sheet needs for everybody else."""
        if self.works_here:
            layout = getMultiAdapter((self.context, self.request), name="plone_layout")
            return layout.bodyClass(template, view)
        name = getattr(view, "__name__", "") or getattr(template, "getId", str)() or ""
        path = self.context.getPhysicalPath()[len(self.portal.getPhysicalPath()) :]
        classes = [
            "frontend",
            "userrole-anonymous",
            f"template-{name.replace('.', '-').replace('@', '')}",
            f"portaltype-{(getattr(self.context, 'portal_type', '') or '').lower().replace(' ', '-')}",
        ]
        if path:
            classes.append(f"section-{path[0]}")
        if self.is_home:
            classes.append("is-home")
        return " ".join(classes)

    def body_attributes(self) -> dict:
        """What Plone's scripts read from the body; nobody else gets any of it."""
        if not self.works_here:
            return {}
        settings = getMultiAdapter((self.context, self.request), name="plone_patterns_settings")
        return settings()

    # -- header and way back ----------------------------------------------------

    @memoize
    def sections(self) -> list[dict]:
        """The main navigation with `current` ("page", "true" or None) at each section."""
        here = "/".join(aq_inner(self.context).getPhysicalPath())
        marked = []
        for section in sections(self.context, self.language):
            children = [dict(child, current=_current(child, here)) for child in section["children"]]
            marked.append(dict(section, current=_current(section, here), children=children))
        return marked

    def other_languages(self) -> list[dict]:
        return [
            {"url": f"{self.portal_url}/{page}", "icon": icon, "title": title, "id": page}
            for page, icon, title in OTHER_LANGUAGES
            if page in self.portal
        ]

    def account_url(self) -> str:
        """Where the account of who is signed in stands; empty for visitors and staff."""
        return f"{self.portal_url}/my-town" if not self.anonymous and not self.works_here else ""

    def acting(self) -> str:
        """Markup that says for whom who is signed in acts; empty for everybody else."""
        if not self.account_url():
            return ""
        return getMultiAdapter((self.portal, self.request), name="acting-banner").banner()

    def sign_in_url(self) -> str:
        """Where visitors sign in; empty for who is signed in."""
        return f"{self.portal_url}/sign-in" if self.anonymous else ""

    def legal_pages(self) -> list[dict]:
        return [{"url": f"{self.portal_url}/{page}", "title": title} for page, title in LEGAL_PAGES]

    @memoize
    def notices(self) -> list:
        """What stands above this page now (kaarst.policy.alerts)."""
        return notices_on(aq_inner(self.context), self.portal)

    @staticmethod
    def severity_title(notice):
        return SEVERITIES.getTerm(notice.severity.value).title

    @property
    @memoize
    def visible(self) -> bool:
        """Whether this user may see the page's content: the page may be the refusal to show it."""
        return bool(getSecurityManager().checkPermission(View, self.context))

    @memoize
    def breadcrumbs(self) -> tuple:
        if self.is_home or not self.visible:
            return ()
        return getMultiAdapter((self.context, self.request), name="breadcrumbs_view").breadcrumbs()

    @property
    def skyline(self) -> str:
        """A drawn town, for where no picture was given."""
        url = f"{self.portal_url}/{icons.versioned(icons.SKYLINE)}#skyline"
        return f'<svg class="skyline" aria-hidden="true" focusable="false"><use href="{url}"></use></svg>'

    def section_url(self, section: str) -> str:
        """Address of a section of the site by its id; empty where there is none."""
        return f"{self.portal_url}/{section}" if section in self.portal else ""

    @property
    def icon_url(self) -> str:
        return self.coat_of_arms_url or f"{self.portal_url}/favicon.ico"

    @property
    @memoize_contextless
    def coat_of_arms_url(self) -> str:
        path = self.town.coat_of_arms_path()
        return f"{self.portal_url}/{path}" if path else ""

    @property
    def hours(self) -> list[dict]:
        """The usual week, days with the same hours together: `{"days", "hours"}`."""
        return usual_week(self.town.schedule, self.request)

    @memoize_contextless
    def feeds(self) -> list[dict]:
        """What can be subscribed to: the news and the events."""
        offers = (
            ("aktuelles", "RSS", "application/rss+xml", "rss", _("News by RSS")),
            (
                "veranstaltungen",
                "event_listing_ical",
                "text/calendar",
                "calendar",
                _("Events for your calendar"),
            ),
        )
        return [
            {"url": f"{self.portal_url}/{page}/{view}", "type": kind, "icon": icon, "title": title}
            for page, view, kind, icon, title in offers
            if page in self.portal
        ]

    def feedback_url(self, view=None) -> str:
        """Where answers about this page go; empty on pages that are no content."""
        context = aq_inner(self.context)
        if not IDexterityContent.providedBy(context):
            return ""
        if getattr(view, "__name__", "") in WITHOUT_FEEDBACK or hasattr(view, "error_type"):
            return ""
        if getattr(context, "portal_type", "") in NOT_PUBLIC:
            return ""
        return f"{context.absolute_url()}/@@feedback"

    def report_barrier_url(self) -> str:
        """The form for barriers, with this page's address filled in."""
        page = urlencode({"page": self.context_state.canonical_object_url()})
        return f"{self.portal_url}/@@report-barrier?{page}"

    @memoize
    def contact(self):
        """Who is named beside this page; None where the page does that itself or is none."""
        if self.is_home or not self.context_state.is_view_template():
            return None
        if getattr(self.context, "portal_type", None) not in WITH_CONTACT:
            return None
        return IContact(aq_inner(self.context), None)

    @staticmethod
    def phone_url(number: str) -> str:
        """`tel:` with the digits only, as dialling programs want them."""
        return "tel:" + re.sub(r"[^0-9+]", "", number)

    @property
    @memoize
    def question(self) -> str:
        """Id of the home page's search block on that page: it takes the place of the header's search."""
        context = aq_inner(self.context)
        if not IHomePage.providedBy(context):
            return ""
        check = getSecurityManager().checkPermission
        for block in context.objectValues():
            if getattr(block, "kind", "") == "question" and check(View, block):
                return block.getId()
        return ""

    @property
    def search_url(self) -> str:
        """The search over services, or Plone's own where there is none."""
        return (
            f"{self.portal_url}/leistungen"
            if "leistungen" in self.portal
            else f"{self.portal_url}/@@search"
        )

    @property
    def search_parameter(self) -> str:
        return "q" if "leistungen" in self.portal else "SearchableText"


def _current(entry: dict, here: str) -> str | None:
    if entry["path"] == here:
        return "page"
    return "true" if here.startswith(entry["path"] + "/") else None
