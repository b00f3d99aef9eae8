"""Seams of kaarst.metering: the browser layer, and the content of the town's meters."""

from kaarst.metering import _
from kaarst.metering.meters import choices
from plone.supermodel import model
from zope import schema
from zope.interface import Interface
from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IKaarstMeteringLayer(IDefaultBrowserLayer):
    """Marks requests to a site in which kaarst.metering is installed."""


class IMeasured(Interface):
    """Marks content that is a meter or holds meters."""


class IEnergy(model.Schema):
    """The page of everything that is measured; holds the buildings."""


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
