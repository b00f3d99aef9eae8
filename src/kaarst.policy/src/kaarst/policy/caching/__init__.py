"""What is kept between requests, for whom and how long: parts of pages, whole pages, static files.

Only what every visitor may see is kept. What is kept is named by the state of the site
(kaarst.core.changes) and, where the clock matters, by the minute, so it is never told to go: it is
just not asked for any more.
"""
