What a BundID login knows stands in the form: from the level "substantial" on locked, below as a proposal; each answer keeps in the case how sure the login was.
