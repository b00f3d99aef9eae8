"""What can be asked for by an address, and what cannot."""

from types import FunctionType
from ZPublisher import zpublish


def not_by_address(content_class):
    """Class decorator: what content can do for other code cannot be called through its address.

    Zope publishes every method with a docstring to all who may see the content, with arguments out of
    the request: a reader could write where only a page with a permission of its own should.
    """
    for name, member in vars(content_class).items():
        if isinstance(member, FunctionType) and not name.startswith("_"):
            zpublish(False)(member)
    return content_class
