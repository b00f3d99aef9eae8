"""A form as it was at one moment: its questions, texts and settings, and nothing that changes.

Plain Python. A snapshot's digest names its content; two with the same digest are the same form.
"""

from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import fields
from functools import cached_property
from kaarst.services.forms import questions

import hashlib
import json


@dataclass(frozen=True)
class Snapshot:
    """What a version keeps, under the names the form's attributes have.

    The two models are XML that has passed `allowlist`; names of texts with HTML are in RICH.
    """

    title: str = ""
    description: str = ""
    fields_model: str = ""
    actions_model: str = ""
    default_fieldset_label: str = ""
    submitLabel: str = ""
    thankstitle: str = ""
    thanksdescription: str = ""
    formPrologue: str = ""
    formEpilogue: str = ""
    thanksPrologue: str = ""
    thanksEpilogue: str = ""

    def as_dict(self):
        """Names and texts, to be stored."""
        return asdict(self)

    @cached_property
    def digest(self):
        """Names this content: 64 hexadecimal digits of SHA-256."""
        canonical = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode("utf-8", "replace")).hexdigest()

    @property
    def asked(self):
        """The Questionnaire; raises allowlist.ModelNotAllowed."""
        return questions.read(self.fields_model, self.default_fieldset_label)


NAMES = tuple(field.name for field in fields(Snapshot))
RICH = ("formPrologue", "formEpilogue", "thanksPrologue", "thanksEpilogue")
PLAIN = tuple(name for name in NAMES if name not in RICH)
