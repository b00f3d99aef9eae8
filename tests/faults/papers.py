"""A form with a file, for towns whose processes are killed."""

from plone import api
from tests.services.test_case_pages import SIMPLE


def furnish(site):
    """Puts the published form /nachweis into a new site."""
    with api.env.adopt_roles(["Manager"]):
        form = api.content.create(
            site, "EasyForm", id="nachweis", title="Nachweis", fields_model=SIMPLE
        )
        api.content.transition(form, "publish")
