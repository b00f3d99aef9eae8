"""Schemas of the content types: the page of all trees, a tree, a watering round."""

from kaarst.metering import _
from kaarst.metering.trees import entered
from kaarst.metering.trees.soil import SOILS
from plone.autoform import directives
from plone.supermodel import model
from z3c.form.browser.textlines import TextLinesFieldWidget
from zope import schema
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


#: Kinds of soil bear the names of the mapping guide in every language.
SOIL_CHOICES = SimpleVocabulary(
    [SimpleTerm(soil.code, soil.code, f"{soil.code} – {soil.name}") for soil in SOILS.values()]
)


def _latitude(title, **options):
    return schema.Float(title=title, min=-90.0, max=90.0, required=False, **options)


def _longitude(title, **options):
    return schema.Float(title=title, min=-180.0, max=180.0, required=False, **options)


class ITrees(model.Schema):
    """The page of the town's trees; holds them and the rounds on which they are watered."""

    model.fieldset(
        "rounds",
        label=_("Watering rounds"),
        fields=["depot", "depot_latitude", "depot_longitude", "tank", "refills"],
    )
    depot = schema.TextLine(title=_("Where rounds begin and end"), required=False)
    depot_latitude = _latitude(_("Latitude of that place"))
    depot_longitude = _longitude(_("Longitude of that place"))
    tank = schema.Int(title=_("Litres in the vehicle's tank"), min=50, max=30_000, default=1000)
    refills = schema.List(
        title=_("Where the tank is filled on the way"),
        description=_(
            "help_refills",
            default="One place a line, with its coordinates: Hydrant Maubisstraße; 51.2285; 6.6190",
        ),
        value_type=schema.TextLine(constraint=entered.is_point),
        required=False,
        defaultFactory=list,
    )
    directives.widget("refills", TextLinesFieldWidget, rows=4, klass="form-control")

    model.fieldset(
        "water",
        label=_("Rain and season"),
        fields=["rain_gauge", "season_first", "season_last", "takes_hints"],
    )
    rain_gauge = schema.TextLine(
        title=_("Key of the rain gauge"),
        description=_(
            "help_rain_gauge",
            default="The register that counts rain. Days that it does not know are taken from the "
            "file that you upload under “Rain”.",
        ),
        required=False,
    )
    season_first = schema.Int(
        title=_("First month of watering"), min=1, max=12, default=4, required=True
    )
    season_last = schema.Int(
        title=_("Last month of watering"), min=1, max=12, default=10, required=True
    )
    takes_hints = schema.Bool(
        title=_("Citizens may tell that they have watered a tree"),
        description=_(
            "help_takes_hints",
            default="Without an account. What they tell counts once you have confirmed it under “Watering rounds”.",
        ),
        default=True,
        required=False,
    )

    model.fieldset("map", label=_("Map"), fields=["tiles", "tiles_source"])
    tiles = schema.TextLine(
        title=_("Address of the map's pictures"),
        description=_(
            "help_tiles",
            default="Only from this website, for example /karten/{z}/{x}/{y}.png; visitors are not "
            "sent to anybody else. Empty: the trees on a plain ground.",
        ),
        required=False,
        constraint=entered.is_own_tiles,
    )
    tiles_source = schema.TextLine(title=_("Who made the map"), required=False)


class ITree(model.Schema):
    """A tree (Baum)."""

    species = schema.TextLine(
        title=_("Botanical name"), description=_("For example: Tilia cordata"), required=False
    )
    german = schema.TextLine(title=_("Common name"), description=_("For example: Winterlinde"))
    planted = schema.Int(title=_("Year planted"), min=1500, max=2200)
    soil = schema.Choice(
        title=_("Soil"),
        description=_(
            "help_soil",
            default="After the soil mapping guide (KA5). What a probe for water content says means "
            "nothing without it.",
        ),
        vocabulary=SOIL_CHOICES,
        required=False,
    )
    area = schema.Float(
        title=_("Open ground in square metres"),
        description=_("help_ground", default="On which rain reaches the roots."),
        min=0.0,
        max=500.0,
        default=6.0,
    )

    model.fieldset(
        "place", label=_("Place"), fields=["street", "district", "where", "latitude", "longitude"]
    )
    street = schema.TextLine(title=_("Street and number"), required=False)
    district = schema.TextLine(title=_("District"), required=False)
    where = schema.TextLine(
        title=_("How to find it"),
        description=_("For example: between the bus stop and the car park"),
        required=False,
    )
    latitude = _latitude(_("Latitude"), description=_("In degrees, for example 51.2278"))
    longitude = _longitude(_("Longitude"), description=_("In degrees, for example 6.6161"))

    model.fieldset("probes", label=_("Probes"), fields=["probes"])
    probes = schema.List(
        title=_("Probes in the ground"),
        description=_(
            "help_probes",
            default="One a line: the key of the register and the depth in centimetres, for example: "
            "baum-06_30; 30",
        ),
        value_type=schema.TextLine(constraint=entered.is_probe),
        required=False,
        defaultFactory=list,
    )
    directives.widget("probes", TextLinesFieldWidget, rows=4, klass="form-control")


class IWateringRound(model.Schema):
    """A watering round (Gießrunde): planned, under way, done. What it waters: `plans.stops`."""

    day = schema.Date(title=_("Day"))
