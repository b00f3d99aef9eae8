"""The forms to start from."""

from kaarst.core.signin.levels import Level
from kaarst.services.forms import submission
from kaarst.services.forms.library import make_form
from kaarst.services.forms.library import NAMES
from kaarst.services.forms.login import demand
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from tests.services.conftest import EDITOR_ROLES

import pytest


@pytest.mark.parametrize("name", NAMES)
def test_an_editor_can_start_from_it(portal, name):
    setRoles(portal, TEST_USER_ID, EDITOR_ROLES)
    form = make_form(portal, name)
    assert form.getId() == name
    assert submission.is_open(form)
    assert make_form(portal, name) == form
    portal.REQUEST.form["page"] = "http://nohost/plone/x"
    page = form.restrictedTraverse("@@view")()
    assert form.Title() in page
    for question in submission.questionnaire(form).questions:
        assert f'id="q_{question}"' in page
    if name == "barriere-melden":
        assert 'value="http://nohost/plone/x"' in page
        assert submission.case_action(form).due_days == 28
    elif name == "anmeldung-bei-zuzug":
        assert len(submission.questionnaire(form).steps) == 4
    levels = {"meldebescheinigung-bestellen": Level.SUBSTANTIAL}
    assert demand.needed(form) == levels.get(name, Level.NONE)
