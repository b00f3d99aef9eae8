"""What pages of citizens and clerks share, whatever they are about."""

from Products.Five import BrowserView
from zExceptions import NotFound


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


class Parts(BrowserView):
    """Macros that templates of pages share: no page by themselves."""

    def __call__(self):
        raise NotFound(self.__name__)
