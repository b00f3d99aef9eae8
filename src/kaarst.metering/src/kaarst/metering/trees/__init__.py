"""Trees that say when they are thirsty: their state with its reason, and rounds to water them.

`soil`, `probes`, `balance`, `rain`, `state` and `routing` are plain Python; `measured` reads the store. The
rest is Plone.
"""
