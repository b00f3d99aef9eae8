"""Schemas of the content types: the page of all appointments, desks and what is in them."""

from datetime import date
from datetime import datetime
from kaarst.appointments import _
from kaarst.appointments.desks import choices
from kaarst.appointments.desks.giving import IGivingTimes
from kaarst.appointments.desks.hall import IReceiving
from kaarst.appointments.desks.meeting import IMeetingPlace
from kaarst.appointments.desks.sharing import at_other_desks
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.recurrence import InvalidRecurrence
from kaarst.appointments.engine.recurrence import Recurrence
from kaarst.core.opening_hours import HoursError
from kaarst.core.opening_hours import parse_day
from kaarst.core.opening_hours.fields import HoursInvalid
from kaarst.core.opening_hours.fields import IOpeningHoursFields
from kaarst.core.town.checks import valid_phone
from plone.app.vocabularies.catalog import CatalogSource
from plone.app.z3cform.widgets.contentbrowser import ContentBrowserFieldWidget
from plone.autoform import directives
from plone.formwidget.recurrence.z3cform.widget import RecurrenceFieldWidget
from plone.supermodel import model
from z3c.form.browser.checkbox import CheckBoxFieldWidget
from z3c.form.browser.textlines import TextLinesFieldWidget
from z3c.form.interfaces import IEditForm
from z3c.relationfield.schema import RelationChoice
from zope import schema
from zope.interface import Interface
from zope.interface import Invalid
from zope.interface import invariant


HOURS = sorted(IOpeningHoursFields.names(), key=lambda name: IOpeningHoursFields[name].order)


def valid_spans(value: str | None) -> bool:
    """Constraint of a field with the times of a rule: at least one."""
    try:
        if not parse_day(value):
            raise HoursInvalid(_("Please write the times like this: 12:00–12:30"))
    except HoursError as error:
        raise HoursInvalid(error.message) from error
    return True


def today() -> date:
    """The local day it is."""
    return datetime.now(raster.ZONE).date()


def lines(title, description="", **options):
    """A list of lines, one thing a line."""
    return schema.List(
        title=title,
        description=description,
        value_type=schema.TextLine(),
        required=False,
        defaultFactory=list,
        **options,
    )


class IDeskPart(Interface):
    """Marks what a desk is made of: it has no page of its own."""


class IAppointments(model.Schema):
    """The page on which citizens make an appointment; holds the desks."""

    keep_days = schema.Int(
        title=_("Days until personal data are deleted"),
        description=_(
            "help_keep_days",
            default="So many days after an appointment names and addresses are removed from it. "
            "The figures stay, without names.",
        ),
        min=1,
        max=3650,
        default=30,
    )
    reminder_hours = schema.Int(
        title=_("Hours before an appointment at which we remind of it"),
        description=_("help_reminder_hours", default="0: no reminder."),
        min=0,
        max=336,
        default=24,
    )


class IDesk(model.Schema, IOpeningHoursFields, IMeetingPlace, IGivingTimes, IReceiving):
    """A desk (Terminstelle): where people go to, when, and what can be booked."""

    place = RelationChoice(
        title=_("Place"),
        description=_("help_place", default="The building; its address stands on the page."),
        source=CatalogSource(portal_type=["Place"]),
        required=False,
    )
    directives.widget(
        "place",
        ContentBrowserFieldWidget,
        pattern_options={"mode": "search", "selectableTypes": ["Place"]},
    )
    arrival = schema.TextLine(
        title=_("Where to go in the building"),
        description=_(
            "help_arrival", default="For example: Ground floor, waiting area on the left"
        ),
        required=False,
    )
    phone = schema.TextLine(
        title=_("Telephone"),
        description=_(
            "help_phone",
            default="For questions and for those who cannot book online. Empty: the town's.",
        ),
        required=False,
        constraint=valid_phone,
    )

    # What every desk needs stands before what few need.
    model.fieldset("hours", label=_("Opening hours"), fields=["hours_of_place", *HOURS], order=1)
    directives.order_before(hours_of_place="hours_monday")
    hours_of_place = schema.Bool(
        title=_("The same hours as the place"),
        description=_(
            "help_hours_of_place",
            default="Then the hours of the place apply, and the lines below do not.",
        ),
        default=True,
        required=False,
    )

    model.fieldset(
        "booking",
        label=_("Booking"),
        fields=["step", "lead", "horizon", "hold", "at_most", "longest", "length_rule", "even"],
        order=2,
    )
    step = schema.Choice(
        title=_("Appointments begin every … minutes"), vocabulary=choices.STEPS, default=10
    )
    lead = schema.Int(
        title=_("Lead time in minutes"),
        description=_(
            "help_lead", default="So much time lies at least between booking and appointment."
        ),
        min=0,
        max=43_200,
        default=30,
    )
    horizon = schema.Int(title=_("Days that can be booked ahead"), min=0, max=400, default=42)
    hold = schema.Int(
        title=_("Minutes for which a time is reserved while somebody fills in the form"),
        min=2,
        max=60,
        default=10,
    )
    at_most = schema.Int(
        title=_("Services in one appointment at most"),
        description=_("help_at_most", default="0: no limit."),
        min=0,
        max=20,
        default=4,
    )
    longest = schema.Int(
        title=_("Minutes of one appointment at most"),
        description=_("help_longest", default="0: no limit."),
        min=0,
        max=720,
        default=0,
    )
    length_rule = schema.Choice(
        title=_("Several services in one appointment"),
        vocabulary=choices.LENGTH_RULES,
        default="further_ones_shorter",
    )
    even = schema.Bool(
        title=_("Spread the appointments evenly over the counters"),
        description=_(
            "help_even",
            default="Otherwise one counter is filled first, so that long free times remain.",
        ),
        default=False,
        required=False,
    )


