"""What all pages share."""

from kaarst.core.page import Page
from kaarst.core.page import Parts
from zExceptions import NotFound

import pytest
import zope.publisher.browser


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("  Erika Mustermann ", "Erika Mustermann"),
        ("x" * 301, "x" * 300),
        (["a", "b"], ""),
        (object(), ""),
        (None, ""),
    ],
)
def test_only_a_text_is_read(sent, read):
    request = zope.publisher.browser.TestRequest(form={"name": sent})
    assert Page(None, request).text("name") == read
    assert Page(None, request).text("else") == ""


def test_parts_are_no_page():
    with pytest.raises(NotFound):
        Parts(None, zope.publisher.browser.TestRequest())()
