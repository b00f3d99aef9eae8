"""Names the code that draws the pages: after an update no page that a browser has is right any more."""

from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import hashlib


PACKAGES = (
    "kaarst.core",
    "kaarst.services",
    "kaarst.appointments",
    "kaarst.metering",
    "kaarst.policy",
)
#: What decides how a page looks.
KINDS = (".css", ".js", ".po", ".pt", ".py", ".svg", ".zcml")


@lru_cache(maxsize=1)
def release() -> str:
    """The same in every process that runs the same code."""
    digest = hashlib.sha256(version("Products.CMFPlone").encode())
    for package in PACKAGES:
        for path in sorted(Path(str(files(package))).rglob("*")):
            if path.suffix in KINDS:
                digest.update(path.name.encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
