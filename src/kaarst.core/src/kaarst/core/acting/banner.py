"""What stands above every page while somebody acts for somebody else, with one click back."""

from kaarst.core.acting import current
from kaarst.core.page import Parts
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class Banner(Parts):
    """For the frame of pages; no page by itself."""

    template = ViewPageTemplateFile("templates/banner.pt")

    def banner(self) -> str:
        """The markup; empty while one acts for oneself."""
        self.acting = current.current(self.request)
        self.ended = "" if self.acting else current.ended(self.request)
        return self.template() if self.acting or self.ended else ""

    def url(self) -> str:
        return f"{self.context.absolute_url()}/acting"
