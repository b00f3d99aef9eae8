"""What pages show while somebody acts for somebody else: a line above each, with one click back;
in the account, what that one lets them see."""

from datetime import datetime
from kaarst.core.acting import current
from kaarst.core.acting import seeing
from kaarst.core.opening_hours import BERLIN
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


class Shared(Parts):
    """For the page of an account; no page by itself."""

    template = ViewPageTemplateFile("templates/shared.pt")

    def shared(self) -> str:
        """The markup; empty while nothing of anybody else may be seen. Records what is shown."""
        self.acting = current.current(self.request)
        self.sections = [
            {
                "id": name.rpartition(".")[2],
                "title": getattr(section, "shared_title", section.title),
                "entries": there,
            }
            for name, section, there in seeing.entries(self.request)
        ]
        return self.template() if self.sections else ""

    def when(self, moment: datetime) -> str:
        return f"{moment.astimezone(BERLIN):%d.%m.%Y, %H:%M}"
