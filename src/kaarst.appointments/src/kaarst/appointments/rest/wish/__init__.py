"""`POST /@wish`, `/@wish-accept`, `/@wish-refuse`, `/@wish-withdraw`: by number and PIN."""
