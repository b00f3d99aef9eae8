"""Meters, buildings, trees; MQTT bridge; time series; dashboards."""

from zope.i18nmessageid import MessageFactory


_ = MessageFactory("kaarst.metering")
