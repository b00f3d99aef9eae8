"""What the packages import comes with them, whatever else is installed here."""

from importlib.metadata import metadata
from importlib.metadata import PackageNotFoundError
from importlib.metadata import packages_distributions
from importlib.metadata import requires
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pathlib import Path

import ast
import sys


ROOT = Path(__file__).parents[2] / "src"


def extras(name):
    """What one may ask for besides a distribution."""
    return metadata(name).get_all("Provides-Extra") or ()


def needed(names):
    """These distributions with their extras and all that they require, as far as it is installed."""
    found = set()
    waiting = [(name, extra) for name in names for extra in {"", *extras(name)}]
    seen = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            lines = requires(name) or []
        except PackageNotFoundError:
            continue
        found.add(canonicalize_name(name))
        for requirement in map(Requirement, lines):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                waiting += [(requirement.name, one) for one in {"", *requirement.extras}]
    return found


def imported(folder):
    """Module (whole name) → the first file that imports it."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.setdefault(node.module, path)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    found.setdefault(alias.name, path)
    return found


def test_everything_imported_is_required():
    packages = sorted(path.name for path in ROOT.glob("kaarst.*"))
    there = needed(packages)
    owners = packages_distributions()
    strange = {}
    for module, path in imported(ROOT).items():
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names or top in ("kaarst", "__future__"):
            continue
        # Of a namespace (plone, zope) at least one part is there; enough to find a forgotten line.
        if not {canonicalize_name(name) for name in owners.get(top, ())} & there:
            strange[module] = str(path.relative_to(ROOT))
    assert strange == {}
