"""Forms to start from: ready-made, within the allow-list, to be changed by editors like any other."""

from importlib.resources import files
from kaarst.services.forms.interfaces import DEFAULT_ACTIONS
from plone import api
from plone.app.textfield.value import RichTextValue

import yaml


NAMES = ("anmeldung-bei-zuzug", "barriere-melden", "meldebescheinigung-bestellen")


def make_form(container, name, publish=True):
    """Adds the form `name` (one of NAMES) to a folder under that id and returns it.

    What is there under that id already is returned as it is. The caller needs the right to add
    forms, and to publish them.
    """
    if name in container.objectIds():
        return container[name]
    about = yaml.safe_load(_text(f"{name}.yaml"))
    actions = DEFAULT_ACTIONS
    for option in ("due_days", "keep_days"):
        if about.get(option):
            set_to = f"</title><{option}>{int(about[option])}</{option}>"
            actions = actions.replace("</title>", set_to)
    texts = {
        field: RichTextValue(about[field], "text/html", "text/x-html-safe")
        for field in ("formPrologue", "formEpilogue", "thanksPrologue", "thanksEpilogue")
        if about.get(field)
    }
    form = api.content.create(
        container,
        "EasyForm",
        id=name,
        title=about["title"],
        description=about["description"],
        language="de",
        fields_model=_text(f"{name}.xml"),
        actions_model=actions,
        default_fieldset_label=about.get("first_step", ""),
        submitLabel=about.get("submit", ""),
        login_level=about.get("login_level", "none"),
        thanksdescription=about.get("thanks", ""),
        **texts,
    )
    if not form.creators:
        # Otherwise the first GET of the edit form would write one (plone.app.dexterity, Ownership).
        form.creators = (api.portal.get().title,)
    if publish:
        api.content.transition(form, "publish")
    return form


def _text(name):
    return (files(__name__) / name).read_text(encoding="utf-8")
