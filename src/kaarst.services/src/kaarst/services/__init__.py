"""Service catalogue, forms, cases and their documents."""

from zope.i18nmessageid import MessageFactory


_ = MessageFactory("kaarst.services")
