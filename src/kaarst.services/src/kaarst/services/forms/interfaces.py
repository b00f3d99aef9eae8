"""Seams of the forms."""

from collective.easyform.interfaces import IAction
from collective.easyform.interfaces import IEasyForm
from kaarst.core.proof.interfaces import ALWAYS
from kaarst.core.proof.interfaces import AUTO
from kaarst.core.proof.interfaces import NEVER
from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import TITLES
from kaarst.services import _
from kaarst.services.forms import allowlist
from kaarst.services.forms import models
from plone.app.textfield import RichText
from plone.autoform import directives
from plone.supermodel import model
from z3c.form.browser.checkbox import CheckBoxFieldWidget
from zope import schema
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


PROOF_MODES = SimpleVocabulary(
    [
        SimpleTerm("town", "town", _("As the town has set it")),
        SimpleTerm(NEVER, NEVER, _("Never")),
        SimpleTerm(AUTO, AUTO, _("When a great many forms arrive")),
        SimpleTerm(ALWAYS, ALWAYS, _("Always")),
    ]
)


LEVELS = SimpleVocabulary([SimpleTerm(level.word, level.word, TITLES[level]) for level in Level])


class IForm(IEasyForm):
    """Marks a form whose models have passed the allow-list, whichever way they came in.

    The attributes of IEasyForm that run expressions or change how a form is sent are constants.
    """


class IFormSchema(model.Schema):
    """What an editor may change about a form; the schema of the content type."""

    directives.omitted("fields_model", "actions_model")
    directives.read_permission(
        fields_model="cmf.ModifyPortalContent", actions_model="cmf.ModifyPortalContent"
    )
    fields_model = schema.Text(
        title=_("Fields as XML"),
        required=True,
        constraint=models.fields_allowed,
        defaultFactory=lambda: DEFAULT_FIELDS,
    )
    actions_model = schema.Text(
        title=_("Actions as XML"),
        required=True,
        constraint=models.actions_allowed,
        defaultFactory=lambda: DEFAULT_ACTIONS,
    )

    formPrologue = RichText(
        title=_("Text before the form"),
        description=_("help_prologue", default="What citizens should know or have at hand first."),
        required=False,
    )
    formEpilogue = RichText(title=_("Text after the form"), required=False)
    default_fieldset_label = schema.TextLine(
        title=_("Name of the first step"),
        description=_(
            "help_first_step",
            default="Fields that belong to no fieldset are the first step of the form.",
        ),
        required=False,
    )
    submitLabel = schema.TextLine(
        title=_("Text of the button"),
        description=_("help_submit_label", default="Empty: “Send”."),
        required=False,
    )

    model.fieldset(
        "thankyou",
        label=_("After sending"),
        fields=["thankstitle", "thanksdescription", "thanksPrologue", "thanksEpilogue"],
    )
    thankstitle = schema.TextLine(
        title=_("Heading"),
        description=_("help_thanks_title", default="Empty: “Thank you, we have received it”."),
        required=False,
    )
    thanksdescription = schema.Text(
        title=_("What happens next"),
        description=_(
            "help_thanks_description",
            default="One or two sentences. Number and PIN are shown in any case.",
        ),
        required=False,
    )
    thanksPrologue = RichText(title=_("Text before number and PIN"), required=False)
    thanksEpilogue = RichText(title=_("Text after number and PIN"), required=False)

    model.fieldset("protection", label=_("Protection from programs"), fields=["proof_mode"])
    proof_mode = schema.Choice(
        title=_("Ask senders for a proof"),
        description=_(
            "help_proof_mode",
            default="The sender's browser calculates for a second; people have nothing to do. Without "
            "JavaScript one has to wait for half a minute. This holds at once, for every version.",
        ),
        vocabulary=PROOF_MODES,
        default="town",
        required=True,
    )

    model.fieldset("login", label=_("Login"), fields=["login_level"])
    login_level = schema.Choice(
        title=_("Needed login"),
        description=_(
            "help_login_level",
            default="How sure the town has to be who sends this. Ask for no more than a rule demands: "
            "many people have no BundID. Clerks who fill it in for somebody need no login. This "
            "holds at once, for every version.",
        ),
        vocabulary=LEVELS,
        default=Level.NONE.word,
        required=True,
    )


