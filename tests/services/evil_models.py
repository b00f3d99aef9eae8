"""Models of forms that would run something, and what a form is like that took none of it."""

from kaarst.services.forms.interfaces import DEFAULT_ACTIONS
from kaarst.services.forms.interfaces import DEFAULT_FIELDS


NS = "http://namespaces.plone.org/supermodel"
SCRIPT = f"""<model xmlns="{NS}/schema"><schema>
<field name="evil" type="collective.easyform.actions.CustomScript">
<title>Evil</title><ProxyRole>Manager</ProxyRole>
<ScriptBody>context.portal_url.getPortalObject().manage_changeProperties(title='OWNED')</ScriptBody>
</field></schema></model>"""
CONDITION = f"""<model xmlns="{NS}/schema" xmlns:easyform="{NS}/easyform"><schema>
<field name="case" type="kaarst.services.forms.action.CaseAction"
 easyform:execCondition="python:portal.manage_changeProperties(title='OWNED')">
<title>Case</title></field></schema></model>"""
MAILER = f"""<model xmlns="{NS}/schema"><schema>
<field name="mail" type="collective.easyform.actions.Mailer"><title>Mail</title>
<recipient_email>evil@example.org</recipient_email>
<body_pt>&lt;p tal:content="python:portal.manage_changeProperties(title='OWNED')" /&gt;</body_pt>
</field></schema></model>"""
DEFAULT = f"""<model xmlns="{NS}/schema" xmlns:easyform="{NS}/easyform"><schema>
<field name="a" type="zope.schema.TextLine"
 easyform:TDefault="python:portal.manage_changeProperties(title='OWNED')"><title>A</title></field>
</schema></model>"""
BAD_ACTIONS = [SCRIPT, CONDITION, MAILER]
ACTION_NAMES = ["script", "condition", "mailer"]
EXPRESSION = "python:portal.manage_changeProperties(title='OWNED')"
OVERRIDES = (
    "thanksPageOverride",
    "formActionOverride",
    "onDisplayOverride",
    "afterValidationOverride",
    "headerInjection",
    "submitLabelOverride",
)


def assert_untouched(form):
    assert form.actions_model == DEFAULT_ACTIONS
    assert form.fields_model == DEFAULT_FIELDS
    assert (form.method, form.CSRFProtection) == ("post", True)
    assert {getattr(form, name) for name in OVERRIDES} == {""}
