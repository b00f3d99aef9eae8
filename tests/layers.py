"""The one test layer: a site with everything of the city in it."""

from plone.app.contenttypes.testing import PLONE_APP_CONTENTTYPES_FIXTURE
from plone.app.testing import applyProfile
from plone.app.testing import FunctionalTesting
from plone.app.testing import IntegrationTesting
from plone.app.testing import PloneSandboxLayer
from plone.testing.zope import WSGI_SERVER_FIXTURE


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