DEFAULT_FIELDS = """<model xmlns="http://namespaces.plone.org/supermodel/schema">
  <schema>
    <field name="name" type="zope.schema.TextLine"
        xmlns:kaarst="urn:kaarst:form" kaarst:autocomplete="name">
      <title>Ihr Name</title>
      <max_length>200</max_length>
    </field>
    <field name="email" type="plone.schema.email.Email"
        xmlns:kaarst="urn:kaarst:form" kaarst:autocomplete="email">
      <title>Ihre E-Mail-Adresse</title>
      <description>Dorthin schicken wir die Vorgangsnummer.</description>
      <required>False</required>
    </field>
    <field name="message" type="zope.schema.Text">
      <title>Ihr Anliegen</title>
      <max_length>5000</max_length>
    </field>
  </schema>
</model>"""
#: Two years: as long as most objections and questions can still come.
KEEP_DAYS = 730
DEFAULT_ACTIONS = f"""<model xmlns="http://namespaces.plone.org/supermodel/schema">
  <schema>
    <field name="case" type="{allowlist.CASE_ACTION}">
      <title>Vorgang anlegen</title>
    </field>
  </schema>
</model>"""


class ICaseAction(IAction):
    """Makes a case of what was sent."""

    due_days = schema.Int(
        title=_("Days until it is due"),
        description=_(
            "help_due_days",
            default="Calendar days from the day it was received; Saturdays, Sundays and public holidays "
            "move the last day on. Empty: no due date.",
        ),
        required=False,
        min=1,
        max=3650,
    )
    keep_days = schema.Int(
        title=_("Days until it is deleted"),
        description=_(
            "help_keep_days",
            default="Calendar days after the case was decided or withdrawn. Then the case, its "
            "documents and messages are deleted for good.",
        ),
        required=False,
        default=KEEP_DAYS,
        min=1,
        max=36500,
    )


class IQuestionOptions(model.Schema):
    """What the field editor offers beside the field's own settings."""

    validators = schema.List(
        title=_("Checks"),
        description=_("help_validators", default="What has to be true of the answer."),
        value_type=schema.Choice(vocabulary="kaarst.services.forms.validators"),
        required=False,
    )
    directives.widget("validators", CheckBoxFieldWidget)
    autocomplete = schema.Choice(
        title=_("The browser may fill in"),
        description=_(
            "help_autocomplete",
            default="Saves typing, and is a duty for fields about the person who fills in the form.",
        ),
        vocabulary="kaarst.services.forms.autocomplete",
        required=False,
    )
    only_if_question = schema.Choice(
        title=_("Only if this question"),
        description=_(
            "help_only_if",
            default="Ask this only after a certain answer to another question. Whoever is not asked "
            "need not fill it in, and what was typed there is not sent.",
        ),
        vocabulary="kaarst.services.forms.condition_questions",
        required=False,
    )
    only_if_relation = schema.Choice(
        title=_("Condition"),
        description=_(
            "help_only_if_relation",
            default="A question that was not answered, or not asked, has no answer: neither one of "
            "these nor another. It is left empty.",
        ),
        vocabulary="kaarst.services.forms.condition_relations",
        default="one_of",
        required=True,
    )
    only_if_answers = schema.List(
        title=_("Answers that decide"),
        description=_("help_only_if_answers", default="One of them is enough."),
        value_type=schema.Choice(vocabulary="kaarst.services.forms.condition_answers"),
        required=False,
    )
    directives.widget("only_if_answers", CheckBoxFieldWidget)
    group = schema.Choice(
        title=_("Part of the group"),
        description=_(
            "help_group",
            default="Ask this for each entry of a repeating group, for example for each dog. Files, "
            "pictures and signatures cannot be part of a group: ask for them outside it.",
        ),
        vocabulary="kaarst.services.forms.groups",
        required=False,
    )
