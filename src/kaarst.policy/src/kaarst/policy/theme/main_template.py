"""The page frame that every template of the site fills."""

from Products.CMFPlone.browser.main_template import MainTemplate as PloneMainTemplate
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound


class MainTemplate(PloneMainTemplate):
    """Plone's frame without Diazo; dialogs keep Plone's own bare frame."""

    main_template = ViewPageTemplateFile("templates/main_template.pt")

    def __call__(self):
        """The frame is no page: asked for by address it would show the title of what is hidden."""
        raise NotFound(self.__name__)
