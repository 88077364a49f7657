"""How the site answers: addresses, formats, errors, headers; and what the features in plugins/ share.

Datasette loads `plugins/*.py` as single files, so whatever several of them need is a package, installed by
requirements.txt and imported in the ordinary way. hooks.py says what Datasette calls, and in which order. Datasette
loads the package while it is itself being imported, so here it is imported for types only.
"""
