"""The meters of a page that its reader may see, as the analyses reckon with them."""

from Acquisition import aq_base
from Acquisition import aq_inner
from Acquisition import aq_parent
from kaarst.metering.analysis import series
from kaarst.metering.analysis.report import Source
from kaarst.metering.interfaces import IBuilding
from kaarst.metering.interfaces import IEnergy
from kaarst.metering.interfaces import IMeter
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.store import claims
from kaarst.metering.store import tariffs
from kaarst.metering.store.engine import default_store
from kaarst.metering.tariff.model import Tariff
from kaarst.metering.tariffs.content import key_of as tariff_key
from kaarst.metering.tariffs.factors import in_order
from kaarst.metering.tariffs.factors import monthly
from kaarst.metering.tariffs.pages import factors
from plone import api

import time


READ = "kaarst.metering: View readings"


def meters(context) -> list:
    """Returns a meter with all that lie behind it, or all meters of a building or the whole town.

    Only those whose readings the reader may see.
    """
    if IEnergy.providedBy(context):
        return _of_the_town(_below(context))
    own = [context] if IMeter.providedBy(context) and _may_read(context) else []
    return [*own, *_below(context)]


def _of_the_town(found) -> list:
    """Leaves out what belongs to households: no part of the town's sums, and of no alert."""
    with default_store().reading() as connection:
        theirs = claims.claimed(connection)
    return [one for one in found if one.getId() not in theirs]


def buildings(energy) -> list:
    """Returns the buildings that the reader may see, by title."""
    found = [
        one
        for one in energy.objectValues()
        if IBuilding.providedBy(one) and api.user.has_permission("View", obj=one)
    ]
    return sorted(found, key=lambda one: one.title)


def _below(container):
    for one in container.objectValues():
        if IBuilding.providedBy(one) and api.user.has_permission("View", obj=one):
            yield from _below(one)
        elif IMeter.providedBy(one):
            if _may_read(one):
                yield one
            yield from _below(one)


def _may_read(meter) -> bool:
    return bool(api.user.has_permission(READ, obj=meter))


def sources(context) -> list[Source]:
    """Returns the same meters as sources of a report, with their tariffs and factors."""
    return of_meters(meters(context))


def of_meters(found) -> list[Source]:
    """Returns meters (content) as sources; each tariff is read once."""
    found = list(found)
    energy = energy_of(found[0]) if found else None
    written = factors(energy) if energy is not None else []
    month = to_datetime(int(time.time() * 1000)).month
    with default_store().reading() as connection:
        known: dict[str, Tariff] = {}
        made = []
        for meter in found:
            name = tariff_key(meter)
            if name and name not in known:
                known[name] = tariffs.tariff(connection, name)
            parent = aq_parent(aq_inner(meter))
            made.append(
                Source(
                    meter.getId(), meter.medium, known.get(name, series.NO_TARIFF),
                    parent.getId() if IMeter.providedBy(parent) else "",
                    monthly(getattr(aq_base(meter), "budget", None), meter.medium, month),
                    in_order(written, meter.medium),
                )
            )  # fmt: skip
    return made


def energy_of(context):
    """Returns the energy page that content lies in, itself included; None outside of one."""
    while context is not None and not IEnergy.providedBy(context):
        context = getattr(context, "aq_parent", None)
    return context
