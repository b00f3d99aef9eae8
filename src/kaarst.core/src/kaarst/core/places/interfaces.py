"""Schemas of the content types Department, Place and ContactPoint."""

from kaarst.core import _
from kaarst.core.opening_hours.fields import IOpeningHoursFields
from kaarst.core.town import checks
from plone.app.textfield import RichText
from plone.app.vocabularies.catalog import CatalogSource
from plone.app.z3cform.widgets.contentbrowser import ContentBrowserFieldWidget
from plone.autoform import directives
from plone.autoform.interfaces import IFormFieldProvider
from plone.supermodel import model
from z3c.relationfield.schema import RelationChoice
from z3c.relationfield.schema import RelationList
from zope import schema
from zope.interface import Attribute
from zope.interface import Interface
from zope.interface import provider
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


#: One list of all there are: folder by folder, nothing but empty columns would be seen.
FROM_EVERYWHERE = {"mode": "search"}

#: What a place says about one point of its accessibility.
ACCESS = SimpleVocabulary(
    [
        SimpleTerm("unknown", "unknown", _("not stated")),
        SimpleTerm("yes", "yes", _("yes")),
        SimpleTerm("partly", "partly", _("partly")),
        SimpleTerm("no", "no", _("no")),
    ]
)


class IOpeningHours(Interface):
    """Opening hours of something that has them: a place, or the site for its town hall."""

    schedule = Attribute("A kaarst.core.opening_hours.Schedule.")
    note = Attribute("A sentence of the editor beside the hours, or an empty text.")


@provider(IFormFieldProvider)
class IOpeningHoursBehavior(model.Schema, IOpeningHoursFields):
    """Opening hours a weekday, exceptions and holidays."""

    model.fieldset(
        "hours",
        label=_("Opening hours"),
        fields=[
            "hours_as_town_hall",
            *sorted(IOpeningHoursFields.names(), key=lambda name: IOpeningHoursFields[name].order),
        ],
    )
    directives.order_before(hours_as_town_hall="hours_monday")
    hours_as_town_hall = schema.Bool(
        title=_("The same hours as the town hall"),
        description=_(
            "Then the hours of the town settings apply, and the lines below are not used."
        ),
        default=False,
        required=False,
    )


class IPlace(model.Schema):
    """A building or an office that citizens go to."""

    street = schema.TextLine(title=_("Street and number"), required=False)
    postal_code = schema.TextLine(title=_("Postal code"), required=False)
    city = schema.TextLine(title=_("Town or city"), required=False)
    phone = schema.TextLine(title=_("Telephone"), required=False, constraint=checks.valid_phone)
    email = schema.TextLine(title=_("E-mail"), required=False, constraint=checks.valid_email)
    text = RichText(title=_("About this place"), required=False)

    model.fieldset(
        "arrival",
        label=_("How to get there"),
        fields=["latitude", "longitude", "bus_lines", "parking"],
    )
    latitude = schema.Float(
        title=_("Latitude"),
        description=_("In degrees, for example 51.2278"),
        min=-90.0,
        max=90.0,
        required=False,
    )
    longitude = schema.Float(
        title=_("Longitude"),
        description=_("In degrees, for example 6.6161"),
        min=-180.0,
        max=180.0,
        required=False,
    )
    bus_lines = schema.TextLine(
        title=_("Bus and train"),
        description=_("Stop and lines, for example: Kaarst, Rathaus (860, 862)"),
        required=False,
    )
    parking = schema.TextLine(title=_("Parking"), required=False)

    model.fieldset(
        "accessibility",
        label=_("Accessibility"),
        fields=[
            "step_free",
            "lift",
            "accessible_toilet",
            "accessible_parking",
            "accessibility_note",
        ],
    )
    step_free = schema.Choice(title=_("Step-free entrance"), vocabulary=ACCESS, default="unknown")
    lift = schema.Choice(title=_("Lift"), vocabulary=ACCESS, default="unknown")
    accessible_toilet = schema.Choice(
        title=_("Accessible toilet"), vocabulary=ACCESS, default="unknown"
    )
    accessible_parking = schema.Choice(
        title=_("Accessible parking"), vocabulary=ACCESS, default="unknown"
    )
    accessibility_note = schema.TextLine(title=_("More on accessibility"), required=False)


class IDepartment(model.Schema):
    """A part of the administration; departments inside it belong to it."""

    tasks = schema.Text(
        title=_("Tasks"), description=_("One a line, in words citizens use."), required=False
    )
    leader = schema.TextLine(title=_("Head"), required=False)
    leader_function = schema.TextLine(
        title=_("Function of the head"),
        description=_("For example: Leiterin des Bereichs"),
        required=False,
    )
    phone = schema.TextLine(title=_("Telephone"), required=False, constraint=checks.valid_phone)
    email = schema.TextLine(title=_("E-mail"), required=False, constraint=checks.valid_email)
    room = schema.TextLine(title=_("Room"), required=False)
    places = RelationList(
        title=_("Where to find it"),
        default=[],
        value_type=RelationChoice(title=_("Place"), source=CatalogSource(portal_type="Place")),
        required=False,
    )
    directives.widget("places", ContentBrowserFieldWidget, pattern_options=FROM_EVERYWHERE)
    text = RichText(title=_("About this department"), required=False)


class IContactPoint(model.Schema):
    """Somebody to turn to: a person or a counter."""

    function = schema.TextLine(
        title=_("Function"),
        description=_("For example: Meldewesen, Buchstaben A–K"),
        required=False,
    )
    phone = schema.TextLine(title=_("Telephone"), required=False, constraint=checks.valid_phone)
    email = schema.TextLine(title=_("E-mail"), required=False, constraint=checks.valid_email)
    room = schema.TextLine(title=_("Room"), required=False)
    place = RelationChoice(
        title=_("Place"), source=CatalogSource(portal_type="Place"), required=False
    )
    directives.widget("place", ContentBrowserFieldWidget, pattern_options=FROM_EVERYWHERE)
    department = RelationChoice(
        title=_("Department"),
        description=_("Empty: the department it lies in."),
        source=CatalogSource(portal_type="Department"),
        required=False,
    )
    directives.widget("department", ContentBrowserFieldWidget, pattern_options=FROM_EVERYWHERE)
