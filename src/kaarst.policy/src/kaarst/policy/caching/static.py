"""Static files: an address that names the content may be kept for a year."""

from functools import lru_cache
from kaarst.policy.interfaces import IKaarstPolicyLayer
from pathlib import Path
from plone.caching.interfaces import IRulesetLookup
from zope.browserresource.file import FileResource
from zope.component import adapter
from zope.interface import implementer

import hashlib


LENGTH = 12


@lru_cache(maxsize=512)
def _key(path: str, _modified: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:LENGTH]


def key(path: Path | str) -> str:
    """Stands for the content of the file: the `v` in its address."""
    return _key(str(path), Path(path).stat().st_mtime)


@implementer(IRulesetLookup)
@adapter(FileResource, IKaarstPolicyLayer)
class FileLookup:
    """Tells addresses with the right `v` from all others."""

    def __init__(self, published, request):
        self.published = published
        self.request = request

    def __call__(self) -> str:
        path = getattr(getattr(self.published, "context", None), "path", "")
        named = self.request.form.get("v")
        if path and isinstance(named, str) and named == key(path):
            return "plone.stableResource"
        return "plone.resource"
