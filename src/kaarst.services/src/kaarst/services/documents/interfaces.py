"""Seams of the documents: texts that editors write once and clerks use in many cases."""

from kaarst.services import _
from kaarst.services.documents.checks import usable
from plone.autoform import directives
from plone.supermodel import model
from z3c.form.browser.checkbox import CheckBoxFieldWidget
from z3c.form.browser.radio import RadioFieldWidget
from zope import schema
from zope.interface import Interface
from zope.interface import Invalid
from zope.interface import invariant
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


DECISION = "decision"
MESSAGE = "message"
KINDS = SimpleVocabulary(
    [
        SimpleTerm(DECISION, DECISION, _("Decision letter (as PDF)")),
        SimpleTerm(MESSAGE, MESSAGE, _("Message to the citizen")),
    ]
)


class ITextTemplates(Interface):
    """The folder of all text templates of a town."""


class ITextTemplate(model.Schema):
    """A text that clerks choose in a case. Its placeholders are filled there, and it may be changed.

    Title and description come from the behavior `plone.basic`; both are for clerks.
    """

    kind = schema.Choice(title=_("What it is for"), vocabulary=KINDS, default=DECISION)
    directives.widget("kind", RadioFieldWidget)

    heading = schema.TextLine(
        title=_("Heading of the letter"),
        description=_(
            "help_letter_heading",
            default="For example “Decision on your dog tax”. Empty: the title of the template.",
        ),
        required=False,
        max_length=200,
        constraint=usable,
    )

    text = schema.Text(
        title=_("Text"),
        description=_(
            "help_letter_text",
            default="An empty line begins a new paragraph, “- ” a list, “# ” a heading. Placeholders "
            "stand in curly brackets, for example {name} or {number}. All of them are listed on the page "
            "of the template.",
        ),
        max_length=20_000,
        constraint=usable,
    )
    directives.widget("text", rows=18, klass="form-control")

    remedy = schema.Text(
        title=_("Legal remedy"),
        description=_(
            "help_letter_remedy",
            default="Where, how and by when one may object. It stands at the end of a decision letter.",
        ),
        required=False,
        max_length=5_000,
        constraint=usable,
    )
    directives.widget("remedy", rows=6, klass="form-control")

    forms = schema.List(
        title=_("Only for these forms"),
        description=_("help_letter_forms", default="None chosen: offered in every case."),
        value_type=schema.Choice(vocabulary="kaarst.services.forms"),
        required=False,
        defaultFactory=list,
    )
    directives.widget("forms", CheckBoxFieldWidget)

    offered = schema.Bool(
        title=_("Offered to clerks"),
        description=_("help_letter_offered", default="Untick it while you are still writing."),
        required=False,
        default=True,
    )

    @invariant
    def a_decision_names_the_remedy(data):
        if data.kind == DECISION and not (data.remedy or "").strip():
            raise Invalid(
                _("A decision letter needs its legal remedy: please say where one may object.")
            )
