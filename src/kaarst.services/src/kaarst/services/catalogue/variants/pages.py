"""`/en` and `/leicht`: a service in another language."""

from kaarst.core.page import speak
from kaarst.services.catalogue.browser.service import ServiceView
from kaarst.services.catalogue.variants import EASY
from kaarst.services.catalogue.variants import ENGLISH
from kaarst.services.catalogue.variants.reading import variants
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound


class EnglishView(ServiceView):
    """The page of a service in English; not found as long as nobody has translated it."""

    template = ViewPageTemplateFile("../browser/templates/service.pt")
    variant = ENGLISH
    content_language = "de"

    def __call__(self):
        if ENGLISH not in variants(self.context):
            raise NotFound(self.context, ENGLISH, self.request)
        speak(self.request, "en")
        return self.template()

    def value(self, name: str):
        return getattr(self.context, f"{name}_en", None)


class EasyView(ServiceView):
    """The page of a service in Leichte Sprache; not found as long as nobody has written it."""

    template = ViewPageTemplateFile("templates/easy.pt")
    variant = EASY

    def __call__(self):
        if EASY not in variants(self.context):
            raise NotFound(self.context, EASY, self.request)
        return self.template()

    @property
    def title(self) -> str:
        return self.context.title_easy or self.context.title
