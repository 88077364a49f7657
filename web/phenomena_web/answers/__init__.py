"""An answer is made once per build: known by its ETag before it is made, kept in memory when it was, not made again.

`tags.py` says what an answer depends on, `statements.py` which SQL gives the same whenever it is run, `store.py` what
is kept and for how long, `middleware.py` how a request is answered and `capture.py` how an answer is collected,
`warming.py` which pages are made at the start.
"""
