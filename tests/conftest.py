"""Fixtures of every test: `portal` (rolled back) and `functional_portal` (behind a real server)."""

import os


# Catalogues are compiled when Zope loads them; the compiled files are not in the repository.
os.environ.setdefault("zope_i18n_compile_mo_files", "1")

import atexit
import pathlib
import shutil
import sys
import tempfile


if "KAARST_DATABASE" not in os.environ:
    # Counters and measured data of a run; a test that wants its own sets the variable itself.
    DATABASES = tempfile.mkdtemp(prefix="kaarst-tests-")
    os.environ["KAARST_DATABASE"] = f"sqlite:///{DATABASES}/kaarst.sqlite"
    atexit.register(shutil.rmtree, DATABASES, ignore_errors=True)


sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from pytest_plone import fixtures_factory
from tests import layers
from tests.postgresql import postgresql_url  # noqa: F401


globals().update(
    fixtures_factory(
        (
            (layers.KAARST_INTEGRATION, "integration"),
            (layers.KAARST_FUNCTIONAL, "functional"),
        ),
        keep_session=True,
    )
)
