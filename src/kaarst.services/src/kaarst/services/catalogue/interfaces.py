"""Seams of the catalogue: the two content types."""

from kaarst.core.town.checks import valid_phone
from kaarst.services import _
from kaarst.services.catalogue import checks
from kaarst.services.catalogue.fields import lines
from kaarst.services.catalogue.fields import rich_text
from kaarst.services.catalogue.vocabularies import ONLINE_LEVELS
from plone.app.vocabularies.catalog import CatalogSource
from plone.app.z3cform.widgets.contentbrowser import ContentBrowserFieldWidget
from plone.autoform import directives
from plone.supermodel import model
from z3c.form.browser.checkbox import CheckBoxFieldWidget
from z3c.form.browser.select import SelectFieldWidget
from z3c.form.browser.textlines import TextLinesFieldWidget
from z3c.relationfield.schema import RelationChoice
from z3c.relationfield.schema import RelationList
from zope import schema


class IService(model.Schema):
    """A service (Leistung): something a town does for people when they ask for it.

    Title and description come from the behavior `plone.basic`. The description is the one sentence
    shown in every list.
    """

    synonyms = lines(
        _("Everyday words"),
        _(
            "help_synonyms",
            default="Words and short sentences people use for this service, one a line, also wrong "
            "or old ones. The search finds the service by them. The page does not show them; a search "
            "result may name one as the reason.",
        ),
    )
    directives.widget("synonyms", TextLinesFieldWidget, rows=8, klass="form-control")

    topics = RelationList(
        title=_("Life situations"),
        description=_(
            "help_topics", default="The service appears on the pages of these life situations."
        ),
        value_type=RelationChoice(vocabulary="kaarst.services.topics"),
        required=False,
        default=[],
    )
    directives.widget("topics", CheckBoxFieldWidget)

    text = rich_text(
        title=_("What it is about"),
        description=_(
            "help_text",
            default="A few short sentences: what the reader gets and how it goes. What to bring, "
            "fees and times have fields of their own.",
        ),
        required=False,
    )

    model.fieldset(
        "channels",
        label=_("Ways to apply"),
        description=_(
            "help_channels",
            default="The page shows every way that is filled in, the quickest for the citizen first.",
        ),
        fields=["form", "workflow", "online_url", "phone", "online_level"],
    )

    form = RelationChoice(
        title=_("Form"),
        description=_(
            "help_form",
            default="The form citizens fill in on this site. It is linked once it is published.",
        ),
        source=CatalogSource(portal_type=["EasyForm"]),
        required=False,
    )
    directives.widget(
        "form",
        ContentBrowserFieldWidget,
        pattern_options={"mode": "search", "selectableTypes": ["EasyForm"]},
    )

    workflow = schema.Choice(
        title=_("How its cases go"),
        description=_(
            "help_workflow",
            default="The workflow for what is sent with this form. It holds for new cases.",
        ),
        vocabulary="kaarst.services.case_workflows",
        required=False,
        default="case_workflow",
    )
    directives.read_permission(workflow="cmf.ModifyPortalContent")

    online_url = schema.TextLine(
        title=_("Link to another authority"),
        description=_(
            "help_online_url",
            default="If the application is made elsewhere, for example at the federal state: the "
            "whole address, starting with https://.",
        ),
        required=False,
        constraint=checks.web_address,
    )

    phone = schema.TextLine(
        title=_("Telephone"),
        description=_(
            "help_phone",
            default="Only if this service can be dealt with by telephone, for example "
            "02131 987-0. Contact points have numbers of their own.",
        ),
        required=False,
        constraint=valid_phone,
    )

    online_level = schema.Choice(
        title=_("Online level"),
        description=_(
            "help_online_level",
            default="How far the service can be dealt with online today, not how far it is planned.",
        ),
        vocabulary=ONLINE_LEVELS,
        required=False,
    )
    directives.widget("online_level", SelectFieldWidget)

    model.fieldset(
        "need_to_know",
        label=_("What citizens need to know"),
        fields=["documents", "fees", "deadline", "processing_time", "requirements"],
    )

    documents = lines(
        _("Documents"),
        _("help_documents", default="What to bring or to upload, one thing a line."),
    )
    directives.widget("documents", TextLinesFieldWidget, rows=5, klass="form-control")

    fees = lines(
        _("Fees"),
        _(
            "help_fees",
            default="One fee a line: what for, a colon, the amount. For example "
            "“Identity card from 24 years: 37,00 €” or “Correction of an error: free”.",
        ),
        constraint=checks.fee_lines,
    )
    directives.widget("fees", TextLinesFieldWidget, rows=4, klass="form-control")

    deadline = schema.TextLine(
        title=_("Deadline"),
        description=_(
            "help_deadline",
            default="By when the citizen has to act, for example “within two weeks after moving in”.",
        ),
        required=False,
    )

    processing_time = schema.TextLine(
        title=_("Processing time"),
        description=_(
            "help_processing_time",
            default="How long it takes as a rule, for example “3 to 4 weeks”.",
        ),
        required=False,
    )

    requirements = rich_text(
        title=_("Who may apply"),
        description=_("help_requirements", default="The conditions, in plain words."),
        required=False,
    )

    model.fieldset(
        "responsible",
        label=_("Who helps"),
        fields=["department", "contact_points"],
    )

    department = RelationChoice(
        title=_("Department"),
        description=_("help_department", default="The part of the town hall that is responsible."),
        vocabulary="kaarst.services.departments",
        required=False,
    )
    directives.widget("department", SelectFieldWidget)

    contact_points = RelationList(
        title=_("Contact points"),
        description=_(
            "help_contact_points",
            default="Where citizens find help with this service, the most useful one first.",
        ),
        value_type=RelationChoice(source=CatalogSource(portal_type=["ContactPoint"])),
        required=False,
        default=[],
    )
    directives.widget(
        "contact_points",
        ContentBrowserFieldWidget,
        pattern_options={"mode": "search", "selectableTypes": ["ContactPoint"]},
    )

    model.fieldset(
        "administration",
        label=_("Law and keys"),
        fields=["legal_basis", "leika_key", "related_services"],
    )

    legal_basis = lines(
        _("Legal basis"),
        _(
            "help_legal_basis",
            default="One rule a line, for example “§ 17 Bundesmeldegesetz (BMG)”.",
        ),
    )
    directives.widget("legal_basis", TextLinesFieldWidget, rows=3, klass="form-control")

    leika_key = schema.TextLine(
        title=_("LeiKa key"),
        description=_(
            "help_leika_key",
            default="The 14 digits of the service in the federal catalogue of services, starting "
            "with 99.",
        ),
        required=False,
        constraint=checks.leika_key,
    )

    related_services = RelationList(
        title=_("Related services"),
        description=_("help_related_services", default="What people often need at the same time."),
        value_type=RelationChoice(source=CatalogSource(portal_type=["Service"])),
        required=False,
        default=[],
    )
    directives.widget(
        "related_services",
        ContentBrowserFieldWidget,
        pattern_options={"mode": "search", "selectableTypes": ["Service"]},
    )


class ITopic(model.Schema):
    """A topic (Lebenslage): a situation in life in which people need several services.

    Services name their topics. `first_services` only says which of them the page shows first.
    """

    text = rich_text(
        title=_("Introduction"),
        description=_(
            "help_topic_text", default="Two or three sentences for people in this situation."
        ),
        required=False,
    )

    first_services = RelationList(
        title=_("Services shown first"),
        description=_(
            "help_first_services",
            default="In the order people need them. All other services of this life situation "
            "follow by name.",
        ),
        value_type=RelationChoice(source=CatalogSource(portal_type=["Service"])),
        required=False,
        default=[],
    )
    directives.widget(
        "first_services",
        ContentBrowserFieldWidget,
        pattern_options={"mode": "search", "selectableTypes": ["Service"]},
    )
