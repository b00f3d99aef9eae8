"""What happens besides the profile when the package is installed."""

from kaarst.services.cases.desk import make_desk
from kaarst.services.cases.papers import definition as papers
from kaarst.services.cases.workflow.definitions import make_more
from kaarst.services.documents.content import make_folder
from kaarst.services.forms import held
from kaarst.services.forms.drafts import store as drafts
from kaarst.services.scanning import queue
from kaarst.services.statistics import store as statistics
from kaarst.services.wishes import store as wishes
from plone import api
from plone.base.interfaces import INonInstallable
from zope.interface import implementer


@implementer(INonInstallable)
class HiddenProfiles:
    """Keeps the uninstall profile out of the list of add-ons."""

    def getNonInstallableProfiles(self):
        return ["kaarst.services:uninstall"]

    def getNonInstallableProducts(self):
        return []


def post_install(tool):
    """Makes the desk and the stores at once, so that no citizen's request has to."""
    site = api.portal.get()
    make_desk(site)
    held.make_store(site)
    drafts.make_store(site)
    queue.make_store(site)
    statistics.make_store(site)
    wishes.make_store(site)
    make_folder(site)
    make_more()
    papers.make()
