"""The city site: distribution, theme, roles, home page, legal pages, demo city."""

from zope.i18nmessageid import MessageFactory


_ = MessageFactory("kaarst.policy")
