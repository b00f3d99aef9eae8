"""Pages with forms: fields drawn from a description, mistakes beside them, nothing typed is lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from kaarst.metering import _
from kaarst.metering.entered import Entered
from kaarst.metering.errors import MeteringError
from kaarst.metering.page import Page
from plone import api
from plone.protect.authenticator import check as check_authenticator
from zope.i18nmessageid import Message

import time


@dataclass(frozen=True)
class Field:
    """One field as the macro `fields` of templates/parts.pt draws it.

    `kind`: a type of `<input>`, "select", "textarea" or "checkbox". `choices`: (value, text), or
    (group, ((value, text), ...)). `value` stands there before anybody has typed.
    """

    name: str
    title: Message | str
    kind: str = "text"
    hint: Message | str = ""
    choices: tuple = ()
    value: str = ""
    required: bool = False
    numeric: bool = False


class FormPage(Page):
    """A page whose buttons are called `step`; `do_<step>` does it and returns where to go next.

    A step that finds mistakes returns None: the page is shown again with status 400.
    """

    message = ""
    done = ""

    def __call__(self):
        self.private()
        self.entered = Entered(self.request.form)
        if self.request.method == "POST":
            check_authenticator(self.request)
            target = self._act()
            if target:
                return self.request.response.redirect(target)
        return self.template()

    def _act(self) -> str | None:
        step = getattr(self, f"do_{self.text('step', 30)}", None)
        if step is None:
            return self.url(self.__name__)
        try:
            target = step()
        except MeteringError as error:
            target, self.message = None, self.translate(error.message)
        if target is None and not self.done:
            self.request.response.setStatus(400)
            self.message = self.message or self.translate(_("Please check what you have entered."))
        return target

    def say(self, message, kind: str = "info") -> None:
        api.portal.show_message(message, self.request, kind)

    @property
    def now(self) -> int:
        """UTC milliseconds."""
        return int(time.time() * 1000)

    @property
    def sent(self) -> bool:
        """Whether what was typed came back, instead of a page that is opened."""
        return self.request.method == "POST"

    def drawn(self, fields: Iterable[Field], prefix: str = "", step: str = "") -> list[dict]:
        """What the macro needs: texts in the page's language, what was typed, and mistakes.

        `prefix` goes before the ids, where a page has the same field twice. `step`: the only one with
        which these fields are sent, where a page has several forms.
        """
        typed = self.sent and step in ("", self.text("step", 30))
        return [self._drawn(field, prefix, typed) for field in fields]

    def _drawn(self, field: Field, prefix: str, sent: bool) -> dict:
        value = field.value
        if sent:
            typed = self.request.form.get(field.name, "")
            value = typed if isinstance(typed, str) else ""
        mistake = self.entered.mistakes.get(field.name)
        hint = self.translate(field.hint)
        key = f"{prefix}{field.name}"
        described = [f"{key}-error"] * bool(mistake) + [f"{key}-hint"] * bool(hint)
        return {
            "id": key,
            "name": field.name,
            "title": self.translate(field.title),
            "kind": field.kind,
            "hint": hint,
            "value": value,
            "required": field.required,
            "inputmode": "decimal" if field.numeric else None,
            "mistake": self.translate(mistake) if mistake else "",
            "described": " ".join(described) or None,
            "groups": self._groups(field.choices, value),
        }

    def _groups(self, choices: tuple, value: str) -> list[dict]:
        """Options with and without a group, in one form: `{label, options}`."""
        found = []
        for first, second in choices:
            if isinstance(second, tuple):
                options = [self._option(*one, value) for one in second]
                found.append({"label": self.translate(first), "options": options})
            elif found and found[-1]["label"] is None:
                found[-1]["options"].append(self._option(first, second, value))
            else:
                found.append({"label": None, "options": [self._option(first, second, value)]})
        return found

    def _option(self, value: str, text, chosen: str) -> dict:
        return {
            "value": value,
            "text": self.translate(text),
            "selected": "selected" if value == chosen else None,
        }
