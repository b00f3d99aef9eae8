"""A package's part of the document, read from its openapi.yaml."""

from importlib.resources import files
from kaarst.core.interfaces import IOpenAPIFragment
from zope.interface import implementer

import yaml


@implementer(IOpenAPIFragment)
class YamlFragment:
    """Reads `file` from `package`; a subclass names both and is registered as a utility.

    Raises what reading raises: a document that lacks a package's part should be noticed.
    """

    package = ""
    file = "openapi.yaml"

    def fragment(self) -> dict:
        return yaml.safe_load((files(self.package) / self.file).read_text("utf-8"))


class CoreFragment(YamlFragment):
    """What kaarst.core answers, and what every part may refer to."""

    package = "kaarst.core.openapi"
