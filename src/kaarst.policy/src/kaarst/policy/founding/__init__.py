"""How a new town comes into being: folders, legal pages and, where wanted, the demo city.

Contents are files that anybody can read: Markdown with a head in YAML for one page, a YAML list for
many small ones, pictures beside them. `records` reads them (plain Python), `builder` makes content.
"""
