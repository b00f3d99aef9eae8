"""The booking engine: plain Python, no Plone, tested without a site.

A day of a resource (a counter, a room, a kit, a member of staff) is a raster of five-minute cells
kept in one integer, see `raster`. From there upwards:

`bits`, `raster`          arithmetic on a day
`recurrence`, `hours`     an editor's rules become a bitmap of the open cells
`ledger`                  who has taken which cells; merges concurrent changes, refuses overlaps
`interfaces`, `storage`   where ledgers and records are kept
`offering`, `search`      what a citizen asks for, and when it is possible
`desk`                    hold, confirm, move, cancel, close: the only module that writes

Instants are integers, seconds since 1970 in UTC. Days are local calendar days (Europe/Berlin).
"""
