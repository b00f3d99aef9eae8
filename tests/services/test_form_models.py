"""The allow-list of form models, without a site."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.services.forms import allowlist

import pytest


MODEL = (
    '<model xmlns="http://namespaces.plone.org/supermodel/schema"'
    ' xmlns:easyform="http://namespaces.plone.org/supermodel/easyform"'
    ' xmlns:form="http://namespaces.plone.org/supermodel/form"'
    ' xmlns:security="http://namespaces.plone.org/supermodel/security"'
    ' xmlns:i18n="http://xml.zope.org/namespaces/i18n"'
    ' xmlns:kaarst="urn:kaarst:form"{model}>{before}<schema{schema}>{fields}</schema>{after}</model>'
)
LINE = '<field name="a" type="zope.schema.TextLine"{attributes}><title>A</title>{children}</field>'


def model(fields="", model="", schema="", before="", after=""):
    return MODEL.format(fields=fields, model=model, schema=schema, before=before, after=after)


def line(attributes="", children=""):
    return model(LINE.format(attributes=attributes, children=children))


FORBIDDEN = {
    "expression as default": line(' easyform:TDefault="python:1"'),
    "expression that enables": line(' easyform:TEnabled="python:1"'),
    "expression that validates": line(' easyform:TValidator="python:1"'),
    "server side": line(' easyform:serverSide="True"'),
    "hidden": line(' easyform:THidden="True"'),
    "css class": line(' easyform:css_class="x"'),
    "pattern": line(' easyform:depends_on="x"'),
    "unknown validator": line(' easyform:validators="isValidEmail|os.system"'),
    "validator class": line(' form:validator="z3c.form.validator.SimpleFieldValidator"'),
    "widget attribute": line(' form:widget="z3c.form.browser.text.TextFieldWidget"'),
    "widget element": line(children='<form:widget type="os.path.Path" />'),
    "widget parameter": line(
        children='<form:widget type="z3c.form.browser.radio.RadioFieldWidget"><x /></form:widget>'
    ),
    "mode": line(' form:mode="z3c.form.interfaces.IForm:hidden"'),
    "permission": line(' security:write-permission="zope2.View"'),
    "default factory": line(children="<defaultFactory>os.getcwd</defaultFactory>"),
    "constraint": line(children="<constraint>os.getcwd</constraint>"),
    "vocabulary": model(
        '<field name="a" type="zope.schema.Choice">'
        "<vocabulary>plone.app.vocabularies.Users</vocabulary></field>"
    ),
    "source": model('<field name="a" type="zope.schema.Choice"><source>os.path</source></field>'),
    "value type": model(
        '<field name="a" type="zope.schema.Set"><value_type type="zope.schema.TextLine" /></field>'
    ),
    "vocabulary of a value type": model(
        '<field name="a" type="zope.schema.Set"><value_type type="zope.schema.Choice">'
        "<vocabulary>plone.app.vocabularies.Users</vocabulary></value_type></field>"
    ),
    "object": model('<field name="a" type="zope.schema.Object"><schema>os.path</schema></field>'),
    "python field": model('<field name="a" type="plone.schema.jsonfield.JSONField" />'),
    "based on": model(schema=' based-on="os.path"'),
    "named schema": model(schema=' name="x"'),
    "second schema": model(after="<schema />"),
    "invariant": model("<invariant>os.path</invariant>"),
    "mailer": model('<field name="a" type="collective.easyform.actions.Mailer" />'),
    "script": model('<field name="a" type="collective.easyform.actions.CustomScript" />'),
    "reserved name": model('<field name="_authenticator" type="zope.schema.TextLine" />'),
    "dotted name": model('<field name="a.b" type="zope.schema.TextLine" />'),
    "no name": model('<field type="zope.schema.TextLine" />'),
    "no type": model('<field name="a" />'),
    "twice": model(LINE.format(attributes="", children="") * 2),
    "nested field": line(children=LINE.format(attributes="", children="")),
    "autocomplete": line(' kaarst:autocomplete="cc-number"'),
    "condition": line(' kaarst:only_if="python:1"'),
    "handler on the model": model(model=' easyform:x="1"'),
    "entity": '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + line(children="&x;"),
    "doctype": "<!DOCTYPE model>" + model(),
    "something else": "<html />",
    "no xml": "python:1",
    "empty": "",
    "too long": model("<field/>" * 40_000),
    "too many": model(
        "".join(f'<field name="a{i}" type="zope.schema.TextLine" />' for i in range(201))
    ),
}


@pytest.mark.parametrize("source", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_refuses(source):
    with pytest.raises(allowlist.ModelNotAllowed) as refused:
        allowlist.clean_fields(source)
    assert refused.value.problems
    assert str(refused.value)


ACTIONS = {
    "script": '<field name="a" type="collective.easyform.actions.CustomScript" />',
    "mailer": '<field name="a" type="collective.easyform.actions.Mailer" />',
    "data": '<field name="a" type="collective.easyform.actions.SaveData" />',
    "condition": f'<field name="a" type="{allowlist.CASE_ACTION}" easyform:execCondition="python:1" />',
    "script body": f'<field name="a" type="{allowlist.CASE_ACTION}"><ScriptBody>1</ScriptBody></field>',
    "a field": '<field name="a" type="zope.schema.TextLine" />',
    "days": f'<field name="a" type="{allowlist.CASE_ACTION}"><due_days>x</due_days></field>',
}


@pytest.mark.parametrize("source", ACTIONS.values(), ids=ACTIONS.keys())
def test_refuses_actions(source):
    with pytest.raises(allowlist.ModelNotAllowed):
        allowlist.clean_actions(model(source))


def test_names_the_field_that_is_wrong():
    with pytest.raises(allowlist.ModelNotAllowed) as refused:
        allowlist.clean_fields(line(' easyform:TDefault="python:1"'))
    assert [problem.field for problem in refused.value.problems] == ["a"]
    assert "TDefault" in str(refused.value)


def test_keeps_what_editors_need():
    source = model(
        "<!-- a note --><?php x?>"
        '<field name="name" type="zope.schema.TextLine" kaarst:autocomplete="name"'
        ' easyform:validators="isNotLinkSpam" easyform:serverSide="False">'
        '<title i18n:translate="">Name</title><max_length>80</max_length></field>'
        '<fieldset name="two" label="Zwei" order="2">'
        '<field name="kind" type="zope.schema.Choice"><title>Art</title><values>'
        '<element key="a">Erste</element><element>Zweite</element></values></field>'
        '<field name="really" type="zope.schema.Bool" kaarst:only_if="kind=a">'
        '<form:widget type="z3c.form.browser.radio.RadioFieldWidget" /><title>Ja?</title></field>'
        '<field name="many" type="zope.schema.Set"><value_type type="zope.schema.Choice">'
        "<values><element>x</element></values></value_type></field>"
        "</fieldset>"
    )
    cleaned = allowlist.clean_fields(source)
    assert allowlist.clean_fields(cleaned) == cleaned
    for gone in ("note", "php", "translate"):
        assert gone not in cleaned
    for there in ('autocomplete="name"', "isNotLinkSpam", "Zweite", 'only_if="kind=a"', "80"):
        assert there in cleaned
    action = f'<field name="case" type="{allowlist.CASE_ACTION}"><due_days>28</due_days></field>'
    assert "28" in allowlist.clean_actions(model(action))


NAMES = st.sampled_from(
    ["field", "fieldset", "schema", "title", "values", "element", "value_type", "defaultFactory"]
)
TYPES = st.sampled_from([*allowlist.FIELD_TYPES, "os.system", "zope.schema.Object"])


@st.composite
def elements(draw, depth=3):
    """XML that looks like a model and mostly is none."""
    name = draw(NAMES)
    attributes = ""
    if draw(st.booleans()):
        attributes += f' name="{draw(st.sampled_from(["a", "b", "c.d", "", "__class__"]))}"'
    if draw(st.booleans()):
        attributes += f' type="{draw(TYPES)}"'
    if draw(st.integers(0, 4)) == 0:
        attributes += ' easyform:TDefault="python:1"'
    children = draw(st.lists(elements(depth - 1), max_size=3)) if depth else []
    return f"<{name}{attributes}>{''.join(children)}</{name}>"


@given(st.lists(elements(), max_size=4))
def test_whatever_comes_is_refused_or_harmless(parts):
    try:
        cleaned = allowlist.clean_fields(model("".join(parts)))
    except allowlist.ModelNotAllowed:
        return
    for dangerous in ("TDefault", "defaultFactory", "os.system", "zope.schema.Object"):
        assert dangerous not in cleaned


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_rubbish_is_refused(source):
    with pytest.raises(allowlist.ModelNotAllowed):
        allowlist.clean_fields(source)
