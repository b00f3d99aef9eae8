"""Fixtures of every test: `portal` (rolled back) and `functional_portal` (behind a real server)."""

import os


# Catalogues are compiled when Zope loads them; the compiled files are not in the repository.
os.environ.setdefault("zope_i18n_compile_mo_files", "1")

import pathlib
import sys


sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from pytest_plone import fixtures_factory
from tests import layers


globals().update(
    fixtures_factory(
        (
            (layers.KAARST_INTEGRATION, "integration"),
            (layers.KAARST_FUNCTIONAL, "functional"),
        ),
        keep_session=True,
    )
)
