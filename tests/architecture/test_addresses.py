"""No method of content can be called through an address: pages and services have permissions, methods have not."""

from AccessControl.class_init import InitializeClass
from kaarst.core.address import not_by_address
from OFS.SimpleItem import Item
from types import FunctionType
from ZPublisher import zpublish_mark

import importlib
import inspect
import pkgutil


def content_classes():
    """Every class of the house that lies in the object database under an address."""
    import kaarst

    for module in pkgutil.walk_packages(kaarst.__path__, "kaarst."):
        # Commands and migrations do things when they are imported.
        if ".migrations" in module.name or module.name.endswith((".main", ".__main__")):
            continue
        found = importlib.import_module(module.name)
        for one in vars(found).values():
            if inspect.isclass(one) and one.__module__ == module.name and issubclass(one, Item):
                yield one


def test_no_method_of_content_is_published():
    classes = list(content_classes())
    assert len(classes) > 15
    open_ones = {
        f"{owner.__module__}.{owner.__name__}.{name}"
        for one in classes
        for owner in one.__mro__
        if owner.__module__.startswith("kaarst.")
        for name, member in vars(owner).items()
        if isinstance(member, FunctionType) and not name.startswith("_") and member.__doc__
        if zpublish_mark(member, True) is not False
    }
    assert open_ones == set()


def test_what_the_decorator_marks():
    @not_by_address
    class Content(Item):
        def does(self):
            """Something."""

    InitializeClass(Content)
    assert zpublish_mark(Content.does, True) is False
