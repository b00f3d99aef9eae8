"""Conditions: one rule in the check of the answers, the JSON Schema and the script of the page."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from kaarst.services.forms import answers
from kaarst.services.forms import comparison
from kaarst.services.forms import conditions
from kaarst.services.forms import jsonschema
from kaarst.services.forms import questions
from kaarst.services.forms import uploads
from kaarst.services.forms.conditions import Condition
from pathlib import Path
from tests.chromium import launched

import kaarst.services
import pytest
import random


SCRIPT = Path(kaarst.services.__path__[0]) / "static/form.js"
CHOICES = "<values><element>a</element><element>b</element><element>c</element></values>"
#: Type, what is inside, and answers that can be given.
KINDS = {
    "line": ("zope.schema.TextLine", "", ["a", "Über uns", "x|y"]),
    "number": ("zope.schema.Int", "", [0, 7]),
    "yes_no": ("zope.schema.Bool", "", [True, False]),
    "choice": ("zope.schema.Choice", CHOICES, ["a", "b", "c"]),
    "choices": (
        "zope.schema.Set",
        f'<value_type type="zope.schema.Choice">{CHOICES}</value_type>',
        [["a"], ["b", "c"]],
    ),
}
DECIDING = {
    "line": ["a", "Über uns"],
    "number": ["0", "7"],
    "yes_no": ["true", "false"],
    "choice": ["a", "b", "c"],
    "choices": ["a", "b", "c"],
}


def model(asked):
    """`asked`: (kind, required, condition or None) by field name."""
    fields = []
    for name, (kind, required, condition) in asked.items():
        type, inside, _answers = KINDS[kind]
        only_if = f'kaarst:only_if="{condition}"' if condition else ""
        fields.append(
            f'<field name="{name}" type="{type}" {only_if}><title>{name}</title>'
            f"<required>{required}</required>{inside}</field>"
        )
    return (
        '<model xmlns="http://namespaces.plone.org/supermodel/schema" xmlns:kaarst="urn:kaarst:form">'
        f"<schema>{''.join(fields)}</schema></model>"
    )


def conditions_on(names, kinds):
    """Any condition about one of the fields."""

    def about(name):
        values = st.lists(
            st.sampled_from(DECIDING[kinds[name]]), min_size=1, max_size=2, unique=True
        )
        return st.one_of(
            st.builds(
                lambda chosen, how: Condition(name, tuple(chosen), how),
                values,
                st.sampled_from([conditions.ONE_OF, conditions.NONE_OF]),
            ),
            st.builds(
                lambda how: Condition(name, (), how),
                st.sampled_from([conditions.FILLED, conditions.EMPTY]),
            ),
        )

    return st.sampled_from(names).flatmap(about)


@st.composite
def forms(draw):
    """Fields with conditions on others before them, and answers to some of them."""
    kinds = {f"q{number}": draw(st.sampled_from(sorted(KINDS))) for number in range(6)}
    asked, data = {}, {}
    for name, kind in kinds.items():
        before = list(asked)
        condition = draw(st.none() | conditions_on(before, kinds)) if before else None
        asked[name] = (kind, draw(st.booleans()), condition)
        value = draw(st.none() | st.sampled_from(KINDS[kind][2]))
        if value is not None:
            data[name] = value
    return asked, data


@given(forms())
@settings(max_examples=300)
def test_server_and_schema_agree(form):
    asked, data = form
    questionnaire = questions.read(model(asked))
    checked = answers.check(questionnaire, data)
    schema = jsonschema.schema(questionnaire, uploads.Limits())
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(data) is (checked.errors == {})


@given(forms())
def test_a_condition_survives_being_written(form):
    for _kind, _required, condition in form[0].values():
        if condition is not None:
            assert conditions.parse(str(condition)) == condition


@pytest.mark.parametrize(
    "text", ["", "a", "a=", "a!=", "a=b|", "a:full", "A=b", "python:1", "a=${x}", "a=b=c", "a!b"]
)
def test_what_is_no_condition(text):
    assert conditions.parse(text) is None


def test_an_answer_that_cannot_be_read_decides_nothing():
    asked = {
        "q0": ("number", False, None),
        "q1": ("line", True, Condition("q0", (), conditions.EMPTY)),
    }
    questionnaire = questions.read(model(asked))
    assert list(answers.check(questionnaire, {"q0": "seven"}).errors) == ["q0"]
    assert list(answers.check(questionnaire, {}).errors) == ["q1"]
    assert answers.check(questionnaire, {"q0": 0}).errors == {}


def test_in_words():
    questionnaire = questions.read(
        model({"q0": ("yes_no", True, None), "q1": ("line", True, None)})
    )

    def words(text):
        message = comparison.in_words(conditions.parse(text), questionnaire)
        return message.default, message.mapping

    assert words("q0=true")[1] == {"label": "q0", "answer": "Yes"}
    assert words("q1=a|b")[1] == {"label": "q1", "answers": "a, b"}
    assert "left empty" in words("q1:empty")[0]
    assert "not with" in words("q1!=a")[0]


CONTROLS = {
    "line": '<input type="text" name="q_{name}">',
    "number": '<input type="text" name="q_{name}">',
    "yes_no": '<input type="radio" name="q_{name}" value="true">'
    '<input type="radio" name="q_{name}" value="false">',
    "choice": '<select name="q_{name}"><option value=""><option>a<option>b<option>c</select>',
    "choices": "".join(
        f'<input type="checkbox" name="q_{{name}}" value="{value}">' for value in "abc"
    ),
}
#: Puts conditions and answers into the page; returns which rows are shown.
TRY = """(cases) => cases.map(({rows, given}) => {
  const form = document.getElementById("form");
  form.reset();
  for (const [name, condition] of Object.entries(rows)) {
    const row = document.getElementById(`row-q_${name}`);
    row.hidden = false;
    if (condition) row.dataset.onlyIf = condition;
    else delete row.dataset.onlyIf;
  }
  for (const control of form.elements) {
    control.disabled = false;
    const values = given[control.name] || [];
    if (["radio", "checkbox"].includes(control.type)) control.checked = values.includes(control.value);
    else if (control.name !== "send") control.value = values[0] ?? "";
  }
  form.dispatchEvent(new Event("change"));
  return Object.keys(rows).filter((name) => !document.getElementById(`row-q_${name}`).hidden);
})"""


def as_typed(value):
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return value if isinstance(value, list) else [str(value)]


@pytest.mark.chromium
def test_the_page_asks_what_the_server_asks():
    chance = random.Random(3)
    kinds = {f"q{number}": kind for number, kind in enumerate([*KINDS, *KINDS])}
    rows = "".join(
        f'<div class="k-row" id="row-q_{name}">{CONTROLS[kind].format(name=name)}</div>'
        for name, kind in kinds.items()
    )
    page_source = (
        '<form id="form"><section class="k-step"><h2>1</h2>'
        f'{rows}</section><button name="send">Send</button></form>'
    )
    cases, expected = [], []
    for _number in range(400):
        asked, data = {}, {}
        for name, kind in kinds.items():
            condition = None
            if asked and chance.random() < 0.7:
                about = chance.choice(list(asked))
                values = tuple(chance.sample(DECIDING[kinds[about]], chance.randint(1, 2)))
                condition = chance.choice(
                    [
                        Condition(about, values, how)
                        for how in (conditions.ONE_OF, conditions.NONE_OF)
                    ]
                    + [Condition(about, (), how) for how in (conditions.FILLED, conditions.EMPTY)]
                )
            asked[name] = (kind, True, condition)
            if chance.random() < 0.7:
                data[name] = chance.choice(KINDS[kind][2])
        checked = answers.check(questions.read(model(asked)), data)
        # All are required, so what is asked has a value or a message.
        expected.append([name for name in asked if name in {**checked.values, **checked.errors}])
        texts = {name: c and c.about(f"q_{c.field}") for name, (_k, _r, c) in asked.items()}
        given = {f"q_{name}": as_typed(value) for name, value in data.items()}
        cases.append({"rows": texts, "given": given})
    with launched() as browser:
        page = browser.new_page()
        page.set_content(page_source)
        page.add_script_tag(path=SCRIPT)
        assert page.evaluate(TRY, cases) == expected
