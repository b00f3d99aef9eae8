"""What the distribution "kaarst" does once the bare site is there."""

from kaarst.policy.demo import city
from kaarst.policy.demo import wishes
from kaarst.policy.founding import skeleton
from kaarst.policy.founding.builder import Builder
from plone import api
from plone.dexterity.schema import SCHEMA_CACHE
from plone.distribution.core import Distribution
from Products.CMFCore.indexing import processQueue
from zope.component.hooks import setSite

import logging
import transaction


logger = logging.getLogger(__name__)


def handler(distribution: Distribution, site, answers: dict):
    """Installs the profiles; unlike Plone's own it commits nothing by itself."""
    for profile in distribution.profiles:
        site.portal_setup.runAllImportStepsFromProfile(f"profile-{profile}")
    # The types were installed in this very transaction.
    SCHEMA_CACHE.clear()
    return site


def post_handler(distribution: Distribution, site, answers: dict):
    """Makes folders and legal pages, and where `setup_content` is set the city of Kaarst.

    Raises KeyError or RecordError when a file of contents is wrong; then nothing is created.
    """
    demo = answers.get("setup_content", False)
    name = city.NAME if demo else answers["title"]
    skeleton.settings(site, name)
    if demo:
        city.settings(site)
    with api.env.adopt_roles(["Manager"]):
        records = {record.path: record for record in skeleton.records(name)}
        if demo:
            records |= {record.path: record for record in city.records(name)}
        ordered = sorted(
            records.values(), key=lambda record: (record.path.count("/"), record.order, record.path)
        )
        count = Builder(site).build(ordered)
        skeleton.finish(site)
        if demo:
            wishes.make(site)
    if demo:
        city.accounts(site)
    transaction.get().addBeforeCommitHook(_leave)
    logger.info("%s: %d pages, folders and records made", name, count)
    return site


def _leave() -> None:
    """Leaves the new site once everything in it is indexed, before the transaction commits.

    CMFCore's indexing queue asks the current site for its utilities when the transaction finishes. After a
    savepoint the site manager of a new site is a ghost then, and where the queue comes before the database
    (with ZEO it does: data managers are sorted by text) it cannot be loaded and the commit fails.
    """
    processQueue()
    setSite(None)
