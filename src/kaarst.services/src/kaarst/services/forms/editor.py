"""The browser pages in which editors change fields and actions of a form.

They are collective.easyform's own, with three differences: they offer only what is on the
allow-list, they say in words what is not allowed instead of failing, and they open no form whose
model was never checked.
"""

from collective.easyform.browser import actions
from collective.easyform.browser import fields
from kaarst.services import _
from kaarst.services.forms import allowlist
from kaarst.services.forms import comparison
from kaarst.services.forms import conditions
from kaarst.services.forms import questions
from kaarst.services.forms.interfaces import IForm
from kaarst.services.forms.interfaces import IQuestionOptions
from plone.i18n.normalizer.interfaces import IIDNormalizer
from plone.protect.authenticator import check as check_authenticator
from plone.schemaeditor.browser.schema.add_field import FieldAddForm
from plone.schemaeditor.browser.schema.add_field import FieldAddFormPage
from plone.z3cform import layout
from Products.Five import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from z3c.form import button
from z3c.form.interfaces import ActionExecutionError
from z3c.form.interfaces import HIDDEN_MODE
from z3c.form.interfaces import WidgetActionExecutionError
from zExceptions import NotFound
from zope.component import getUtility
from zope.i18n import translate
from zope.interface import Invalid


# What the button “add a field” offers, by the names of plone.schemaeditor's factories.
ALLOWED_FACTORIES = (
    "collective.easyform.fields.Label",
    "collective.easyform.fields.RichLabel",
    "kaarst.services.forms.fields.Address",
    "kaarst.services.forms.fields.RepeatingGroup",
    "kaarst.services.forms.fields.Signature",
    "plone.namedfile.field.NamedBlobFile",
    "plone.namedfile.field.NamedBlobImage",
    "plone.schema.email.Email",
    "zope.schema._bootstrapfields.Bool",
    "zope.schema._bootstrapfields.Int",
    "zope.schema._bootstrapfields.Text",
    "zope.schema._bootstrapfields.TextLine",
    "zope.schema._field.Choice",
    "zope.schema._field.Date",
    "zope.schema._field.Set",
)


def require_checked(form):
    """Raises NotFound for a form of collective.easyform that the allow-list never saw."""
    if not IForm.providedBy(form):
        raise NotFound("This form was made before kaarst.services was installed.")


def in_words(error, request):
    """All problems of a ModelNotAllowed in the reader's language."""
    return " ".join(
        f"{problem.field}: {translate(problem.message, context=request)}"
        if problem.field
        else translate(problem.message, context=request)
        for problem in error.problems
    )


def free_name(text, schema):
    """A name for a new field that no field of `schema` has, made from `text`."""
    name = getUtility(IIDNormalizer).normalize(text).replace("-", "_").replace(".", "_")
    name = name if name[:1].isalpha() else f"q_{name}"
    taken, number, free = set(schema), 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


class Refusing:
    """Mixed into a z3c.form form: what the model does not take becomes the form's message."""

    def refusal(self, error):
        return ActionExecutionError(Invalid(in_words(error, self.request)))


class FieldsView(fields.EasyFormFieldsView):
    """The fields of a form, to be traversed."""

    allowedFields = ALLOWED_FACTORIES

    def __init__(self, context, request):
        require_checked(context)
        super().__init__(context, request)


class ActionsView(actions.EasyFormActionsView):
    """The actions of a form, to be traversed."""

    def __init__(self, context, request):
        require_checked(context)
        super().__init__(context, request)


class FieldsListing(fields.FieldsSchemaListing, Refusing):
    """The list of fields, without the button to the XML editor.

    The template is our own, for words an editor understands; the names of its classes and ids are
    what Plone's script for moving and removing fields looks for.
    """

    template = ViewPageTemplateFile("templates/fieldlist.pt")
    buttons = button.Buttons(button.Button("save", title=_("Save the answers filled in above")))
    handlers = button.Handlers()

    @button.handler(buttons["save"])
    def handle_save(self, action):
        try:
            fields.FieldsSchemaListing.handleSave.func(self, action)
        except allowlist.ModelNotAllowed as error:
            raise self.refusal(error) from None

    def remarks(self, field):
        """What the list says about a field besides its kind: its group, its condition."""
        options = IQuestionOptions(field)
        group = field.interface.get(options.group) if options.group else None
        if group is not None:
            yield _("in_group", "for each entry of “${group}”", mapping={"group": group.title})
        condition = conditions.parse(options.only_if)
        if condition is not None:
            asked = questions.read(self.context.aq_parent.fields_model)
            words = translate(comparison.in_words(condition, asked), context=self.request)
            yield _("only_if_words", "only if ${condition}", mapping={"condition": words})

    def steps(self):
        """The steps of the form: `{number, name, label, first, widgets, errors}`."""
        for number, group in enumerate([self, *self.groups]):
            yield {
                "number": number,
                "name": group.__name__,
                "label": group.label or self.default_fieldset_label,
                "first": number == 0,
                "widgets": list(group.widgets.values()),
                "errors": [error for error in group.widgets.errors if error.widget is None],
            }


