"""Who may lean on whom, read from the imports (DESIGN: rooms of the house).

kaarst.policy leans on services, appointments and metering, and those on kaarst.core; the three in
the middle never import one another. The plain Python of the domain imports no Plone and no Zope
beyond what makes objects persistent and interfaces explicit, so that it is tested without a site.
Whoever adds a module of the domain adds it to PLAIN.
"""

from pathlib import Path

import ast
import pytest


ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "core": {"core"},
    "services": {"services", "core"},
    "appointments": {"appointments", "core"},
    "metering": {"metering", "core"},
    "policy": {"policy", "services", "appointments", "metering", "core"},
}
# Modules and packages (with all in them) of the domain.
PLAIN = {
    *(
        f"kaarst.appointments.calendars.{name}"
        for name in (
            "asking",
            "blocking",
            "caldav",
            "delivery",
            "entries",
            "graph",
            "interfaces",
            "records",
            "series",
            "subscribing",
            "times",
            "zones",
        )
    ),
    "kaarst.appointments.engine",
    "kaarst.core.idempotency",
    "kaarst.core.opening_hours.holidays",
    "kaarst.core.opening_hours.parsing",
    "kaarst.core.opening_hours.schedule",
    "kaarst.core.reference",
    "kaarst.core.shards",
}
# What the domain may use of the Zope world.
ALLOWED = ("zope.interface", "zope.i18nmessageid", "persistent", "BTrees", "ZODB.POSException")
FORBIDDEN = (
    "AccessControl",
    "Acquisition",
    "App",
    "BTrees",
    "collective",
    "OFS",
    "persistent",
    "plone",
    "Products",
    "transaction",
    "z3c",
    "zExceptions",
    "ZODB",
    "zope",
    "Zope2",
    "ZPublisher",
)


def within(module: str, package: str) -> bool:
    """Whether `module` is `package` or lies in it."""
    return module == package or module.startswith(f"{package}.")


def name_of(path: Path) -> str:
    """The dotted name of a source file of ours."""
    parts = path.relative_to(ROOT / "src").with_suffix("").parts[2:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path):
    """Yields (line, module) of every import, also of those inside functions and for types."""
    module = name_of(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


SOURCES = sorted((ROOT / "src").glob("kaarst.*/src/kaarst/**/*.py"))
MODULES = {name_of(path): path for path in SOURCES}


def test_there_is_something_to_read():
    assert {name.split(".")[1] for name in MODULES} >= set(MAY_IMPORT)


def test_packages_lean_only_downwards():
    wrong = []
    for name, path in MODULES.items():
        room = name.split(".")[1]
        for line, module in imports(path):
            parts = module.split(".")
            if parts[0] == "kaarst" and parts[1] not in MAY_IMPORT[room]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
    assert not wrong, "\n".join(wrong)


def test_nothing_in_production_imports_tests():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in SOURCES
        for line, module in imports(path)
        if module.split(".")[0] in ("tests", "bench", "pytest", "unittest", "hypothesis")
        or "testing" in module.split(".")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", sorted(PLAIN))
def test_a_declared_module_exists(package):
    assert any(within(name, package) for name in MODULES), f"{package}: no such module any more"


def test_the_domain_is_plain_python():
    wrong = []
    for name, path in MODULES.items():
        if not any(within(name, package) for package in PLAIN):
            continue
        for line, module in imports(path):
            if any(within(module, allowed) for allowed in ALLOWED):
                continue
            if any(within(module, package) for package in FORBIDDEN):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
            elif within(module, "kaarst") and not is_plain(module):
                wrong.append(
                    f"{path.relative_to(ROOT)}:{line} imports {module}, which is not plain"
                )
    assert not wrong, "\n".join(wrong)


def is_plain(module: str) -> bool:
    """Whether a name of ours comes from a plain module, or is a package's message factory."""
    name = module if module in MODULES else module.rpartition(".")[0]
    return module.endswith("._") or any(within(name, package) for package in PLAIN)
