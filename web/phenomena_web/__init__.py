"""How the site answers: addresses, formats, errors, headers; and what the features in plugins/ share.

Datasette loads `plugins/*.py` as single files, so whatever several of them need is a package, installed by
requirements.txt and imported in the ordinary way.
"""
