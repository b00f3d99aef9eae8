"""The page frame that every template of the site fills."""

from Products.CMFPlone.browser.main_template import MainTemplate as PloneMainTemplate
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class MainTemplate(PloneMainTemplate):
    """Plone's frame without Diazo; dialogs keep Plone's own bare frame."""

    main_template = ViewPageTemplateFile("templates/main_template.pt")
