"""The one test layer: a site with everything of the city in it."""

from contextlib import contextmanager
from plone.app.contenttypes.testing import PLONE_APP_CONTENTTYPES_FIXTURE
from plone.app.testing import applyProfile
from plone.app.testing import FunctionalTesting
from plone.app.testing import IntegrationTesting
from plone.app.testing import PloneSandboxLayer
from plone.app.testing import ploneSite
from plone.testing import Layer
from plone.testing import zodb
from plone.testing.zope import WSGI_SERVER_FIXTURE

import transaction


class KaarstLayer(PloneSandboxLayer):
    """A Plone site with kaarst.policy, and through it every package, installed."""

    defaultBases = (PLONE_APP_CONTENTTYPES_FIXTURE,)

    def setUpZope(self, app, configurationContext):
        import kaarst.policy

        self.loadZCML(package=kaarst.policy, context=configurationContext)

    def setUpPloneSite(self, portal):
        applyProfile(portal, "kaarst.policy:default")
        # All tests send from one address; those about the proof switch it on again.
        portal.portal_registry["kaarst.spam.mode"] = "never"
        portal.portal_workflow.setDefaultChain("simple_publication_workflow")


KAARST = KaarstLayer()
KAARST_INTEGRATION = IntegrationTesting(bases=(KAARST,), name="Kaarst:Integration")
KAARST_FUNCTIONAL = FunctionalTesting(bases=(KAARST, WSGI_SERVER_FIXTURE), name="Kaarst:Functional")


@contextmanager
def furnished(furnish):
    """Every functional test inside begins with what `furnish(portal)` has made, once for all of them."""
    database = zodb.stackDemoStorage(KAARST.get("zodbDB"), name="Furnished")
    layer = Layer(bases=(KAARST,), name="Furnished")
    layer["zodbDB"] = database
    try:
        with ploneSite(db=database) as portal:
            furnish(portal)
            # While the site is still set: its catalogue is filled as a transaction ends.
            transaction.commit()
        yield
    finally:
        del layer["zodbDB"]
        database.close()
