"""Calendars of Exchange Online through Microsoft Graph v1.0, in plain requests.

Written after Microsoft's public documentation (learn.microsoft.com/graph) and tested against the
answers shown in it. It has never been tried against the real service.
"""
