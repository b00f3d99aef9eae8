"""What the demo city gets after its first page was answered: content that nobody waits for.

Made by the worker in one transaction for each part, once: what people delete afterwards stays away.
"""

from kaarst.core.interfaces import IJob
from kaarst.policy.demo import energy
from kaarst.policy.demo import trees
from kaarst.policy.demo.city import DEMO_CITY
from kaarst.policy.founding.builder import Builder
from plone import api
from zope.interface import implementer

import logging


logger = logging.getLogger(__name__)
#: Names of the parts that are made already.
MADE = "kaarst.policy.demo_made"
#: Part, what gives its records, and what is done when they are made.
PARTS = (("energy", energy.records, energy.finish), ("trees", trees.records, None))


def make(site) -> int:
    """Makes the parts that are not there yet; returns how many objects that were. Needs a Manager."""
    if not api.portal.get_registry_record(DEMO_CITY, default=False):
        return 0
    made = list(api.portal.get_registry_record(MADE, default=None) or ())
    count = 0
    for name, records, finish in PARTS:
        if name not in made:
            count += Builder(site).build(records())
            if finish is not None:
                finish(site)
            made.append(name)
    if count:
        api.portal.set_registry_record(MADE, tuple(made))
        logger.info("%d objects of the demo city made", count)
    return count


@implementer(IJob)
class FurnishDemoCity:
    """Does so as soon as the worker runs."""

    interval = 3600

    def run(self, site):
        make(site)
