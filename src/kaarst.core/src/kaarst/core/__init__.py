"""What at least two rooms of the city need."""

from zope.i18nmessageid import MessageFactory


_ = MessageFactory("kaarst.core")
