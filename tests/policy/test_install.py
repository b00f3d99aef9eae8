"""Every package is a real add-on."""

import pytest


PACKAGES = [
    "kaarst.core",
    "kaarst.services",
    "kaarst.appointments",
    "kaarst.metering",
    "kaarst.policy",
]


@pytest.mark.parametrize("package", PACKAGES)
def test_policy_installs_every_package(installer, package):
    assert installer.is_product_installed(package)