class IOffering(model.Schema):
    """A service for which appointments can be made at a desk."""

    service = RelationChoice(
        title=_("Service"),
        description=_(
            "help_service",
            default="The page of this service links to the appointment, and what to bring is taken "
            "from it unless it stands below.",
        ),
        source=CatalogSource(portal_type=["Service"]),
        required=False,
    )
    directives.widget(
        "service",
        ContentBrowserFieldWidget,
        pattern_options={"mode": "search", "selectableTypes": ["Service"]},
    )
    minutes = schema.Int(title=_("Length in minutes"), min=5, max=480, default=15)
    added = schema.Int(
        title=_("Length beside other services"),
        description=_(
            "help_added",
            default="Minutes that this service takes when it is dealt with together with others. "
            "Empty: the same.",
        ),
        min=0,
        max=480,
        required=False,
    )
    people = schema.Int(
        title=_("How often it can be chosen for one appointment"),
        description=_("help_people", default="For example 4, for a passport for each of a family."),
        min=1,
        max=10,
        default=1,
    )
    bring = lines(
        _("What to bring"),
        _("help_bring", default="One thing a line. Empty: what the page of the service says."),
    )
    directives.widget("bring", TextLinesFieldWidget, rows=6, klass="form-control")

    model.fieldset(
        "needs",
        label=_("What it takes"),
        fields=["kinds", "clerks", "skills", "before", "after", "setup"],
    )
    kinds = schema.List(
        title=_("What is needed at the same time"),
        value_type=schema.Choice(vocabulary=choices.KINDS),
        default=["counter"],
        min_length=1,
    )
    directives.widget("kinds", CheckBoxFieldWidget)
    clerks = schema.Int(
        title=_("How many members of staff"),
        description=_("help_clerks", default="If members of staff are needed: so many together."),
        min=1,
        max=5,
        default=1,
    )
    skills = lines(
        _("Needed skills"),
        _(
            "help_needed_skills",
            default="One a line, in the words used at the counters. Empty: every counter can do it.",
        ),
    )
    directives.widget("skills", TextLinesFieldWidget, rows=3, klass="form-control")
    before = schema.Int(title=_("Minutes kept free before"), min=0, max=240, default=0)
    after = schema.Int(title=_("Minutes kept free after"), min=0, max=240, default=0)
    setup = schema.Int(
        title=_("Minutes once for each appointment"),
        description=_(
            "help_setup", default="For greeting and looking up, however many services follow."
        ),
        min=0,
        max=240,
        default=0,
    )


class IResource(model.Schema, IOpeningHoursFields):
    """A counter, a person, a room or a kit that an appointment takes."""

    kind = schema.Choice(title=_("Kind"), vocabulary=choices.KINDS, default="counter")
    skills = lines(
        _("Skills"), _("help_skills", default="One a line. Empty: it can do everything.")
    )
    directives.widget("skills", TextLinesFieldWidget, rows=3, klass="form-control")
    capacity = schema.Int(title=_("Appointments at the same time"), min=1, max=50, default=1)
    same_as = schema.Choice(
        title=_("The same as at another desk"),
        description=_(
            "help_same_as",
            default="A person, a room or a kit that two desks have in common is booked at one of "
            "them at a time. This cannot be changed later.",
        ),
        source=at_other_desks,
        required=False,
    )
    # What was booked before would be forgotten.
    directives.omitted(IEditForm, "same_as")

    model.fieldset("hours", label=_("Opening hours"), fields=["own_hours", *HOURS])
    directives.order_before(own_hours="hours_monday")
    own_hours = schema.Bool(
        title=_("Only at these hours"),
        description=_(
            "help_own_hours",
            default="Otherwise it is there whenever the desk is open, and the lines below do not count.",
        ),
        default=False,
        required=False,
    )


class IHoursRule(model.Schema):
    """A break or further opening hours that come again."""

    kind = schema.Choice(title=_("Kind"), vocabulary=choices.RULES, default="break")
    times = schema.TextLine(
        title=_("Times"),
        description=_("help_times", default="For example: 12:00–12:30"),
        constraint=valid_spans,
    )
    first_day = schema.Date(title=_("First day"), defaultFactory=today)
    recurrence = schema.Text(
        title=_("Repeats"),
        description=_("help_recurrence", default="Empty: on the first day only."),
        required=False,
    )
    directives.widget(
        "recurrence",
        RecurrenceFieldWidget,
        start_field="first_day",
        show_repeat_forever=True,
        klass="event_recurrence",
    )

    @invariant
    def readable(data):
        try:
            Recurrence(data.first_day or today(), data.recurrence or "")
        except InvalidRecurrence:
            raise Invalid(_("This repetition is not possible.")) from None