class FieldsListingPage(fields.EasyFormFieldsListingPage):
    form = FieldsListing
    index = ViewPageTemplateFile("templates/listingpage.pt")
    heading = _("Questions of the form")
    hint = _(
        "hint_questions",
        "Choose a step, add questions, and drag them into order. All of it stays a "
        "draft until you publish it.",
    )

    @property
    def label(self):
        return _("Fields of “${form}”", mapping={"form": self.context.aq_parent.title})


class ActionsListing(actions.EasyFormActionsListing, Refusing):
    """The list of actions, without the button to the XML editor."""

    buttons = actions.EasyFormActionsListing.buttons.omit("modeleditor")


class ActionsListingPage(actions.EasyFormActionsListingPage):
    form = ActionsListing
    index = ViewPageTemplateFile("templates/listingpage.pt")
    heading = _("What happens with the answers")
    hint = ""

    @property
    def label(self):
        return _("Actions of “${form}”", mapping={"form": self.context.aq_parent.title})


class AddField(FieldAddForm, Refusing):
    """Adds a field; its technical name is made from the question."""

    label = _("Add a question")

    def update(self):
        given = self.request.form
        if given.get("form.widgets.title"):
            # The script of the page proposes a name too; ours also fits words with umlauts.
            wanted = given["form.widgets.title"]
            given["form.widgets.__name__"] = free_name(wanted, self.context.schema)
        super().update()

    def updateWidgets(self):
        super().updateWidgets()
        self.widgets["__name__"].mode = HIDDEN_MODE

    def add(self, new_field):
        try:
            super().add(new_field)
        except allowlist.ModelNotAllowed as error:
            raise self.refusal(error) from None


class AddFieldPage(FieldAddFormPage):
    form = AddField


class AddAction(actions.ActionAddForm, Refusing):
    """Adds an action."""

    def add(self, new_field):
        try:
            super().add(new_field)
        except allowlist.ModelNotAllowed as error:
            raise self.refusal(error) from None


AddActionPage = layout.wrap_form(AddAction)


class EditField(fields.FieldEditForm, Refusing):
    """Changes the settings of one field; no expressions, widgets or classes."""

    additionalSchemata = (IQuestionOptions,)

    buttons = fields.FieldEditForm.buttons
    handlers = fields.FieldEditForm.handlers.copy()

    def updateFields(self):
        super().updateFields()
        # A named vocabulary could list the site's users to everybody.
        self.fields = self.fields.omit("vocabularyName")

    @button.handler(buttons["save"])
    def handle_save(self, action):
        self._check_condition()
        try:
            fields.FieldEditForm.handleSave.func(self, action)
        except allowlist.ModelNotAllowed as error:
            raise self.refusal(error) from None

    def _check_condition(self):
        """Raises what the form shows beside a part of the condition that does not fit the others."""
        data, _errors = self.extractData()
        names = ("question", "relation", "answers")
        parts = [data.get(f"IQuestionOptions.only_if_{name}") for name in names]
        problem = conditions.problem(*parts)
        if problem:
            where = "question" if problem == "question" else "answers"
            raise WidgetActionExecutionError(
                f"IQuestionOptions.only_if_{where}", Invalid(CONDITION_PROBLEMS[problem])
            )


CONDITION_PROBLEMS = {
    "question": _(
        "condition_without_question",
        "Please choose the question these answers belong to, or take the answers away.",
    ),
    "answers": _(
        "condition_without_answers", "Please choose at least one answer of this question."
    ),
    "foreign": _(
        "condition_foreign_answers",
        "Please choose only answers of the question that was chosen above.",
    ),
}


class EditFieldPage(fields.EditView):
    form = EditField


class EditAction(actions.ActionEditForm, Refusing):
    """Changes the settings of the action; no condition in TALES."""

    additionalSchemata = ()

    buttons = actions.ActionEditForm.buttons
    handlers = actions.ActionEditForm.handlers.copy()

    @button.handler(buttons["save"])
    def handle_save(self, action):
        try:
            actions.ActionEditForm.handleSave.func(self, action)
        except allowlist.ModelNotAllowed as error:
            raise self.refusal(error) from None


class EditActionPage(actions.ActionEditView):
    form = EditAction


class ModelEditor(BrowserView):
    """Edits one of the models as XML; for people who know XML, under the same rules."""

    template = ViewPageTemplateFile("templates/modeleditor.pt")
    attribute = "fields_model"
    title = _("Fields as XML")
    error = ""
    source = ""

    def __call__(self):
        form = self.context.aq_parent
        require_checked(form)
        self.source = getattr(form, self.attribute)
        if self.request.method == "POST" and "source" in self.request.form:
            check_authenticator(self.request)
            self.source = self.request.form["source"]
            try:
                setattr(form, self.attribute, self.source)
            except allowlist.ModelNotAllowed as error:
                self.error = in_words(error, self.request)
                self.request.response.setStatus(400)
            else:
                form.notifyModified()
                form.reindexObject(idxs=["modified"])
                self.request.response.redirect(self.context.absolute_url())
        return self.template()


class ActionsModelEditor(ModelEditor):
    """The XML of the actions."""

    attribute = "actions_model"
    title = _("Actions as XML")


class Gone(BrowserView):
    """In the place of pages of collective.easyform that Kaarst has no use for."""

    def __call__(self, *args, **options):
        raise NotFound(self.__name__)
