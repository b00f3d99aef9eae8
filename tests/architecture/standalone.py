"""Installs one package in a bare Plone site, removes it and installs it again.

Run as a process of its own (`python tests/architecture/standalone.py kaarst.core`): in the shared
test layer all packages are loaded. Prints what is wrong and returns 1, or 0.
"""

import os


os.environ.setdefault("zope_i18n_compile_mo_files", "1")

from plone import api
from plone.app.contenttypes.testing import PLONE_APP_CONTENTTYPES_FIXTURE
from plone.app.testing import PloneSandboxLayer
from plone.app.testing import ploneSite
from plone.base.utils import get_installer
from plone.browserlayer.utils import registered_layers

import importlib
import sys


MAY_LOAD = {
    "kaarst.core": {"core"},
    "kaarst.services": {"core", "services"},
    "kaarst.appointments": {"core", "appointments"},
    "kaarst.metering": {"core", "metering"},
    "kaarst.policy": {"core", "services", "appointments", "metering", "policy"},
}


class Bare(PloneSandboxLayer):
    """A Plone site beside which one package lies, not installed yet."""

    defaultBases = (PLONE_APP_CONTENTTYPES_FIXTURE,)

    def __init__(self, package):
        super().__init__(name=f"Bare:{package}")
        self.package = package

    def setUpZope(self, app, configurationContext):
        module = importlib.import_module(self.package)
        self.loadZCML(package=module, context=configurationContext)


def set_up(layer, done):
    """Sets a layer up after its bases, each once."""
    for base in layer.__bases__:
        set_up(base, done)
    if layer not in done:
        done.append(layer)
        layer.setUp()


def traces(portal, package):
    """What of the package can be seen in the site's set-up."""
    types = portal.portal_types.objectValues()
    actions = portal.portal_controlpanel.listActions()
    return {
        "layers": {
            layer.__name__ for layer in registered_layers() if mine(layer.__module__, package)
        },
        "records": {name for name in portal.portal_registry.records if mine(name, package)},
        "types": {
            fti.getId() for fti in types if mine(getattr(fti, "add_permission", ""), package)
        },
        "settings": {action.getId() for action in actions if action.appId == package},
    }


def mine(name, package):
    """Whether a dotted name is the package's own, and not one of a package it leans on."""
    return (name or "").startswith(f"{package}.")


def problems(package):
    """Yields what is wrong, a line each."""
    done = []
    set_up(Bare(package), done)
    with ploneSite() as portal, api.env.adopt_roles(["Manager"]):
        installer = get_installer(portal, portal.REQUEST)
        if not installer.install_product(package):
            yield f"{package} cannot be installed"
            return
        installed = traces(portal, package)
        if not installed["layers"]:
            yield "no browser layer was registered"
        if not installer.uninstall_product(package):
            yield f"{package} cannot be uninstalled"
            return
        for kind, found in traces(portal, package).items():
            if found:
                yield f"{kind} are left after uninstalling: {', '.join(sorted(found))}"
        if not installer.install_product(package):
            yield f"{package} cannot be installed again"
        elif traces(portal, package) != installed:
            yield f"installed again it is not what it was: {installed} {traces(portal, package)}"
    loaded = {name.split(".")[1] for name in sys.modules if name.startswith("kaarst.")}
    for other in sorted(loaded - MAY_LOAD[package]):
        yield f"kaarst.{other} was loaded"


def main(package):
    found = list(problems(package))
    for line in found:
        sys.stdout.write(f"{package}: {line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
