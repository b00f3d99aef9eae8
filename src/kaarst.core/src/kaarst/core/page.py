"""What pages of citizens and clerks share, whatever they are about."""

from plone import api
from plone.app.layout.viewlets.content import DocumentBylineViewlet
from Products.Five import BrowserView
from zExceptions import NotFound
from zope.i18n import translate
from zope.interface import implementer
from zope.interface import Interface


def speak(request, language: str) -> None:
    """Makes everything that is drawn for this request speak `language`: no cookie, nothing kept."""
    request.set("LANGUAGE", language)
    binding = request.get("LANGUAGE_TOOL")
    if binding is not None:
        binding.LANGUAGE = language


class Page(BrowserView):
    """Reads the request warily and stays out of caches if asked to."""

    def private(self) -> None:
        """Personal data stay out of every cache."""
        self.request.response.setHeader("Cache-Control", "no-store")

    def text(self, name: str, limit: int = 300) -> str:
        """A text out of the request; whatever else comes is none."""
        value = self.request.form.get(name, "")
        return value.strip()[:limit] if isinstance(value, str) else ""


class ITitledPage(Interface):
    """A page that may have a title of its own."""


class Byline(DocumentBylineViewlet):
    """Says by whom and when what is shown was written; a page of its own was not written at all."""

    def show(self):
        return not getattr(self.view, "heading", None) and super().show()


@implementer(ITitledPage)
class TitledPage(Page):
    """A page with a title of its own, that puts things into the reader's words."""

    #: What the page is called, unless it bears the title of what it is about.
    heading = None

    @property
    def page_title(self) -> str | None:
        """Tells the page from others in tabs and to screen readers (WCAG 2.4.2)."""
        return self.translate(self.heading) if self.heading else None

    @property
    def language(self) -> str:
        """The language of the page, "de" or "en"."""
        found = self.request.get("LANGUAGE") or api.portal.get_default_language()
        return (found or "de").split("-")[0]

    def translate(self, message) -> str:
        return translate(message, context=self.request)


class Parts(BrowserView):
    """Macros that templates of pages share: no page by themselves."""

    def __call__(self):
        raise NotFound(self.__name__)
