"""Fixtures of the metering tests; most of them need no site."""

from kaarst.metering.decoders import load
import pytest


@pytest.fixture(autouse=True)
def presets():
    """The decoders are registered, as Zope's ZCML or the bridge's start does it."""
    load()
