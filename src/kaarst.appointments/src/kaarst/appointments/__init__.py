"""Desks, opening hours, the ledger, bookings, queue."""

from zope.i18nmessageid import MessageFactory


_ = MessageFactory("kaarst.appointments")
