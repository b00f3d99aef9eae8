"""The fields of the variants."""

from kaarst.services import _
from kaarst.services.catalogue import checks
from kaarst.services.catalogue.fields import lines
from kaarst.services.catalogue.fields import rich_text
from plone.autoform import directives
from plone.autoform.interfaces import IFormFieldProvider
from plone.supermodel import model
from z3c.form.browser.textlines import TextLinesFieldWidget
from zope import schema
from zope.interface import provider


@provider(IFormFieldProvider)
class IEnglish(model.Schema):
    """Behavior `kaarst.services.english`: the page of a service in English.

    The page exists once there is an English title. Fields left empty do not appear on it.
    """

    model.fieldset(
        "english",
        label=_("English"),
        description=_(
            "help_english",
            default="The page in English appears as soon as there is an English title.",
        ),
        fields=[
            "title_en",
            "description_en",
            "synonyms_en",
            "text_en",
            "documents_en",
            "fees_en",
            "deadline_en",
            "processing_time_en",
            "requirements_en",
        ],
    )
    title_en = schema.TextLine(title=_("Title in English"), required=False)
    description_en = schema.Text(title=_("Summary in English"), required=False)
    directives.widget("description_en", rows=3)
    synonyms_en = lines(_("Everyday words in English"), _("One a line, for the search."))
    directives.widget("synonyms_en", TextLinesFieldWidget, rows=4, klass="form-control")
    text_en = rich_text(title=_("What it is about, in English"), required=False)
    documents_en = lines(_("Documents, in English"), _("One a line."))
    directives.widget("documents_en", TextLinesFieldWidget, rows=4, klass="form-control")
    fees_en = lines(
        _("Fees, in English"),
        _("One a line: what for, a colon, the amount."),
        constraint=checks.fee_lines,
    )
    directives.widget("fees_en", TextLinesFieldWidget, rows=3, klass="form-control")
    deadline_en = schema.TextLine(title=_("Deadline, in English"), required=False)
    processing_time_en = schema.TextLine(title=_("Processing time, in English"), required=False)
    requirements_en = rich_text(title=_("Who may apply, in English"), required=False)


@provider(IFormFieldProvider)
class IEasyLanguage(model.Schema):
    """Behavior `kaarst.services.easy_language`: the page of a service in Leichte Sprache.

    The page exists once there is a text.
    """

    model.fieldset(
        "easy_language",
        label=_("Easy language"),
        description=_(
            "help_easy_language",
            default="The page in Leichte Sprache appears as soon as there is a text. Short "
            "sentences, one thought a sentence, no foreign words. Have it read by people who need it.",
        ),
        fields=["title_easy", "text_easy"],
    )
    title_easy = schema.TextLine(
        title=_("Title in easy language"),
        description=_("Empty: the title of the service."),
        required=False,
    )
    text_easy = rich_text(title=_("Text in easy language"), required=False)
