"""Schema of an alert."""

from kaarst.policy import _
from kaarst.policy.alerts.notices import Severity
from plone.app.event.base import default_timezone
from plone.app.textfield import RichText
from plone.app.vocabularies.catalog import CatalogSource
from plone.app.z3cform.widgets.contentbrowser import ContentBrowserFieldWidget
from plone.app.z3cform.widgets.datetime import DatetimeFieldWidget
from plone.autoform import directives
from plone.supermodel import model
from z3c.relationfield.schema import RelationChoice
from z3c.relationfield.schema import RelationList
from zope import schema
from zope.interface import Invalid
from zope.interface import invariant
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


SEVERITIES = SimpleVocabulary(
    [
        SimpleTerm(Severity.INFO.value, Severity.INFO.value, _("Information")),
        SimpleTerm(Severity.WARNING.value, Severity.WARNING.value, _("Warning")),
        SimpleTerm(Severity.EMERGENCY.value, Severity.EMERGENCY.value, _("Emergency")),
    ]
)


class IAlert(model.Schema):
    """A notice above all or some pages. It shows while it is published and between its dates."""

    title = schema.TextLine(
        title=_("Notice in one line"), description=_("For example: The town hall is closed today")
    )
    severity = schema.Choice(
        title=_("How urgent it is"), vocabulary=SEVERITIES, default=Severity.INFO.value
    )
    text = RichText(
        title=_("Details"), description=_("One or two sentences; may stay empty."), required=False
    )
    directives.widget("start", DatetimeFieldWidget, default_timezone=default_timezone)
    start = schema.Datetime(
        title=_("Show from"), description=_("Empty: as soon as it is switched on."), required=False
    )
    directives.widget("end", DatetimeFieldWidget, default_timezone=default_timezone)
    end = schema.Datetime(
        title=_("Show until"),
        description=_("It disappears by itself then. Empty: until it is switched off."),
        required=False,
    )
    directives.widget("pages", ContentBrowserFieldWidget)
    pages = RelationList(
        title=_("Only on these pages and sections"),
        description=_("Empty: on every page. A section stands for all pages in it."),
        value_type=RelationChoice(source=CatalogSource()),
        required=False,
        default=[],
    )

    @invariant
    def ends_after_it_starts(data):
        if data.start and data.end and data.end <= data.start:
            raise Invalid(_("The notice ends before it starts. Please check both dates."))
