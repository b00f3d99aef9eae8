"""Seams of kaarst.metering: the browser layer, and the content of the town's meters."""

from kaarst.metering import _
from kaarst.metering.meters import checks
from kaarst.metering.meters import choices
from plone.app.vocabularies.catalog import CatalogSource
from plone.app.z3cform.widgets.contentbrowser import ContentBrowserFieldWidget
from plone.autoform import directives
from plone.supermodel import model
from z3c.form.browser.checkbox import CheckBoxFieldWidget
from z3c.relationfield.schema import RelationChoice
from z3c.relationfield.schema import RelationList
from zope import schema
from zope.interface import Interface
from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IKaarstMeteringLayer(IDefaultBrowserLayer):
    """Marks requests to a site in which kaarst.metering is installed."""


class IMeasured(Interface):
    """Marks content that is a meter or holds meters."""


class IEnergy(model.Schema):
    """The page of everything that is measured; holds the buildings.

    The limits are those of kaarst.metering.analysis.alerts.Thresholds.
    """

    model.fieldset(
        "alerts",
        label=_("Alerts"),
        fields=["alert_email", "leak_nights", "standby_percent", "budget_percent", "silent_hours"],
    )

    household_figures = schema.Bool(
        title=_("Publish figures of households"),
        description=_(
            "help_household_figures",
            default="Monthly averages of at least five households that have agreed, at least a month later.",
        ),
        default=False,
        required=False,
    )
    alert_email = schema.TextLine(
        title=_("E-mail address for alerts"),
        description=_("help_alert_email", default="Leave it empty if nobody wants mails."),
        constraint=checks.is_address,
        required=False,
    )
    leak_nights = schema.Int(
        title=_("Nights in which water never stands still"),
        description=_("help_leak_nights", default="After so many nights a leak is reported."),
        min=1,
        max=28,
        default=3,
    )
    standby_percent = schema.Int(
        title=_("Base load at night, in percent of the average load"),
        description=_(
            "help_standby", default="From here on it is reported that much runs at night."
        ),
        min=10,
        max=100,
        default=60,
    )
    budget_percent = schema.Int(
        title=_("Expected share of the month's budget in percent"),
        description=_(
            "help_budget_percent", default="From here on a budget is reported that will not last."
        ),
        min=50,
        max=500,
        default=110,
    )
    silent_hours = schema.Int(
        title=_("Hours without a reading"),
        description=_(
            "help_silent_hours", default="After so many hours a meter is reported as silent."
        ),
        min=1,
        max=9000,
        default=24,
    )


class IBuilding(model.Schema):
    """A building of the town (Liegenschaft). Published, what its meters say is public."""

    use = schema.Choice(title=_("Use"), vocabulary=choices.USES, default="office")
    area = schema.Int(
        title=_("Area in square metres"),
        description=_("help_area", default="Net floor area; buildings are compared per m²."),
        min=1,
        max=1_000_000,
        required=False,
    )
    street = schema.TextLine(title=_("Street and number"), required=False)
    district = schema.TextLine(title=_("District"), required=False)
    year = schema.Int(title=_("Year built"), min=1000, max=2100, required=False)
    heating = schema.Choice(title=_("Heating"), vocabulary=choices.HEATINGS, required=False)
    peak_power = schema.Int(
        title=_("Peak power of the photovoltaics in kW"), min=0, max=100_000, required=False
    )


class IMeter(model.Schema):
    """A meter (Zähler); one that lies in another meter is behind it.

    The content's id is the key of its registers and readings (`register.meter`) and unique in the
    site: it stays when the meter is moved, and cannot be changed.
    """

    medium = schema.Choice(title=_("What it counts"), vocabulary=choices.MEDIA)
    place = schema.TextLine(
        title=_("Where it is"),
        description=_("help_meter_place", default="For example: cellar, room U12"),
        required=False,
    )
    tariff = schema.Choice(
        title=_("Tariff"),
        description=_(
            "help_meter_tariff",
            default="What it costs. Empty: that of the meter in front of it, if there is one.",
        ),
        vocabulary="kaarst.metering.tariffs",
        required=False,
    )
    budget = schema.Int(
        title=_("Budget for a year"),
        description=_(
            "help_budget",
            default="In kWh, of gas and water in m³. Heating is spread over the months by degree "
            "days, everything else evenly.",
        ),
        min=1,
        max=10**9,
        required=False,
    )


class ITariff(model.Schema):
    """A tariff. Its content id is the key of its versions in the store (`tariff_version`)."""

    medium = schema.Choice(title=_("What it is for"), vocabulary=choices.MEDIA)
    supplier = schema.TextLine(title=_("Supplier"), required=False)


class IDashboard(model.Schema):
    """A page of readings that an editor puts together: buildings and meters, and what is shown of each."""

    items = RelationList(
        title=_("Buildings and meters"),
        description=_(
            "help_dashboard_items",
            default="In the order in which they appear. Readers see only those that are public.",
        ),
        value_type=RelationChoice(
            source=CatalogSource(portal_type=["Building", "Meter", "Energy"])
        ),
        default=[],
    )
    directives.widget("items", ContentBrowserFieldWidget)
    medium = schema.Choice(
        title=_("What it is about"),
        description=_(
            "help_dashboard_medium", default="Empty: the first that each of them counts."
        ),
        vocabulary=choices.MEDIA,
        required=False,
    )
    period = schema.Choice(
        title=_("Period at the beginning"), vocabulary=choices.PERIODS, default="month"
    )
    tiles = schema.List(
        title=_("What is shown of each"),
        value_type=schema.Choice(vocabulary=choices.TILES),
        default=["picture", "now", "today", "month", "year", "night"],
        min_length=1,
    )
    directives.widget("tiles", CheckBoxFieldWidget)
