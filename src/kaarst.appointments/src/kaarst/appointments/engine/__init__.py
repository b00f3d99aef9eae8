"""The booking engine: plain Python, no Plone, tested without a site.

A day of a resource (a counter, a room, a kit, a member of staff) is a raster of five-minute cells
kept in one integer, see `raster`. From there upwards:

`bits`, `raster`           arithmetic on a day
`recurrence`, `hours`      an editor's rules become a bitmap of the open cells
`claims`, `ledger`         who has taken which cells; merges concurrent changes, refuses overlaps
`interfaces`, `storage`    where ledgers and records are kept
`offering`, `plan`         what an editor has set about a desk
`search`                   when an appointment is possible, and with which resources
`records`, `desk`          hold, confirm, move, cancel
`closing`                  closures and foreign calendars
`release`, `lottery`       what of a day is bookable when
`wishes`                   who waits for something earlier
`waiting`, `queue`         tickets, calls, how long it will take
`audit`, `statistics`, `retention`   the proof, the figures, and that names go

Instants are integers, seconds since 1970 in UTC. Days are local calendar days (Europe/Berlin).
"""
